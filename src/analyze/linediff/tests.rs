use super::*;

fn bytes(text: &str) -> Bytes {
    Arc::from(text.as_bytes())
}

fn compare(old: &str, new: &str) -> LineDiff {
    diff(&bytes(old), &bytes(new), &Effort::default()).expect("within the bounds")
}

fn shown(lines: &Lines) -> Vec<(u32, String)> {
    lines.iter().map(|line| (line.number, String::from_utf8_lossy(line.text).into_owned())).collect()
}

#[test]
fn added_and_deleted_lines_have_their_numbers() {
    let diff = compare("a\nb\nc\n", "a\nx\nc\nd");
    assert_eq!(shown(&diff.deleted), [(2, "b".to_owned())]);
    assert_eq!(shown(&diff.added), [(2, "x".to_owned()), (4, "d".to_owned())]);
    assert_eq!(diff.hunks, [Hunk { old: 1..2, new: 1..2 }, Hunk { old: 3..3, new: 3..4 }]);
}

#[test]
fn a_missing_final_line_feed_is_a_change() {
    let diff = compare("a\n", "a");
    assert_eq!((diff.added.len(), diff.deleted.len()), (1, 1));
    assert!(compare("a", "a").hunks.is_empty());
}

#[test]
fn a_carriage_return_belongs_to_its_line() {
    let diff = compare("a\nb\n", "a\r\nb\n");
    assert_eq!(shown(&diff.added), [(1, "a\r".to_owned())]);
    assert_eq!(compare("a\rb\n", "a\rc\n").added.len(), 1, "a lone one ends no line");
}

#[test]
fn new_and_deleted_files() {
    assert_eq!(compare("", "a\nb\n").added.len(), 2);
    assert_eq!(compare("a\nb", "").deleted.len(), 2);
    assert!(compare("", "").hunks.is_empty());
    assert_eq!(shown(&compare("", "\n").added), [(1, String::new())]);
}

#[test]
fn nul_means_binary() {
    assert!(compare("a", "a\0b").binary);
    let late = format!("{}\0", "x".repeat(8000));
    assert!(!compare("", &late).binary);
    assert!(compare("", &late[1..]).binary);
}

#[test]
fn one_line_of_any_length_is_one_line() {
    let diff = compare(&"x".repeat(4 << 20), &"y".repeat(4 << 20));
    assert_eq!((diff.added.len(), diff.deleted.len()), (1, 1));
}

#[test]
fn a_merge_adds_only_what_no_parent_has() {
    let olds = [bytes("base\nours\n"), bytes("base\ntheirs\n")];
    let merged = diff_merge(&olds, &bytes("base\nours\ntheirs\nsneaked\n"), &Effort::default()).expect("small");
    assert_eq!(shown(&merged.added), [(4, "sneaked".to_owned())]);
    assert!(merged.deleted.is_empty());
}

#[test]
fn a_merge_deletes_only_what_every_parent_had() {
    let olds = [bytes("a\nboth\nours\n"), bytes("a\nboth\ntheirs\n")];
    let merged = diff_merge(&olds, &bytes("a\n"), &Effort::default()).expect("small");
    assert_eq!(shown(&merged.deleted), [(2, "both".to_owned())]);
    assert!(merged.added.is_empty());
}

#[test]
fn repetitive_text_is_compared_in_bounded_time() {
    let braces = compare(&"}\n".repeat(100_000), &"}\n{\n".repeat(50_000));
    assert_eq!((braces.added.len(), braces.deleted.len()), (50_000, 50_000));
}

#[test]
fn too_many_lines_are_an_error_and_not_a_guess() {
    let many = "\n".repeat(MAX_LINES + 1);
    let error = diff(&bytes(""), &bytes(&many), &Effort::default()).expect_err("beyond the bound");
    assert_eq!(error.to_string(), "more than 3000000 lines");
}

#[test]
fn lines_that_may_differ_are_bounded_but_common_ends_are_free() {
    let (old, new) = ("a\n".repeat(500_001), "b\n".repeat(500_001));
    let error = diff(&bytes(&old), &bytes(&new), &Effort::default()).expect_err("beyond the bound");
    assert_eq!(error.to_string(), "1000002 lines that may differ are too many to compare");
    let appended = format!("{old}b\n");
    assert_eq!(compare(&old, &appended).added.len(), 1);
}

#[test]
fn effort_is_spent_over_a_whole_check() {
    let effort = Effort(Cell::new(10));
    let spend = || diff(&bytes("a\nb\n"), &bytes("c\nd\n"), &effort).map(|diff| diff.added.len());
    assert_eq!(spend(), Ok(2), "four lines cost eight");
    assert!(spend().expect_err("two are left").to_string().contains("one check"));
}

mod short_cut {
    use proptest::prelude::*;

    use super::*;

    /// Few kinds of lines, many of them blank or indented alike: hunks that can stand in several places.
    fn lines() -> impl Strategy<Value = Vec<&'static str>> {
        let line = prop::sample::select(&["\n", "\n", "a\n", "  a\n", "}\n", "  }\n", "b\n", "    c\n", "a"][..]);
        proptest::collection::vec(line, 0..120)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]
        #[test]
        fn lines_are_those_of_the_text_alone(old in "[a\n]{0,80}", new in "[a\n]{0,80}", head in "[ab\n]{0,80}", tail in "[ab\n]{0,80}") {
            let (old, new) = ([&head, &old, &tail].map(String::as_str).concat(), [&head, &new, &tail].map(String::as_str).concat());
            let (old, new) = (old.as_bytes(), new.as_bytes());
            let before = line_ranges(old).expect("few");
            prop_assert_eq!(line_ranges_like(new, old, &before).expect("few"), line_ranges(new).expect("few"));
        }

        /// Whether common lines at both ends are left out or not.
        #[test]
        fn changes_nothing(lines in lines(), at in any::<prop::sample::Index>(), gone in 0_usize..4, come in 0_usize..6) {
            let at = at.index(lines.len() + 1);
            let end = (at + gone).min(lines.len());
            let fresh = lines.iter().rev().chain(&["new\n"; 6]).take(come);
            let new: Vec<&str> = lines[..at].iter().chain(fresh).chain(&lines[end..]).copied().collect();
            let (old, new) = (lines.concat(), new.concat());
            let (old, new) = (old.as_bytes(), new.as_bytes());
            let (before, after) = (line_ranges(old).expect("few"), line_ranges(new).expect("few"));
            prop_assert_eq!(&line_ranges_like(new, old, &before).expect("few"), &after);
            let ends = ends(old, &before, new, &after);
            prop_assert_eq!(hunks(old, &before, new, &after, ends), hunks(old, &before, new, &after, (0, 0)));
        }
    }
}
