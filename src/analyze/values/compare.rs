//! Is a value the one that was named? Notation is no difference; where it might be one, that is said.

use super::Value;

/// How two values stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    Same,
    /// Two plain values that surely differ.
    Different,
    Unclear,
}

/// Is this surely another value than `was`, which the key had until now? What one of them says in part differs too, for it
/// was not left as it stood; another notation of the same does not.
pub fn is_other(was: &str, now: &Value) -> bool {
    if compare(was, now) == Likeness::Same {
        return false;
    }
    match now {
        Value::Scalar(text) => is_other_text(bare(was), bare(text)),
        Value::Written(text) if is_literal(text) => is_other_text(bare(was), bare(text)),
        Value::Written(text) => names(was) != names(text),
        Value::List(items) => names(was) != names(&items.join(" ")),
        Value::Compound => false,
    }
}

fn is_other_text(was: &str, now: &str) -> bool {
    let same_number = number(was).zip(number(now)).is_some_and(|(was, now)| was.total_cmp(&now).is_eq());
    let padded = |text: &str| text.trim_end_matches(".0").to_owned();
    // `=1.2` is another requirement than `1.2`.
    let pinned = |text: &str| text.starts_with(['=', '^', '~', '<', '>']);
    // `60 * 1000` is `60_000`, for all that is known here.
    let is_sum = |text: &str| {
        number(text).is_none() && !text.contains(char::is_alphabetic) && text.contains(['*', '+', '/', '<'])
    };
    !same_number
        && !is_sum(was)
        && !is_sum(now)
        && (folded(was) != folded(now) || pinned(was) != pinned(now))
        && padded(was) != padded(now)
        && !is_respelt(was, now)
}

/// The names in an expression, in any order.
fn names(text: &str) -> Vec<&str> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut names: Vec<&str> = text.split(|c| !is_part(c)).filter(|name| name.contains(char::is_alphabetic)).collect();
    names.sort_unstable();
    names
}

pub fn compare(claimed: &str, actual: &Value) -> Likeness {
    match actual {
        Value::Scalar(text) => scalar(claimed, text),
        Value::List(items) => {
            let plain = |text: &str| text.chars().filter(|c| !" \t\r\n\"'[]".contains(*c)).collect::<String>();
            let all = plain(&items.join(","));
            if plain(claimed).trim_end_matches(',') == all { Likeness::Same } else { Likeness::Unclear }
        }
        Value::Written(text) if is_literal(text) => scalar(claimed, text),
        Value::Written(text) => {
            let packed = |text: &str| text.split_whitespace().collect::<String>();
            if packed(claimed) == packed(text) { Likeness::Same } else { Likeness::Unclear }
        }
        Value::Compound => Likeness::Unclear,
    }
}

fn scalar(claimed: &str, actual: &str) -> Likeness {
    let (claimed, actual) = (bare(claimed), bare(actual));
    if claimed == actual || without_comment(actual) == claimed {
        return Likeness::Same;
    }
    if let (Some(a), Some(b)) = (number(claimed), number(actual)) {
        let same_digits = digits(claimed) == digits(actual);
        return match (same_digits, a.total_cmp(&b).is_eq()) {
            (true, _) => Likeness::Same,
            // `3.10` is another version than `3.1`, and another spelling of the number.
            (false, true) if claimed.contains('.') || actual.contains('.') => Likeness::Unclear,
            (false, true) => Likeness::Same,
            (false, false) => Likeness::Different,
        };
    }
    if is_doubtful(claimed, actual) { Likeness::Unclear } else { Likeness::Different }
}

/// Might one be the other in another notation, or the whole of it?
fn is_doubtful(claimed: &str, actual: &str) -> bool {
    claimed.is_empty()
        || actual.is_empty()
        || actual.contains(['\n', '\\'])
        || claimed.contains(['\n', '\\', '\u{2026}'])
        || claimed.contains("...")
        || folded(claimed) == folded(actual)
        || is_part(claimed, actual)
        || is_whole(claimed, actual)
        || is_respelt(claimed, actual)
}

/// Does the text hold the part, with no letter or digit right beside it? `1.2` is a part of `1.2.3`, `1.2.3` is none of `1.2.30`.
fn is_part(part: &str, text: &str) -> bool {
    let (part, text) = (part.to_lowercase(), text.to_lowercase());
    let cuts = |c: Option<char>| !c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(&part).any(|(at, _)| {
        let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at + part.len()..).unwrap_or_default());
        cuts(before.chars().next_back()) && cuts(after.chars().next())
    })
}

/// Is the claim the value with what people add to it: where it lies, or what it means?
fn is_whole(claimed: &str, actual: &str) -> bool {
    let (claimed, actual) = (claimed.to_lowercase(), actual.to_lowercase());
    claimed
        .strip_suffix(&actual)
        .is_some_and(|before| before.ends_with(['/', ':', '.', '@', '=', '~', '^', '>', '<', 'v']))
        || claimed
            .strip_prefix(&actual)
            .is_some_and(|after| after.trim_start().starts_with(['(', '#', ',', ';', '/', '.']))
}

