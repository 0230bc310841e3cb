//! Characters that cannot be seen, or that change the order of what is seen.
//!
//! What a script or an emoji needs is told from what hides something. Sources: Unicode TR #9 (bidirectional controls),
//! TR #51 (emoji sequences), TR #36; CVE-2021-42574.

/// The most places kept of one line.
const MAX_FOUND: usize = 1000;

/// Nesting deeper than this is undefined (TR #9, `max_depth`).
const MAX_DEPTH: usize = 125;

/// A subdivision flag has five tags and an end.
const MAX_FLAG_TAGS: usize = 6;

/// A character of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub character: char,
    /// Byte range in the text.
    pub start: usize,
    pub end: usize,
}

/// Bidirectional controls that open or close an embedding, override or isolate.
pub fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The bidirectional controls of a line, and whether each that opens is closed on it, in order. Stops where that is
/// clear.
pub fn bidi(line: &[u8]) -> (Vec<Place>, bool) {
    let mut found = Vec::new();
    let mut open: Vec<char> = Vec::new();
    let mut balanced = true;
    for place in characters(line).filter(|place| is_bidi_control(place.character)) {
        if found.len() < MAX_FOUND {
            found.push(place);
        }
        if open.len() >= MAX_DEPTH {
            return (found, false);
        }
        match place.character {
            '\u{202c}' => balanced &= open.pop().is_some_and(|opened| matches!(opened, '\u{202a}'..='\u{202e}')),
            '\u{2069}' => balanced &= open.pop().is_some_and(|opened| matches!(opened, '\u{2066}'..='\u{2068}')),
            opened => open.push(opened),
        }
    }
    (found, balanced && open.is_empty())
}

/// The invisible characters of a line that nothing around them needs, up to [`MAX_FOUND`]. `first`: the text starts
/// here, so a byte order mark may.
pub fn hidden(line: &[u8], first: bool) -> Vec<Place> {
    let mut found = Vec::new();
    if line.is_ascii() {
        return found;
    }
    let mut all = characters(line).peekable();
    let mut before = None;
    // How many tag characters follow a black flag here.
    let mut flag: Option<usize> = None;
    while let Some(place) = all.next() {
        let c = place.character;
        flag = match flag {
            _ if c == '\u{1f3f4}' => Some(0),
            Some(tags) if is_tag(c) && tags < MAX_FLAG_TAGS => Some(tags + 1),
            _ => None,
        };
        let mark = first && place.start == 0 && c == '\u{feff}';
        if is_invisible(c) && !mark && !(is_tag(c) && flag.is_some()) {
            let after = all.peek().map(|next| next.character);
            if !needed(c, Around { before, after }) {
                found.push(place);
                if found.len() >= MAX_FOUND {
                    break;
                }
            }
        }
        before = Some(c);
    }
    found
}

/// Does a character stand alone between quotes, as a value that is written on purpose (`"\u{feff}"`)? Fillers never do:
/// they are letters, and make names. A byte order mark may be followed by what it marks (`"\u{feff}a = 1"`).
pub fn quoted_alone(line: &[u8], place: Place) -> bool {
    let filler = matches!(place.character, '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}');
    let before = place.start.checked_sub(1).and_then(|at| line.get(at));
    let quote = before.filter(|byte| matches!(byte, b'"' | b'\'' | b'`'));
    !filler && quote.is_some() && (place.character == '\u{feff}' || quote == line.get(place.end))
}

/// Is this line of a binary file that has no zero byte at its start: not UTF-8, with control characters no text has?
pub fn is_binary(line: &[u8]) -> bool {
    let control = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\r' | b'\x0c' | b'\x1b');
    std::str::from_utf8(line).is_err() && line.iter().any(control)
}

