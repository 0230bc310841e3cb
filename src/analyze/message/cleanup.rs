//! Git's clean-up of a message file (git-commit, `--cleanup`; `strbuf_stripspace` and `wt_status_locate_end` in git).

/// What git will do to a message file before it stores it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Cleanup {
    pub mode: CleanupMode,
    pub comment: Comment,
}

impl Cleanup {
    /// For a message that git has stored: nothing is left to clean.
    pub fn verbatim() -> Self {
        Self { mode: CleanupMode::Verbatim, comment: Comment::default() }
    }
}

/// `commit.cleanup`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum CleanupMode {
    /// White space and comment lines go. Git's default where an editor is used.
    #[default]
    Strip,
    /// White space goes, comment lines stay. Git's default where none is used.
    Whitespace,
    /// As `whitespace`, and everything from the scissors line goes.
    Scissors,
    Verbatim,
}

impl CleanupMode {
    /// The mode behind a value of `commit.cleanup`; `edited` tells what `default` stands for.
    pub fn from_config(value: Option<&str>, edited: bool) -> Self {
        match value {
            Some("strip") => Self::Strip,
            Some("whitespace") => Self::Whitespace,
            Some("verbatim") => Self::Verbatim,
            // Without an editor git treats `scissors` as `whitespace`.
            Some("scissors") if edited => Self::Scissors,
            Some("scissors") => Self::Whitespace,
            _ if edited => Self::Strip,
            _ => Self::Whitespace,
        }
    }
}

/// `core.commentChar` or `core.commentString`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comment {
    Prefix(String),
    /// Git chose a character that starts no line of the message.
    Auto,
}

impl Default for Comment {
    fn default() -> Self {
        Self::Prefix("#".to_owned())
    }
}

impl Comment {
    /// The sign behind a configured value.
    pub fn from_config(value: Option<&str>) -> Self {
        match value {
            None | Some("") => Self::default(),
            Some("auto") => Self::Auto,
            Some(prefix) => Self::Prefix(prefix.to_owned()),
        }
    }

    /// The sign in use in this text. For `auto`, what the last line, which git wrote, starts with.
    fn resolve<'a>(&'a self, text: &'a str) -> &'a str {
        match self {
            Self::Prefix(prefix) => prefix,
            Self::Auto => {
                let scissors =
                    text.lines().find(|line| line.ends_with(SCISSORS)).map(|line| line.trim_end_matches(SCISSORS));
                let last = text.lines().rev().find(|line| !line.trim().is_empty());
                scissors
                    .map(str::trim_end)
                    .or_else(|| last.and_then(|line| line.get(..1)))
                    .filter(|sign| sign.len() == 1 && AUTO_CANDIDATES.contains(*sign))
                    .unwrap_or("#")
            }
        }
    }
}

/// The characters git tries for `auto`, in its order.
const AUTO_CANDIDATES: &str = "#;@!$%^&|:";

const SCISSORS: &str = "------------------------ >8 ------------------------";

impl Cleanup {
    pub(super) fn apply(&self, text: &str) -> String {
        let sign = self.comment.resolve(text);
        let text = before_scissors(text, sign);
        match self.mode {
            CleanupMode::Verbatim => text.to_owned(),
            CleanupMode::Strip => strip_space(text, Some(sign)),
            CleanupMode::Whitespace | CleanupMode::Scissors => strip_space(text, None),
        }
    }
}

/// The text above the scissors line. Git looks for it with `-v` in every mode, and a hook cannot see `-v`; so the line
/// counts wherever it stands exactly as git writes it.
fn before_scissors<'a>(text: &'a str, sign: &str) -> &'a str {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.trim_end_matches('\n').strip_prefix(sign).and_then(|rest| rest.strip_prefix(' ')) == Some(SCISSORS) {
            return text.get(..at).unwrap_or_default();
        }
        at += line.len();
    }
    text
}

/// Drops trailing white space, blank lines at both ends and all but one of several in a row, and comment lines.
fn strip_space(text: &str, comment: Option<&str>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = false;
    for line in text.lines() {
        if comment.is_some_and(|sign| line.starts_with(sign)) {
            continue;
        }
        let line = line.trim_ascii_end();
        if line.is_empty() {
            blank = true;
            continue;
        }
        if blank && !out.is_empty() {
            out.push('\n');
        }
        blank = false;
        out.push_str(line);
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(mode: CleanupMode, comment: Comment, text: &str) -> String {
        Cleanup { mode, comment }.apply(text)
    }

    #[test]
    fn strip_as_git_does() {
        let text = "\n\n  subject  \n\n\n\nbody\t\n# comment\n #kept\n\n\n";
        assert_eq!(cleaned(CleanupMode::Strip, Comment::default(), text), "  subject\n\nbody\n #kept\n");
    }

    #[test]
    fn whitespace_keeps_comments_and_verbatim_keeps_all() {
        assert_eq!(cleaned(CleanupMode::Whitespace, Comment::default(), "#12 a \n"), "#12 a\n");
        assert_eq!(cleaned(CleanupMode::Verbatim, Comment::default(), "\n#12 a \n"), "\n#12 a \n");
    }

    #[test]
    fn other_comment_signs() {
        let sign = Comment::from_config(Some("//"));
        assert_eq!(cleaned(CleanupMode::Strip, sign, "#1 a\n// b\n"), "#1 a\n");
        assert_eq!(cleaned(CleanupMode::Strip, Comment::Auto, "#1 a\n\n; Please enter\n; x\n"), "#1 a\n");
        let cut = format!("#1 a\n; {SCISSORS}\ndiff\n+b\n");
        assert_eq!(cleaned(CleanupMode::Strip, Comment::Auto, &cut), "#1 a\n");
    }

    #[test]
    fn a_scissors_line_of_another_sign_is_text() {
        let text = format!("a\n\n; {SCISSORS}\n");
        assert_eq!(cleaned(CleanupMode::Strip, Comment::default(), &text), text);
    }

    #[test]
    fn default_depends_on_the_editor() {
        assert_eq!(CleanupMode::from_config(None, true), CleanupMode::Strip);
        assert_eq!(CleanupMode::from_config(Some("default"), false), CleanupMode::Whitespace);
    }
}
