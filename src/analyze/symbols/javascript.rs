//! JavaScript and TypeScript, with and without JSX.

use super::tokens::Show;
use super::{Around, Dialect, FileSymbols, Found, Inside, Meet, Node, Parsed, Place, Scope, SymbolKind, Visibility};
use super::{child, children, field, parts};

pub(super) struct JavaScript;

impl Dialect for JavaScript {
    fn meet<'t>(&self, place: &Place<'_, 't>, around: &Around<'_>) -> Meet<'t> {
        use SymbolKind as K;
        let node = place.node;
        let found = |kind| Found::new(field(place, "name"), kind, node).seen(exported(place));
        let members = Inside::Members(Visibility::Public);
        match place.kind() {
            "function_declaration" | "generator_function_declaration" | "function_signature" => {
                found(K::Function).inside(Inside::Local).into()
            }
            "class_declaration" | "abstract_class_declaration" => found(K::Type).inside(members).into(),
            "interface_declaration" => found(K::Interface).inside(members).into(),
            "type_alias_declaration" => found(K::Type).with_body(None).into(),
            "enum_declaration" => found(K::Enum).inside(members).into(),
            "enum_assignment" => found(K::Variant).seen(Visibility::Public).with_body(place.field("value")).into(),
            "property_identifier" if place.parent().is_some_and(|parent| parent.kind() == "enum_body") => {
                Found::new(place.text(node), K::Variant, node).seen(Visibility::Public).into()
            }
            "internal_module" | "module" if place.field("body").is_some() => {
                let name = unquoted(field(place, "name"));
                let mut names = parts(name, b".");
                let last = names.pop().unwrap_or_default();
                let found = Found { within: names, ..Found::new(&last, K::Module, node) };
                found.seen(exported(place)).inside(Inside::Members(Visibility::Internal)).into()
            }
            "method_definition" | "method_signature" | "abstract_method_signature" => method(place),
            "public_field_definition" | "property_signature" => member(place, "name"),
            "field_definition" => member(place, "property"),
            "required_parameter" | "optional_parameter" => match child(node, &["accessibility_modifier"]) {
                Some(_) => {
                    let name = field(place, "pattern");
                    let found = Found::new(name, K::Field, node).with_body(None).seen(access(place, name));
                    found.into()
                }
                None => Meet::Stop,
            },
            "variable_declarator" => variable(place, around),
            "pair" => pair(place, around),
            "assignment_expression" => assignment(place, around),
            "export_statement" => export(place),
            "call_expression" => match field(place, "function") {
                b"Object.defineProperty" | b"Object.defineProperties" | b"Object.assign" | b"eval" => Meet::Hidden,
                _ => Meet::Pass,
            },
            "string" | "template_string" | "regex" | "comment" => Meet::Stop,
            _ => Meet::Pass,
        }
    }

    fn show(&self, parent: &str, field: Option<&str>, kind: &str) -> Show {
        match (parent, field, kind) {
            ("required_parameter" | "optional_parameter", Some("pattern"), "identifier")
            | ("formal_parameters", _, "identifier") => Show::Blank,
            ("required_parameter" | "optional_parameter", Some("value"), _)
            | ("assignment_pattern", Some("right"), _) => Show::Blank,
            (_, _, "decorator") => Show::Nothing,
            _ => Show::Whole,
        }
    }

    /// `export { a, b as c }` names what was declared elsewhere in the file.
    fn finish(&self, found: &mut FileSymbols, parsed: &Parsed<'_>) {
        let text = |node: Node<'_>| parsed.source().get(node.byte_range()).unwrap_or_default();
        let mut listed: rustc_hash::FxHashSet<&[u8]> = rustc_hash::FxHashSet::default();
        for statement in children(parsed.root()) {
            match statement.kind() {
                "export_statement" if statement.child_by_field_name("source").is_none() => {
                    let clause = child(statement, &["export_clause"]).map(children).unwrap_or_default();
                    listed.extend(clause.iter().filter_map(|one| one.child_by_field_name("name")).map(text));
                    let value = statement.child_by_field_name("value").filter(|node| node.kind() == "identifier");
                    listed.extend(value.map(text));
                }
                "expression_statement" => {
                    let Some(right) = statement.named_child(0).and_then(common_js) else { continue };
                    let all = if right.kind() == "object" { children(right) } else { vec![right] };
                    listed.extend(all.into_iter().filter_map(|one| match one.kind() {
                        "identifier" | "shorthand_property_identifier" => Some(text(one)),
                        "pair" => one.child_by_field_name("value").map(text),
                        _ => None,
                    }));
                    if let Some(name) = common_js_member(statement.named_child(0), text) {
                        listed.insert(name);
                    }
                }
                _ => {}
            }
        }
        for symbol in found.symbols.iter_mut().filter(|symbol| symbol.container.is_empty()) {
            if listed.contains(symbol.name.as_slice()) {
                symbol.visibility = Visibility::Public;
            }
        }
    }
}

