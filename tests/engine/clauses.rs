//! Any text is read: nothing panics, every span lies in the text, and the work is bounded by the text.

use git_warrant::claims::prose::stance::clauses;
use proptest::prelude::*;

/// Pieces that messages are made of, and what is hostile in them.
const PIECES: &[&str] = &[
    "Add",
    " `",
    "`",
    "a.rs",
    "src/b.rs:12",
    "(",
    ")",
    "\"",
    "“",
    "”",
    ". ",
    ", ",
    "; ",
    " — ",
    "\n",
    "\n\n",
    "- ",
    "* ",
    "- [ ] ",
    "    ",
    "\t",
    "#",
    "## ",
    "> ",
    "```\n",
    "~~~",
    "|",
    "---|---",
    "<!--",
    "-->",
    "<details>",
    "</details>",
    "](",
    "[",
    "<b",
    ">",
    "…",
    "...",
    "not ",
    "is ",
    "if ",
    "to add ",
    "This commit ",
    ":",
    "é",
    "漢",
    "\u{202e}",
    "\u{0}",
    "Fixes: #1\n",
    "1. ",
    "✅ ",
    "www.",
    "**",
    "__",
    "{",
    "}",
    "{a,b}.ts",
    "—",
    "\r\n",
    "12,000",
    "--",
    "=",
    "'",
    "’",
    "Co-authored-by: A <a@b>\n",
];

fn holds(text: &str) {
    let read = clauses(text);
    for clause in &read.list {
        assert!(text.get(clause.span.clone()).is_some(), "{:?}", clause.span);
        assert!(!clause.tokens.is_empty());
        for token in &clause.tokens {
            assert!(text.get(token.span.clone()).is_some_and(|text| !text.is_empty()), "{token:?}");
            assert!(
                clause.span.start <= token.span.start && token.span.end <= clause.span.end,
                "{token:?} of {:?}",
                clause.span
            );
        }
        assert!(clause.verb.is_none_or(|verb| verb.at < clause.tokens.len()));
        assert!(clause.section.is_none_or(|section| section < read.document.sections.len()));
        assert!(clause.block < read.document.blocks.len());
    }
    for block in &read.document.blocks {
        assert!(
            block.lines.iter().all(|line| text.get(line.clone()).is_some_and(|line| !line.is_empty())),
            "{block:?}"
        );
        assert!(block.lead.is_none_or(|lead| lead < read.document.blocks.len()));
    }
}

/// `cargo test --release --test engine -- --ignored reading_is_fast`, on a machine with nothing else to do.
#[test]
#[ignore = "a measurement, for optimised code on an idle machine"]
fn reading_is_fast() {
    clauses("the lexicon is read once");
    let usual = include_str!("stances.md").get(..2048).expect("a table of more than 2 KB");
    let start = std::time::Instant::now();
    for _ in 0..200 {
        clauses(usual);
    }
    let usual = start.elapsed() / 200;
    let mut worst = (std::time::Duration::ZERO, "");
    for piece in PIECES {
        let text = format!("s\n\n{}", piece.repeat(100_000 / piece.len()));
        let start = std::time::Instant::now();
        clauses(&text);
        worst = worst.max((start.elapsed(), piece));
    }
    assert!(usual.as_micros() < 500, "2 KB took {} µs", usual.as_micros());
    assert!(worst.0.as_millis() < 50, "100 KB took {} ms of `{}`", worst.0.as_millis(), worst.1.escape_debug());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        holds(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_text_of_messages_is_read(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..120)) {
        holds(&pieces.concat());
    }
}

/// No piece, however often it is said, yields more tokens or clauses than it has bytes: the work is linear.
#[test]
fn repetition_stays_in_bounds() {
    for piece in PIECES {
        let text = format!("s\n\n{}", piece.repeat(4000));
        let read = clauses(&text);
        let tokens: usize = read.list.iter().map(|clause| clause.tokens.len()).sum();
        assert!(tokens <= text.len() && read.list.len() <= text.len(), "{piece:?}");
        holds(&text);
    }
}
