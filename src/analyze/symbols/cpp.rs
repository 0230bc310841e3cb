//! C and C++.

use super::tokens::Show;
use super::{Around, Dialect, Found, Inside, Meet, Node, Place, Scope, SymbolKind, Visibility, children, field};
use super::{parts, plain_type, tokens, words};

pub(super) struct Cpp;

impl Dialect for Cpp {
    fn meet<'t>(&self, place: &Place<'_, 't>, around: &Around<'_>) -> Meet<'t> {
        use SymbolKind as K;
        let node = place.node;
        match place.kind() {
            "function_definition" => match declared(place, node) {
                // A macro before a block looks like a function without a type.
                Some(one) if one.is_macro_call(place, around) => Meet::Hidden,
                Some(one) => one.found(place, around).into(),
                None => Meet::Stop,
            },
            "declaration" | "field_declaration" => declarations(place, around),
            "class_specifier" | "struct_specifier" | "union_specifier" if place.field("body").is_some() => {
                let default = if place.kind() == "class_specifier" { Visibility::Internal } else { Visibility::Public };
                of_type(place, around, K::Type, default)
            }
            "enum_specifier" if place.field("body").is_some() => of_type(place, around, K::Enum, Visibility::Public),
            "enumerator" => Found::new(field(place, "name"), K::Variant, node).with_body(place.field("value")).into(),
            "type_definition" => {
                let name = place.field("declarator").and_then(|one| name_of(place, one)).map(|name| name.text);
                let found = Found::new(&name.unwrap_or_default(), K::Type, node).with_body(place.field("type"));
                found.seen(outside(around)).inside(Inside::Pass).into()
            }
            "alias_declaration" | "concept_definition" => {
                Found::new(field(place, "name"), K::Type, node).with_body(None).seen(outside(around)).into()
            }
            "namespace_definition" => {
                let names = parts(field(place, "name"), b":");
                let most = if names.is_empty() { Visibility::Internal } else { Visibility::Public };
                Meet::Scope(Scope { names, members: outside(around), most, kind: Some(K::Module), test: false })
            }
            "access_specifier" => Meet::Switch(match place.text(node) {
                b"public" => Visibility::Public,
                b"protected" => Visibility::Unknown,
                _ => Visibility::Internal,
            }),
            "preproc_def" => {
                let found = Found::new(field(place, "name"), K::Macro, node).with_body(place.field("value"));
                found.seen(outside(around)).into()
            }
            "preproc_function_def" if memchr::memmem::find(place.text(node), b"##").is_some() => Meet::Hidden,
            "preproc_function_def" => {
                let found = Found::new(field(place, "name"), K::Macro, node).with_body(place.field("value"));
                found.seen(outside(around)).into()
            }
            "expression_statement" => Meet::Hidden,
            "compound_statement" | "string_literal" | "comment" | "parameter_list" => Meet::Stop,
            _ => Meet::Pass,
        }
    }

    fn show(&self, parent: &str, field: Option<&str>, kind: &str) -> Show {
        match (parent, field, kind) {
            ("parameter_declaration" | "optional_parameter_declaration", Some("declarator"), "identifier") => {
                Show::Nothing
            }
            ("pointer_declarator" | "reference_declarator", _, "identifier") => Show::Nothing,
            ("optional_parameter_declaration", Some("default_value"), _) => Show::Blank,
            (_, _, "attribute_specifier" | "attribute_declaration") => Show::Nothing,
            _ => Show::Whole,
        }
    }
}

/// A name in a declarator, with what the text puts before it.
struct Name {
    text: Vec<u8>,
    within: Vec<Vec<u8>>,
    function: bool,
}

struct Declared<'t> {
    name: Name,
    node: Node<'t>,
}

/// Follows a declarator to the name it declares.
fn name_of(place: &Place<'_, '_>, start: Node<'_>) -> Option<Name> {
    let mut node = start;
    let mut name = Name { text: Vec::new(), within: Vec::new(), function: false };
    for _ in 0..64 {
        match node.kind() {
            "identifier" | "field_identifier" | "type_identifier" | "destructor_name" | "operator_name"
            | "primitive_type" => {
                name.text = place.text(node).iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
                return Some(name);
            }
            "operator_cast" => {
                name.function = true;
                name.text = b"operator".to_vec();
                return Some(name);
            }
            "qualified_identifier" => {
                let scope = node.child_by_field_name("scope").map(|scope| plain_type(place.text(scope)));
                name.within.extend(scope.filter(|scope| !scope.is_empty()));
                node = node.child_by_field_name("name")?;
            }
            "template_function" | "template_method" | "template_type" => node = node.child_by_field_name("name")?,
            kind => {
                name.function |= kind == "function_declarator";
                node = node.child_by_field_name("declarator").or_else(|| {
                    let mut inner = children(node).into_iter();
                    inner.rfind(|one| one.kind().ends_with("declarator") || one.kind().ends_with("identifier"))
                })?;
            }
        }
    }
    None
}

