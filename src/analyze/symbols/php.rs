//! PHP.

use super::tokens::Show;
use super::{
    Around, Dialect, Found, Inside, Meet, Place, Scope, SymbolKind, Visibility, child, children, field, parts,
};

pub(super) struct Php;

impl Dialect for Php {
    fn meet<'t>(&self, place: &Place<'_, 't>, around: &Around<'_>) -> Meet<'t> {
        use SymbolKind as K;
        let node = place.node;
        let found = |kind| Found::new(field(place, "name"), kind, node);
        let open = |kind| Meet::from(found(kind).seen(Visibility::Public).inside(Inside::Members(Visibility::Public)));
        match place.kind() {
            "function_definition" => found(K::Function).seen(Visibility::Public).inside(Inside::Local).into(),
            "class_declaration" => open(K::Type),
            "interface_declaration" => open(K::Interface),
            "trait_declaration" => open(K::Trait),
            "enum_declaration" => open(K::Enum),
            "enum_case" => found(K::Variant).with_body(place.field("value")).into(),
            "method_declaration" => found(K::Method).seen(visibility(place)).inside(Inside::Local).into(),
            "property_promotion_parameter" => {
                let found = Found::new(variable(field(place, "name")), K::Property, node);
                found.with_body(place.field("default_value")).seen(visibility(place)).into()
            }
            "property_declaration" | "const_declaration" => elements(place, around),
            "namespace_definition" if place.field("body").is_some() => Meet::Scope(Scope {
                names: parts(field(place, "name"), b"\\"),
                members: Visibility::Public,
                most: Visibility::Public,
                kind: Some(K::Module),
                test: false,
            }),
            "function_call_expression" if matches!(field(place, "function"), b"define" | b"class_alias" | b"eval") => {
                Meet::Hidden
            }
            "anonymous_function" | "arrow_function" | "string" | "encapsed_string" | "heredoc" | "comment" => {
                Meet::Stop
            }
            _ => Meet::Pass,
        }
    }

    fn namespace(&self, place: &Place<'_, '_>) -> Option<Vec<Vec<u8>>> {
        let whole = place.kind() == "namespace_definition" && place.field("body").is_none();
        whole.then(|| parts(field(place, "name"), b"\\"))
    }

    /// Callers may name parameters, so their names count.
    fn show(&self, _: &str, _: Option<&str>, kind: &str) -> Show {
        if kind == "attribute_list" { Show::Nothing } else { Show::Whole }
    }
}

fn variable(text: &[u8]) -> &[u8] {
    text.trim_ascii().strip_prefix(b"&").unwrap_or(text).strip_prefix(b"$").unwrap_or(text)
}

/// Public, unless it says otherwise.
fn visibility(place: &Place<'_, '_>) -> Visibility {
    match child(place.node, &["visibility_modifier"]).map(|node| place.text(node)) {
        Some(text) if text.starts_with(b"private") => Visibility::Internal,
        Some(text) if text.starts_with(b"protected") => Visibility::Unknown,
        _ => Visibility::Public,
    }
}

fn elements<'t>(place: &Place<'_, 't>, around: &Around<'_>) -> Meet<'t> {
    let kind = match (place.kind(), around.holder) {
        ("property_declaration", _) => SymbolKind::Property,
        (_, Some(SymbolKind::Type | SymbolKind::Interface | SymbolKind::Trait | SymbolKind::Enum)) => SymbolKind::Field,
        _ => SymbolKind::Constant,
    };
    let all = children(place.node).into_iter().filter(|one| matches!(one.kind(), "property_element" | "const_element"));
    let found = all.filter_map(|one| {
        let name = one.child_by_field_name("name").or_else(|| child(one, &["name"]))?;
        let text = variable(place.text(name));
        let found = Found::new(text, kind, one).seen(visibility(place)).with_body(Some(one));
        Some(Found { signature: Some(text.to_vec()), ..found }.inside(Inside::Stop))
    });
    Meet::Symbols(found.collect())
}
