use super::*;

fn find(path: &str, text: &str, key: &str) -> Result<Vec<(Value, u32)>, String> {
    match Values::read(&RepoPath::from(path), text.as_bytes()).find(key) {
        Lookup::Found(found) => Ok(found.into_iter().map(|setting| (setting.value, setting.line)).collect()),
        Lookup::Absent => Err("absent".to_owned()),
        Lookup::Unknown(why) => Err(why),
    }
}

fn scalar(path: &str, text: &str, key: &str) -> (String, u32) {
    match find(path, text, key).as_deref() {
        Ok([(Value::Scalar(text) | Value::Written(text), line)]) => (text.clone(), *line),
        other => panic!("{path} {key}: {other:?}"),
    }
}

fn is(text: &str, line: u32) -> (String, u32) {
    (text.to_owned(), line)
}

#[test]
fn keys_of_every_form() {
    assert_eq!(scalar("a.toml", "[tool.ruff]\nline-length = 1_00\n", "tool.ruff.line-length"), is("100", 2));
    assert_eq!(scalar("a.toml", "[a.\"b.c\"]\nd = 'x'\n", "a.\"b.c\".d"), is("x", 2));
    assert_eq!(scalar("a.json", "{\"a\":\n[{\"b\": true}]}", "a[0].b"), is("true", 2));
    assert_eq!(scalar("a.yml", "on:\n  push: x\nenv:\n  A: '3.10'\n", "env.A"), is("3.10", 4));
    assert_eq!(scalar("gradle.properties", "# c\norg.gradle.jvmargs=-Xmx2g\n", "org.gradle.jvmargs"), is("-Xmx2g", 2));
    assert_eq!(scalar(".env.local", "export A=\"b c\"\n", "A"), is("b c", 1));
    assert_eq!(scalar("setup.cfg", "[flake8]\nmax-line-length = 99\n", "flake8.max-line-length"), is("99", 2));
    assert_eq!(scalar("pom.xml", "<project>\n<version>1.0</version></project>", "project.version"), is("1.0", 2));
    let list = Ok(vec![(Value::List(vec!["a>=1".to_owned(), "b".to_owned()]), 2)]);
    assert_eq!(find("setup.cfg", "[options]\ninstall_requires =\n  a>=1\n  b\n", "options.install_requires"), list);
}

#[test]
fn a_key_from_its_end_counts_where_there_is_one() {
    assert_eq!(scalar("a.toml", "[package]\nedition = '2024'\n", "edition"), is("2024", 2));
    let two = "[package]\nversion = '1'\n[dependencies]\na = { version = '2' }\n";
    assert!(find("a.toml", two, "version").is_err_and(|why| why.contains("more than one")));
    assert_eq!(scalar("a.toml", two, "package.version"), is("1", 2));
    assert!(find("a.toml", two, "workspace.version").is_err_and(|why| why.contains("elsewhere")));
    assert_eq!(find("a.toml", two, "timeout"), Err("absent".to_owned()));
}

#[test]
fn what_cannot_be_read_is_said() {
    assert!(find("a.toml", "a = ", "a").is_err_and(|why| why.contains("not valid TOML")));
    assert!(find("a.yml", "a: &x 1\nb: *x\n", "b").is_err_and(|why| why.contains("aliases")));
    assert!(find("a.ini", "a = 1 \\\n 2\n", "a").is_err_and(|why| why.contains("goes on")));
}

#[test]
fn assignments_in_source() {
    for (path, text) in [
        ("a.rs", "// LIMIT = 3\npub const LIMIT: u64 = 30_000u64; // ms\n"),
        ("a.py", "x = 1\nLIMIT: int = 30000\n"),
        ("a.go", "package a\nconst LIMIT time.Duration = 30000\n"),
        ("a.c", "\n#define LIMIT 30000\n"),
        ("a.ts", "\nexport const LIMIT = 30000;\n"),
        ("a.ts", "const c = {\n  LIMIT: 30000,\n};\n"),
        ("a.java", "\n  private static final int LIMIT = 30000;\n"),
        ("Makefile", "\nLIMIT ?= 30000\n"),
        ("build.gradle", "\next.LIMIT = 30000 // x\n"),
    ] {
        let (value, line) = scalar(path, text, "Config.LIMIT");
        assert_eq!((compare("30000", &Value::Written(value)), line), (Likeness::Same, 2), "{path}");
    }
}

