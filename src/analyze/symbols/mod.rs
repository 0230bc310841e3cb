//! What one file declares: functions, types, constants, and what holds them, by the language's own grammar.
//!
//! One file a language ([`Dialect`]); the walk and the bookkeeping are here. A dialect names what a node declares and never
//! looks at the change. What a grammar cannot show (names that macros or running code
//! make) is kept as ranges of text ([`FileSymbols::hidden`]), so that nothing is called absent that may be there.

mod cpp;
mod csharp;
pub mod diff;
mod go;
mod java;
mod javascript;
mod kotlin;
pub mod named;
mod php;
mod python;
mod ruby;
mod rust;
mod swift;
mod tokens;

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::analyze::syntax::{Grammar, Node, Parsed, Place, Unparsed};
use crate::model::path::RepoPath;

/// The symbols of one file.
#[derive(Debug, Default)]
pub struct FileSymbols {
    /// In the order of the text; what holds others comes before them.
    pub symbols: Vec<Symbol>,
    /// The package or namespace the whole file is in, outermost first.
    pub namespace: Vec<Vec<u8>>,
    /// Some of the text did not fit the grammar or lay too deep: what is missing here may yet be there.
    pub doubtful: bool,
    /// Bytes of the text in which names may be declared that are not seen here (macros, code that makes methods), ascending.
    pub hidden: Vec<Range<usize>>,
}

/// One declared name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Its own name, as written.
    pub name: Vec<u8>,
    /// What it stands in, outermost first: modules, types, and functions for what is local to them.
    pub container: Vec<Vec<u8>>,
    pub kind: SymbolKind,
    pub visibility: Visibility,
    /// What callers depend on, as tokens: no body, no value, no comments, no layout, no names of parameters where callers
    /// cannot use them.
    pub signature: Vec<u8>,
    /// Equal for two that differ in their own name only: of the signature and of what follows it.
    pub likeness: u64,
    /// How many tokens [`Symbol::likeness`] was made of: few of them are alike by chance.
    pub size: usize,
    /// 1-based, end excluded.
    pub lines: Range<u32>,
    /// It stands in code that is built for tests alone.
    pub test: bool,
    /// A function whose body is there and does nothing: no statement, and no comment that says why.
    pub hollow: bool,
}

impl Symbol {
    /// `Type::method`, `Class.method`, as the language writes it.
    pub fn qualified(&self, grammar: Grammar) -> Vec<u8> {
        let between: &[u8] = match grammar {
            Grammar::Rust | Grammar::Cpp | Grammar::Php => b"::",
            Grammar::Ruby if matches!(self.kind, SymbolKind::Function | SymbolKind::Method) => b"#",
            Grammar::Ruby => b"::",
            _ => b".",
        };
        let mut out = self.container.join(if grammar == Grammar::Ruby { &b"::"[..] } else { between });
        if !out.is_empty() {
            out.extend_from_slice(between);
        }
        out.extend_from_slice(&self.name);
        out
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SymbolKind {
    Function,
    Method,
    /// A class, struct, union, record, object or name for another type.
    Type,
    /// Also a protocol.
    Interface,
    Trait,
    Enum,
    Variant,
    Field,
    Property,
    /// A constant or variable that is no part of a type.
    Constant,
    Macro,
    Module,
    /// A name that is passed on from elsewhere, or a value that is exported without being declared.
    Export,
}

impl SymbolKind {
    /// As written in reports.
    pub const NAMES: &'static [(&'static str, Self)] = &[
        ("constant", Self::Constant),
        ("enum", Self::Enum),
        ("export", Self::Export),
        ("field", Self::Field),
        ("function", Self::Function),
        ("interface", Self::Interface),
        ("macro", Self::Macro),
        ("method", Self::Method),
        ("module", Self::Module),
        ("property", Self::Property),
        ("trait", Self::Trait),
        ("type", Self::Type),
        ("variant", Self::Variant),
    ];

    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, kind)| *kind == self).map_or("symbol", |(name, _)| *name)
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
    }

    /// Would people call the one by the name of the other?
    pub fn is_like(self, other: Self) -> bool {
        self.group() == other.group()
    }

    fn group(self) -> u8 {
        match self {
            Self::Function | Self::Method | Self::Macro => 0,
            Self::Type | Self::Interface | Self::Trait | Self::Enum | Self::Module => 1,
            Self::Variant | Self::Field | Self::Property | Self::Constant | Self::Export => 2,
        }
    }
}

