//! Java.

use super::tokens;
use super::tokens::Show;
use super::{Around, Dialect, Found, Inside, Meet, Place, SymbolKind, Visibility, child, children, field, parts};

pub(super) struct Java;

impl Dialect for Java {
    fn meet<'t>(&self, place: &Place<'_, 't>, around: &Around<'_>) -> Meet<'t> {
        use SymbolKind as K;
        let node = place.node;
        let found = |kind| {
            let found = Found::new(field(place, "name"), kind, node);
            Found { visibility: visibility(place, around), ..found }
        };
        let members = Inside::Members(Visibility::Internal);
        let local = matches!(around.holder, Some(K::Method | K::Function));
        match place.kind() {
            "class_declaration" => found(K::Type).inside(members).into(),
            "record_declaration" => record(place, found(K::Type).inside(members)),
            "interface_declaration" | "annotation_type_declaration" => {
                found(K::Interface).inside(Inside::Members(Visibility::Public)).into()
            }
            "enum_declaration" => found(K::Enum).inside(members).into(),
            "enum_constant" => found(K::Variant).seen(Visibility::Public).with_body(None).into(),
            "method_declaration" | "constructor_declaration" | "compact_constructor_declaration" => {
                found(K::Method).inside(Inside::Local).into()
            }
            "annotation_type_element_declaration" => found(K::Method).with_body(place.field("value")).into(),
            "field_declaration" | "constant_declaration" if !local => fields(place, around),
            "lambda_expression" | "string_literal" | "annotation" | "line_comment" | "block_comment" => Meet::Stop,
            _ => Meet::Pass,
        }
    }

    fn namespace(&self, place: &Place<'_, '_>) -> Option<Vec<Vec<u8>>> {
        let name = child(place.node, &["scoped_identifier", "identifier"]);
        name.filter(|_| place.kind() == "package_declaration").map(|name| parts(place.text(name), b"."))
    }

    fn show(&self, parent: &str, field: Option<&str>, kind: &str) -> Show {
        match (parent, field, kind) {
            ("formal_parameter", Some("name"), _) => Show::Blank,
            ("formal_parameter", _, "modifiers") | (_, _, "annotation" | "marker_annotation") => Show::Nothing,
            ("modifiers", _, "synchronized" | "native" | "strictfp") => Show::Nothing,
            _ => Show::Whole,
        }
    }
}

/// `None`: as the scope says, which in an interface is public.
fn visibility(place: &Place<'_, '_>, around: &Around<'_>) -> Option<Visibility> {
    let written = child(place.node, &["modifiers"]).and_then(|list| {
        let mut cursor = list.walk();
        list.children(&mut cursor).find_map(|word| match word.kind() {
            "public" => Some(Visibility::Public),
            "protected" => Some(Visibility::Unknown),
            "private" => Some(Visibility::Internal),
            _ => None,
        })
    });
    written.or(if around.holder.is_none() { Some(Visibility::Internal) } else { None })
}

fn fields<'t>(place: &Place<'_, 't>, around: &Around<'_>) -> Meet<'t> {
    let of = place.field("type").map(|node| tokens::plain(&Java, place, node)).unwrap_or_default();
    let mut cursor = place.node.walk();
    let found = place.node.children_by_field_name("declarator", &mut cursor).filter_map(|one| {
        let name = place.text(one.child_by_field_name("name")?);
        let found = Found::new(name, SymbolKind::Field, place.node).with_body(one.child_by_field_name("value"));
        let signature = [of.as_slice(), b" ", name].concat();
        let found = Found { visibility: visibility(place, around), signature: Some(signature), ..found };
        Some(found.inside(Inside::Pass))
    });
    Meet::Symbols(found.collect())
}

/// The components of a record are its fields, and the methods that read them.
fn record<'t>(place: &Place<'_, 't>, found: Found<'t>) -> Meet<'t> {
    let mut all = vec![found];
    for one in place.field("parameters").map(children).unwrap_or_default() {
        if let Some(name) = one.child_by_field_name("name").map(|node| place.text(node)) {
            let within = all.first().map(|first| first.name.clone()).into_iter().collect();
            let visibility = all.first().and_then(|first| first.visibility);
            all.push(Found { within, visibility, ..Found::new(name, SymbolKind::Field, one) });
        }
    }
    Meet::Symbols(all)
}