/// What `module.exports = …` gives.
fn common_js(assignment: Node<'_>) -> Option<Node<'_>> {
    let left = assignment.child_by_field_name("left").filter(|node| node.kind() == "member_expression")?;
    (left.child_by_field_name("object")?.kind() == "identifier").then(|| assignment.child_by_field_name("right"))?
}

/// `b` of `exports.a = b`.
fn common_js_member<'s>(assignment: Option<Node<'_>>, text: impl Fn(Node<'_>) -> &'s [u8]) -> Option<&'s [u8]> {
    let left = text(assignment?.child_by_field_name("left")?);
    let right = assignment?.child_by_field_name("right").filter(|node| node.kind() == "identifier")?;
    (left.starts_with(b"exports.") || left.starts_with(b"module.exports.")).then(|| text(right))
}

fn exported(place: &Place<'_, '_>) -> Visibility {
    let outer = place.ancestors.iter().rev().find(|node| {
        !matches!(
            node.kind(),
            "lexical_declaration" | "variable_declaration" | "ambient_declaration" | "expression_statement"
        )
    });
    match outer.map(Node::kind) {
        Some("export_statement") => Visibility::Public,
        _ => Visibility::Internal,
    }
}

fn unquoted(text: &[u8]) -> &[u8] {
    text.trim_ascii()
        .trim_ascii_start()
        .strip_prefix(b"\"")
        .and_then(|rest| rest.strip_suffix(b"\""))
        .unwrap_or_else(|| text.strip_prefix(b"'").and_then(|rest| rest.strip_suffix(b"'")).unwrap_or(text))
}

fn access(place: &Place<'_, '_>, name: &[u8]) -> Visibility {
    match child(place.node, &["accessibility_modifier"]).map(|node| place.text(node)) {
        Some(b"private") => Visibility::Internal,
        Some(b"protected") => Visibility::Unknown,
        _ if name.starts_with(b"#") => Visibility::Internal,
        _ => Visibility::Public,
    }
}

fn is_computed(place: &Place<'_, '_>, name: &str) -> bool {
    place.field(name).is_some_and(|node| node.kind() == "computed_property_name")
}

fn is_function(node: Node<'_>) -> bool {
    matches!(node.kind(), "arrow_function" | "function_expression" | "generator_function")
}

fn method<'t>(place: &Place<'_, 't>) -> Meet<'t> {
    if is_computed(place, "name") {
        return Meet::Hidden;
    }
    let name = unquoted(field(place, "name"));
    let accessor = child(place.node, &["get", "set"]).is_some();
    let kind = if accessor { SymbolKind::Property } else { SymbolKind::Method };
    Found::new(name, kind, place.node).seen(access(place, name)).inside(Inside::Local).into()
}

