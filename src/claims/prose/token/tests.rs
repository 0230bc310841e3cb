use super::*;

fn read(text: &str) -> Vec<(TokenKind, String)> {
    let lines: Vec<Range<usize>> = {
        let mut at = 0;
        text.split('\n')
            .map(|line| {
                let start = at;
                at += line.len() + 1;
                start..start + line.len()
            })
            .collect()
    };
    let found = tokens(text, &lines);
    for token in &found {
        assert!(text.get(token.span.clone()).is_some(), "{token:?}");
    }
    found.into_iter().map(|token| (token.kind, token.text)).collect()
}

fn texts(text: &str, kind: TokenKind) -> Vec<String> {
    read(text).into_iter().filter(|token| token.0 == kind).map(|token| token.1).collect()
}

#[test]
fn paths() {
    let paths = |text| texts(text, TokenKind::Path);
    assert_eq!(paths("Edit src/a.rs, (lib/b.py) and Makefile."), ["src/a.rs", "lib/b.py", "Makefile"]);
    assert_eq!(
        paths("**a.md**: _b.md_ __init__.py *.snap {a,b}.ts"),
        ["a.md", "b.md", "__init__.py", "*.snap", "{a,b}.ts"]
    );
    assert_eq!(
        paths(".gitignore .github/workflows/ci.yml ~/x ./y docs/"),
        [".gitignore", ".github/workflows/ci.yml", "~/x", "./y", "docs/"]
    );
    assert_eq!(paths("src/**/*.rs src/*"), ["src/**/*.rs", "src/*"]);
    assert_eq!(paths("a.rs—b.rs a.rs;b.rs a.rs/b.rs"), ["a.rs", "b.rs", "a.rs", "b.rs", "a.rs/b.rs"]);
    assert!(paths("try/catch and/or Node.js .rs/.toml 2/3 1.2.3 e.g. console.log origin/main").is_empty());
}

#[test]
fn positions_are_no_paths() {
    assert_eq!(texts("src/a.rs:12:4: error, b.ts#L9 c.go:3-9", TokenKind::Position), ["src/a.rs", "b.ts", "c.go"]);
}

#[test]
fn names_numbers_ids() {
    assert_eq!(
        texts("foo_bar fooBar a::b f() --flag $HOME @scope/a config.value", TokenKind::Name),
        ["foo_bar", "fooBar", "a::b", "f()", "--flag", "$HOME", "@scope/a", "config.value"]
    );
    assert_eq!(
        texts("1,024 of 12 files, 3.5 and v1.2.3-rc.1 (+79) 30ms 4x", TokenKind::Number),
        ["1,024", "12", "3.5", "v1.2.3-rc.1", "79", "30", "4"]
    );
    assert_eq!(texts("#12 a/b#3 ABC-7 4f5e6a7 deadbeef UTF-8", TokenKind::Id), ["#12", "a/b#3", "ABC-7", "4f5e6a7"]);
    assert_eq!(texts("see https://x.y/a.rs). [t](docs/b.md)", TokenKind::Url), ["https://x.y/a.rs", "docs/b.md"]);
}

#[test]
fn words_are_plain() {
    assert_eq!(texts("Didn’t *really* “Change” <br> it", TokenKind::Word), ["didn't", "really", "change", "it"]);
}

#[test]
fn signs() {
    assert_eq!(texts("a - b -- c … d... e: f→g", TokenKind::Sign), ["—", "—", "…", "…", ":", "—"]);
}

#[test]
fn code_spans() {
    assert_eq!(texts("`a.rs`, ``b ` c`` and `d\ne` `open", TokenKind::Code), ["a.rs", "b ` c", "d e"]);
    assert_eq!(texts("`a`b`", TokenKind::Code), ["a"]);
}