/// Who may use a name, by what the file itself says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Visibility {
    /// Private, or for the package alone.
    Internal,
    /// The language leaves it open, or says it elsewhere.
    Unknown,
    Public,
}

/// What a node is to the walk.
enum Meet<'t> {
    /// Nothing by itself; look inside.
    Pass,
    /// Nothing inside is declared.
    Stop,
    /// Names may be declared inside that are not seen.
    Hidden,
    /// No symbol, but what is inside belongs to these names.
    Scope(Scope),
    /// What follows in this scope is so visible.
    Switch(Visibility),
    Symbols(Vec<Found<'t>>),
}

#[derive(Debug)]
struct Scope {
    names: Vec<Vec<u8>>,
    /// Of members that do not say it themselves.
    members: Visibility,
    /// Members are no more visible than this.
    most: Visibility,
    /// What kind of symbol opened it, if one did.
    kind: Option<SymbolKind>,
    test: bool,
}

/// A declaration as a dialect reads it; place and text are added by the walk.
struct Found<'t> {
    name: Vec<u8>,
    /// Containers that the text names in front of the symbol (a receiver, `Foo::` before a method).
    within: Vec<Vec<u8>>,
    kind: SymbolKind,
    /// `None`: as its scope says.
    visibility: Option<Visibility>,
    node: Node<'t>,
    /// The part of the node that is no signature.
    body: Option<Node<'t>>,
    /// Stands before the signature; tells apart what bears one name.
    lead: Vec<u8>,
    /// In place of the tokens of the node.
    signature: Option<Vec<u8>>,
    test: bool,
    inside: Inside,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    /// What is inside belongs to the symbol; members are so visible by default.
    Members(Visibility),
    /// What is inside is local to the symbol.
    Local,
    /// What is inside belongs to the scope around.
    Pass,
    Stop,
}

impl<'t> Found<'t> {
    fn new(name: &[u8], kind: SymbolKind, node: Node<'t>) -> Self {
        Self {
            name: name.to_vec(),
            within: Vec::new(),
            kind,
            visibility: None,
            node,
            body: node.child_by_field_name("body"),
            lead: Vec::new(),
            signature: None,
            test: false,
            inside: Inside::Stop,
        }
    }

    fn seen(self, visibility: Visibility) -> Self {
        Self { visibility: Some(visibility), ..self }
    }

    fn with_body(self, body: Option<Node<'t>>) -> Self {
        Self { body, ..self }
    }

    fn inside(self, inside: Inside) -> Self {
        Self { inside, ..self }
    }
}

impl<'t> From<Found<'t>> for Meet<'t> {
    fn from(found: Found<'t>) -> Self {
        Self::Symbols(vec![found])
    }
}

/// What the walk knows at a node.
struct Around<'a> {
    path: &'a RepoPath,
    /// The symbol the node directly stands in; `None` at the top and in what is no symbol.
    holder: Option<SymbolKind>,
    depth: usize,
}

/// What one language says of its declarations.
trait Dialect: Sync {
    fn meet<'t>(&self, place: &Place<'_, 't>, around: &Around<'_>) -> Meet<'t>;

    /// The namespace of the whole file, where this node says it.
    fn namespace(&self, _place: &Place<'_, '_>) -> Option<Vec<Vec<u8>>> {
        None
    }

    /// How a node appears in a signature; see [`tokens::Show`].
    fn show(&self, _parent: &str, _field: Option<&str>, _kind: &str) -> tokens::Show {
        tokens::Show::Whole
    }

    /// What only the whole file tells: lists of exports.
    fn finish(&self, _found: &mut FileSymbols, _parsed: &Parsed<'_>) {}
}

fn dialect(grammar: Grammar) -> &'static dyn Dialect {
    match grammar {
        Grammar::Cpp => &cpp::Cpp,
        Grammar::CSharp => &csharp::CSharp,
        Grammar::Go => &go::Go,
        Grammar::Java => &java::Java,
        Grammar::JavaScript | Grammar::TypeScript | Grammar::Tsx => &javascript::JavaScript,
        Grammar::Kotlin => &kotlin::Kotlin,
        Grammar::Php => &php::Php,
        Grammar::Python => &python::Python,
        Grammar::Ruby => &ruby::Ruby,
        Grammar::Rust => &rust::Rust,
        Grammar::Swift => &swift::Swift,
    }
}