/// Letters and digits alone, in lower case.
fn folded(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase()
}

/// Might one be the other in another notation?
fn is_respelt(claimed: &str, actual: &str) -> bool {
    let template = |text: &str| ["${", "{{", "$(", "<%", "@{", "%("].iter().any(|sign| text.contains(sign));
    let (a, b) = (folded(claimed), folded(actual));
    let truth = |text: &str| {
        matches!(text, "true" | "false" | "yes" | "no" | "on" | "off" | "0" | "1" | "enabled" | "disabled")
    };
    let zeros = |text: &str| text.trim_start_matches('0').to_owned();
    template(actual)
        || template(claimed)
        || !a.is_empty() && a != b && zeros(&a) == zeros(&b)
        || truth(&a) && truth(&b) && !(matches!(a.as_str(), "true" | "false") && matches!(b.as_str(), "true" | "false"))
        || matches!((number(claimed), with_unit(actual)), (Some(_), true))
        || matches!((number(actual), with_unit(claimed)), (Some(_), true))
        || with_unit(claimed) && with_unit(actual) && unit(claimed) != unit(actual)
}

/// `30s`, `5 minutes`, `1MB`: the same length has many spellings.
fn with_unit(text: &str) -> bool {
    let unit = unit(text);
    let has_number = text.trim_start_matches(['-', '+']).starts_with(|c: char| c.is_ascii_digit());
    has_number && !unit.is_empty() && unit.len() < 16 && unit.chars().all(|c| c.is_alphabetic() || c == '%')
}

/// What follows the digits at the start.
fn unit(text: &str) -> &str {
    text.trim_start_matches(['-', '+']).trim_start_matches(|c: char| c.is_ascii_digit()).trim()
}

/// A number, a quoted text, a truth value or nothing.
pub(super) fn is_literal(text: &str) -> bool {
    let quoted = ['"', '\'', '`'].iter().any(|quote| {
        let inside = text.strip_prefix(*quote).and_then(|rest| rest.strip_suffix(*quote));
        inside.is_some_and(|inside| !inside.contains(*quote) && !inside.contains('\\'))
    });
    quoted
        || number(text).is_some()
        || matches!(
            text,
            "true" | "false" | "True" | "False" | "None" | "null" | "nil" | "undefined" | "TRUE" | "FALSE"
        )
}

fn bare(text: &str) -> &str {
    let text = text.trim();
    let inside = |quote: char| text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    inside('"').or_else(|| inside('\'')).or_else(|| inside('`')).unwrap_or(text)
}

fn without_comment(text: &str) -> &str {
    let ends = [" #", " ;", " //", "\t#"];
    let end = ends.iter().filter_map(|sign| text.find(sign)).min().unwrap_or(text.len());
    bare(text.get(..end).unwrap_or(text))
}

fn digits(text: &str) -> String {
    text.chars().take_while(|c| c.is_ascii_digit() || ".-_".contains(*c)).filter(|c| *c != '_').collect()
}

/// A number with the notation of program languages taken off: `30_000u64`, `1.5f`, `0x1F`.
fn number(text: &str) -> Option<f64> {
    const SUFFIXES: &[&str] = &[
        "usize", "isize", "u128", "i128", "u64", "i64", "u32", "i32", "u16", "i16", "u8", "i8", "f64", "f32", "ull",
        "ULL", "ul", "UL", "ll", "LL", "n", "L", "l", "u", "U", "f", "F", "d", "D", "m", "M",
    ];
    let digits = text.replace('_', "");
    let (sign, body) = match digits.strip_prefix('-') {
        Some(body) => (-1.0, body),
        None => (1.0, digits.strip_prefix('+').unwrap_or(&digits)),
    };
    for (prefix, radix) in [("0x", 16), ("0X", 16), ("0b", 2), ("0B", 2), ("0o", 8), ("0O", 8)] {
        if let Some(body) = body.strip_prefix(prefix) {
            // 52 bits are exact.
            return u32::from_str_radix(body, radix).ok().map(|value| sign * f64::from(value));
        }
    }
    let is_plain = |body: &str| {
        body.starts_with(|c: char| c.is_ascii_digit() || c == '.')
            && body.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte))
    };
    let leading_zero = body.len() > 1 && body.starts_with('0') && body.bytes().all(|byte| byte.is_ascii_digit());
    let parse = |body: &str| body.parse::<f64>().ok().filter(|value| value.is_finite()).map(|value| sign * value);
    if leading_zero {
        return None;
    }
    if is_plain(body) {
        return parse(body);
    }
    SUFFIXES.iter().find_map(|suffix| body.strip_suffix(suffix).filter(|rest| is_plain(rest)).and_then(parse))
}
