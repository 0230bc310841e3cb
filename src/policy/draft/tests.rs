use super::files::{document, imports, is_instructions};
use super::{Draft, Reach, draft};
use crate::model::path::RepoPath;
use crate::policy::{Loaded, Request, load};

const PATHS: &[&str] = &[
    "Cargo.toml",
    "Cargo.lock",
    "AGENTS.md",
    "db/migrations/1.sql",
    "src/main.rs",
    "src/api/gen.rs",
    "web/app.ts",
    "web/vendor/x.js",
    "docs/a.md",
    ".github/workflows/ci.yml",
];

fn tree() -> Vec<RepoPath> {
    PATHS.iter().map(|path| RepoPath::from(*path)).collect()
}

fn drafted(name: &str, text: &str) -> Draft {
    let draft = draft(&[document(name, text)], &tree());
    loaded(&draft.text);
    draft
}

fn loaded(text: &str) -> Loaded {
    let request = Request { explicit: Some(("draft".to_owned(), text.into())), sides: Vec::new(), levels: &[] };
    let loaded = load(&request).unwrap_or_else(|faults| panic!("{faults:?}\n{text}"));
    let failures = crate::policy::examples::run(&loaded.policy).failures;
    assert!(failures.is_empty(), "{failures:?}\n{text}");
    loaded
}

/// The lines of the draft that are policy, after its head.
fn proposed(text: &str) -> String {
    let text = drafted("AGENTS.md", text).text;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).skip(2);
    lines.collect::<Vec<_>>().join(" ")
}

/// Why the one sentence became no entry.
fn reason(text: &str) -> String {
    assert_eq!(proposed(text), "", "{text}");
    let text = drafted("AGENTS.md", text).text;
    let line = text.lines().find(|line| line.ends_with("):") && !line.starts_with("# Proposed"));
    line.unwrap_or("none").trim_start_matches("# ").to_owned()
}

#[test]
fn bans_on_paths() {
    for (text, expected) in [
        ("Never edit `db/migrations/`.", "[scope] deny = [ \"db/migrations/**\", ]"),
        ("- **Never** modify files in `db/migrations`, they ran.", "[scope] deny = [ \"db/migrations/**\", ]"),
        ("You must not touch `Cargo.toml` or `Cargo.lock`", "[scope] deny = [ \"Cargo.toml\", \"Cargo.lock\", ]"),
        ("`src/api/gen.rs` must not be edited.", "[scope] deny = [ \"src/api/gen.rs\", ]"),
        ("Do not change the `vendor/` folder.", "[scope] deny = [ \"**/vendor/**\", ]"),
        ("Don't edit [gen.rs](src/api/gen.rs).", "[scope] deny = [ \"src/api/gen.rs\", ]"),
        ("Never commit `.env` files.", "[scope] deny = [ \"**/.env\", ]"),
        ("Never edit `*.sql`.", "[scope] deny = [ \"**/*.sql\", ]"),
        ("Only edit files in `src/`.", "[scope] allow = [ \"src/**\", ]"),
        ("Do not create files in `docs/`.", "[[bounds.when]] paths = [\"docs/**\"] new-files = 0"),
    ] {
        assert_eq!(proposed(text), expected, "{text}");
    }
}

#[test]
fn bans_on_things() {
    for (text, expected) in [
        ("Never commit secrets.", "[rules] \"content/secret\" = \"deny\""),
        ("Do not edit generated files by hand.", "[rules] \"files/generated-edited\" = \"deny\""),
        ("Don't modify CI workflows.", "[rules] \"guard/ci-changed\" = \"deny\""),
        (
            "**Commit messages:** Follow the [Conventional Commits](https://example.com) standard.",
            "[rules] \"message/convention\" = { level = \"deny\", style = \"conventional\" }",
        ),
        ("Keep pull requests under 400 lines.", "[bounds] added-lines = 399"),
        ("Keep commits to at most 400 lines. Keep changes under 300 lines.", "[bounds] added-lines = 299"),
    ] {
        assert_eq!(proposed(text), expected, "{text}");
    }
}

#[test]
fn bans_on_code() {
    let text = "Never use `unwrap()`.";
    assert!(proposed(text).contains(r"added = '\bunwrap\s*\('"), "{}", proposed(text));
    assert!(proposed("Avoid `console.log`.").contains("level = \"warn\""));
    assert!(proposed("No `unwrap()` in src.").contains("paths = [\"src/**/*.rs\"]"));
    assert!(proposed("Avoid using `console.log`.").contains("level = \"warn\""));
    assert!(proposed("Use `a_b`; never use `c_d`.").contains(r"added = '\bc_d\b'"));
}

#[test]
fn a_pattern_looks_at_the_languages_of_its_word() {
    for (text, paths) in [
        ("Never use `unwrap()`.", "paths = [\"**/*.rs\"]"),
        ("Never use `panic!`.", "paths = [\"**/*.rs\"]"),
        ("Never use `console.log`.", "paths = [\"**/*.js\", \"**/*.ts\"]"),
        ("Never use `foo_bar`.", "paths = [\"**/*.js\", \"**/*.rs\", \"**/*.sql\", \"**/*.ts\"]"),
        ("No `console.log` in web.", "paths = [\"web/**/*.js\", \"web/**/*.ts\"]"),
    ] {
        assert!(proposed(text).contains(paths), "{text}: {}", proposed(text));
    }
    for text in ["Never use `time.sleep`.", "No `console.log` in src.", "Never use `print()`."] {
        assert!(reason(text).contains("no code here"), "{text}");
    }
}

