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

/// Might one be the other in another notation, or a part of it?
fn is_doubtful(claimed: &str, actual: &str) -> bool {
    let template = |text: &str| ["${", "{{", "$(", "<%", "@{", "%("].iter().any(|sign| text.contains(sign));
    let folded = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    let (a, b) = (folded(claimed), folded(actual));
    let truth = |text: &str| {
        matches!(text, "true" | "false" | "yes" | "no" | "on" | "off" | "0" | "1" | "enabled" | "disabled")
    };
    template(actual)
        || template(claimed)
        || claimed.is_empty()
        || actual.is_empty()
        || actual.contains(['\n', '\\'])
        || claimed.contains(['\n', '\\'])
        || a.contains(&b)
        || b.contains(&a)
        || truth(&a) && truth(&b) && !(matches!(a.as_str(), "true" | "false") && matches!(b.as_str(), "true" | "false"))
        || matches!((number(claimed), with_unit(actual)), (Some(_), true))
        || matches!((number(actual), with_unit(claimed)), (Some(_), true))
        || with_unit(claimed) && with_unit(actual)
}

/// `30s`, `5 minutes`, `1MB`: the same length has many spellings.
fn with_unit(text: &str) -> bool {
    let digits = text.trim_start_matches(['-', '+']).bytes().take_while(u8::is_ascii_digit).count();
    let unit = text.trim_start_matches(['-', '+']).get(digits..).unwrap_or_default().trim();
    digits > 0 && !unit.is_empty() && unit.len() < 16 && unit.chars().all(|c| c.is_alphabetic() || c == '%')
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