fn member<'t>(place: &Place<'_, 't>, key: &str) -> Meet<'t> {
    if is_computed(place, key) {
        return Meet::Hidden;
    }
    let name = unquoted(field(place, key));
    let value = place.field("value");
    let kind = if value.is_some_and(is_function) { SymbolKind::Method } else { SymbolKind::Field };
    of_value(place, Found::new(name, kind, place.node).seen(access(place, name)), value)
}

/// A function's signature is its parameters, whatever it is a value of.
fn of_value<'t>(place: &Place<'_, 't>, found: Found<'t>, value: Option<Node<'t>>) -> Meet<'t> {
    let Some(value) = value else { return found.with_body(None).into() };
    if !is_function(value) {
        return found.with_body(Some(value)).inside(Inside::Members(Visibility::Public)).into();
    }
    let mut signature = found.name.clone();
    if let Some(node) = place.field("type") {
        signature.extend(super::tokens::plain(&JavaScript, place, node));
    }
    for node in ["type_parameters", "parameters", "parameter", "return_type"] {
        if let Some(node) = value.child_by_field_name(node) {
            signature.push(b' ');
            // One parameter may stand without brackets.
            if node.kind() == "identifier" {
                signature.extend_from_slice(b"( _ )");
            } else {
                signature.extend(super::tokens::plain(&JavaScript, place, node));
            }
        }
    }
    Found { signature: Some(signature), ..found.with_body(Some(value)).inside(Inside::Local) }.into()
}

fn variable<'t>(place: &Place<'_, 't>, around: &Around<'_>) -> Meet<'t> {
    use SymbolKind as K;
    let value = place.field("value");
    let local = !matches!(around.holder, None | Some(K::Module));
    let makes = |kinds: &[&str]| value.is_some_and(|value| kinds.contains(&value.kind()));
    if local && !value.is_some_and(is_function) && !makes(&["class"]) || is_in_block(place) {
        return Meet::Pass;
    }
    let required = value
        .filter(|value| value.kind() == "call_expression")
        .and_then(|call| call.child_by_field_name("function").map(|callee| place.text(callee)));
    if required == Some(b"require") {
        return Meet::Stop;
    }
    let Some(name) = place.field("name") else { return Meet::Pass };
    if name.kind() == "identifier" {
        let kind = match value {
            Some(value) if is_function(value) => K::Function,
            Some(value) if value.kind() == "class" => K::Type,
            _ => K::Constant,
        };
        let found = Found::new(place.text(name), kind, place.node).seen(exported(place));
        return of_value(place, found, value);
    }
    let mut all = Vec::new();
    let mut open = vec![name];
    while let Some(node) = open.pop() {
        match node.kind() {
            "identifier" | "shorthand_property_identifier_pattern" => {
                let found = Found::new(place.text(node), K::Constant, node).seen(exported(place));
                all.push(Found { signature: Some(place.text(node).to_vec()), ..found }.inside(Inside::Pass));
            }
            "pair_pattern" => open.extend(node.child_by_field_name("value")),
            "assignment_pattern" | "object_assignment_pattern" => open.extend(node.child_by_field_name("left")),
            _ => open.extend(children(node)),
        }
    }
    Meet::Symbols(all)
}

/// A variable of a block that is no function's is local too.
fn is_in_block(place: &Place<'_, '_>) -> bool {
    place.enclosing(&["statement_block"]).is_some_and(|block| {
        let owner = place.ancestors.iter().position(|node| node.id() == block.id());
        let owner = owner.and_then(|at| at.checked_sub(1)).and_then(|at| place.ancestors.get(at));
        owner.is_some_and(|node| {
            matches!(
                node.kind(),
                "if_statement" | "for_statement" | "for_in_statement" | "while_statement" | "else_clause"
            )
        })
    })
}

