//! Where the words of claimed names stand in added and deleted lines: what no grammar can hide.

use rustc_hash::FxHashMap;

use super::name::is_word_byte;
use crate::analyze::facts::Facts;
use crate::model::lines::Lines;

/// Lines kept of one word on one side; that there are more is known.
const MAX_SPOTS: usize = 200;

/// The first of the many lines a word stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    /// Of the change.
    pub(super) index: usize,
    /// 1-based.
    pub(super) line: u32,
}

#[derive(Debug, Default)]
pub(super) struct Spots {
    pub(super) all: Vec<Spot>,
    /// More than are kept.
    pub(super) cut: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Added,
    Deleted,
}

/// Built once for all claims of a report.
#[derive(Debug, Default)]
pub(in crate::claims) struct Words {
    added: FxHashMap<Vec<u8>, Spots>,
    deleted: FxHashMap<Vec<u8>, Spots>,
    /// Why lines may be missing.
    pub(super) gap: Option<String>,
}

impl Words {
    pub(in crate::claims) fn of(facts: &Facts<'_>, wanted: impl Iterator<Item = Vec<u8>>) -> Self {
        let mut words = Self::default();
        for word in wanted {
            words.added.entry(word.clone()).or_default();
            words.deleted.entry(word).or_default();
        }
        for (index, change) in facts.changes() {
            let diff = facts.text_lines(index);
            let told = facts.lines(index).is_some() || facts.renames().of_old(index).is_some();
            if change.has_lines() && !told {
                words.gap.get_or_insert_with(|| format!("the lines of `{}` could not be read", change.path));
            }
            if let Some(diff) = diff {
                take(&mut words.added, index, &diff.added);
                take(&mut words.deleted, index, &diff.deleted);
            }
        }
        words
    }

    pub(super) fn spots(&self, side: Side, word: &[u8]) -> &Spots {
        static NONE: Spots = Spots { all: Vec::new(), cut: false };
        let map = if side == Side::Added { &self.added } else { &self.deleted };
        map.get(word).unwrap_or(&NONE)
    }
}

fn take(into: &mut FxHashMap<Vec<u8>, Spots>, index: usize, lines: &Lines) {
    for line in lines.iter() {
        for word in line.text.split(|byte| !is_word_byte(*byte)).filter(|word| !word.is_empty()) {
            let Some(spots) = into.get_mut(word) else { continue };
            let spot = Spot { index, line: line.number };
            if spots.all.len() >= MAX_SPOTS {
                spots.cut = true;
            } else if spots.all.last() != Some(&spot) {
                spots.all.push(spot);
            }
        }
    }
}

/// Does the word stand in the text for itself? Returns the offset of the first.
pub(super) fn find_word(text: &[u8], word: &[u8]) -> Option<usize> {
    let is_word = |at: Option<&u8>| at.is_some_and(|byte| is_word_byte(*byte));
    memchr::memmem::find_iter(text, word).find(|at| {
        let before = at.checked_sub(1).and_then(|before| text.get(before));
        !is_word(before) && !is_word(text.get(at + word.len()))
    })
}

/// Words after which a name is declared rather than used.
const DECLARING: &[&[u8]] = &[
    b"let",
    b"var",
    b"const",
    b"val",
    b"mut",
    b"def",
    b"fn",
    b"fun",
    b"func",
    b"function",
    b"class",
    b"struct",
    b"enum",
    b"trait",
    b"interface",
    b"type",
    b"static",
    b"module",
    b"mod",
    b"namespace",
    b"define",
    b"alias",
    b"macro",
    b"object",
    b"protocol",
    b"record",
    b"typedef",
    b"lambda",
    b"for",
    b"as",
];

/// Might this line declare the word? Yes in doubt.
pub(super) fn may_declare(line: &[u8], word: &[u8]) -> bool {
    let mut from = 0;
    while let Some(at) = line.get(from..).and_then(|rest| find_word(rest, word)).map(|at| at + from) {
        let after = line.get(at + word.len()..).unwrap_or_default().trim_ascii_start();
        let before = line.get(..at).unwrap_or_default().trim_ascii_end();
        let last = before.rsplit(|byte| !is_word_byte(*byte)).next().unwrap_or_default();
        let given = match after {
            [b'=', b'=', ..] => false,
            [b'=' | b':' | b',', ..] => true,
            _ => false,
        };
        // `:name` is a name as a value; `::name` is a path.
        let quoted = matches!(before.last(), Some(b'"' | b'\'' | b':')) && !before.ends_with(b"::");
        if given || quoted || DECLARING.contains(&last) {
            return true;
        }
        from = at + word.len();
    }
    false
}

/// Lower case letters and digits alone: `foo_bar` and `FooBar` are one.
pub(super) fn folded(text: &[u8]) -> Vec<u8> {
    text.iter().filter(|byte| is_word_byte(**byte) && **byte != b'_').map(u8::to_ascii_lowercase).collect()
}

/// What tools put around a name to make another: accessors, builders, plurals.
const AROUND: (&[&[u8]], &[&[u8]]) = (
    &[b"get", b"set", b"is", b"has", b"with", b"add", b"try", b"on", b"do", b"test", b"find", b"clear"],
    &[b"s", b"id", b"ids", b"path", b"url", b"builder", b"async", b"mut", b"ref", b"list", b"map", b"type", b"kind"],
);

/// Other spellings of a name that a macro or tool may have made it of, folded; the name's own first.
pub(super) fn stems(word: &[u8]) -> Vec<Vec<u8>> {
    let whole = folded(word);
    let mut all = vec![whole.clone()];
    all.extend(AROUND.0.iter().filter_map(|lead| whole.strip_prefix(*lead)).map(<[u8]>::to_vec));
    all.extend(AROUND.1.iter().filter_map(|tail| whole.strip_suffix(*tail)).map(<[u8]>::to_vec));
    all.retain(|stem| stem.len() >= 3);
    all
}

/// The parts of a compound name: `parse_config` and `parseConfig` have two.
pub(super) fn parts(word: &[u8]) -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = vec![Vec::new()];
    let mut before_is_lower = false;
    for byte in word {
        if *byte == b'_' || byte.is_ascii_uppercase() && before_is_lower {
            all.push(Vec::new());
        }
        before_is_lower = byte.is_ascii_lowercase() || byte.is_ascii_digit();
        if *byte != b'_' {
            if let Some(last) = all.last_mut() {
                last.push(byte.to_ascii_lowercase());
            }
        }
    }
    all.retain(|part| !part.is_empty());
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_only() {
        assert_eq!(find_word(b"reset set", b"set"), Some(6));
        assert_eq!(find_word(b"reset set_all", b"set"), None);
    }

    #[test]
    fn uses_are_no_declarations() {
        for line in ["run();", "x.run(1)", "if run == 1 {", "return run", "use a::run;"] {
            assert!(!may_declare(line.as_bytes(), b"run"), "{line}");
        }
        for line in [
            "let run = 1;",
            "run = go",
            "def run(x):",
            "  run: 1,",
            "setattr(x, 'run')",
            "for run in x",
            "a, run := f()",
        ] {
            assert!(may_declare(line.as_bytes(), b"run"), "{line}");
        }
    }

    #[test]
    fn compounds() {
        assert_eq!(parts(b"parseConfig_file"), [b"parse".to_vec(), b"config".to_vec(), b"file".to_vec()]);
        assert!(stems(b"getUserName").contains(&b"username".to_vec()));
    }
}