/// Reads the symbols of a file.
///
/// # Errors
/// When the text is over a bound of the parser.
pub fn read(grammar: Grammar, path: &RepoPath, source: &[u8]) -> Result<FileSymbols, Unparsed> {
    Parsed::of(grammar, source).map(|parsed| read_parsed(grammar, path, &parsed))
}

fn read_parsed(grammar: Grammar, path: &RepoPath, parsed: &Parsed<'_>) -> FileSymbols {
    let dialect = dialect(grammar);
    let walk = std::cell::RefCell::new(Walk {
        dialect,
        path,
        found: FileSymbols::default(),
        names: Vec::new(),
        scopes: Vec::new(),
    });
    let whole = parsed.walk(|place| walk.borrow_mut().enter(place), |node| walk.borrow_mut().leave(node));
    let mut found = walk.into_inner().found;
    found.doubtful = parsed.has_error() || !whole;
    dialect.finish(&mut found, parsed);
    hide_members(&mut found.symbols);
    found
}

struct Walk<'a> {
    dialect: &'static dyn Dialect,
    path: &'a RepoPath,
    found: FileSymbols,
    names: Vec<Vec<u8>>,
    /// Each open scope with the id of the node that opened it.
    scopes: Vec<(usize, Scope)>,
}

impl Walk<'_> {
    /// `false`: do not go into the node.
    fn enter(&mut self, place: &Place<'_, '_>) -> bool {
        if !place.node.is_named() {
            return false;
        }
        if let Some(namespace) = self.dialect.namespace(place) {
            self.found.namespace = namespace;
            return false;
        }
        let holder = self.scopes.last().and_then(|(_, scope)| scope.kind);
        let around = Around { path: self.path, holder, depth: self.scopes.len() };
        match self.dialect.meet(place, &around) {
            Meet::Pass => true,
            Meet::Stop => false,
            Meet::Hidden => {
                self.found.hidden.push(place.node.byte_range());
                false
            }
            Meet::Switch(visibility) => {
                if let Some((_, scope)) = self.scopes.last_mut() {
                    scope.members = visibility;
                }
                false
            }
            Meet::Scope(mut scope) => {
                if let Some((_, outer)) = self.scopes.last() {
                    scope.most = scope.most.min(outer.most);
                    scope.test |= outer.test;
                }
                self.open(place.node, scope);
                true
            }
            Meet::Symbols(all) => self.declare(place, all),
        }
    }

    fn declare(&mut self, place: &Place<'_, '_>, all: Vec<Found<'_>>) -> bool {
        let (members, most, test) =
            self.scopes.last().map_or((Visibility::Unknown, Visibility::Public, false), |(_, scope)| {
                (scope.members, scope.most, scope.test)
            });
        let mut opened = None;
        for found in all {
            if found.name.is_empty() {
                continue;
            }
            let visibility = found.visibility.unwrap_or(members).min(most);
            let test = test || found.test;
            let mut container = self.names.clone();
            container.extend(found.within.iter().cloned());
            if opened.is_none() {
                opened = Some((
                    found.inside,
                    Scope {
                        names: found.within.iter().cloned().chain([found.name.clone()]).collect(),
                        members: if let Inside::Members(members) = found.inside {
                            members
                        } else {
                            Visibility::Internal
                        },
                        most: if found.inside == Inside::Local { Visibility::Internal } else { most },
                        kind: Some(found.kind),
                        test,
                    },
                ));
            }
            let made = tokens::of(self.dialect, place, &found);
            let is_function = matches!(found.kind, SymbolKind::Function | SymbolKind::Method);
            let hollow = is_function && found.body.is_some_and(|body| is_hollow(body, place));
            let position = |row: usize| u32::try_from(row).unwrap_or(u32::MAX).saturating_add(1);
            self.found.symbols.push(Symbol {
                name: found.name,
                container,
                kind: found.kind,
                visibility,
                signature: made.signature,
                likeness: made.likeness,
                size: made.size,
                lines: position(found.node.start_position().row)
                    ..position(found.node.end_position().row).saturating_add(1),
                test,
                hollow,
            });
        }
        match opened {
            Some((Inside::Members(_) | Inside::Local, scope)) => {
                self.open(place.node, scope);
                true
            }
            Some((Inside::Stop, _)) => false,
            Some((Inside::Pass, _)) | None => true,
        }
    }

    fn open(&mut self, node: Node<'_>, scope: Scope) {
        self.names.extend(scope.names.iter().cloned());
        self.scopes.push((node.id(), scope));
    }

    fn leave(&mut self, node: Node<'_>) {
        if let Some((_, scope)) = self.scopes.pop_if(|(id, _)| *id == node.id()) {
            let left = self.names.len().saturating_sub(scope.names.len());
            self.names.truncate(left);
        }
    }
}