fn declared<'t>(place: &Place<'_, 't>, node: Node<'t>) -> Option<Declared<'t>> {
    let name = name_of(place, node.child_by_field_name("declarator")?)?;
    Some(Declared { name, node })
}

impl<'t> Declared<'t> {
    fn is_macro_call(&self, place: &Place<'_, '_>, around: &Around<'_>) -> bool {
        let special = self.name.text.starts_with(b"~") || self.name.text.starts_with(b"operator");
        place.field("type").is_none() && self.name.within.is_empty() && !is_type(around) && !special
    }

    fn found(self, place: &Place<'_, '_>, around: &Around<'_>) -> Found<'t> {
        let member = is_type(around) || !self.name.within.is_empty();
        let kind = match (self.name.function, member) {
            (true, true) => SymbolKind::Method,
            (true, false) => SymbolKind::Function,
            (false, true) => SymbolKind::Field,
            (false, false) => SymbolKind::Constant,
        };
        let local = words(place, self.node, "storage_class_specifier").contains(&&b"static"[..]);
        let visibility = match (is_type(around), local) {
            (true, _) => None,
            (false, true) => Some(Visibility::Internal),
            (false, false) => Some(outside(around)),
        };
        let body = self.node.child_by_field_name("body").or(self.node.child_by_field_name("value"));
        Found { within: self.name.within, visibility, ..Found::new(&self.name.text, kind, self.node) }.with_body(body)
    }
}

fn is_type(around: &Around<'_>) -> bool {
    matches!(around.holder, Some(SymbolKind::Type | SymbolKind::Enum))
}

/// What a header declares is for others; what a source file does may be declared in a header.
fn outside(around: &Around<'_>) -> Visibility {
    match around.path.extension().map(<[u8]>::to_ascii_lowercase).as_deref() {
        Some(b"h" | b"hh" | b"hpp" | b"hxx" | b"h++" | b"inl" | b"ipp" | b"tpp") => Visibility::Public,
        _ => Visibility::Unknown,
    }
}

/// `int a, *b;` declares several; each has the type and its own declarator.
fn declarations<'t>(place: &Place<'_, 't>, around: &Around<'_>) -> Meet<'t> {
    let head = place.field("type").map(|node| match node.child_by_field_name("body") {
        // A type that is declared on the spot is a symbol of its own.
        Some(_) => node.child_by_field_name("name").map(|name| place.text(name).to_vec()).unwrap_or_default(),
        None => tokens::plain(&Cpp, place, node),
    });
    let mut cursor = place.node.walk();
    let all = place.node.children_by_field_name("declarator", &mut cursor).filter_map(|one| {
        let name = name_of(place, one)?;
        let shape = one.child_by_field_name("declarator").filter(|_| one.kind() == "init_declarator").unwrap_or(one);
        let signature = [head.as_deref().unwrap_or_default(), b" ", &tokens::plain(&Cpp, place, shape)].concat();
        let found = Declared { name, node: place.node }.found(place, around);
        let value = one.child_by_field_name("value").or_else(|| place.field("default_value"));
        Some(Found { signature: Some(signature), ..found.with_body(value).inside(Inside::Pass) })
    });
    Meet::Symbols(all.collect())
}

fn of_type<'t>(place: &Place<'_, 't>, around: &Around<'_>, kind: SymbolKind, members: Visibility) -> Meet<'t> {
    let visibility = if is_type(around) { None } else { Some(outside(around)) };
    let Some(name) = place.field("name").and_then(|node| name_of(place, node)) else {
        // Without a name, what is inside belongs to what is around.
        return Meet::Pass;
    };
    let found = Found { within: name.within, visibility, ..Found::new(&name.text, kind, place.node) };
    found.inside(Inside::Members(members)).into()
}
