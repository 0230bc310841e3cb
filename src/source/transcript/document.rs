//! A transcript that is one JSON document, read message by message.

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufRead, Read};

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::out::Out;
use super::{MAX_ROW, Reader};
use crate::source::json::Object;

/// Members that are read beside the messages. What else there is may be of any size, and is passed over.
const MEMBERS: &[&str] =
    &["info", "sessionId", "projectHash", "startTime", "lastUpdated", "kind", "directories", "summary", "version"];

/// Reads to the end, or to where the document is broken.
pub(super) fn read(source: impl BufRead, reader: &mut dyn Reader, out: &mut Out<'_>) -> io::Result<()> {
    let used = Cell::new(0);
    let metered = Metered { source, used: &used };
    let mut deserializer = serde_json::Deserializer::from_reader(metered);
    let whole = Document { reader, out, used: &used }.deserialize(&mut deserializer);
    match whole {
        Ok(()) => {}
        Err(error) if error.is_io() && error.io_error_kind() != Some(io::ErrorKind::InvalidData) => {
            return Err(error.into());
        }
        Err(error) if error.is_io() => out.oversized(),
        Err(_) => out.broken(),
    }
    Ok(())
}

/// Fails where one message takes more than its bound. JSON's reader takes one byte after the other, so this counts them.
struct Metered<'a, R> {
    source: R,
    used: &'a Cell<usize>,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.used.set(self.used.get() + read);
        if self.used.get() > MAX_ROW {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a message above the bound"));
        }
        Ok(read)
    }
}

struct Document<'r, 'o, 'a> {
    reader: &'r mut dyn Reader,
    out: &'r mut Out<'o>,
    used: &'a Cell<usize>,
}

impl<'de> DeserializeSeed<'de> for Document<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Document<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a session")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            self.used.set(0);
            if key == "messages" {
                map.next_value_seed(Messages { reader: &mut *self.reader, out: &mut *self.out, used: self.used })?;
            } else if MEMBERS.contains(&key.as_str()) {
                let value: Box<RawValue> = map.next_value()?;
                self.reader.member(&key, &value, self.out);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct Messages<'r, 'o, 'a> {
    reader: &'r mut dyn Reader,
    out: &'r mut Out<'o>,
    used: &'a Cell<usize>,
}

impl<'de> DeserializeSeed<'de> for Messages<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Messages<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("messages")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(raw) = list.next_element::<Box<RawValue>>()? {
            self.used.set(0);
            self.out.begin_row();
            match Object::of(&raw) {
                Some(row) => self.reader.row(&row, self.out),
                None => self.out.broken(),
            }
        }
        Ok(())
    }
}
