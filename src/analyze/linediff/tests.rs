use super::*;
use crate::model::lines::Hunk;

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
    let same = compare("a", "a");
    assert!(same.hunks.is_empty());
    assert_eq!((same.added.source(), same.deleted.source()), (&b"a"[..], &b"a"[..]), "the text is there all the same");
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

mod ends_left_out {
    use std::ops::Range;

    use gix_imara_diff::{Algorithm, Diff, InternedInput};
    use proptest::prelude::*;

    use super::*;

    /// What comes out where every line of both texts is compared.
    fn in_full(old: &str, new: &str) -> Vec<Hunk> {
        let mut input = InternedInput::<&[u8]>::default();
        input.update_before(old.split_inclusive('\n').map(str::as_bytes));
        input.update_after(new.split_inclusive('\n').map(str::as_bytes));
        let mut diff = Diff::compute(Algorithm::Myers, &input);
        diff.postprocess_lines(&input);
        diff.hunks().map(|hunk| Hunk { old: hunk.before, new: hunk.after }).collect()
    }

    /// The numbers of the lines of all hunks, and their text.
    fn picked(text: &str, hunks: &[Hunk], side: fn(&Hunk) -> &Range<u32>) -> Vec<(u32, String)> {
        let lines: Vec<&str> = text.lines().collect();
        let numbers = hunks.iter().flat_map(|hunk| side(hunk).clone());
        numbers.map(|at| (at + 1, lines[at as usize].to_owned())).collect()
    }

    /// Few kinds of lines, many of them blank or indented alike: hunks that can stand in several places, and lines that are
    /// common in git's sense.
    fn lines(most: usize) -> impl Strategy<Value = Vec<&'static str>> {
        let line = prop::sample::select(
            &[
                "\n",
                "\n",
                "a\n",
                "  a\n",
                "}\n",
                "  }\n",
                "b\n",
                "    c\n",
                "d\n",
                "eight bytes\n",
                "and eight bytes\n",
            ][..],
        );
        proptest::collection::vec(line, 0..most)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]
        #[test]
        fn changes_nothing(head in lines(300), gone in lines(20), come in lines(20), tail in lines(300), feed in any::<bool>()) {
            let text = |middle: &[&str]| {
                let text = [head.concat(), middle.concat(), tail.concat()].concat();
                text[..text.len() - usize::from(!feed && text.ends_with('\n'))].to_owned()
            };
            let (old, new) = (text(&gone), text(&come));
            let diff = compare(&old, &new);
            let full = in_full(&old, &new);
            prop_assert_eq!(&diff.hunks, &full);
            prop_assert_eq!(shown(&diff.deleted), picked(&old, &full, |hunk| &hunk.old));
            prop_assert_eq!(shown(&diff.added), picked(&new, &full, |hunk| &hunk.new));
        }

        #[test]
        fn of_texts_that_end_and_start_within_lines_too(
            head in "[ab\n]{0,80}", old in "[a\n]{0,80}", new in "[a\n]{0,80}", tail in "[ab\n]{0,80}",
        ) {
            let (old, new) = ([&head, &old, &tail].map(String::as_str).concat(), [&head, &new, &tail].map(String::as_str).concat());
            prop_assert_eq!(compare(&old, &new).hunks, in_full(&old, &new));
        }
    }
}
