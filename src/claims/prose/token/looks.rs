//! What a bare word looks like: a path, a name, a number, an id. Looks only: whether there is such a file is not asked.

use super::super::clause::TokenKind;
use super::super::lexicon::lexicon;

pub(super) fn kind(core: &str) -> TokenKind {
    if is_url(core) {
        TokenKind::Url
    } else if is_number(core) {
        TokenKind::Number
    } else if is_id(core) {
        TokenKind::Id
    } else if is_path(core) {
        TokenKind::Path
    } else if is_name(core) {
        TokenKind::Name
    } else {
        TokenKind::Word
    }
}

pub(super) fn is_url(text: &str) -> bool {
    ["http://", "https://", "ssh://", "git://", "file://", "www.", "git@", "mailto:"]
        .iter()
        .any(|start| text.starts_with(start))
}

/// The path of `a/b.rs:12`, `b.rs:12:3`, `b.rs:12-20` or `b.rs#L12`.
pub(super) fn position(core: &str) -> Option<&str> {
    let at = core.find("#L").or_else(|| core.find(':'))?;
    let (path, line) = core.split_at_checked(at)?;
    let line = line.trim_start_matches(['#', 'L', ':']);
    let fits = line.starts_with(|c: char| c.is_ascii_digit())
        && line.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '-' | '–' | 'L' | '+' | ','));
    (fits && is_path(path)).then_some(path)
}

/// `12`, `1,024`, `1_000`, `3.5`, `1.2.3`, `v2.0.0-rc.1`.
fn is_number(core: &str) -> bool {
    let digits = core.strip_prefix('v').unwrap_or(core);
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let plain = digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '_'));
    let (version, tail) = digits.split_once(['-', '+']).unwrap_or((digits, ""));
    let is_version = version.split('.').count() >= 2
        && version.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    let wild =
        digits.strip_suffix(".x").is_some_and(|major| major.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'));
    plain || wild || is_version && tail.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+'))
}

/// Prefixes of standards, whose numbers are no ids.
const STANDARDS: &[&str] = &["UTF", "SHA", "ISO", "RFC", "AES", "RSA", "IEEE", "ES", "MD", "HTTP", "P", "R"];

fn is_id(core: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some((before, digits)) = core.split_once('#') {
        let named = before.is_empty()
            || before.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/'));
        return named && number(digits);
    }
    if let Some((prefix, digits)) = core.split_once('-') {
        let upper = prefix.len() >= 2 && prefix.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        return upper
            && prefix.starts_with(|c: char| c.is_ascii_uppercase())
            && number(digits)
            && !STANDARDS.contains(&prefix);
    }
    // A hex id holds both digits and letters: `deadbeef` is a word, `1234567` a number.
    let hex = core.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'));
    (7..=64).contains(&core.len())
        && hex
        && core.bytes().any(|byte| byte.is_ascii_digit())
        && core.bytes().any(|byte| byte.is_ascii_alphabetic())
}

pub(super) fn is_path(core: &str) -> bool {
    let fits = |c: char| {
        c.is_alphanumeric()
            || matches!(c, '_' | '-' | '.' | '/' | '@' | '+' | '{' | '}' | ',' | '*' | '~' | '[' | ']' | '$' | '%')
    };
    if !core.chars().all(fits) || !core.chars().any(char::is_alphanumeric) {
        return false;
    }
    let (directory, name) = core.rsplit_once('/').map_or((None, core), |(directory, name)| (Some(directory), name));
    let Some(directory) = directory else { return is_file_name(name) };
    if core.starts_with('@') && !has_extension(name) {
        return false;
    }
    let lexicon = lexicon();
    // `.ts/.tsx`
    if core.split('/').all(|part| part.strip_prefix('.').is_some_and(|part| lexicon.extensions.contains(part))) {
        return false;
    }
    let known = |segment: &str| lexicon.directories.contains(segment);
    let mut segments = core.split('/').filter(|segment| !segment.is_empty());
    let first = segments.next().unwrap_or_default();
    let lower =
        |segment: &str| segment.chars().all(|c| c.is_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | '.'));
    has_extension(name) && !is_versioned(core)
        || core.ends_with('/') && first.chars().any(char::is_alphanumeric)
        || ["./", "../", "~/", "."].iter().any(|start| core.starts_with(start))
        || core.starts_with('/') && directory.contains('/')
        || core.contains('*')
        || lexicon.files.contains(name)
        || known(first)
        || directory.contains('/') && directory.split('/').chain([name]).all(lower)
}

/// A name with a known extension, a dot file, or a file known by name: `a.rs`, `.gitignore`, `Makefile`.
fn is_file_name(name: &str) -> bool {
    let lexicon = lexicon();
    if lexicon.files.contains(name) {
        return true;
    }
    if let Some(rest) = name.strip_prefix('.') {
        // `.rs` is an extension, not a file.
        return rest.len() >= 3
            && rest.chars().all(|c| c.is_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.'))
            && !lexicon.extensions.contains(rest)
            || matches!(name, ".env");
    }
    has_extension(name) && !lexicon.not_files.contains(name.to_lowercase().as_str())
}

fn has_extension(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(stem, extension)| {
        let extension = extension.to_ascii_lowercase();
        stem.chars().any(|c| c.is_alphanumeric() || c == '*')
            && lexicon().extensions.contains(extension.trim_end_matches('}'))
            // `std.a` is no archive, `1.c` no source.
            && (extension.len() > 1 || stem.chars().any(char::is_alphabetic))
    })
}

/// `2/3.4`: numbers with a slash.
fn is_versioned(core: &str) -> bool {
    core.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '/'))
}

pub(super) fn is_underscored(text: &str) -> bool {
    let name = text.trim_start_matches('_');
    let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
    let (Some(name), Some(after)) = (name.get(..end), name.get(end..)) else { return false };
    // `_so_` is emphasis; `_so_on`, `__so__` and `_so` are names.
    let whole = text.trim_end_matches(['.', ',', ';', ':', '!', '?', ')']);
    let closed = !text.starts_with("__") && whole.ends_with('_') && !whole.ends_with("__");
    !name.is_empty() && !closed && !after.starts_with('*')
}

fn is_name(core: &str) -> bool {
    if core.starts_with("--") || core.starts_with('$') {
        return core.len() > 2;
    }
    if core.starts_with('@') {
        return core.len() > 2;
    }
    let fits = |c: char| {
        c.is_alphanumeric() || matches!(c, '_' | '.' | ':' | '$' | '(' | ')' | '[' | ']' | '<' | '>' | '#' | '&')
    };
    if !core.chars().all(fits) || !core.chars().any(char::is_alphabetic) {
        return false;
    }
    let chars: Vec<char> = core.chars().take(200).collect();
    let humped = chars.windows(2).any(|pair| matches!(pair, [a, b] if a.is_lowercase() && b.is_uppercase()));
    let dotted = core.split('.').count() >= 2
        && core.split('.').all(|part| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_'))
        && !matches!(core, "e.g" | "i.e" | "a.k.a" | "vs");
    core.contains("::")
        || core.ends_with("()")
        || core.ends_with("[]")
        || core.trim_matches('_').contains('_')
        || core.starts_with("__")
        || humped
        || dotted
}
