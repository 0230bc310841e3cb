use super::*;

/// Place, stance and text of each block; lines that are joined are shown with a blank between them.
fn shown(text: &str) -> Vec<String> {
    Document::read(text)
        .blocks
        .iter()
        .map(|block| {
            let words: Vec<&str> = block.lines.iter().map(|line| &text[line.clone()]).collect();
            let place = match block.place {
                Place::Subject => "subject".to_owned(),
                Place::Paragraph => "text".to_owned(),
                Place::Item { depth } => format!("item{depth}"),
                Place::Heading => "heading".to_owned(),
                Place::Cell { column, header } => format!("cell{column}{}", if header { "h" } else { "" }),
            };
            let stance = block.stance.map(|stance| format!(" {}", stance.name())).unwrap_or_default();
            format!("{place}{stance}: {}", words.join(" "))
        })
        .collect()
}

#[test]
fn wrapped_lines_are_joined() {
    let text = "Add a\n\nThis paragraph is broken at the margin of seventy-two columns, so that\ninstall.sh stands at the start of a line.\n\n- an item that is broken as well, and goes on in the line below it\n  here\n- next\n";
    assert_eq!(
        shown(text),
        [
            "subject: Add a",
            "text: This paragraph is broken at the margin of seventy-two columns, so that install.sh stands at the start of a line.",
            "item0: an item that is broken as well, and goes on in the line below it here",
            "item0: next",
        ]
    );
}

#[test]
fn lines_broken_on_purpose_stand_alone() {
    assert_eq!(
        shown("s\n\nAdd a.rs\nRemove b.rs\nsrc/c.rs: rework"),
        ["subject: s", "text: Add a.rs", "text: Remove b.rs", "text: src/c.rs: rework"]
    );
}

#[test]
fn samples_and_logs() {
    let text = "s\n\n```sh\nrm a.rs\n```\n\nSaw:\n\n    deleted b.rs\n\nerror: c.rs is gone\n> said `d.rs`\n\n> [!NOTE]\n> bot text\n";
    assert_eq!(
        shown(text),
        [
            "subject: s",
            "text quoted: rm a.rs",
            "text: Saw:",
            "text quoted: deleted b.rs",
            "text logged: error: c.rs is gone",
            "text quoted: said `d.rs`",
            "text tracker: [!NOTE] bot text",
        ]
    );
}

#[test]
fn trailers_signatures_and_comments_are_left_out() {
    let text =
        "s\n\n<!-- a\nb -->\nBody.\n\n🤖 Generated with [A](https://a.example)\n\nCo-authored-by: A <a@a.example>\n";
    assert_eq!(shown(text), ["subject: s", "text: Body."]);
}

#[test]
fn boxes_and_nested_items() {
    let text = "s\n\n- [ ] add a\n  - and b\n- [x] add c\n  more of it\n\n  its paragraph\n\nOut.\n";
    assert_eq!(
        shown(text),
        [
            "subject: s",
            "item0 unticked: add a",
            "item1 unticked: and b",
            "item0: add c more of it",
            "item0: its paragraph",
            "text: Out.",
        ]
    );
}

#[test]
fn squash_lists_are_other_messages() {
    let text =
        "Add a (#12)\n\n* Add a\n\n* Remove b\n\nIt was wrong.\n\n---------\n\nCo-authored-by: A <a@a.example>\n";
    assert_eq!(
        shown(text),
        ["subject: Add a (#12)", "item0 squashed: Add a", "item0 squashed: Remove b", "text squashed: It was wrong."]
    );
    assert_eq!(Document::read(text).form, Form::Squash);
    // A list one under the other is a person's.
    assert_eq!(shown("Add a (#12)\n\n* Add a\n* Add b\n"), ["subject: Add a (#12)", "item0: Add a", "item0: Add b"]);
}

#[test]
fn reverts_and_merges() {
    assert_eq!(shown("Revert \"Add a\"\n\nThis reverts commit 1234567.\n")[0], "subject elsewhere: Revert \"Add a\"");
    assert_eq!(shown("Merge branch 'x'\n\nAdds a.\n")[1], "text elsewhere: Adds a.");
}

#[test]
fn tables_have_cells() {
    let text = "s\n\n| File | Change |\n|---|---|\n| `a.rs` | new |\n";
    assert_eq!(shown(text), ["subject: s", "cell0h: File", "cell1h: Change", "cell0: `a.rs`", "cell1: new"]);
}

#[test]
fn sections_and_labels() {
    let text = "s\n\n## Test plan\n\n- a\n\nRoot cause:\n- b\n\nAfter the list.\n";
    let document = Document::read(text);
    let titles: Vec<(&str, Title)> =
        document.sections.iter().map(|section| (section.title.as_str(), section.kind)).collect();
    assert_eq!(titles, [("Test plan", Title::Tests), ("Root cause", Title::Historical)]);
    let of: Vec<Option<usize>> = document.blocks.iter().map(|block| block.section).collect();
    assert_eq!(of, [None, Some(0), Some(0), Some(1), Some(1), Some(0)]);
}

#[test]
fn an_indented_body_is_read_as_if_it_was_not() {
    assert_eq!(shown("s\n\n    Add a.\n\n    - b\n"), ["subject: s", "text: Add a.", "item0: b"]);
}

#[test]
fn a_colon_leads_what_follows() {
    let document = Document::read("s\n\nThe old flow was this:\n\n- a\n  - b\n");
    let leads: Vec<Option<usize>> = document.blocks.iter().map(|block| block.lead).collect();
    assert_eq!(leads, [None, None, Some(1), Some(2)]);
}

#[test]
fn long_texts_are_read_to_a_bound() {
    let text = format!("s\n\n{}", "word ".repeat(MAX_TEXT / 5 + 10));
    assert_eq!(Document::read(&text).unread, Some(MAX_TEXT));
}
