//! Swift.

use super::tokens::Show;
use super::words;
use super::{
    Around, Dialect, Found, Inside, Meet, Place, Scope, SymbolKind, Visibility, child, children, field, parts,
};

pub(super) struct Swift;

impl Dialect for Swift {
    fn meet<'t>(&self, place: &Place<'_, 't>, around: &Around<'_>) -> Meet<'t> {
        use SymbolKind as K;
        let node = place.node;
        let named = |name: &[u8], kind| Found { visibility: visibility(place, around), ..Found::new(name, kind, node) };
        let found = |kind| named(field(place, "name"), kind);
        let in_type = matches!(around.holder, Some(K::Type | K::Interface | K::Enum));
        match place.kind() {
            "class_declaration" if field(place, "declaration_kind") == b"extension" => Meet::Scope(Scope {
                names: parts(field(place, "name"), b"."),
                members: visibility(place, around).unwrap_or(Visibility::Internal),
                most: Visibility::Public,
                kind: Some(K::Type),
                test: false,
            }),
            "class_declaration" => {
                let kind = if field(place, "declaration_kind") == b"enum" { K::Enum } else { K::Type };
                found(kind).inside(Inside::Members(Visibility::Internal)).into()
            }
            "protocol_declaration" => {
                let found = found(K::Interface);
                let members = found.visibility.unwrap_or(Visibility::Internal);
                found.inside(Inside::Members(members)).into()
            }
            "function_declaration" | "protocol_function_declaration" => {
                let kind = if in_type { K::Method } else { K::Function };
                found(kind).inside(Inside::Local).into()
            }
            "init_declaration" => named(b"init", K::Method).inside(Inside::Local).into(),
            "property_declaration" | "protocol_property_declaration" => {
                if matches!(around.holder, Some(K::Function | K::Method)) {
                    return Meet::Pass;
                }
                let kind = if in_type { K::Property } else { K::Constant };
                let name = place.field("name").and_then(|name| name.child_by_field_name("bound_identifier"));
                let body = place.field("computed_value").or_else(|| place.field("value"));
                named(name.map(|name| place.text(name)).unwrap_or_default(), kind)
                    .with_body(body)
                    .inside(Inside::Local)
                    .into()
            }
            "enum_entry" => {
                let mut cursor = node.walk();
                let names: Vec<_> = node.children_by_field_name("name", &mut cursor).collect();
                let all = names
                    .into_iter()
                    .map(|name| Found::new(place.text(name), K::Variant, node).seen(Visibility::Public));
                Meet::Symbols(all.collect())
            }
            "typealias_declaration" | "associatedtype_declaration" => found(K::Type).with_body(None).into(),
            "macro_declaration" => {
                let name = child(node, &["simple_identifier"]).map(|name| place.text(name)).unwrap_or_default();
                named(name, K::Macro).into()
            }
            "macro_invocation" => Meet::Hidden,
            "lambda_literal" | "line_string_literal" | "comment" | "multiline_comment" => Meet::Stop,
            _ => Meet::Pass,
        }
    }

    fn show(&self, _: &str, _: Option<&str>, kind: &str) -> Show {
        if kind == "attribute" { Show::Nothing } else { Show::Whole }
    }
}

/// `None`: as the scope says. At the top, names are for the module alone unless they say otherwise.
fn visibility(place: &Place<'_, '_>, around: &Around<'_>) -> Option<Visibility> {
    let lists = children(place.node).into_iter().filter(|node| node.kind() == "modifiers");
    let written = lists.flat_map(|list| words(place, list, "visibility_modifier")).next();
    match written {
        Some(b"public" | b"open" | b"package") => Some(Visibility::Public),
        Some(_) => Some(Visibility::Internal),
        None => around.holder.is_none().then_some(Visibility::Internal),
    }
}
