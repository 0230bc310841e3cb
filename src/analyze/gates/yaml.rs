//! YAML by lines and indentation: enough for CI files, whose keys and scalars are what a gate is made of.
//!
//! Both states are read alike, so what is not understood (tags, aliases, flow maps) is compared as it stands. Linear in
//! the text; what nests deeper than [`MAX_DEPTH`] is left out.

use super::Setting;

const MAX_DEPTH: usize = 64;

/// An open key or list item. Items stand one step deeper than a key of their column, which is how YAML reads them.
struct Open {
    depth: usize,
    name: String,
    /// Position, for an item.
    item: Option<usize>,
}

/// Every scalar with its path; a list's items are numbered, and each line of a block scalar is a setting of its own.
pub(super) fn settings(text: &str) -> Vec<Setting> {
    let mut out = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut lines = (1_u32..).zip(text.lines()).peekable();
    while let Some((number, line)) = lines.next() {
        let mut rest = line.trim_start_matches(' ');
        let mut column = line.len() - rest.len();
        rest = rest.trim_end();
        if rest.is_empty() || rest.starts_with('#') || rest == "---" {
            continue;
        }
        loop {
            let is_item = rest == "-" || rest.starts_with("- ");
            let depth = 2 * column + usize::from(is_item);
            let mut last = None;
            while open.last().is_some_and(|top| top.depth >= depth) {
                last = open.pop().filter(|top| top.depth == depth).and_then(|top| top.item);
            }
            if open.len() >= MAX_DEPTH {
                break;
            }
            if is_item {
                let item = last.map_or(0, |at| at + 1);
                open.push(Open { depth, name: item.to_string(), item: Some(item) });
                let inner = rest.trim_start_matches('-').trim_start_matches(' ');
                column += rest.len() - inner.len();
                rest = inner;
                if rest.is_empty() {
                    break;
                }
                continue;
            }
            let path = |key: Option<&str>| {
                let names = open.iter().map(|part| part.name.clone());
                names.chain(key.map(str::to_owned)).collect::<Vec<_>>()
            };
            let Some((key, value)) = key_value(rest) else {
                out.push(Setting { path: path(None), value: unquoted(rest), line: number });
                break;
            };
            let value = value.trim_start_matches('&').trim();
            if value.starts_with(['|', '>']) && value.len() <= 3 {
                let path = path(Some(key));
                while let Some((number, line)) = lines.next_if(|(_, line)| {
                    let inner = line.trim_start_matches(' ');
                    inner.trim().is_empty() || line.len() - inner.len() > column
                }) {
                    if !line.trim().is_empty() {
                        out.push(Setting { path: path.clone(), value: line.trim().to_owned(), line: number });
                    }
                }
            } else if value.is_empty() {
                open.push(Open { depth, name: key.to_owned(), item: None });
            } else if let Some(list) = value.strip_prefix('[').and_then(|list| list.strip_suffix(']')) {
                for (at, item) in list.split(',').enumerate() {
                    let mut path = path(Some(key));
                    path.push(at.to_string());
                    out.push(Setting { path, value: unquoted(item.trim()), line: number });
                }
            } else {
                out.push(Setting { path: path(Some(key)), value: unquoted(value), line: number });
            }
            break;
        }
    }
    out
}

/// `key: value`, the comment behind it left out. A colon inside a word is no separator.
fn key_value(text: &str) -> Option<(&str, &str)> {
    let quote = text.chars().next().filter(|first| matches!(first, '"' | '\''));
    let (key, rest) = if let Some(quote) = quote {
        let (key, rest) = text.get(1..)?.split_once(quote)?;
        (key, rest.trim_start().strip_prefix(':')?)
    } else {
        let mut colons = text.match_indices(':').map(|(at, _)| at);
        let ends_key = |at: &usize| text.get(at + 1..).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
        let at = colons.find(ends_key)?;
        (text.get(..at)?, text.get(at + 1..)?)
    };
    let plain = !key.is_empty() && !key.contains(['"', '\'', '$', '`', '|', '&', ';']);
    plain.then(|| (key.trim(), without_comment(rest)))
}

fn without_comment(value: &str) -> &str {
    let value = value.trim();
    if value.starts_with(['"', '\'']) {
        return value;
    }
    if value.starts_with('#') {
        return "";
    }
    value.find(" #").and_then(|at| value.get(..at)).unwrap_or(value).trim_end()
}

fn unquoted(value: &str) -> String {
    let value = without_comment(value);
    for quote in ['"', '\''] {
        if let Some(inner) = value.strip_prefix(quote) {
            return inner.rsplit_once(quote).map_or(inner, |(inner, _)| inner).to_owned();
        }
    }
    value.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> Vec<String> {
        let row = |setting: Setting| format!("{} {}={}", setting.line, setting.path.join("."), setting.value);
        settings(text).into_iter().map(row).collect()
    }

    #[test]
    fn a_workflow() {
        let text = "\
jobs:
  test: # all
    steps:
    - uses: a/b@v1
    - name: \"x: y\"
      run: |
        one

        two || true
      continue-on-error: true # for now
    - run: three # why
  lint:
    needs: [a, 'b']
script:
  - make test
";
        assert_eq!(
            list(text),
            [
                "4 jobs.test.steps.0.uses=a/b@v1",
                "5 jobs.test.steps.1.name=x: y",
                "7 jobs.test.steps.1.run=one",
                "9 jobs.test.steps.1.run=two || true",
                "10 jobs.test.steps.1.continue-on-error=true",
                "11 jobs.test.steps.2.run=three",
                "13 jobs.lint.needs.0=a",
                "13 jobs.lint.needs.1=b",
                "15 script.0=make test",
            ]
        );
    }

    #[test]
    fn hostile_text_ends() {
        assert!(list(&"- ".repeat(5000)).is_empty());
        assert_eq!(list(&format!("{}a: 1", " ".repeat(9000))), [" a=1".replace(' ', "1 ")]);
        list(":\n- :\n\t: [\n'\n\"a\n  |\n");
    }
}
