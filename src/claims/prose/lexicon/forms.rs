//! The forms of English verbs, from the dictionary form or from `base/past/participle[/ing]`.

use super::Form;

/// Each form of an entry of the lexicon; two may be the same word.
pub(super) fn of(entry: &str) -> Vec<(String, Form)> {
    let mut parts = entry.split('/');
    let base = parts.next().unwrap_or_default();
    let mut forms = vec![(base.to_owned(), Form::Base), (third(base), Form::Third)];
    match parts.next() {
        Some(past) => forms.push((past.to_owned(), Form::Past)),
        None => forms.push((joined(base, "ed"), Form::Past)),
    }
    forms.extend(parts.next().map(|participle| (participle.to_owned(), Form::Past)));
    forms.push((parts.next().map_or_else(|| joined(base, "ing"), str::to_owned), Form::Gerund));
    forms
}

fn third(base: &str) -> String {
    if ["s", "x", "z", "ch", "sh", "o"].iter().any(|end| base.ends_with(end)) {
        return format!("{base}es");
    }
    match base.strip_suffix('y') {
        Some(stem) if !stem.ends_with(is_vowel) => format!("{stem}ies"),
        _ => format!("{base}s"),
    }
}

/// The base with `ed` or `ing`, spelt as English spells it.
fn joined(base: &str, end: &str) -> String {
    if let Some(stem) = base.strip_suffix('e') {
        // `see` keeps both letters before `ing`.
        let keep = if end == "ing" && stem.ends_with(['e', 'o']) { base } else { stem };
        return format!("{keep}{end}");
    }
    if let Some(stem) = base.strip_suffix('y') {
        if end == "ed" && !stem.ends_with(is_vowel) {
            return format!("{stem}ied");
        }
    }
    match base.chars().last() {
        Some(last) if doubles(base) => format!("{base}{last}{end}"),
        _ => format!("{base}{end}"),
    }
}

/// One syllable that ends in consonant, vowel, consonant: `drop`, `trim`, `swap`.
fn doubles(base: &str) -> bool {
    let chars: Vec<char> = base.chars().collect();
    let [.., before, vowel, last] = chars.as_slice() else { return false };
    let vowels = chars.iter().filter(|c| is_vowel(**c)).count();
    vowels == 1 && !is_vowel(*before) && is_vowel(*vowel) && !is_vowel(*last) && !matches!(last, 'w' | 'x' | 'y')
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(entry: &str) -> String {
        of(entry).into_iter().map(|(word, _)| word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn regular_and_irregular() {
        assert_eq!(words("drop"), "drop drops dropped dropping");
        assert_eq!(words("rename"), "rename renames renamed renaming");
        assert_eq!(words("modify"), "modify modifies modified modifying");
        assert_eq!(words("fix"), "fix fixes fixed fixing");
        assert_eq!(words("expect"), "expect expects expected expecting");
        assert_eq!(words("see/saw/seen"), "see sees saw seen seeing");
        assert_eq!(words("split/split/split/splitting"), "split splits split split splitting");
        assert_eq!(words("delay"), "delay delays delayed delaying");
    }
}
