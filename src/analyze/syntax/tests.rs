use super::*;
use crate::model::path::RepoPath;

#[test]
fn every_grammar_loads_and_parses() {
    for grammar in Grammar::ALL {
        assert!(Parsed::of(grammar, b"").is_ok(), "{grammar:?}");
    }
}

#[test]
fn a_walk_meets_every_node_in_order_with_its_surroundings() {
    let parsed = Parsed::of(Grammar::Rust, b"#[test]\nfn a() { b(); }").unwrap();
    let (mut entered, mut left) = (Vec::new(), 0);
    let whole = parsed.walk(
        |place| {
            if place.kind() == "function_item" {
                assert_eq!(place.earlier.iter().map(Node::kind).collect::<Vec<_>>(), ["attribute_item"]);
                assert_eq!(place.parent().map(|node| node.kind()), Some("source_file"));
                assert_eq!(place.tokens(place.node), b"fn a ( ) { b ( ) ; }");
            }
            entered.push(place.kind());
            true
        },
        |_| left += 1,
    );
    assert!(whole);
    assert_eq!(entered.len(), left);
    assert_eq!(entered[0], "source_file");
}

#[test]
fn depth_is_bounded() {
    let mut text = b"x = ".to_vec();
    text.extend(vec![b'('; 20_000]);
    let parsed = Parsed::of(Grammar::Python, &text).unwrap();
    let mut deepest = 0;
    parsed.walk(
        |place| {
            deepest = deepest.max(place.ancestors.len());
            true
        },
        |_| (),
    );
    assert!(deepest <= MAX_DEPTH);
}

#[test]
fn size_is_bounded() {
    assert_eq!(Parsed::of(Grammar::Go, &vec![b'\n'; MAX_BYTES + 1]).err(), Some(Unparsed::TooLarge));
}

#[test]
fn grammars_by_path() {
    for (path, grammar) in [
        ("a.RS", Some(Grammar::Rust)),
        ("a.tsx", Some(Grammar::Tsx)),
        ("a.mts", Some(Grammar::TypeScript)),
        ("a.h", Some(Grammar::Cpp)),
        ("a.scala", None),
        ("Rakefile", Some(Grammar::Ruby)),
    ] {
        assert_eq!(grammar_of(&RepoPath::from(path)), grammar, "{path}");
    }
}

#[test]
fn blanks_in_strings_are_kept() {
    let tokens = |grammar, text: &str| {
        let mut all = Vec::new();
        let parsed = Parsed::of(grammar, text.as_bytes()).unwrap();
        parsed.walk(
            |place| {
                if all.is_empty() {
                    all = place.tokens(place.node);
                }
                true
            },
            |_| (),
        );
        all
    };
    for (grammar, one, other) in [
        (Grammar::Go, "var x = \"a\"", "var x = \"a \""),
        (Grammar::Go, "var x = `a`", "var x = `a\n`"),
        (Grammar::Java, "class A { String x = \"a\"; }", "class A { String x = \" a\"; }"),
        (Grammar::Kotlin, "val x = \"a\"", "val x = \"a \""),
        (Grammar::CSharp, "var x = \"a\";", "var x = \"a \";"),
        (Grammar::Swift, "let x = \"a\"", "let x = \"a \""),
        (Grammar::Python, "x = 'a'", "x = 'a '"),
        (Grammar::JavaScript, "x = ''", "x = ' '"),
        (Grammar::Rust, "const X: &str = \"a\";", "const X: &str = \"a \";"),
    ] {
        assert_ne!(tokens(grammar, one), tokens(grammar, other), "{other}");
    }
    assert_eq!(tokens(Grammar::Go, "var x = \"a\""), tokens(Grammar::Go, "var  x =\t\"a\""));
}

#[test]
fn errors_are_where_the_text_does_not_fit() {
    let errors = |grammar, text: &str, tolerated: &str| {
        let parsed = Parsed::of(grammar, text.as_bytes()).unwrap();
        parsed.errors(|_, missing| missing.kind() == tolerated)
    };
    assert!(errors(Grammar::Cpp, "int f() { return 1; }\n", "").is_empty());
    // The parser puts a semicolon in, which the caller may think nothing of.
    let missing = "int f() { return 1 }\n";
    assert_eq!(errors(Grammar::Cpp, missing, ""), [18]);
    assert!(errors(Grammar::Cpp, missing, ";").is_empty());
    // What stays is told in the order of the text, the missing token or not.
    let two = "int f() { return 1 }\nint g() { return 2 }\nint h() { @@ }\n";
    let found = errors(Grammar::Cpp, two, "");
    assert!(found.len() >= 3 && found.is_sorted() && found.iter().all(|at| *at < two.len()), "{found:?}");
    let rest = errors(Grammar::Cpp, two, ";");
    assert!(!rest.is_empty() && rest.iter().all(|at| *at > 42), "{rest:?}");
}
