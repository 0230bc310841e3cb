//! One word: quotes, escapes, expansions, wildcards.

use super::Word;
use super::read::{End, Reader};

/// How far a bracket is looked for that makes `[` or `{` a wildcard.
const LOOK_AHEAD: usize = 64;

/// How far the end of `((…))` is looked for.
const MAX_ARITHMETIC: usize = 1024;

impl Reader<'_, '_> {
    /// The word that begins here, if one does.
    pub(super) fn word(&mut self) -> Option<Word> {
        let mut word = Word::default();
        let start = self.at;
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b')' => break,
                b'<' | b'>' => {
                    let substitutes =
                        self.at == start && self.rest().get(1..).is_some_and(|rest| rest.starts_with('('));
                    if !substitutes || self.is_power_shell() {
                        break;
                    }
                    self.at += 1;
                    self.substitution(&mut word, start);
                }
                b'(' => break,
                b'{' | b'}' if self.is_power_shell() => break,
                b'\'' => {
                    self.at += 1;
                    word.is_quoted = true;
                    self.single(&mut word);
                }
                b'"' => {
                    self.at += 1;
                    word.is_quoted = true;
                    self.double(&mut word);
                }
                b'\\' if !self.is_power_shell() => {
                    self.at += 1;
                    if self.eat("\n") || self.eat("\r\n") {
                        continue;
                    }
                    word.is_quoted = true;
                    word.text.extend(self.next_char());
                }
                b'`' if self.is_power_shell() => {
                    self.at += 1;
                    word.text.extend(self.next_char());
                }
                b'$' | b'`' => self.expansion(&mut word),
                b'@' if self.is_power_shell() && self.at == start && self.here_string(&mut word) => {}
                b'~' if self.at == start => {
                    mark(&mut word);
                    self.at += 1;
                    word.text.push('~');
                }
                b'*' | b'?' => {
                    mark(&mut word);
                    self.at += 1;
                    word.text.push(char::from(byte));
                }
                b'[' | b'{' => {
                    if self.is_wildcard(byte) {
                        mark(&mut word);
                    }
                    self.at += 1;
                    word.text.push(char::from(byte));
                }
                _ => {
                    let rest = self.rest();
                    let plain =
                        |b: u8| b.is_ascii_alphanumeric() || !b.is_ascii() || matches!(b, b'-' | b'_' | b'.' | b'/');
                    let width = rest.bytes().take_while(|b| plain(*b)).count();
                    if width == 0 {
                        word.text.extend(self.next_char());
                    } else {
                        word.text.push_str(rest.get(..width).unwrap_or_default());
                        self.at += width;
                    }
                }
            }
        }
        (self.at > start).then_some(word)
    }

    /// Does the bracket here begin a set of characters or a list of alternatives?
    fn is_wildcard(&self, byte: u8) -> bool {
        let bytes = self.rest().as_bytes();
        let near = bytes.get(1..bytes.len().min(LOOK_AHEAD)).unwrap_or_default();
        let close = if byte == b'[' { b']' } else { b'}' };
        let end = near.iter().position(|b| *b == close || b.is_ascii_whitespace());
        let inside = end.filter(|end| near.get(*end) == Some(&close)).and_then(|end| near.get(..end));
        inside.is_some_and(|inside| {
            !inside.is_empty() && (byte == b'[' || inside.contains(&b',') || inside.windows(2).any(|two| two == b".."))
        })
    }

    fn single(&mut self, word: &mut Word) {
        loop {
            let rest = self.rest();
            let Some(end) = rest.find('\'') else {
                word.text.push_str(rest);
                self.at = self.text.len();
                self.shared.is_broken = true;
                return;
            };
            word.text.push_str(rest.get(..end).unwrap_or_default());
            self.at += end + 1;
            // `''` stands for a quote there.
            if !(self.is_power_shell() && self.eat("'")) {
                return;
            }
            word.text.push('\'');
        }
    }

    fn double(&mut self, word: &mut Word) {
        let power = self.is_power_shell();
        loop {
            match self.peek() {
                None => {
                    self.shared.is_broken = true;
                    return;
                }
                Some(b'"') => {
                    self.at += 1;
                    if !(power && self.eat("\"")) {
                        return;
                    }
                    word.text.push('"');
                }
                Some(b'\\') if !power => {
                    self.at += 1;
                    match self.peek() {
                        Some(b'\n') => self.at += 1,
                        Some(b'$' | b'`' | b'"' | b'\\') => word.text.extend(self.next_char()),
                        _ => word.text.push('\\'),
                    }
                }
                Some(b'`') if power => {
                    self.at += 1;
                    word.text.extend(self.next_char());
                }
                Some(b'$' | b'`') => self.expansion(word),
                Some(b'\\') => word.text.extend(self.next_char()),
                Some(_) => {
                    let rest = self.rest();
                    let end = rest.find(['"', '\\', '$', '`']).unwrap_or(rest.len());
                    word.text.push_str(rest.get(..end).unwrap_or_default());
                    self.at += end;
                }
            }
        }
    }

    /// `$…` or `` `…` ``, inside of double quotes or outside.
    pub(super) fn expansion(&mut self, word: &mut Word) {
        let start = self.at;
        if self.eat("`") {
            return self.backticks(word, start);
        }
        self.at += 1;
        match self.peek() {
            Some(b'(') => {
                if !(self.rest().starts_with("((") && self.skip_arithmetic()) {
                    return self.substitution(word, start);
                }
            }
            Some(b'{') => self.braces(),
            Some(b'\'') if !self.is_power_shell() => {
                self.at += 1;
                word.is_quoted = true;
                return self.escaped(word);
            }
            Some(b'"') if !self.is_power_shell() => {
                self.at += 1;
                return self.double(word);
            }
            Some(b'?' | b'!' | b'#' | b'@' | b'*' | b'-' | b'$') => self.at += 1,
            Some(b) if b.is_ascii_alphanumeric() || b == b'_' => {
                let colon = self.is_power_shell();
                let name = self.rest().bytes();
                self.at += name.take_while(|b| b.is_ascii_alphanumeric() || *b == b'_' || colon && *b == b':').count();
            }
            // A dollar sign and nothing more.
            _ => {
                word.text.push('$');
                return;
            }
        }
        self.unknown(word, start);
    }

    /// What was read since `start` is for the shell to know.
    fn unknown(&self, word: &mut Word, start: usize) {
        mark(word);
        word.text.push_str(self.text.get(start..self.at).unwrap_or_default());
    }

    /// `(…)` behind `$`, `<` or `>`: its commands run.
    fn substitution(&mut self, word: &mut Word, start: usize) {
        if !self.enter() {
            return;
        }
        self.at += 1;
        self.captured += 1;
        self.list(End::Round);
        self.captured -= 1;
        self.leave();
        self.unknown(word, start);
    }

    fn backticks(&mut self, word: &mut Word, start: usize) {
        let mut inner = String::new();
        loop {
            match self.next_char() {
                None => {
                    self.shared.is_broken = true;
                    break;
                }
                Some('`') => break,
                Some('\\') => match self.next_char() {
                    Some(c @ ('`' | '\\' | '$')) => inner.push(c),
                    Some(c) => inner.extend(['\\', c]),
                    None => {}
                },
                Some(c) => inner.push(c),
            }
        }
        self.unknown(word, start);
        if !self.enter() {
            return;
        }
        let mut reader = Reader::new(&inner, self.dialect, self.shared);
        reader.captured = self.captured + 1;
        reader.whole();
        self.leave();
    }

    /// `{…}` of a parameter. Its text is not looked into but for its end.
    fn braces(&mut self) {
        let mut depth = 0usize;
        let mut ignored = Word::default();
        while let Some(byte) = self.peek() {
            match byte {
                b'{' => depth += 1,
                b'}' => depth -= 1,
                b'\\' => {
                    self.at += 1;
                    self.next_char();
                    continue;
                }
                b'$' if self.rest().starts_with("$(") => {
                    self.expansion(&mut ignored);
                    ignored.text.clear();
                    continue;
                }
                _ => {
                    self.next_char();
                    continue;
                }
            }
            self.at += 1;
            if depth == 0 {
                return;
            }
        }
        self.shared.is_broken = true;
    }

    /// `$'…'`
    fn escaped(&mut self, word: &mut Word) {
        loop {
            match self.next_char() {
                None => {
                    self.shared.is_broken = true;
                    return;
                }
                Some('\'') => return,
                Some('\\') => match self.next_char() {
                    Some('n') => word.text.push('\n'),
                    Some('t') => word.text.push('\t'),
                    Some('r') => word.text.push('\r'),
                    Some(c @ ('\\' | '\'' | '"' | '?')) => word.text.push(c),
                    Some(c) => {
                        mark(word);
                        word.text.extend(['\\', c]);
                    }
                    None => {}
                },
                Some(c) => word.text.push(c),
            }
        }
    }

    /// `@'…'@` and `@"…"@`.
    fn here_string(&mut self, word: &mut Word) -> bool {
        let (open, close) = if self.rest().starts_with("@'") {
            ("@'", "\n'@")
        } else if self.rest().starts_with("@\"") {
            ("@\"", "\n\"@")
        } else {
            return false;
        };
        self.at += open.len();
        let rest = self.rest();
        let end = rest.find(close);
        self.shared.is_broken |= end.is_none();
        word.text.push_str(rest.get(..end.unwrap_or(rest.len())).unwrap_or_default());
        word.is_quoted = true;
        self.at += end.map_or(rest.len(), |end| end + close.len());
        true
    }

    /// Skips `((…))`; `false` where that is none.
    pub(super) fn skip_arithmetic(&mut self) -> bool {
        let bytes = self.rest().as_bytes();
        let mut depth = 0usize;
        for (at, byte) in bytes.iter().enumerate().take(MAX_ARITHMETIC) {
            match byte {
                b'(' => depth += 1,
                b')' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        let closes = at.checked_sub(1).and_then(|before| bytes.get(before)) == Some(&b')');
                        if closes {
                            self.at += at + 1;
                        }
                        return closes;
                    }
                }
                b'\n' | b';' | b'\'' | b'"' => return false,
                _ => {}
            }
        }
        false
    }
}

fn mark(word: &mut Word) {
    word.unknown.get_or_insert(word.text.len());
}
