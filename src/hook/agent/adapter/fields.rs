//! What adapters ask of a payload beside what every reader of foreign JSON asks.

use std::borrow::Cow;

use crate::model::event::Tool;
use crate::source::json::{self, Object};
use crate::source::tool;

pub(super) trait Fields<'a> {
    /// A text that is not empty.
    fn name(&self, key: &str) -> Option<String>;

    /// The JSON text of a value. Some clients hand an object over as a string that holds its JSON.
    fn json(&self, key: &str) -> Cow<'a, str>;
}

impl<'a> Fields<'a> for Object<'a> {
    fn name(&self, key: &str) -> Option<String> {
        self.text(key).filter(|text| !text.is_empty()).map(Cow::into_owned)
    }

    fn json(&self, key: &str) -> Cow<'a, str> {
        let Some(value) = self.get(key) else { return Cow::Borrowed("null") };
        match json::text(value) {
            Some(inner) if inner.trim_start().starts_with(['{', '[']) => inner,
            _ => Cow::Borrowed(value.get()),
        }
    }
}

/// No fields where it is no object.
pub(super) fn lenient(json: &str) -> Object<'_> {
    Object::parse(json).unwrap_or_default()
}

/// The call of a tool: its name under one key, its input under another.
pub(super) fn tool(fields: &Object<'_>, name: &str, input: &str) -> Tool {
    let name = fields.text(name).unwrap_or_default();
    let json = fields.json(input);
    match Object::parse(&json) {
        Some(input) => tool::read(&name, &input),
        // A bare text is the whole of the input in some: a patch.
        None => match fields.text(input) {
            Some(text) => tool::read_value(&name, &serde_json::Value::String(text.into_owned())),
            None => tool::read(&name, &Object::default()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_in_a_string_is_opened() {
        let fields = lenient(r#"{"toolName": "bash", "toolArgs": "{\"command\": \"ls\"}", "empty": ""}"#);
        assert!(matches!(tool(&fields, "toolName", "toolArgs"), Tool::Shell { command, .. } if command.text == "ls"));
        assert_eq!((fields.name("empty"), fields.json("none").as_ref()), (None, "null"));
    }

    #[test]
    fn a_patch_may_be_the_whole_input() {
        let fields = lenient(r#"{"n": "apply_patch", "i": "*** Begin Patch\n*** Add File: a\n+x\n*** End Patch"}"#);
        assert!(matches!(tool(&fields, "n", "i"), Tool::Edit { files } if files.len() == 1));
    }
}
