//! Rust.

use super::tokens::Show;
use super::{Around, Dialect, Found, Inside, Meet, Node, Place, Scope, SymbolKind, Visibility, child, children, field};
use super::{plain_type, tokens};

pub(super) struct Rust;

impl Dialect for Rust {
    fn meet<'t>(&self, place: &Place<'_, 't>, around: &Around<'_>) -> Meet<'t> {
        use SymbolKind as K;
        let node = place.node;
        let found = |kind| {
            let found = Found::new(field(place, "name"), kind, node);
            Found { visibility: visibility(place), test: is_for_tests(place), ..found }
        };
        match place.kind() {
            "function_item" | "function_signature_item" => {
                let kind = match around.holder {
                    Some(K::Type | K::Trait) => K::Method,
                    _ => K::Function,
                };
                found(kind).inside(Inside::Local).into()
            }
            "struct_item" | "union_item" => found(K::Type).inside(Inside::Members(Visibility::Internal)).into(),
            "enum_item" => found(K::Enum).inside(Inside::Members(Visibility::Public)).into(),
            "enum_variant" => found(K::Variant).with_body(None).inside(Inside::Members(Visibility::Public)).into(),
            "trait_item" => found(K::Trait).inside(Inside::Members(Visibility::Public)).into(),
            "mod_item" => found(K::Module).inside(Inside::Members(Visibility::Internal)).into(),
            "const_item" | "static_item" => found(K::Constant).with_body(place.field("value")).into(),
            "type_item" => found(K::Type).with_body(None).into(),
            "associated_type" => found(K::Type).into(),
            "field_declaration" => found(K::Field).into(),
            "macro_definition" => macro_rules(place),
            "impl_item" => Meet::Scope(implementation(place)),
            "use_declaration" => reexports(place),
            // What an item macro makes of its tokens is not known.
            "macro_invocation" if is_item(place) => Meet::Hidden,
            "token_tree" | "attribute_item" | "inner_attribute_item" | "string_literal" | "raw_string_literal" => {
                Meet::Stop
            }
            _ => Meet::Pass,
        }
    }

    fn show(&self, parent: &str, field: Option<&str>, kind: &str) -> Show {
        match (parent, field, kind) {
            ("parameter", Some("pattern"), _) => Show::Blank,
            ("parameter", _, "mutable_specifier") | (_, _, "attribute_item") => Show::Nothing,
            _ => Show::Whole,
        }
    }
}

/// `None` where the scope decides: variants, members of traits.
fn visibility(place: &Place<'_, '_>) -> Option<Visibility> {
    match child(place.node, &["visibility_modifier"]).map(|node| place.text(node)) {
        Some(b"pub") => Some(Visibility::Public),
        Some(_) => Some(Visibility::Internal),
        None => {
            let inherits = place
                .ancestors
                .iter()
                .rev()
                .find(|node| matches!(node.kind(), "enum_item" | "trait_item" | "impl_item" | "mod_item"));
            match inherits.map(Node::kind) {
                Some("enum_item" | "trait_item") => None,
                Some("impl_item") if inherits.is_some_and(|node| node.child_by_field_name("trait").is_some()) => None,
                _ => Some(Visibility::Internal),
            }
        }
    }
}

/// The attributes before an item, comments aside.
fn is_for_tests(place: &Place<'_, '_>) -> bool {
    let before = place.earlier.iter().rev();
    before
        .take_while(|node| matches!(node.kind(), "attribute_item" | "line_comment" | "block_comment"))
        .filter(|node| node.kind() == "attribute_item")
        .any(|node| {
            let text: Vec<u8> = place.text(*node).iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
            text.starts_with(b"#[cfg(test)]") || text.ends_with(b"test]") || text.starts_with(b"#[cfg(all(test")
        })
}

/// The members of a trait's implementation are as visible as the trait, which may be anywhere.
fn implementation(place: &Place<'_, '_>) -> Scope {
    let of_trait = place.field("trait").is_some();
    Scope {
        names: vec![plain_type(field(place, "type"))],
        members: if of_trait { Visibility::Unknown } else { Visibility::Internal },
        most: Visibility::Public,
        kind: Some(SymbolKind::Type),
        test: is_for_tests(place),
    }
}

fn is_item(place: &Place<'_, '_>) -> bool {
    place
        .ancestors
        .iter()
        .rev()
        .find(|node| node.kind() != "expression_statement")
        .is_none_or(|node| matches!(node.kind(), "source_file" | "declaration_list"))
}

fn macro_rules<'t>(place: &Place<'_, 't>) -> Meet<'t> {
    let exported = place.earlier.iter().rev().take_while(|node| node.kind() == "attribute_item");
    let exported = exported.into_iter().any(|node| memchr::memmem::find(place.text(*node), b"macro_export").is_some());
    let visibility = if exported { Visibility::Public } else { Visibility::Internal };
    let found = Found::new(field(place, "name"), SymbolKind::Macro, place.node).seen(visibility);
    Found { signature: Some(b"macro_rules".to_vec()), ..found }.into()
}

/// `pub use` gives a name to outside.
fn reexports<'t>(place: &Place<'_, 't>) -> Meet<'t> {
    if child(place.node, &["visibility_modifier"]).is_none_or(|node| place.text(node) != b"pub") {
        return Meet::Stop;
    }
    let mut all = Vec::new();
    let mut open: Vec<Node<'t>> = place.field("argument").into_iter().collect();
    while let Some(node) = open.pop() {
        let named = match node.kind() {
            "identifier" => Some(node),
            "scoped_identifier" => node.child_by_field_name("name"),
            "use_as_clause" => node.child_by_field_name("alias"),
            "scoped_use_list" => {
                open.extend(node.child_by_field_name("list"));
                None
            }
            "use_list" => {
                open.extend(children(node));
                None
            }
            _ => None,
        };
        if let Some(name) = named.map(|name| place.text(name)).filter(|name| *name != b"_") {
            let found = Found::new(name, SymbolKind::Export, node).with_body(None).seen(Visibility::Public);
            all.push(Found { signature: Some(tokens::plain(&Rust, place, node)), ..found });
        }
    }
    Meet::Symbols(all)
}