/// The code point in backquotes and its name, for people.
pub fn describe(c: char) -> String {
    let name = match c {
        '\u{ad}' => "soft hyphen",
        '\u{34f}' => "combining grapheme joiner",
        '\u{61c}' => "Arabic letter mark",
        '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' => "Hangul filler",
        '\u{180e}' => "Mongolian vowel separator",
        '\u{200b}' => "zero width space",
        '\u{200c}' => "zero width non-joiner",
        '\u{200d}' => "zero width joiner",
        '\u{200e}' => "left-to-right mark",
        '\u{200f}' => "right-to-left mark",
        '\u{2028}' => "line separator",
        '\u{2029}' => "paragraph separator",
        '\u{202a}' => "left-to-right embedding",
        '\u{202b}' => "right-to-left embedding",
        '\u{202c}' => "pop directional formatting",
        '\u{202d}' => "left-to-right override",
        '\u{202e}' => "right-to-left override",
        '\u{2060}' => "word joiner",
        '\u{2066}' => "left-to-right isolate",
        '\u{2067}' => "right-to-left isolate",
        '\u{2068}' => "first strong isolate",
        '\u{2069}' => "pop directional isolate",
        '\u{feff}' => "byte order mark",
        '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => "variation selector",
        '\u{e0000}'..='\u{e007f}' => "tag character",
        _ => "invisible character",
    };
    format!("`U+{:04X}` {name}", u32::from(c))
}

/// The characters of the parts that are UTF-8.
fn characters(line: &[u8]) -> impl Iterator<Item = Place> {
    let mut offset = 0;
    line.utf8_chunks().flat_map(move |chunk| {
        let start = offset;
        offset += chunk.valid().len() + chunk.invalid().len();
        chunk.valid().char_indices().map(move |(at, character)| Place {
            character,
            start: start + at,
            end: start + at + character.len_utf8(),
        })
    })
}

/// Characters without a shape of their own. Bidirectional controls are not among them.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2064}' | '\u{206a}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[derive(Clone, Copy)]
struct Around {
    before: Option<char>,
    after: Option<char>,
}

impl Around {
    fn either(self, test: impl Fn(char) -> bool) -> bool {
        self.before.is_some_and(&test) || self.after.is_some_and(&test)
    }
}

/// Does what stands around an invisible character need it?
fn needed(c: char, around: Around) -> bool {
    match c {
        // Emoji and text presentation; other selectors choose a glyph of an ideograph or symbol.
        '\u{fe0e}' | '\u{fe0f}' => around.before.is_some_and(has_emoji_form),
        '\u{fe00}'..='\u{fe0d}' => around.before.is_some_and(|c| is_symbol(c) || is_ideograph(c) || is_joining(c)),
        '\u{e0100}'..='\u{e01ef}' => around.before.is_some_and(is_ideograph),
        '\u{200d}' => {
            let emoji =
                around.before.is_some_and(|c| has_emoji_form(c) || matches!(c, '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}'))
                    && around.after.is_some_and(has_emoji_form);
            emoji || around.either(is_joining)
        }
        '\u{200c}' => around.either(is_joining),
        // It keeps combining marks apart.
        '\u{34f}' => around.either(|c| is_joining(c) || is_combining(c)),
        // UTF-8 that was read as Latin-1: the controls beside it are no text either.
        '\u{ad}' => around.either(|c| matches!(c, '\u{80}'..='\u{9f}')),
        // Scripts written without spaces mark where a line may break; and a comment writes the end of one so.
        '\u{200b}' => around.either(is_spaceless) || around.before == Some('*') && around.after == Some('/'),
        '\u{200e}' | '\u{200f}' | '\u{61c}' => around.either(is_right_to_left),
        '\u{180b}'..='\u{180f}' => around.either(|c| matches!(c, '\u{1800}'..='\u{18af}')),
        '\u{115f}' | '\u{1160}' => around.either(|c| matches!(c, '\u{1100}'..='\u{11ff}')),
        '\u{17b4}' | '\u{17b5}' => around.either(|c| matches!(c, '\u{1780}'..='\u{17ff}')),
        _ => false,
    }
}

fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}')
}

fn is_tag(c: char) -> bool {
    matches!(c, '\u{e0020}'..='\u{e007f}')
}

fn has_emoji_form(c: char) -> bool {
    matches!(c,
        '#' | '*' | '0'..='9' | '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2100}'..='\u{214f}'
        | '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{2460}'..='\u{27bf}' | '\u{2900}'..='\u{297f}'
        | '\u{2b00}'..='\u{2bff}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}' | '\u{1f000}'..='\u{1faff}')
}