#[test]
fn conditions_and_matters_of_judgement_are_listed() {
    for (text, part) in [
        ("Never edit `Cargo.toml` unless asked.", "unless"),
        ("If tests fail, do not edit `Cargo.toml`.", "if"),
        ("Never edit `Cargo.toml`. The only exception is the version.", "exception"),
        ("Do not manually edit `src/api/gen.rs`.", "by hand"),
        ("Never edit `Cargo.toml` directly.", "by hand"),
        ("> Never edit `Cargo.toml`.", "quotation"),
        ("## When releasing\n\n- Never edit `Cargo.toml`.", "When releasing"),
        ("Examples:\n\n- Never edit `Cargo.toml`.", "Examples:"),
        ("Never edit `missing/x.rs`.", "there is no path `missing/x.rs` here"),
        ("Do not change the meaning of `src/main.rs`.", "names no path"),
        ("Never use `a_b` in templates.", "a place that is no folder"),
        ("Never edit `Cargo.toml` to silence a warning.", "says more"),
        ("Avoid editing `Cargo.toml`.", "advice"),
        ("Run `cargo test` first.", "a command"),
        ("Never run `git push --force`.", "a command"),
        ("Do not use `bd edit`.", "a command"),
        ("Never use `pip`.", "not surely a name in code"),
        ("Do not modify existing files in `db/migrations/`.", "existing"),
        ("Use a conventional-commits title for PRs.", "commit messages"),
        ("Never call `a.b()` directly on a hot path.", "says more"),
        ("The child has its own environment, never the parent's — no `A_B`, no `C_D`.", "a diff does not tell"),
        ("Functions must be short.", "a diff does not tell"),
        ("Providers currently do not store `Cargo.toml`.", "a diff does not tell"),
    ] {
        let why = reason(text);
        assert!(why.contains(part), "{text}: {why}");
    }
}

#[test]
fn what_only_describes_is_counted() {
    for text in
        ["The parser lives in `src/main.rs`.", "```\nNever edit `Cargo.toml`.\n```", "# Never edit `Cargo.toml`"]
    {
        let draft = drafted("AGENTS.md", text);
        assert_eq!((draft.enforced, draft.not_enforced), (0, 0), "{text}");
    }
}

#[test]
fn a_nested_file_speaks_of_its_folder() {
    let text = drafted("web/AGENTS.md", "Never edit `vendor/`. Never use `foo_bar`. Never commit secrets.").text;
    assert!(text.contains("\"web/vendor/**\""), "{text}");
    assert!(text.contains("paths = [\"web/**/*.js\", \"web/**/*.ts\"]"), "{text}");
    assert!(!text.contains("\"content/secret\" ="), "{text}");
    let only = drafted("web/AGENTS.md", "Only edit `app.ts`.").text;
    assert!(only.contains("[[scope.when]]\npaths = [\"web/**\"]\nallow = ["), "{only}");
}

#[test]
fn front_matter_limits_a_file() {
    let globs =
        document(".cursor/rules/a.mdc", "---\nglobs: web/**/*.ts,src/*.{rs,toml}\nalwaysApply: false\n---\nx\n");
    assert_eq!(globs.reach, Reach::Globs(vec!["web/**/*.ts".to_owned(), "src/*.{rs,toml}".to_owned()]));
    assert_eq!(globs.first_line, 5);
    assert_eq!(document(".cursor/rules/a.mdc", "---\nalwaysApply: true\n---\n").reach, Reach::Everywhere);
    assert_eq!(document("x/.cursor/rules/a.mdc", "---\ndescription: b\n---\n").reach, Reach::Asked);
    assert_eq!(
        document(".github/instructions/a.instructions.md", "---\napplyTo: '**/*.rs'\n---\n").reach,
        Reach::Globs(vec!["**/*.rs".to_owned()])
    );
    assert_eq!(document(".github/copilot-instructions.md", "x").reach, Reach::Everywhere);
    assert_eq!(document("a/CLAUDE.md", "x").folder, "a");
    let line = drafted("AGENTS.md", "---\na: b\n---\n\nNever edit `Cargo.toml`.\n").text;
    assert!(line.contains("AGENTS.md:5: Never edit"), "{line}");
}

#[test]
fn which_files_are_instructions() {
    for path in [
        "AGENTS.md",
        "a/b/CLAUDE.md",
        ".github/copilot-instructions.md",
        ".cursor/rules/x/y.mdc",
        ".windsurfrules",
        ".github/instructions/go.instructions.md",
    ] {
        assert!(is_instructions(path), "{path}");
    }
    for path in ["README.md", "docs/agents.md", "copilot-instructions.md", "x.mdc", "MY_AGENTS.md"] {
        assert!(!is_instructions(path), "{path}");
    }
}

#[test]
fn imports_stay_inside() {
    let text = "See @docs/a.md and @./b.md.\n@../../x.md @/etc/passwd.md @~/c.md me@d.md\n```\n@e.md\n```\n";
    assert_eq!(imports("web/CLAUDE.md", text), ["web/docs/a.md", "web/b.md"]);
}

#[test]
fn a_hostile_file_cannot_break_out() {
    let text = "Never edit `Cargo.toml\"]\nmode = \"report\"`.\n\nNever use `a_b\u{202e}\"\n[rules]`.\n\nDo not edit \u{1b}[31m `x\n`.";
    let draft = drafted("AG\nENTS.md", text);
    assert_eq!(loaded(&draft.text).policy.mode, crate::model::policy::Mode::Enforce);
    assert!(!draft.text.contains('\u{1b}') && !draft.text.contains('\u{202e}'), "{}", draft.text);
    let deep = "- ".repeat(2000) + "Never edit `Cargo.toml`.\n" + &"> ".repeat(3000) + "x\n" + &"*".repeat(20_000);
    drafted("AGENTS.md", &deep);
}
