//! JSON that somebody else wrote, read a level at a time: nothing is copied that is not asked for, and a value of another
//! type than expected is one that is not there.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// One object. Values stay as they were written until they are asked for.
#[derive(Debug, Default)]
pub struct Object<'a> {
    fields: Vec<(Cow<'a, str>, &'a RawValue)>,
}

impl<'a> Object<'a> {
    /// `None` unless the text is one whole object.
    pub fn parse(text: &'a str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    pub fn of(raw: &'a RawValue) -> Option<Self> {
        Self::parse(raw.get())
    }

    /// A value that is not `null`. Of a key written twice the last one counts, as in JavaScript.
    pub fn get(&self, key: &str) -> Option<&'a RawValue> {
        let (_, raw) = self.fields.iter().rev().find(|(name, _)| name == key)?;
        (raw.get() != "null").then_some(*raw)
    }

    pub fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    pub fn text(&self, key: &str) -> Option<Cow<'a, str>> {
        text(self.get(key)?)
    }

    /// The first of some keys that holds a text.
    pub fn text_of(&self, keys: &[&str]) -> Option<Cow<'a, str>> {
        keys.iter().find_map(|key| self.text(key))
    }

    pub fn object(&self, key: &str) -> Option<Object<'a>> {
        Object::of(self.get(key)?)
    }

    /// The elements of a list; none where there is no list.
    pub fn list(&self, key: &str) -> Vec<&'a RawValue> {
        self.get(key).and_then(list).unwrap_or_default()
    }

    pub fn flag(&self, key: &str) -> Option<bool> {
        match self.get(key)?.get() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    pub fn integer(&self, key: &str) -> Option<i64> {
        self.get(key)?.get().parse().ok()
    }

    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|(name, _)| &**name)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some(key) = map.next_key::<Lossy<'de>>()? {
                    fields.push((key.0, map.next_value()?));
                }
                Ok(fields)
            }
        }
        Ok(Self { fields: deserializer.deserialize_map(Fields)? })
    }
}

/// The text of a JSON string. Halves of surrogate pairs, which cut texts end in, are replaced.
pub fn text(raw: &RawValue) -> Option<Cow<'_, str>> {
    serde_json::from_str::<Lossy<'_>>(raw.get()).ok().map(|lossy| lossy.0)
}

/// The elements of a JSON list.
pub fn list(raw: &RawValue) -> Option<Vec<&RawValue>> {
    serde_json::from_str(raw.get()).ok()
}

/// A string as bytes first, for `serde_json` refuses a lone surrogate in a `str`.
struct Lossy<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Lossy<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl<'de> Visitor<'de> for Bytes {
            type Value = Cow<'de, str>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Cow::Borrowed(text))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Cow::Owned(text.to_owned()))
            }

            fn visit_borrowed_bytes<E>(self, bytes: &'de [u8]) -> Result<Self::Value, E> {
                Ok(String::from_utf8_lossy(bytes))
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Self::Value, E> {
                Ok(Cow::Owned(String::from_utf8_lossy(bytes).into_owned()))
            }
        }
        deserializer.deserialize_bytes(Bytes).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_other_types_are_not_there() {
        let object = Object::parse(r#"{"a": 1, "b": "x", "c": null, "d": [1, "two"], "e": {"f": true}}"#).expect("one");
        assert_eq!(object.integer("a"), Some(1));
        assert_eq!(object.text("a"), None);
        assert_eq!(object.text("b").as_deref(), Some("x"));
        assert!(!object.has("c") && object.list("b").is_empty());
        assert_eq!(object.list("d").len(), 2);
        assert_eq!(object.object("e").and_then(|e| e.flag("f")), Some(true));
        assert_eq!(object.text_of(&["c", "b"]).as_deref(), Some("x"));
        for text in ["", "[]", "{", r#"{"a":1} x"#, "{\"a\":\u{1}}"] {
            assert!(Object::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn the_last_of_equal_keys_counts() {
        assert_eq!(Object::parse(r#"{"a": 1, "a": 2}"#).and_then(|object| object.integer("a")), Some(2));
    }

    #[test]
    fn half_a_surrogate_pair_does_not_hide_the_rest() {
        let object = Object::parse(r#"{"cut": "ok \ud83d", "whole": "\ud83d\ude00"}"#).expect("an object");
        assert!(object.text("cut").expect("a text").starts_with("ok "));
        assert_eq!(object.text("whole").as_deref(), Some("\u{1f600}"));
    }

    #[test]
    fn deep_nesting_is_no_fault() {
        let text = format!("{{\"a\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(Object::parse(&text).is_some_and(|object| object.has("a")));
    }
}