/// An entry of an object that is a value of its own.
fn pair<'t>(place: &Place<'_, 't>, around: &Around<'_>) -> Meet<'t> {
    if is_computed(place, "key") {
        return Meet::Hidden;
    }
    let name = unquoted(field(place, "key"));
    let value = place.field("value");
    if value.is_some_and(is_function) {
        return of_value(place, Found::new(name, SymbolKind::Method, place.node).seen(Visibility::Public), value);
    }
    match around.holder {
        Some(SymbolKind::Constant | SymbolKind::Property) if value.is_some_and(|value| value.kind() == "object") => {
            Meet::Scope(Scope {
                names: vec![name.to_vec()],
                members: Visibility::Public,
                most: Visibility::Public,
                kind: Some(SymbolKind::Constant),
                test: false,
            })
        }
        _ => Meet::Pass,
    }
}

/// `exports.a = …`, `module.exports = { a, b }`, `A.prototype.b = …`, `A.b = function …`.
fn assignment<'t>(place: &Place<'_, 't>, around: &Around<'_>) -> Meet<'t> {
    use SymbolKind as K;
    let (Some(left), Some(right)) = (place.field("left"), place.field("right")) else { return Meet::Pass };
    if around.holder.is_some() || left.kind() != "member_expression" {
        return Meet::Pass;
    }
    let path = place.text(left);
    if path == b"module.exports" || path == b"exports" {
        if right.kind() != "object" {
            let found = Found::new(b"module.exports", K::Export, place.node).with_body(Some(right));
            return found.seen(Visibility::Public).inside(Inside::Local).into();
        }
        let entries = children(right).into_iter().filter(|one| one.kind() == "shorthand_property_identifier");
        let found = entries
            .map(|one| Found::new(place.text(one), K::Export, one).seen(Visibility::Public).inside(Inside::Pass));
        return Meet::Symbols(found.collect());
    }
    let plain =
        path.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'$') || *byte >= 128);
    if !plain {
        return Meet::Pass;
    }
    let mut names = parts(path, b".");
    let Some(last) = names.pop() else { return Meet::Pass };
    let to_outside = names == [b"exports".to_vec()] || names == [b"module".to_vec(), b"exports".to_vec()];
    if to_outside {
        let kind = if is_function(right) { K::Function } else { K::Export };
        return of_value(place, Found::new(&last, kind, place.node).seen(Visibility::Public), Some(right));
    }
    names.retain(|part| part != b"prototype");
    if !is_function(right)
        || matches!(names.first().map(Vec::as_slice), Some(b"window" | b"this" | b"global" | b"globalThis"))
    {
        return Meet::Pass;
    }
    let found = Found::new(&last, K::Method, place.node).seen(Visibility::Public);
    of_value(place, Found { within: names, ..found }, Some(right))
}

fn export<'t>(place: &Place<'_, 't>) -> Meet<'t> {
    let node = place.node;
    let passed_on = |name: &[u8], node, signature: &[u8]| {
        let found = Found::new(name, SymbolKind::Export, node).with_body(None).seen(Visibility::Public);
        Found { signature: Some(signature.to_vec()), ..found }
    };
    let from = unquoted(field(place, "source"));
    if let Some(clause) = child(node, &["export_clause"]) {
        let found = children(clause).into_iter().filter(|one| one.kind() == "export_specifier").filter_map(|one| {
            let (name, alias) = (one.child_by_field_name("name")?, one.child_by_field_name("alias"));
            // What is declared here bears its own name already.
            let outward = alias.or((!from.is_empty()).then_some(name))?;
            Some(passed_on(unquoted(place.text(outward)), one, place.text(name)))
        });
        return Meet::Symbols(found.map(|one| one.inside(Inside::Stop)).collect());
    }
    if let Some(namespace) = child(node, &["namespace_export"]) {
        let name = namespace.named_child(0).map(|name| place.text(name)).unwrap_or_default();
        return passed_on(unquoted(name), node, b"*").into();
    }
    if !from.is_empty() {
        return passed_on(b"*", node, from).into();
    }
    match place.field("value").filter(|value| value.kind() != "identifier") {
        Some(value) => {
            let found = Found::new(b"default", SymbolKind::Export, node).seen(Visibility::Public);
            of_value(place, found, Some(value))
        }
        None => Meet::Pass,
    }
}
