//! Words that look like ASCII and are not: letters of other scripts in the place of Latin ones.
//!
//! The table holds letters that most typefaces draw exactly as the Latin one. Greek small letters but omicron are left
//! out: formulas use them, and people tell them apart.

/// Letters and what they look like, in order.
const LOOK_ALIKES: &[(char, char)] = &[
    ('\u{131}', 'i'),
    ('\u{251}', 'a'),
    ('\u{261}', 'g'),
    ('\u{391}', 'A'),
    ('\u{392}', 'B'),
    ('\u{395}', 'E'),
    ('\u{396}', 'Z'),
    ('\u{397}', 'H'),
    ('\u{399}', 'I'),
    ('\u{39a}', 'K'),
    ('\u{39c}', 'M'),
    ('\u{39d}', 'N'),
    ('\u{39f}', 'O'),
    ('\u{3a1}', 'P'),
    ('\u{3a4}', 'T'),
    ('\u{3a5}', 'Y'),
    ('\u{3a7}', 'X'),
    ('\u{3bf}', 'o'),
    ('\u{3f3}', 'j'),
    ('\u{405}', 'S'),
    ('\u{406}', 'I'),
    ('\u{408}', 'J'),
    ('\u{410}', 'A'),
    ('\u{412}', 'B'),
    ('\u{415}', 'E'),
    ('\u{41a}', 'K'),
    ('\u{41c}', 'M'),
    ('\u{41d}', 'H'),
    ('\u{41e}', 'O'),
    ('\u{420}', 'P'),
    ('\u{421}', 'C'),
    ('\u{422}', 'T'),
    ('\u{425}', 'X'),
    ('\u{430}', 'a'),
    ('\u{435}', 'e'),
    ('\u{43e}', 'o'),
    ('\u{440}', 'p'),
    ('\u{441}', 'c'),
    ('\u{443}', 'y'),
    ('\u{445}', 'x'),
    ('\u{455}', 's'),
    ('\u{456}', 'i'),
    ('\u{458}', 'j'),
    ('\u{475}', 'v'),
    ('\u{4bb}', 'h'),
    ('\u{4cf}', 'l'),
    ('\u{501}', 'd'),
    ('\u{51b}', 'q'),
    ('\u{51d}', 'w'),
    ('\u{570}', 'h'),
    ('\u{578}', 'n'),
    ('\u{57d}', 'u'),
    ('\u{585}', 'o'),
];

/// A word that looks like another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookAlike {
    /// Byte range in the text.
    pub start: usize,
    pub end: usize,
    /// The first letter that is not what it seems.
    pub letter: char,
    /// What the word looks like, in ASCII.
    pub seems: String,
    /// ASCII letters stand beside the others.
    pub mixed: bool,
}

/// The look-alikes among the words of a text, two letters and longer.
pub fn find(text: &[u8]) -> Vec<LookAlike> {
    let Ok(text) = std::str::from_utf8(text) else { return Vec::new() };
    if text.is_ascii() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut start = 0;
    for part in text.split(|c: char| !(c.is_alphanumeric() || c == '_')) {
        // Where the next part begins: after this one and the character that ended it.
        let end = start + part.len();
        found.extend(look_alike(part, start, end));
        start = end + text.get(end..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    }
    found
}

fn look_alike(word: &str, start: usize, end: usize) -> Option<LookAlike> {
    if word.is_ascii() || word.chars().count() < 2 {
        return None;
    }
    let letter = word.chars().find(|c| !c.is_ascii())?;
    let seems: Option<String> = word.chars().map(|c| if c.is_ascii() { Some(c) } else { latin(c) }).collect();
    Some(LookAlike { start, end, letter, seems: seems?, mixed: word.bytes().any(|byte| byte.is_ascii_alphabetic()) })
}

fn latin(c: char) -> Option<char> {
    // Full-width forms.
    if let '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' = c {
        return char::from_u32(u32::from(c) - 0xfee0);
    }
    LOOK_ALIKES.binary_search_by_key(&c, |(from, _)| *from).ok().and_then(|at| LOOK_ALIKES.get(at)).map(|pair| pair.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(LOOK_ALIKES.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn words_that_seem_ascii() {
        let found = find("if us\u{435}r.is_\u{430}dmin {".as_bytes());
        let seen: Vec<(&str, bool)> = found.iter().map(|one| (one.seems.as_str(), one.mixed)).collect();
        assert_eq!(seen, [("user", true), ("is_admin", true)]);
        assert_eq!((found[0].start, found[0].end), (3, 8));
        let found = find("\u{441}\u{43e}\u{440}\u{443}()".as_bytes());
        assert_eq!((found[0].seems.as_str(), found[0].mixed), ("copy", false));
    }

    #[test]
    fn words_of_other_scripts_and_formulas_do_not() {
        for text in ["привет", "ключAPI", "α_max", "Δx", "naïve_größe", "日本語id", "o", "а"] {
            assert!(find(text.as_bytes()).is_empty(), "{text}");
        }
    }
}