/// A member is no more visible than what holds it, where that is declared in the same file.
fn hide_members(symbols: &mut [Symbol]) {
    let mut holders: FxHashMap<Vec<Vec<u8>>, Visibility> = FxHashMap::default();
    // What holds others may come after them, as a type after its methods.
    for _ in 0..2 {
        for symbol in symbols.iter_mut() {
            for depth in 1..=symbol.container.len() {
                if let Some(most) = symbol.container.get(..depth).and_then(|holder| holders.get(holder)) {
                    symbol.visibility = symbol.visibility.min(*most);
                }
            }
            let mut full = symbol.container.clone();
            full.push(symbol.name.clone());
            let entry = holders.entry(full).or_insert(symbol.visibility);
            *entry = (*entry).max(symbol.visibility);
        }
    }
}

/// The text of a field; empty where there is none.
fn field<'a>(place: &Place<'a, '_>, name: &str) -> &'a [u8] {
    place.field(name).map(|node| place.text(node)).unwrap_or_default()
}

/// Is there nothing in the body but what a language asks for where there is nothing?
fn is_hollow(body: Node<'_>, place: &Place<'_, '_>) -> bool {
    // Python's grammar hangs a comment above the first statement beside the body.
    if body.parent().is_some_and(|function| children(function).iter().any(|child| child.kind() == "comment")) {
        return false;
    }
    let statements = children(body);
    if let [only] = statements.as_slice() {
        // Kotlin and Swift put one node around the statements.
        if matches!(only.kind(), "block" | "statements") {
            return is_hollow(*only, place);
        }
    }
    let braces = place.text(body).starts_with(b"{");
    let says_nothing = |statement: &Node<'_>| match statement.kind() {
        "pass_statement" => true,
        "expression_statement" => {
            statement.named_child(0).is_some_and(|child| matches!(child.kind(), "ellipsis" | "string"))
        }
        _ => false,
    };
    if statements.is_empty() {
        braces
    } else {
        body.kind() == "block" && !braces && statements.iter().all(says_nothing)
    }
}

/// The first direct child of one of the kinds.
fn child<'t>(node: Node<'t>, kinds: &[&str]) -> Option<Node<'t>> {
    let mut cursor = node.walk();
    node.children(&mut cursor).find(|child| kinds.contains(&child.kind()))
}

/// All direct named children.
fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).collect()
}

/// Words of the node's direct children of one kind, as `public` of `modifier`s.
fn words<'a>(place: &Place<'a, '_>, node: Node<'_>, kind: &str) -> Vec<&'a [u8]> {
    children(node).into_iter().filter(|child| child.kind() == kind).map(|child| place.text(child)).collect()
}

/// The parts of a dotted or otherwise cut name.
fn parts(text: &[u8], separators: &[u8]) -> Vec<Vec<u8>> {
    let cut = text.split(|byte| separators.contains(byte) || byte.is_ascii_whitespace());
    cut.filter(|part| !part.is_empty()).map(<[u8]>::to_vec).collect()
}

/// A type's plain name: no reference, path or arguments.
fn plain_type(text: &[u8]) -> Vec<u8> {
    let end = text.iter().position(|byte| matches!(byte, b'<' | b'[' | b'(' | b' ' | b'\n')).unwrap_or(text.len());
    let head = text.get(..end).unwrap_or_default();
    head.rsplit(|byte| matches!(byte, b':' | b'.' | b'\\' | b'*' | b'&')).next().unwrap_or_default().to_vec()
}

#[cfg(test)]
mod tests;
