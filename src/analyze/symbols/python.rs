//! Python.

use rustc_hash::FxHashSet;

use super::tokens::Show;
use super::{Around, Dialect, FileSymbols, Found, Inside, Meet, Node, Parsed, Place, SymbolKind, Visibility};
use super::{children, field};

pub(super) struct Python;

impl Dialect for Python {
    fn meet<'t>(&self, place: &Place<'_, 't>, around: &Around<'_>) -> Meet<'t> {
        use SymbolKind as K;
        let in_function = matches!(around.holder, Some(K::Function | K::Method));
        match place.kind() {
            "function_definition" => {
                let kind = if around.holder == Some(K::Type) { K::Method } else { K::Function };
                named(field(place, "name"), kind, place.node).inside(Inside::Local).into()
            }
            "class_definition" => {
                named(field(place, "name"), K::Type, place.node).inside(Inside::Members(Visibility::Public)).into()
            }
            "assignment" if !in_function => assignment(place, around),
            "type_alias_statement" => {
                let name = super::plain_type(field(place, "left"));
                named(&name, K::Type, place.node).with_body(None).into()
            }
            "import_from_statement" if around.path.file_name() == b"__init__.py" && around.depth == 0 => imports(place),
            "call" if makes_names(place) => Meet::Hidden,
            "lambda" | "string" | "comment" => Meet::Stop,
            _ => Meet::Pass,
        }
    }

    /// Callers depend on the names of parameters and on which of them may be left out, not on types or default values.
    fn show(&self, parent: &str, field: Option<&str>, kind: &str) -> Show {
        match (parent, field, kind) {
            ("default_parameter" | "typed_default_parameter", Some("value"), _) => Show::Blank,
            (_, Some("type" | "return_type"), _) | ("typed_parameter" | "typed_default_parameter", _, ":") => {
                Show::Nothing
            }
            ("function_definition", _, "->") => Show::Nothing,
            _ => Show::Whole,
        }
    }

    /// `__all__` says what is public, where it is a plain list.
    fn finish(&self, found: &mut FileSymbols, parsed: &Parsed<'_>) {
        let mut listed = FxHashSet::default();
        let mut lists = 0;
        let mut plain = true;
        for statement in children(parsed.root()) {
            let text = parsed.source().get(statement.byte_range()).unwrap_or_default();
            if statement.kind() != "expression_statement" || !text.starts_with(b"__all__") {
                continue;
            }
            lists += 1;
            let Some(right) = statement.named_child(0).filter(|node| node.kind() == "assignment") else {
                plain = false;
                continue;
            };
            let Some(list) = right.child_by_field_name("right").filter(|node| matches!(node.kind(), "list" | "tuple"))
            else {
                plain = false;
                continue;
            };
            for item in children(list).into_iter().filter(|item| item.kind() != "comment") {
                let text = parsed.source().get(item.byte_range()).unwrap_or_default();
                let name = text.trim_ascii().strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
                let name = name.or_else(|| text.strip_prefix(b"'").and_then(|rest| rest.strip_suffix(b"'")));
                match name {
                    Some(name) => {
                        listed.insert(name);
                    }
                    None => plain = false,
                }
            }
        }
        if lists == 0 {
            return;
        }
        for symbol in found.symbols.iter_mut().filter(|symbol| symbol.container.is_empty()) {
            let is_listed = listed.contains(symbol.name.as_slice());
            symbol.visibility = match (is_listed, plain) {
                (true, _) => Visibility::Public,
                (false, true) => Visibility::Internal,
                (false, false) => symbol.visibility.min(Visibility::Unknown),
            };
        }
    }
}

fn named<'t>(name: &[u8], kind: SymbolKind, node: Node<'t>) -> Found<'t> {
    let special = name.starts_with(b"__") && name.ends_with(b"__");
    let hidden = name.starts_with(b"_") && !special;
    Found::new(name, kind, node).seen(if hidden { Visibility::Internal } else { Visibility::Public })
}

/// Names given at the top of a module or class.
fn assignment<'t>(place: &Place<'_, 't>, around: &Around<'_>) -> Meet<'t> {
    let kind = if around.holder == Some(SymbolKind::Type) { SymbolKind::Field } else { SymbolKind::Constant };
    let Some(left) = place.field("left") else { return Meet::Pass };
    let names = match left.kind() {
        "identifier" => vec![left],
        "pattern_list" | "tuple_pattern" => {
            children(left).into_iter().filter(|node| node.kind() == "identifier").collect()
        }
        _ => Vec::new(),
    };
    // The value may hold another assignment, or a call that makes names.
    let found = names.into_iter().map(|node| {
        let found = named(place.text(node), kind, place.node).with_body(place.field("right"));
        Found { signature: Some(place.text(node).to_vec()), ..found }.inside(Inside::Pass)
    });
    Meet::Symbols(found.collect())
}

/// A package's `__init__.py` passes on what it imports from its own modules.
fn imports<'t>(place: &Place<'_, 't>) -> Meet<'t> {
    if !field(place, "module_name").starts_with(b".") {
        return Meet::Stop;
    }
    let mut cursor = place.node.walk();
    let names = place.node.children_by_field_name("name", &mut cursor).filter_map(|node| {
        let name = if node.kind() == "aliased_import" { node.child_by_field_name("alias")? } else { node };
        let found = named(place.text(name), SymbolKind::Export, node).with_body(None);
        Some(Found { signature: Some(place.text(node).to_vec()), ..found })
    });
    Meet::Symbols(names.collect())
}

/// Calls by which running code gives names.
fn makes_names(place: &Place<'_, '_>) -> bool {
    let callee = field(place, "function");
    matches!(
        callee,
        b"setattr" | b"type" | b"globals" | b"locals" | b"vars" | b"create_model" | b"exec" | b"make_dataclass"
    ) || callee.ends_with(b"namedtuple")
        || callee.ends_with(b".__setattr__")
}
