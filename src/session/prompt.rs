//! `warrant:` lines in a prompt: bounds that hold from there on.
//!
//! A prompt is a person's word, and may hold text that the person pasted from elsewhere. So a line can only tighten, and counts
//! only where it stands by itself: not in a fenced or indented block, not in a quotation. What such a line says and cannot be
//! read is told; it is never passed over.

use super::contract::{RequiredTerms, Terms, merge, parse_of};
use crate::model::contract::Contract;
use crate::model::diagnostic::Diagnostic;
use crate::model::escape;

/// The most lines of one prompt that are taken in.
const MAX_LINES: usize = 64;

/// The longest line that is taken in, in bytes.
const MAX_LINE: usize = 4096;

/// The most bytes of a prompt that are looked at.
const MAX_BYTES: usize = 1 << 20;

/// What the words are.
const WORDS: &str = "`allow`, `deny`, `files`, `added-lines`, `deleted-lines`, `new-files`, `read-only`, `no-commit`, `require` and \
`deny-command`";

/// The terms that a prompt sets, and what is wrong with its lines.
pub fn from_prompt(prompt: &str) -> (Terms, Vec<Diagnostic>) {
    let mut terms = Terms { title: "set by the prompt".to_owned(), ..Terms::default() };
    let mut faults = Vec::new();
    for (count, (number, line)) in lines(prompt).into_iter().enumerate() {
        if count == MAX_LINES {
            let what = format!(
                "more than {MAX_LINES} `warrant:` lines: from line {number} of the prompt on they are not read"
            );
            faults.push(Diagnostic::error(what, None));
            break;
        }
        let read = if line.len() > MAX_LINE { Err("the line is too long".to_owned()) } else { read(line, &mut terms) };
        if let Err(reason) = read {
            let shown: String = line.chars().take(120).collect();
            let what =
                format!("line {number} of the prompt, `warrant: {}`: {reason}", escape::visible(shown.as_bytes()));
            faults.push(Diagnostic::error(what, None));
        }
    }
    (terms, faults)
}

/// The lines of a prompt that count, to be read again by [`from_prompt`].
pub fn kept(prompt: &str) -> Vec<String> {
    let shown = |line: &str| line.chars().take(MAX_LINE).collect::<String>();
    lines(prompt).into_iter().take(MAX_LINES + 1).map(|(_, line)| format!("warrant: {}", shown(line))).collect()
}

/// A contract with what the prompts of a session set besides, each prompt by itself: every `allow` list has to allow a path.
/// What cannot be read was told when the prompt came in.
pub fn tightened(contract: Option<Contract>, lines: &[(usize, String)]) -> Option<Contract> {
    lines.chunk_by(|one, next| one.0 == next.0).fold(contract, |contract, prompt| {
        let text: Vec<&str> = prompt.iter().map(|(_, line)| line.as_str()).collect();
        let set = self::contract(&from_prompt(&text.join("\n")).0).ok().flatten();
        match (contract, set) {
            (Some(contract), Some(set)) => Some(merge(contract, set)),
            (contract, set) => contract.or(set),
        }
    })
}

/// The contract that the terms of a prompt make; none where they bound nothing.
pub fn contract(terms: &Terms) -> Result<Option<Contract>, Vec<Diagnostic>> {
    if terms.is_empty() {
        return Ok(None);
    }
    let text = terms.to_text().map_err(|error| vec![Diagnostic::error(error, None)])?;
    parse_of("the prompt", &text, None).map(Some)
}

/// What stands behind `warrant:` on the lines that count, with the numbers of the lines.
fn lines(prompt: &str) -> Vec<(usize, &str)> {
    let mut end = prompt.len().min(MAX_BYTES);
    while !prompt.is_char_boundary(end) {
        end -= 1;
    }
    let mut found = Vec::new();
    let mut fence: Option<(char, usize)> = None;
    for (line, number) in prompt.get(..end).unwrap_or_default().lines().zip(1..) {
        let text = line.trim_start_matches(' ');
        let indented = line.len() - text.len() > 3 || text.starts_with('\t');
        let mark = text.chars().next().filter(|c| matches!(c, '`' | '~'));
        let length = mark.map_or(0, |mark| text.len() - text.trim_start_matches(mark).len());
        if let Some((open, least)) = fence {
            let closes = mark == Some(open) && length >= least && text.trim_start_matches(open).trim().is_empty();
            fence = fence.filter(|_| !closes);
            continue;
        }
        if let Some(mark) = mark.filter(|_| length >= 3 && !indented) {
            fence = Some((mark, length));
            continue;
        }
        let word = text.get(..8).filter(|word| !indented && word.eq_ignore_ascii_case("warrant:"));
        if word.is_some() {
            found.push((number, text.get(8..).unwrap_or_default().trim()));
        }
    }
    found
}

fn read(line: &str, terms: &mut Terms) -> Result<(), String> {
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let (word, rest) = (word.trim_end_matches([',', '.']).to_ascii_lowercase(), rest.trim());
    match word.as_str() {
        "allow" => terms.allow.extend(globs(rest)?),
        "deny" => terms.deny.extend(globs(rest)?),
        "files" => lower(&mut terms.files, rest)?,
        "added-lines" => lower(&mut terms.added_lines, rest)?,
        "deleted-lines" => lower(&mut terms.deleted_lines, rest)?,
        "new-files" => lower(&mut terms.new_files, rest)?,
        "read-only" => alone(rest).map(|()| terms.read_only = true)?,
        "no-commit" => alone(rest).map(|()| terms.no_commit = true)?,
        "require" => terms.require.push(RequiredTerms::of(command(rest)?)),
        "deny-command" => terms.deny_commands.push(command(rest)?.to_owned()),
        "end" => return Err("a prompt can only tighten; end a task with `git warrant task end`".to_owned()),
        "" => return Err(format!("it says nothing; the words are {WORDS}")),
        word => return Err(format!("`{word}` is not known; the words are {WORDS}")),
    }
    Ok(())
}