fn is_symbol(c: char) -> bool {
    matches!(c, '\u{2200}'..='\u{22ff}' | '\u{2a00}'..='\u{2aff}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff9f}')
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Scripts in which joiners shape letters: Arabic, Syriac, N'Ko, the Indic scripts, Myanmar, Khmer, Mongolian and others.
fn is_joining(c: char) -> bool {
    matches!(c,
        '\u{600}'..='\u{8ff}' | '\u{900}'..='\u{dff}' | '\u{f00}'..='\u{109f}' | '\u{1780}'..='\u{18af}'
        | '\u{a840}'..='\u{a87f}' | '\u{a8e0}'..='\u{a8ff}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
        | '\u{10a00}'..='\u{11fff}')
}

/// Thai, Lao, Myanmar, Khmer, Tibetan.
fn is_spaceless(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{1950}'..='\u{1aaf}')
}

fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<char> {
        hidden(text.as_bytes(), false).into_iter().map(|place| place.character).collect()
    }

    #[test]
    fn what_hides_is_found() {
        for c in [
            '\u{200b}',
            '\u{200c}',
            '\u{200d}',
            '\u{2060}',
            '\u{feff}',
            '\u{ad}',
            '\u{3164}',
            '\u{fe0f}',
            '\u{e0041}',
            '\u{e0101}',
            '\u{200e}',
        ] {
            assert_eq!(codes(&format!("a{c}b")), [c]);
        }
    }

    #[test]
    fn what_a_script_or_an_emoji_needs_is_not() {
        for text in [
            "👨\u{200d}👩\u{200d}👧",
            "🏳\u{fe0f}\u{200d}🌈",
            "👩🏽\u{200d}💻",
            "❤\u{fe0f}",
            "1\u{fe0f}\u{20e3}",
            "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
            "می\u{200c}خواهم",
            "क\u{94d}\u{200d}ष",
            "葛\u{e0100}",
            "ภาษา\u{200b}ไทย",
            "שלום\u{200f}!",
            "Z\u{351}\u{34f}\u{313}",
            "è\u{8a}±å\u{ad}\u{90}.co.jp",
        ] {
            assert!(codes(text).is_empty(), "{text:?}: {:?}", codes(text));
        }
        assert!(hidden("\u{feff}a".as_bytes(), true).is_empty());
        assert_eq!(hidden("a\u{feff}".as_bytes(), true).len(), 1);
    }

    #[test]
    fn text_smuggled_in_tags_or_selectors_is_found() {
        assert_eq!(codes("a\u{e0069}\u{e0067}\u{e006e}").len(), 3);
        assert_eq!(codes("😀\u{fe0f}\u{e0101}\u{e0102}").len(), 2);
        assert!(
            !codes("🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e0067}\u{e0062}\u{e0073}\u{e0063}").is_empty()
        );
    }

    #[test]
    fn bidirectional_balance() {
        let balanced = |text: &str| bidi(text.as_bytes()).1;
        assert!(balanced("a \u{2067}b\u{2069} c"));
        assert!(balanced("\u{202b}\u{2066}x\u{2069}\u{202c}"));
        assert!(!balanced("/*\u{202e} } \u{2066}if (admin)\u{2069} \u{2066} begin"));
        assert!(!balanced("\u{202e}a\u{2069}"));
        assert!(!balanced("\u{202c}"));
    }

    #[test]
    fn one_alone_in_quotes() {
        let alone = |text: &str| {
            let place = hidden(text.as_bytes(), false)[0];
            quoted_alone(text.as_bytes(), place)
        };
        assert!(alone("x.startswith(\"\u{feff}\")") && alone("'\u{200b}'"));
        assert!(!alone("\"a\u{200b}\"") && !alone("f(\u{200b})") && !alone("['\u{3164}']"));
    }

    #[test]
    fn broken_bytes_keep_offsets_right() {
        let places = hidden(b"\xff\xe2\x80\x8bx", false);
        assert_eq!(places.first().map(|place| (place.start, place.end)), Some((1, 4)));
    }
}