#[test]
fn what_is_no_simple_assignment() {
    for text in [
        "if LIMIT == 3 {}\n",
        "call(LIMIT = 3)\n",
        "LIMIT += 3\n",
        "let x = \"LIMIT = 3\";\n",
        "x = LIMIT;\n",
        "let f = |LIMIT| => 3;\n",
    ] {
        assert!(find("a.rs", text, "LIMIT").is_err_and(|why| why.contains("no simple")), "{text}");
    }
    assert!(find("a.rs", "const LIMIT: u8 =\n    3;\n", "LIMIT").is_err());
    assert_eq!(find("a.rs", "const OFF_LIMITS: u8 = 3;\n", "LIMIT"), Err("absent".to_owned()));
    assert_eq!(find("a.py", "A = 1\nA = 2\n", "A").map(|found| found.len()), Ok(2));
}

#[test]
fn notation_is_no_difference() {
    let of = |claimed: &str, actual: &str| compare(claimed, &Value::Scalar(actual.to_owned()));
    for (claimed, actual) in [
        ("1", "1"),
        ("\"a\"", "a"),
        ("a", "a # why"),
        ("1000", "1_000"),
        ("0x10", "16"),
        ("1.5", "1.5f"),
        ("-3", "-3i32"),
    ] {
        assert_eq!(of(claimed, actual), Likeness::Same, "{claimed} {actual}");
    }
    for (claimed, actual) in [
        ("3.1", "3.10"),
        ("30", "30s"),
        ("60s", "1m"),
        ("1.2", "^1.2"),
        ("1.2", "1.2.3"),
        ("npm test", "npm test -- --all"),
        ("origin/main", "main"),
        ("a longer ...", "a longer text"),
        ("Debug", "debug"),
        ("true", "yes"),
        ("a", "${A:-b}"),
        ("", "x"),
        ("01", "1"),
    ] {
        assert_eq!(of(claimed, actual), Likeness::Unclear, "{claimed} {actual}");
    }
    for (claimed, actual) in [
        ("1", "2"),
        ("true", "false"),
        ("debug", "info"),
        ("3.11", "3.12"),
        ("0x10", "17"),
        ("1.2.3", "1.2.30"),
        ("30s", "60s"),
        ("npm test -- --all", "npm test"),
        ("info", "information"),
    ] {
        assert_eq!(of(claimed, actual), Likeness::Different, "{claimed} {actual}");
    }
    let written = |claimed: &str, actual: &str| compare(claimed, &Value::Written(actual.to_owned()));
    assert_eq!(written("30", "Duration::from_secs(60)"), Likeness::Unclear);
    assert_eq!(written("Duration::from_secs(60)", "Duration::from_secs( 60 )"), Likeness::Same);
    assert_eq!(written("b", "\"a\""), Likeness::Different);
    assert_eq!(compare("[\"a\", \"b\"]", &Value::List(vec!["a".into(), "b".into()])), Likeness::Same);
    assert_eq!(compare("a", &Value::List(vec!["a".into(), "b".into()])), Likeness::Unclear);
}

#[test]
fn a_value_that_was_left_behind() {
    let other = |was: &str, now: &str| is_other(was, &Value::Scalar(now.to_owned()));
    for (was, now) in [
        ("npm test", "npm test -- --all"),
        ("1.2", "1.2.3"),
        ("a\\b", "a\\b c"),
        ("1", "2"),
        ("x y", "x"),
        ("=1.2", "1.2"),
    ] {
        assert!(other(was, now), "{was} {now}");
    }
    for (was, now) in
        [("1.2", "1.2.0"), ("60s", "1m"), ("true", "yes"), ("A", "a"), ("a", "${b:-a}"), ("3.1", "3.10"), ("a", "a")]
    {
        assert!(!other(was, now), "{was} {now}");
    }
    let written = |was: &str, now: &str| is_other(was, &Value::Written(now.to_owned()));
    assert!(written("from_secs(limit)", "from_secs(limit, more)") && !written("60 * 1000", "60_000"));
    assert!(is_other("a, b", &Value::List(vec!["a".into(), "b".into(), "c".into()])));
    assert!(!is_other("b, a", &Value::List(vec!["a".into(), "b".into()])));
}
