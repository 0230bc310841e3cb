//! Go.

use super::{Around, Dialect, Found, Inside, Meet, Node, Place, SymbolKind, Visibility, child, children, field, parts};
use super::{plain_type, tokens};

pub(super) struct Go;

impl Dialect for Go {
    fn meet<'t>(&self, place: &Place<'_, 't>, around: &Around<'_>) -> Meet<'t> {
        use SymbolKind as K;
        let node = place.node;
        match place.kind() {
            "function_declaration" => function(place, K::Function, Vec::new()),
            "method_declaration" => {
                let receiver = place.field("receiver").and_then(|list| list.named_child(0));
                let receiver = receiver.and_then(|one| one.child_by_field_name("type")).map(|node| place.text(node));
                let receiver = receiver.unwrap_or_default().strip_prefix(b"*").or(receiver).unwrap_or_default();
                function(place, K::Method, vec![plain_type(receiver.trim_ascii())])
            }
            "method_elem" => function(place, K::Method, Vec::new()),
            "type_spec" | "type_alias" => {
                let of = place.field("type");
                let (kind, body) = match of.map(|node| node.kind()) {
                    Some("struct_type") => (K::Type, of),
                    Some("interface_type") => (K::Interface, of),
                    _ => (K::Type, None),
                };
                named(field(place, "name"), kind, node)
                    .with_body(body)
                    .inside(Inside::Members(Visibility::Public))
                    .into()
            }
            "field_declaration" => many(place, K::Field),
            "const_spec" | "var_spec" if around.holder.is_none() => many(place, K::Constant),
            "block" | "func_literal" | "comment" => Meet::Stop,
            _ => Meet::Pass,
        }
    }

    fn namespace(&self, place: &Place<'_, '_>) -> Option<Vec<Vec<u8>>> {
        let name = child(place.node, &["package_identifier"]).filter(|_| place.kind() == "package_clause")?;
        Some(parts(place.text(name), b""))
    }
}

fn named<'t>(name: &[u8], kind: SymbolKind, node: Node<'t>) -> Found<'t> {
    let first = String::from_utf8_lossy(name).chars().next();
    let exported = first.is_some_and(char::is_uppercase);
    Found::new(name, kind, node).seen(if exported { Visibility::Public } else { Visibility::Internal })
}

/// `a, b int` declares several names.
fn many<'t>(place: &Place<'_, 't>, kind: SymbolKind) -> Meet<'t> {
    let mut cursor = place.node.walk();
    let names = place.node.children_by_field_name("name", &mut cursor).filter(Node::is_named);
    let kind_of = place.field("type").map(|node| tokens::plain(&Go, place, node)).unwrap_or_default();
    let value = place.field("value");
    let found = names.map(|name| {
        let text = place.text(name);
        let signature = [text, b" ", &kind_of].concat();
        Found { signature: Some(signature), ..named(text, kind, place.node).with_body(value) }.inside(Inside::Pass)
    });
    Meet::Symbols(found.filter(|one| one.name != b"_").collect())
}

fn function<'t>(place: &Place<'_, 't>, kind: SymbolKind, within: Vec<Vec<u8>>) -> Meet<'t> {
    let name = field(place, "name");
    let mut signature = [b"func ", name].concat();
    if let Some(node) = place.field("type_parameters") {
        signature.extend(tokens::plain(&Go, place, node));
    }
    for node in ["parameters", "result"].into_iter().filter_map(|field| place.field(field)) {
        signature.push(b' ');
        signature.extend(types(place, node));
    }
    let signature = replaced(&signature, b"interface { }", b"any");
    Found { within, signature: Some(signature), ..named(name, kind, place.node) }.into()
}

/// The types of a list of parameters, each as often as it has names: `a, b int` is `a int, b int`.
fn types(place: &Place<'_, '_>, list: Node<'_>) -> Vec<u8> {
    if list.kind() != "parameter_list" {
        return tokens::plain(&Go, place, list);
    }
    let mut all: Vec<Vec<u8>> = Vec::new();
    for one in children(list).into_iter().filter(|node| node.kind() != "comment") {
        let of = one.child_by_field_name("type").map(|node| tokens::plain(&Go, place, node)).unwrap_or_default();
        let of = if one.kind() == "variadic_parameter_declaration" { [b"... ", of.as_slice()].concat() } else { of };
        let mut cursor = one.walk();
        let names = one.children_by_field_name("name", &mut cursor).filter(Node::is_named).count();
        all.extend(std::iter::repeat_n(of, names.max(1)));
    }
    [b"( ", all.join(&b" , "[..]).as_slice(), b" )"].concat()
}

fn replaced(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    for found in memchr::memmem::find_iter(text, from) {
        out.extend_from_slice(text.get(at..found).unwrap_or_default());
        out.extend_from_slice(to);
        at = found + from.len();
    }
    out.extend_from_slice(text.get(at..).unwrap_or_default());
    out
}
