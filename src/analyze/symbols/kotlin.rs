//! Kotlin.

use super::tokens::Show;
use super::{Around, Dialect, Found, Inside, Meet, Node, Place, Scope, SymbolKind, Visibility, child, children, field};
use super::{parts, plain_type, words};

pub(super) struct Kotlin;

impl Dialect for Kotlin {
    fn meet<'t>(&self, place: &Place<'_, 't>, around: &Around<'_>) -> Meet<'t> {
        use SymbolKind as K;
        let node = place.node;
        let found = |name: &[u8], kind| Found::new(name, kind, node).seen(visibility(place));
        let members = Inside::Members(Visibility::Public);
        match place.kind() {
            "class_declaration" => {
                let kind = match child(node, &["interface", "enum_class_body"]).map(|node| node.kind()) {
                    Some("interface") => K::Interface,
                    Some(_) => K::Enum,
                    None => K::Type,
                };
                let body = child(node, &["class_body", "enum_class_body"]);
                found(field(place, "name"), kind).with_body(body).inside(members).into()
            }
            "object_declaration" => {
                found(field(place, "name"), K::Type).with_body(child(node, &["class_body"])).inside(members).into()
            }
            // What a companion holds is named by the class itself.
            "companion_object" => Meet::Scope(Scope {
                names: Vec::new(),
                members: Visibility::Public,
                most: visibility(place),
                kind: Some(K::Type),
                test: false,
            }),
            "enum_entry" => {
                let name = child(node, &["identifier"]).map(|node| place.text(node)).unwrap_or_default();
                found(name, K::Variant).with_body(child(node, &["class_body"])).into()
            }
            "function_declaration" => {
                let within = receiver(place);
                let kind = if within.is_empty() && !is_type(around.holder) { K::Function } else { K::Method };
                let body = child(node, &["function_body"]);
                Found { within, ..found(field(place, "name"), kind) }.with_body(body).inside(Inside::Local).into()
            }
            "class_parameter" => match child(node, &["val", "var"]) {
                Some(_) => {
                    let name = child(node, &["identifier"]).map(|node| place.text(node)).unwrap_or_default();
                    found(name, K::Property).into()
                }
                None => Meet::Stop,
            },
            "property_declaration" if !matches!(around.holder, Some(K::Function | K::Method)) => {
                property(place, around)
            }
            "type_alias" => {
                let name = place.field("type").map(|node| place.text(node)).unwrap_or_default();
                found(name, K::Type).with_body(None).into()
            }
            "lambda_literal" | "string_literal" | "line_comment" | "block_comment" | "annotation" => Meet::Stop,
            _ => Meet::Pass,
        }
    }

    fn namespace(&self, place: &Place<'_, '_>) -> Option<Vec<Vec<u8>>> {
        let name = child(place.node, &["qualified_identifier"]).filter(|_| place.kind() == "package_header")?;
        Some(parts(place.text(name), b"."))
    }

    fn show(&self, _: &str, _: Option<&str>, kind: &str) -> Show {
        if kind == "annotation" { Show::Nothing } else { Show::Whole }
    }
}

fn is_type(holder: Option<SymbolKind>) -> bool {
    matches!(holder, Some(SymbolKind::Type | SymbolKind::Interface | SymbolKind::Enum))
}

/// Public, unless it says otherwise.
fn visibility(place: &Place<'_, '_>) -> Visibility {
    let written = child(place.node, &["modifiers"]).map(|list| words(place, list, "visibility_modifier"));
    match written.unwrap_or_default().first().copied() {
        Some(b"private" | b"internal") => Visibility::Internal,
        Some(b"protected") => Visibility::Unknown,
        _ => Visibility::Public,
    }
}

/// The type an extension is for: what stands before the name.
fn receiver(place: &Place<'_, '_>) -> Vec<Vec<u8>> {
    let Some(name) = place.field("name") else { return Vec::new() };
    let before = children(place.node).into_iter().take_while(|node| node.start_byte() < name.start_byte());
    let kinds = ["user_type", "nullable_type", "parenthesized_type"];
    before.filter(|node| kinds.contains(&node.kind())).map(|node| plain_type(place.text(node))).collect()
}

fn property<'t>(place: &Place<'_, 't>, around: &Around<'_>) -> Meet<'t> {
    let kind = if is_type(around.holder) { SymbolKind::Property } else { SymbolKind::Constant };
    let all = children(place.node);
    // The value is what follows the sign.
    let mut cursor = place.node.walk();
    let sign = place.node.children(&mut cursor).find(|node| node.kind() == "=");
    let value = sign.and_then(|sign| all.iter().copied().find(|node| node.start_byte() > sign.start_byte()));
    let names = |node: &Node<'t>| match node.kind() {
        "variable_declaration" => child(*node, &["identifier"]).into_iter().collect(),
        "multi_variable_declaration" => {
            children(*node).into_iter().filter_map(|one| child(one, &["identifier"])).collect()
        }
        _ => Vec::new(),
    };
    let found = all.iter().flat_map(names).map(|name| {
        Found::new(place.text(name), kind, place.node).seen(visibility(place)).with_body(value).inside(Inside::Local)
    });
    Meet::Symbols(found.collect())
}
