//! The words of Ruby that open and end blocks, as far as one line shows.

/// What a word does to the blocks that are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Open,
    End,
    Stay,
}

/// A word at the start of a statement opens a block.
const OPENING: &[&[u8]] = &[b"if", b"unless", b"while", b"until", b"case", b"for", b"begin", b"class", b"module"];

/// What stands before a value, so that a statement may stand there too.
const BEFORE_VALUE: &[u8] = b"=([{,;!";

pub(super) fn is_keyword(word: &[u8]) -> bool {
    matches!(word, b"end" | b"do" | b"def") || OPENING.contains(&word)
}

/// `before` and `after` are the rest of the line on both sides of the word.
pub(super) fn step(word: &[u8], before: &[u8], after: &[u8]) -> Step {
    let lead = before.trim_ascii_end();
    let is_name = before.ends_with(b".") || before.ends_with(b":") || before.ends_with(b"@") || before.ends_with(b"$");
    // `if:` is a key; `a ? end : b` is nothing that people write.
    if is_name
        || after.starts_with(b":") && !after.starts_with(b"::")
        || after.starts_with(b"?")
        || after.starts_with(b"!")
    {
        return Step::Stay;
    }
    let first = lead.is_empty()
        || lead.last().is_some_and(|byte| BEFORE_VALUE.contains(byte))
        || lead.ends_with(b"||")
        || lead.ends_with(b"&&");
    let opens = match word {
        b"end" => return Step::End,
        b"do" => !is_loop(before),
        b"def" => !is_endless(after),
        word => first && OPENING.contains(&word),
    };
    if opens { Step::Open } else { Step::Stay }
}

/// The `do` of a loop belongs to the word at its start.
fn is_loop(before: &[u8]) -> bool {
    let line = before.trim_ascii_start();
    [&b"while "[..], b"until ", b"for "].iter().any(|word| line.starts_with(word))
}

/// `def a(b) = c` has no end.
fn is_endless(after: &[u8]) -> bool {
    let mut depth = 0_usize;
    for (at, byte) in after.iter().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b'=' if depth == 0 => {
                let spaced = at.checked_sub(1).and_then(|at| after.get(at)) == Some(&b' ');
                return spaced && after.get(at + 1).is_some_and(|next| !matches!(next, b'=' | b'~' | b'>'));
            }
            b'#' | b';' if depth == 0 => return false,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_open_and_end() {
        let told = |line: &str, word: &str| {
            let at = line.find(word).expect("the word");
            step(word.as_bytes(), &line.as_bytes()[..at], &line.as_bytes()[at + word.len()..])
        };
        for (line, word) in [
            ("  if x", "if"),
            ("y = if x", "if"),
            ("private def a(b = 1)", "def"),
            ("def x=(v)", "def"),
            ("def ==(other)", "def"),
            ("each do |x|", "do"),
            ("class << self", "class"),
            ("z ||= begin", "begin"),
        ] {
            assert_eq!(told(line, word), Step::Open, "{line}");
        }
        for (line, word) in [
            ("return if x", "if"),
            ("x if: 1", "if"),
            ("self.class", "class"),
            ("def a(b = 1) = c", "def"),
            ("while x do", "do"),
            (":end", "end"),
        ] {
            assert_eq!(told(line, word), Step::Stay, "{line}");
        }
        assert_eq!(told("end.b", "end"), Step::End);
    }
}
