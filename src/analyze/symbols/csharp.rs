//! C#.

use super::tokens::Show;
use super::{
    Around, Dialect, Found, Inside, Meet, Place, Scope, SymbolKind, Visibility, child, children, field, parts,
};
use super::{tokens, words};

pub(super) struct CSharp;

impl Dialect for CSharp {
    fn meet<'t>(&self, place: &Place<'_, 't>, around: &Around<'_>) -> Meet<'t> {
        use SymbolKind as K;
        let found = |kind| Found {
            visibility: visibility(place, around),
            ..Found::new(field(place, "name"), kind, place.node)
        };
        let members = Inside::Members(Visibility::Internal);
        match place.kind() {
            "class_declaration" | "struct_declaration" | "record_declaration" => found(K::Type).inside(members).into(),
            "interface_declaration" => found(K::Interface).inside(Inside::Members(Visibility::Public)).into(),
            "enum_declaration" => found(K::Enum).inside(Inside::Members(Visibility::Public)).into(),
            "enum_member_declaration" => found(K::Variant).with_body(place.field("value")).into(),
            "delegate_declaration" => found(K::Type).into(),
            "method_declaration" | "constructor_declaration" => found(K::Method).inside(Inside::Local).into(),
            "local_function_statement" => found(K::Function).inside(Inside::Local).into(),
            "property_declaration" => found(K::Property).with_body(place.field("value")).inside(Inside::Stop).into(),
            "event_declaration" => found(K::Field).inside(Inside::Stop).into(),
            "field_declaration" | "event_field_declaration" => fields(place, around),
            "namespace_declaration" => Meet::Scope(Scope {
                names: parts(field(place, "name"), b"."),
                members: Visibility::Internal,
                most: Visibility::Public,
                kind: Some(K::Module),
                test: false,
            }),
            "lambda_expression" | "string_literal" | "comment" | "attribute_list" => Meet::Stop,
            _ => Meet::Pass,
        }
    }

    fn namespace(&self, place: &Place<'_, '_>) -> Option<Vec<Vec<u8>>> {
        (place.kind() == "file_scoped_namespace_declaration").then(|| parts(field(place, "name"), b"."))
    }

    /// Callers may name parameters, so their names count.
    fn show(&self, _: &str, _: Option<&str>, kind: &str) -> Show {
        if kind == "attribute_list" { Show::Nothing } else { Show::Whole }
    }
}

/// `None`: as the scope says.
fn visibility(place: &Place<'_, '_>, around: &Around<'_>) -> Option<Visibility> {
    let written = words(place, place.node, "modifier").into_iter().find_map(|word| match word {
        b"public" => Some(Visibility::Public),
        b"protected" => Some(Visibility::Unknown),
        b"private" | b"internal" | b"file" => Some(Visibility::Internal),
        _ => None,
    });
    let top = matches!(around.holder, None | Some(SymbolKind::Module));
    written.or(top.then_some(Visibility::Internal))
}

fn fields<'t>(place: &Place<'_, 't>, around: &Around<'_>) -> Meet<'t> {
    let Some(list) = child(place.node, &["variable_declaration"]) else { return Meet::Pass };
    let of = list.child_by_field_name("type").map(|node| tokens::plain(&CSharp, place, node)).unwrap_or_default();
    let found = children(list).into_iter().filter(|one| one.kind() == "variable_declarator").filter_map(|one| {
        let name = one.child_by_field_name("name")?;
        let value = children(one).into_iter().find(|node| node.id() != name.id());
        let found = Found::new(place.text(name), SymbolKind::Field, place.node).with_body(value);
        let signature = [of.as_slice(), b" ", place.text(name)].concat();
        Some(Found { visibility: visibility(place, around), signature: Some(signature), ..found })
    });
    Meet::Symbols(found.collect())
}
