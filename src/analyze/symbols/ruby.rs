//! Ruby.

use super::{Around, Dialect, Found, Inside, Meet, Node, Place, Scope, SymbolKind, Visibility};
use super::{children, field, parts};

pub(super) struct Ruby;

impl Dialect for Ruby {
    fn meet<'t>(&self, place: &Place<'_, 't>, around: &Around<'_>) -> Meet<'t> {
        use SymbolKind as K;
        let node = place.node;
        let in_method = matches!(around.holder, Some(K::Function | K::Method));
        match place.kind() {
            "class" | "module" => {
                let mut names = parts(field(place, "name"), b":");
                let last = names.pop().unwrap_or_default();
                let kind = if place.kind() == "class" { K::Type } else { K::Module };
                let found = Found { within: names, ..Found::new(&last, kind, node) };
                found.seen(Visibility::Public).inside(Inside::Members(Visibility::Public)).into()
            }
            "singleton_class" => Meet::Scope(Scope {
                names: Vec::new(),
                members: Visibility::Public,
                most: Visibility::Public,
                kind: Some(K::Type),
                test: false,
            }),
            "method" | "singleton_method" => {
                let kind = if around.holder.is_some() { K::Method } else { K::Function };
                let found = Found::new(field(place, "name"), kind, node).inside(Inside::Local);
                // What is private by `private def …` stands in a call of that name.
                let call = place.ancestors.iter().rev().nth(1).filter(|one| one.kind() == "call");
                let word = call.and_then(|one| one.child_by_field_name("method")).map(|one| place.text(one));
                let singleton = place.kind() == "singleton_method";
                Found {
                    visibility: match word {
                        Some(b"private" | b"private_class_method") => Some(Visibility::Internal),
                        Some(b"protected") => Some(Visibility::Unknown),
                        _ if singleton || around.holder.is_none() => Some(Visibility::Public),
                        _ => None,
                    },
                    ..found
                }
                .into()
            }
            "assignment" if !in_method => constant(place),
            "alias" => Found::new(field(place, "name"), K::Method, node).into(),
            "identifier" if !in_method => switch(place.text(node)),
            "call" if !in_method => call(place),
            "lambda" | "string" | "comment" | "heredoc_body" => Meet::Stop,
            _ => Meet::Pass,
        }
    }
}

fn switch<'t>(word: &[u8]) -> Meet<'t> {
    match word {
        b"private" => Meet::Switch(Visibility::Internal),
        b"protected" => Meet::Switch(Visibility::Unknown),
        b"public" => Meet::Switch(Visibility::Public),
        _ => Meet::Pass,
    }
}

fn constant<'t>(place: &Place<'_, 't>) -> Meet<'t> {
    let Some(left) = place.field("left").filter(|left| left.kind() == "constant") else { return Meet::Pass };
    let right = place.field("right");
    let makes_type = right.is_some_and(|node| {
        let text = place.text(node);
        [&b"Struct.new"[..], b"Class.new", b"Data.define", b"Module.new"].iter().any(|start| text.starts_with(start))
    });
    let kind = if makes_type { SymbolKind::Type } else { SymbolKind::Constant };
    let name = place.text(left);
    let found = Found::new(name, kind, place.node).seen(Visibility::Public).with_body(right);
    Found { signature: Some(name.to_vec()), ..found.inside(Inside::Members(Visibility::Public)) }.into()
}

/// A plain `:name`.
fn symbol<'a>(place: &Place<'a, '_>, node: Node<'_>) -> Option<&'a [u8]> {
    if node.kind() != "simple_symbol" {
        return None;
    }
    place.text(node).strip_prefix(b":")
}

/// Calls that stand for declarations, and those that may.
fn call<'t>(place: &Place<'_, 't>) -> Meet<'t> {
    if place.field("receiver").is_some() {
        let makes = matches!(
            field(place, "method"),
            b"define_method"
                | b"class_eval"
                | b"module_eval"
                | b"instance_eval"
                | b"const_set"
                | b"send"
                | b"public_send"
                | b"define_singleton_method"
        );
        return if makes { Meet::Hidden } else { Meet::Pass };
    }
    let arguments = place.field("arguments").map(children).unwrap_or_default();
    let named = |kind| {
        let found = arguments.iter().filter_map(|one| Some((*one, symbol(place, *one)?)));
        let found = found.map(|(one, name)| Found::new(name, kind, one).inside(Inside::Pass));
        Meet::Symbols(found.collect())
    };
    match field(place, "method") {
        b"attr_accessor" | b"attr_reader" | b"attr_writer" => named(SymbolKind::Property),
        b"define_method" if arguments.first().is_some_and(|one| symbol(place, *one).is_some()) => {
            named(SymbolKind::Method)
        }
        b"private"
        | b"public"
        | b"protected"
        | b"private_class_method"
        | b"module_function"
        | b"describe"
        | b"context"
        | b"it"
        | b"require"
        | b"require_relative"
        | b"raise"
        | b"puts" => Meet::Pass,
        // A call with names as arguments in the body of a class may declare them in its own way.
        _ if arguments.iter().any(|one| matches!(one.kind(), "simple_symbol" | "string" | "pair")) => Meet::Hidden,
        _ => Meet::Pass,
    }
}
