//! `value-set`: against the value that the key has in the file, after the change and before it.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::Ruling;
use super::picture::{Found, Picture};
use crate::analyze::values::{Likeness, Lookup, Setting, Value, Values, compare, is_other};
use crate::model::change::Change;
use crate::model::escape;
use crate::model::path::RepoPath;

/// The longest value or key that is shown, in characters.
const MAX_SHOWN: usize = 80;

/// Files read for the claims of one report; each is parsed once.
#[derive(Default)]
pub(super) struct Cache(RefCell<FxHashMap<(usize, Side), Read>>);

/// `None` for what could not be read.
type Read = Option<Rc<Values>>;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Side {
    Old,
    New,
}

/// What a file says of the value that was named.
enum Says {
    /// The key has it.
    So(Setting),
    /// The key has another.
    Otherwise(Setting),
    NoKey,
    Unclear(String),
}

pub(super) fn value_set(path: &RepoPath, key: &str, value: &str, picture: &Picture<'_>) -> Ruling {
    match picture.find(path) {
        Found::Unknown(reason) => Ruling::unsupported(reason),
        Found::Absent { hint } => untouched(path, key, value, hint, picture),
        Found::Changed(index, change) => changed((index, change), key, value, picture),
    }
}

fn changed((index, change): (usize, &Change), key: &str, value: &str, picture: &Picture<'_>) -> Ruling {
    let path = &change.path;
    match change.new {
        None => return Ruling::contradicted(format!("the change deletes `{path}`")).with([path.to_wire()]),
        Some(side) if !side.mode.is_regular() => {
            return Ruling::uncheckable(format!("`{path}` is a link")).with([path.to_wire()]);
        }
        Some(_) => {}
    }
    let Some(new) = picture.values.of(index, Side::New, picture) else {
        return Ruling::unsupported(format!("the content of `{path}` could not be read")).with([path.to_wire()]);
    };
    let (at, shown_key) = (path.to_wire(), shown(key));
    match says(&new, key, value) {
        Says::So(setting) => {
            let before = picture.values.of(index, Side::Old, picture).map(|old| says(&old, key, value));
            let evidence = [at, format!("line {}", setting.line)];
            match before {
                Some(Says::So(_)) => Ruling::unsupported(format!(
                    "`{shown_key}` is `{}` in `{path}`, line {}, as it was before the change",
                    shown_value(&setting.value),
                    setting.line
                )),
                _ => Ruling::supported(format!(
                    "`{shown_key}` is `{}` in `{path}`, line {}",
                    shown_value(&setting.value),
                    setting.line
                )),
            }
            .with(evidence)
        }
        Says::Otherwise(setting) => Ruling::contradicted(format!(
            "`{shown_key}` is `{}` in `{path}`, line {}",
            shown_value(&setting.value),
            setting.line
        ))
        .with([at, format!("line {}", setting.line)]),
        Says::NoKey => Ruling::contradicted(format!("nothing in `{path}` is called `{shown_key}`")).with([at]),
        Says::Unclear(why) => {
            let old = picture.values.of(index, Side::Old, picture);
            match old.and_then(|old| moved_away(&old, &new, key, value)) {
                Some(setting) => Ruling::contradicted(format!(
                    "`{shown_key}` is `{}` in `{path}`, line {}, and was `{}` before the change",
                    shown_value(&setting.value),
                    setting.line,
                    shown(value)
                ))
                .with([at, format!("line {}", setting.line)]),
                None => Ruling::uncheckable(format!("`{shown_key}` in `{path}`: {why}")).with([at]),
            }
        }
    }
}

/// Where the key now has another value than the one that was named, which is just the one it had before.
fn moved_away(old: &Values, new: &Values, key: &str, value: &str) -> Option<Setting> {
    let Says::So(_) = says(old, key, value) else { return None };
    let Lookup::Found(found) = new.find(key) else { return None };
    found.iter().all(|setting| is_other(value, &setting.value)).then(|| found.first().cloned())?
}

/// The change does not list the file: it may have the value all the same.
fn untouched(path: &RepoPath, key: &str, value: &str, hint: Option<String>, picture: &Picture<'_>) -> Ruling {
    let hint = hint.map_or_else(String::new, |hint| format!(" ({hint})"));
    let not_touched = format!("the change does not touch `{path}`{hint}");
    let ruling = match picture.facts.base_file(path) {
        None => Ruling::unsupported(not_touched),
        Some(None) => Ruling::contradicted(not_touched),
        Some(Some(content)) => match says(&Values::read(path, &content), key, value) {
            Says::So(setting) => Ruling::unsupported(format!(
                "{not_touched}, where `{}` was `{}` before, line {}",
                shown(key),
                shown_value(&setting.value),
                setting.line
            )),
            Says::Otherwise(setting) => Ruling::contradicted(format!(
                "{not_touched}, where `{}` is `{}`, line {}",
                shown(key),
                shown_value(&setting.value),
                setting.line
            )),
            Says::NoKey => Ruling::contradicted(not_touched),
            Says::Unclear(_) => Ruling::unsupported(not_touched),
        },
    };
    ruling.with([path.to_wire()])
}

fn says(values: &Values, key: &str, value: &str) -> Says {
    let found = match values.find(key) {
        Lookup::Unknown(reason) => return Says::Unclear(reason),
        Lookup::Absent => return Says::NoKey,
        Lookup::Found(found) => found,
    };
    let likeness: Vec<Likeness> = found.iter().map(|setting| compare(value, &setting.value)).collect();
    let all = |wanted: Likeness| likeness.iter().all(|one| *one == wanted);
    let Some(first) = found.first() else { return Says::NoKey };
    if all(Likeness::Same) {
        return Says::So(first.clone());
    }
    if all(Likeness::Different) {
        return Says::Otherwise(first.clone());
    }
    if likeness.contains(&Likeness::Unclear) {
        return Says::Unclear(format!("line {} says `{}`", first.line, shown_value(&first.value)));
    }
    Says::Unclear("it stands there more than once, with different values".to_owned())
}

impl Cache {
    fn of(&self, index: usize, side: Side, picture: &Picture<'_>) -> Read {
        if let Some(known) = self.0.borrow().get(&(index, side)) {
            return known.clone();
        }
        let facts = picture.facts;
        let content = if side == Side::New { facts.new_content(index) } else { facts.old_content(index) };
        let path = facts.set().changes.get(index).map(|change| &change.path)?;
        let values = content.map(|content| Rc::new(Values::read(path, &content)));
        self.0.borrow_mut().insert((index, side), values.clone());
        values
    }
}

fn shown_value(value: &Value) -> String {
    match value {
        Value::Scalar(text) | Value::Written(text) => shown(text),
        Value::List(items) => shown(&format!("[{}]", items.join(", "))),
        Value::Compound => "…".to_owned(),
    }
}

fn shown(text: &str) -> String {
    let cut: String = text.chars().take(MAX_SHOWN).collect();
    let end = if cut.len() < text.len() { "…" } else { "" };
    escape::visible(cut.as_bytes()) + end
}
