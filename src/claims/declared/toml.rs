//! TOML into a tree. The parser recovers, so all faults of syntax are told at once.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::node::{Entry, Node, Value};
use super::read::Place;
use crate::model::diagnostic::Diagnostic;

pub(super) fn parse(text: &str, place: &Place) -> (Option<Node>, Vec<Diagnostic>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let faults = errors
        .iter()
        .map(|error| Diagnostic::error(first_line(error.message()), error.span().map(|span| place.origin(span))))
        .collect();
    let span = table.span();
    (Some(Node { value: table_value(table.get_ref()), span }), faults)
}

fn table_value(table: &DeTable<'_>) -> Value {
    let entry = |(key, value): (&Spanned<std::borrow::Cow<'_, str>>, &Spanned<DeValue<'_>>)| Entry {
        key: key.get_ref().to_string(),
        key_span: key.span(),
        node: node(value),
    };
    Value::Table(table.iter().map(entry).collect())
}

fn node(value: &Spanned<DeValue<'_>>) -> Node {
    let inner = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => Value::Number(u64::from_str_radix(number.as_str(), number.radix()).ok()),
        DeValue::Float(_) => Value::Number(None),
        DeValue::Boolean(_) => Value::Other("a boolean"),
        DeValue::Datetime(_) => Value::Other("a date"),
        DeValue::Array(array) => Value::Array(array.iter().map(node).collect()),
        DeValue::Table(table) => table_value(table),
    };
    Node { value: inner, span: value.span() }
}

fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or("not valid TOML").trim_end_matches('.').to_owned()
}