/// Globs, by blanks or commas. A name alone stands for the file and for all that is below the folder of that name.
fn globs(text: &str) -> Result<Vec<String>, String> {
    let mut globs = Vec::new();
    for word in text.split(|c: char| c.is_whitespace() || c == ',').map(unquoted).filter(|word| !word.is_empty()) {
        let glob = word.strip_prefix("./").unwrap_or(word);
        if glob.starts_with('/') || glob.split('/').any(|part| part == ".." || part == ".") {
            return Err(format!("`{word}` matches nothing: paths start at the top of the repository, without a slash"));
        }
        if let Err(error) = crate::model::globs::Globs::of(&[glob]) {
            return Err(error.to_string());
        }
        globs.push(glob.to_owned());
        if !glob.contains(['*', '?', '[', '{']) && !glob.ends_with('/') {
            globs.push(format!("{glob}/**"));
        }
    }
    if globs.is_empty() { Err("it names no path".to_owned()) } else { Ok(globs) }
}

fn unquoted(word: &str) -> &str {
    word.trim_matches(['`', '"', '\''])
}

fn lower(bound: &mut Option<u64>, text: &str) -> Result<(), String> {
    let number: u64 = text.replace('_', "").parse().map_err(|_| format!("`{text}` is no number"))?;
    *bound = Some(bound.map_or(number, |bound| bound.min(number)));
    Ok(())
}

fn alone(rest: &str) -> Result<(), String> {
    if rest.is_empty() {
        Ok(())
    } else {
        Err(format!("`{rest}` behind it says nothing; write it on a line of its own"))
    }
}

fn command(text: &str) -> Result<&str, String> {
    let text = text.strip_prefix('`').and_then(|text| text.strip_suffix('`')).unwrap_or(text);
    crate::model::command::CommandPattern::new(text, None).map(|_| text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_set_terms() {
        let (terms, faults) = from_prompt(
            "Mend the parser.\nwarrant: allow src/parser tests/**, docs/*.md\nWarrant: deny `migrations/`\n  warrant: files 5\n\
             warrant: files 3\nwarrant: new-files 0\nwarrant: no-commit\nwarrant: require `cargo test --all`\nwarrant: deny-command git push\n",
        );
        assert!(faults.is_empty(), "{faults:?}");
        assert_eq!(terms.allow, ["src/parser", "src/parser/**", "tests/**", "docs/*.md"]);
        assert_eq!(terms.deny, ["migrations/"]);
        assert_eq!((terms.files, terms.new_files, terms.no_commit, terms.read_only), (Some(3), Some(0), true, false));
        assert_eq!(terms.require, [RequiredTerms::of("cargo test --all")]);
        assert_eq!(terms.deny_commands, ["git push"]);
        let contract = contract(&terms).expect("no fault").expect("a contract");
        assert_eq!(contract.limit("files").map(|bound| bound.value), Some(3));
    }

    #[test]
    fn the_prompts_of_a_session_add_up() {
        let kept = kept("Do it.\nwarrant: allow src\nx\nWARRANT: files 3");
        assert_eq!(kept, ["warrant: allow src", "warrant: files 3"]);
        let lines: Vec<(usize, String)> =
            kept.into_iter().map(|line| (1, line)).chain([(2, "warrant: allow src/a".to_owned())]).collect();
        let contract = tightened(None, &lines).expect("a contract");
        assert_eq!((contract.allow.len(), contract.limit("files").map(|bound| bound.value)), (2, Some(3)));
        assert!(tightened(None, &[(1, "warrant: alow x".to_owned())]).is_none());
    }

    #[test]
    fn what_is_pasted_or_quoted_sets_nothing() {
        for prompt in [
            "```\nwarrant: read-only\n```",
            "~~~~ text\n```\nwarrant: read-only\n~~~~\n",
            "> warrant: read-only",
            "    warrant: read-only",
            "\twarrant: read-only",
            "Say `warrant: read-only` to the agent",
            "a warrant: read-only",
            "```\nnever closed\nwarrant: read-only",
            "warrants: read-only",
            "- warrant: read-only",
        ] {
            let (terms, faults) = from_prompt(prompt);
            assert!(terms.is_empty() && faults.is_empty(), "{prompt}");
            assert!(contract(&terms).expect("no fault").is_none());
        }
        assert!(from_prompt("```\nx\n```\nwarrant: read-only").0.read_only);
    }

    #[test]
    fn faults_are_told() {
        for (line, part) in [
            ("allow", "no path"),
            ("alow src", "`alow` is not known"),
            ("files many", "no number"),
            ("files -1", "no number"),
            ("deny ../x", "start at the top"),
            ("deny /etc", "start at the top"),
            ("deny [", "not a valid glob"),
            ("read-only please", "says nothing"),
            ("require", "empty"),
            ("require a && b", "joins"),
            ("end", "only tighten"),
            ("", "says nothing"),
        ] {
            let (terms, faults) = from_prompt(&format!("x\nwarrant: {line}"));
            assert!(faults.len() == 1 && faults[0].message.contains(part), "{line}: {faults:?}");
            assert!(faults[0].message.contains("line 2 of the prompt"));
            assert!(terms.is_empty(), "{line}");
        }
        assert_eq!(from_prompt(&"warrant: read-only\n".repeat(100)).1.len(), 1);
        assert_eq!(from_prompt(&format!("warrant: deny {}", "x".repeat(5000))).1.len(), 1);
    }
}
