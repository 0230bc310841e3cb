//! Changes to a policy's text that leave everything else in it as it was: comments, order, line ends.

use jiff::civil::Date;
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value};

/// A waiver to be written.
#[derive(Clone, Debug)]
pub struct NewWaiver {
    pub rule: String,
    pub paths: Vec<String>,
    pub fingerprints: Vec<String>,
    pub reason: String,
    pub until: Date,
    pub owner: Option<String>,
}

impl NewWaiver {
    fn entries(&self) -> Result<Vec<(&'static str, Value)>, String> {
        let list = |texts: &[String]| Value::Array(texts.iter().map(String::as_str).collect::<Array>());
        let until: toml_edit::Datetime = self.until.to_string().parse().map_err(|_| "this day has no TOML form")?;
        let mut entries = vec![("rule", Value::from(self.rule.as_str()))];
        if !self.paths.is_empty() {
            entries.push(("paths", list(&self.paths)));
        }
        if !self.fingerprints.is_empty() {
            entries.push(("fingerprints", list(&self.fingerprints)));
        }
        // One line, so that no line end becomes part of it.
        let reason = self.reason.split_whitespace().collect::<Vec<_>>().join(" ");
        entries.push(("reason", Value::from(reason)));
        entries.push(("until", Value::from(until)));
        entries.extend(self.owner.as_ref().map(|owner| ("owner", Value::from(owner.as_str()))));
        Ok(entries)
    }
}

/// The waiver as it is written: `[[waiver]]` and its keys.
pub fn block(waiver: &NewWaiver) -> Result<String, String> {
    let mut document = DocumentMut::new();
    document.insert("waiver", Item::ArrayOfTables(ArrayOfTables::from_iter([table(waiver)?])));
    Ok(document.to_string().trim_start().to_owned())
}

/// The text with the waiver in it: after the waivers that are there, or at the end.
pub fn add_waiver(text: &str, waiver: &NewWaiver) -> Result<String, String> {
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| error.message().to_owned())?;
    let block = block(waiver)?;
    match document.get_mut("waiver") {
        None => Ok(appended(text, &block)),
        Some(Item::ArrayOfTables(tables)) => {
            let mut table = table(waiver)?;
            table.decor_mut().set_prefix("\n");
            tables.push(table);
            let rest = document.trailing().as_str().unwrap_or_default().to_owned();
            document.set_trailing("");
            // At the end, comments that close the file stay where they are; carriage returns are kept by not rewriting.
            if text.contains('\r') || document.to_string().ends_with(&block) {
                return Ok(appended(text, &block));
            }
            document.set_trailing(rest);
            Ok(document.to_string())
        }
        Some(Item::Value(Value::Array(list))) => {
            list.push(InlineTable::from_iter(waiver.entries()?));
            Ok(document.to_string())
        }
        Some(_) => Err("`waiver` is no list of tables".to_owned()),
    }
}

/// The text with `baseline = "NAME"` among the keys at its top.
pub fn name_baseline(text: &str, name: &str) -> Result<String, String> {
    let document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| error.message().to_owned())?;
    if document.contains_key("baseline") {
        return Err("it has a `baseline` already".to_owned());
    }
    // After the line of `schema`, which every policy has at its top, so that no comment loses what it speaks of.
    let at = toml::de::DeTable::parse(text).ok().and_then(|table| Some(table.get_ref().get("schema")?.span().end));
    let at = at.ok_or("it has no `schema`")?;
    let end = text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |length| at + length);
    let (before, after) = text.split_at_checked(end).ok_or("it has no `schema`")?;
    let line_end = if before.ends_with('\r') || after.starts_with("\r\n") { "\r\n" } else { "\n" };
    let before = before.strip_suffix('\r').unwrap_or(before);
    let after = after.strip_prefix('\n').unwrap_or(after);
    Ok(format!("{before}{line_end}baseline = {}{line_end}{after}", Value::from(name).to_string().trim()))
}

fn table(waiver: &NewWaiver) -> Result<Table, String> {
    Ok(waiver.entries()?.into_iter().map(|(key, value)| (key, Item::Value(value))).collect())
}

fn appended(text: &str, block: &str) -> String {
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let gap = if text.is_empty() || text.ends_with('\n') { "" } else { end };
    format!("{text}{gap}{end}{}", block.replace('\n', end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> NewWaiver {
        NewWaiver {
            rule: "scope/denied-path".to_owned(),
            paths: vec!["db/**".to_owned()],
            fingerprints: Vec::new(),
            reason: "a \"quoted\" reason\nin two lines".to_owned(),
            until: Date::constant(2026, 12, 31),
            owner: Some("@data".to_owned()),
        }
    }

    fn added(text: &str) -> String {
        let result = add_waiver(text, &sample()).expect("it can be added");
        let read = crate::policy::waivers_in("p", result.as_bytes());
        let last =
            read.iter().find(|waiver| waiver.reason == "a \"quoted\" reason in two lines").expect("it reads back");
        assert_eq!((last.rule.as_str(), last.until), ("scope/denied-path", Date::constant(2026, 12, 31)));
        assert_eq!(last.paths.entries()[0].pattern, "db/**");
        result
    }

    #[test]
    fn everything_else_stays_as_it_was() {
        for text in [
            "schema = 1\n",
            "schema = 1",
            "# top\nschema=1   # odd   spacing\n[scope]\ndeny = [ 'a' ,\n  'b', # why\n]\n# the end",
            "schema = 1\r\n[scope]\r\n",
            "schema = 1\n[[waiver]]\nrule = 'scope/*' # old\nreason = 'r'\nuntil = 2026-01-01\n# closing words\n",
        ] {
            let result = added(text);
            assert!(result.starts_with(text), "{result}");
            assert!(!text.contains('\r') || result.lines().count() == result.matches("\r\n").count(), "{result:?}");
        }
    }

    #[test]
    fn it_joins_the_waivers_that_stand_in_the_middle() {
        let text = "schema = 1\n\n[[waiver]] # one\nrule = 'files/*'\nreason = 'r'\nuntil = 2026-01-01\n\n# report\n\
            [report]\nrequire = 'none' # x\n# end\n";
        let result = added(text);
        let (before, after) = text.split_once("\n# report").expect("it is there");
        assert!(result.starts_with(before) && result.ends_with(&format!("\n# report{after}")), "{result}");
    }

    #[test]
    fn a_baseline_is_named_at_the_top() {
        let named = |text: &str| name_baseline(text, "b.txt").expect("it can be named");
        assert_eq!(named("schema = 1"), "schema = 1\nbaseline = \"b.txt\"\n");
        assert_eq!(
            named("# top\r\nschema = 1 # x\r\n[scope]\r\n"),
            "# top\r\nschema = 1 # x\r\nbaseline = \"b.txt\"\r\n[scope]\r\n"
        );
        assert_eq!(
            named("mode = 'report'\nschema = 1\n\n# s\n[scope]\n"),
            "mode = 'report'\nschema = 1\nbaseline = \"b.txt\"\n\n# s\n[scope]\n"
        );
        assert!(name_baseline("schema = 1\nbaseline = 'x'\n", "b.txt").is_err());
    }

    #[test]
    fn an_inline_list_is_kept_inline() {
        let text = "schema = 1\nwaiver = [{ rule = 'files/*', reason = 'r', until = 2026-01-01 }]\n[report]\n";
        assert!(!added(text).contains("[["));
        assert!(add_waiver("waiver = 1\n", &sample()).is_err());
        assert!(add_waiver("schema = \n", &sample()).is_err());
    }
}
