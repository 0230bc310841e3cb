use super::*;

fn strength(strength: Strength) -> &'static str {
    match strength {
        Strength::Nothing => "nothing",
        Strength::Truthy => "truthy",
        Strength::Range => "range",
        Strength::Exact => "exact",
        Strength::Unknown => "unknown",
    }
}

/// One line a test: its name, marks and assertions, for tests of dialects.
pub(super) fn listing(grammar: Grammar, source: &str) -> String {
    use std::fmt::Write as _;
    let code = read(grammar, source.as_bytes()).unwrap().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut out = String::new();
    let assertions = |out: &mut String, list: &[Assertion]| {
        for check in list {
            let expected = check.expected.as_ref().map(|e| format!(" to {}", text(e))).unwrap_or_default();
            let tolerance = check.tolerance.map(|t| format!(" within {t}")).unwrap_or_default();
            let maybe = match check.reach {
                Reach::Always => "",
                Reach::Perhaps => " perhaps",
                Reach::Never => " never",
            };
            writeln!(out, "    {} {}{expected}{tolerance}{maybe}", strength(check.strength), text(&check.subject))
                .unwrap();
        }
    };
    for test in &code.tests {
        let name: Vec<String> = test.name.iter().map(|part| text(part)).collect();
        write!(out, "{} {}..{}", name.join(" > "), test.lines.start, test.lines.end).unwrap();
        for (word, mark) in [("skip", &test.skip), ("focus", &test.focus)] {
            if let Some(mark) = mark {
                let conditional = if mark.conditional { "conditional " } else { "" };
                let inherited = if mark.inherited { "inherited " } else { "" };
                write!(out, " {conditional}{inherited}{word}@{} `{}`", mark.line, text(&mark.text)).unwrap();
            }
        }
        if test.cases > 1 {
            write!(out, " x{}", test.cases).unwrap();
        }
        if !test.calls.is_empty() {
            let calls: Vec<String> = test.calls.iter().map(|call| text(call)).collect();
            write!(out, " calls {}", calls.join(", ")).unwrap();
        }
        out.push('\n');
        assertions(&mut out, &test.assertions);
    }
    for helper in &code.helpers {
        writeln!(out, "helper {}", text(&helper.name)).unwrap();
        assertions(&mut out, &helper.assertions);
    }
    if code.doubtful {
        out.push_str("doubtful\n");
    }
    out
}

#[test]
fn rust() {
    insta::assert_snapshot!(listing(Grammar::Rust, r#"
fn helper(x: u8) { assert!(x > 1); }
mod tests {
    /// Doc.
    #[test]
    #[ignore = "slow"]
    fn one() {
        assert_eq!(add(1, 2), 3, "message");
        helper(4);
        if cfg!(unix) { assert!(a.is_ok()); }
    }
    #[tokio::test]
    async fn two() { assert!(true); assert!(x == 4); assert_ne!(a, b); }
}
"#), @r#"
    tests > one 5..12 skip@6 `#[ignore = "slow"]` calls cfg, helper
        exact add ( 1 , 2 ) to 3
        truthy a . is_ok ( ) perhaps
    tests > two 12..14
        nothing true
        exact x to 4
        range a to b
    helper helper
        range x to 1
    "#);
}
