//! JSON, JavaScript and TypeScript configuration as settings: the pairs of object literals, wherever they stand.

use std::cell::RefCell;

use super::Setting;
use crate::analyze::syntax::{Grammar, Node, Parsed, Place, Unparsed};

/// A list's items share the path of the list.
pub(super) fn settings(grammar: Grammar, text: &[u8]) -> Result<Vec<Setting>, Unparsed> {
    let parsed = Parsed::of(grammar, text)?;
    let out = RefCell::new(Vec::new());
    parsed.walk(
        |place| {
            out.borrow_mut().extend(scalar(place));
            true
        },
        |_| (),
    );
    Ok(out.into_inner())
}

/// JSON, which is an expression once it stands in brackets.
pub(super) fn json(text: &[u8]) -> Result<Vec<Setting>, Unparsed> {
    let mut whole = b"(".to_vec();
    whole.extend_from_slice(text);
    whole.extend_from_slice(b"\n)");
    settings(Grammar::JavaScript, &whole)
}

fn scalar(place: &Place<'_, '_>) -> Option<Setting> {
    let value = match place.kind() {
        "string" | "template_string" => text(place, place.node).trim_matches(['"', '\'', '`']).to_owned(),
        "number" | "true" | "false" | "null" | "unary_expression" => text(place, place.node),
        _ => return None,
    };
    // The value itself, or an item of a list that is the value.
    let parent = place.parent()?;
    let is_key =
        parent.kind() == "pair" && parent.child_by_field_name("key").is_some_and(|key| key.id() == place.node.id());
    if is_key || !matches!(parent.kind(), "pair" | "array") {
        return None;
    }
    let keys = place.ancestors.iter().filter(|node| node.kind() == "pair");
    let path: Vec<String> = keys
        .filter_map(|pair| pair.child_by_field_name("key"))
        .map(|key| text(place, key).trim_matches(['"', '\'']).to_owned())
        .collect();
    let line = u32::try_from(place.node.start_position().row).unwrap_or(u32::MAX).saturating_add(1);
    (!path.is_empty()).then_some(Setting { path, value, line })
}

fn text(place: &Place<'_, '_>, node: Node<'_>) -> String {
    String::from_utf8_lossy(place.text(node)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(settings: Vec<Setting>) -> Vec<String> {
        let row = |setting: Setting| format!("{} {}={}", setting.line, setting.path.join("."), setting.value);
        settings.into_iter().map(row).collect()
    }

    #[test]
    fn pairs_of_objects() {
        let json = json(b"{\n \"scripts\": {\"test\": \"a && b\"},\n \"x\": [\"y\", 2, {\"z\": true}]\n}").unwrap();
        assert_eq!(list(json), ["2 scripts.test=a && b", "3 x=y", "3 x=2", "3 x.z=true"]);
        let js = b"export default defineConfig({\n  test: { coverage: { thresholds: { lines: 80, 'branches': -10 } } },\n});";
        let js = settings(Grammar::JavaScript, js).unwrap();
        assert_eq!(list(js), ["2 test.coverage.thresholds.lines=80", "2 test.coverage.thresholds.branches=-10"]);
    }
}
