use proptest::prelude::*;

use super::*;
use crate::analyze::facts::Facts;
use crate::analyze::linediff::{self, Effort};
use crate::model::change::{Change, Status};
use crate::model::content::{Contents as _, Unreadable};
use crate::model::lines::LineDiff;
use crate::model::object::Mode;
use crate::model::path::RepoPath;

fn one(text: &str) -> Patch {
    let mut patches = parse("x.patch", text.as_bytes()).expect("a good patch");
    assert_eq!(patches.len(), 1);
    patches.remove(0)
}

fn error(text: &str) -> String {
    parse("x.patch", text.as_bytes()).expect_err("a bad patch").to_string()
}

fn change<'a>(patch: &'a Patch, path: &str) -> &'a Change {
    let path = RepoPath::from(path);
    patch.set.changes.iter().find(|change| change.path == path).expect("listed")
}

fn lines(patch: &Patch, path: &str) -> LineDiff {
    patch.contents.ready_lines(change(patch, path)).expect("has lines")
}

fn shown(lines: &crate::model::lines::Lines) -> Vec<(u32, String)> {
    lines.iter().map(|line| (line.number, String::from_utf8_lossy(line.text).into_owned())).collect()
}

fn read_new(patch: &Patch, path: &str) -> Result<String, Unreadable> {
    let side = change(patch, path).new.expect("exists");
    let content = patch.contents.read(&RepoPath::from(path), &side)?;
    assert_eq!(patch.contents.size(&RepoPath::from(path), &side), Ok(content.len() as u64));
    Ok(String::from_utf8_lossy(&content).into_owned())
}

const MODIFIED: &str = "diff --git a/src/x.rs b/src/x.rs
index 1111111..2222222 100755
--- a/src/x.rs
+++ b/src/x.rs
@@ -1,4 +1,5 @@ fn main() {
 one
-two
+2
+2.5
 three
 four
@@ -10 +11 @@
-ten
+10
\\ No newline at end of file
";

#[test]
fn a_modified_file() {
    let patch = one(MODIFIED);
    let found = change(&patch, "src/x.rs");
    assert_eq!((found.status(), found.new.map(|side| side.mode)), (Status::Modified, Some(Mode::Executable)));
    let lines = lines(&patch, "src/x.rs");
    assert_eq!(shown(&lines.added), [(2, "2".to_owned()), (3, "2.5".to_owned()), (11, "10".to_owned())]);
    assert_eq!(shown(&lines.deleted), [(2, "two".to_owned()), (10, "ten".to_owned())]);
    let hunk = |old, new| crate::model::lines::Hunk { old, new };
    assert_eq!(lines.hunks, [hunk(1..2, 1..3), hunk(9..10, 10..11)]);
    assert_eq!(read_new(&patch, "src/x.rs"), Err(Unreadable::NotInPatch));
}

#[test]
fn new_deleted_empty_and_mode_only_files() {
    let patch = one("diff --git a/new b/new
new file mode 100755
index 0000000..1111111
--- /dev/null
+++ b/new
@@ -0,0 +1,2 @@
+a
+b
\\ No newline at end of file
diff --git a/old b/old
deleted file mode 100644
index 1111111..0000000
--- a/old
+++ /dev/null
@@ -1 +0,0 @@
-x
diff --git a/with blank b/with blank
new file mode 100644
index 0000000..e69de29
diff --git a/run b/run
old mode 100644
new mode 100755
");
    let statuses: Vec<_> = patch.set.changes.iter().map(|change| (change.path.to_string(), change.status())).collect();
    let expected =
        [("new", Status::Added), ("old", Status::Deleted), ("run", Status::Modified), ("with blank", Status::Added)];
    assert_eq!(statuses, expected.map(|(path, status)| (path.to_owned(), status)));
    assert_eq!(read_new(&patch, "new").as_deref(), Ok("a\nb"));
    assert_eq!(read_new(&patch, "with blank").as_deref(), Ok(""));
    assert_eq!(change(&patch, "run").new.map(|side| side.mode), Some(Mode::Executable));
    assert!(lines(&patch, "run").hunks.is_empty());
}

#[test]
fn renames_are_told_and_their_lines_belong_to_the_new_path() {
    let patch = one("diff --git a/lib/a.rs b/src/b.rs
similarity index 90%
rename from lib/a.rs
rename to src/b.rs
index 1111111..2222222 100644
--- a/lib/a.rs
+++ b/src/b.rs
@@ -3 +3 @@
-x
+y
");
    let facts = Facts::new(&patch.set, &patch.contents);
    assert_eq!(facts.renames().pairs.len(), 1);
    assert_eq!(facts.renames().pairs[0].similarity, 90);
    assert_eq!((facts.line_totals(), facts.files_changed()), ((1, 1), 1));
    assert!(facts.incomplete().is_empty());
}

#[test]
fn links_submodules_and_a_change_of_type() {
    let id = "0123456789012345678901234567890123456789";
    let patch = one(&format!(
        "diff --git a/link b/link
index 1111111..2222222 120000
--- a/link
+++ b/link
@@ -1 +1 @@
-here
\\ No newline at end of file
+there
\\ No newline at end of file
diff --git a/sub b/sub
index 1111111..2222222 160000
--- a/sub
+++ b/sub
@@ -1 +1 @@
-Subproject commit 9999999999999999999999999999999999999999
+Subproject commit {id}
diff --git a/dirty b/dirty
index 1111111..2222222 160000
--- a/dirty
+++ b/dirty
@@ -1 +1 @@
-Subproject commit {id}
+Subproject commit {id}-dirty
diff --git a/typed b/typed
deleted file mode 100644
index 1111111..0000000
--- a/typed
+++ /dev/null
@@ -1 +0,0 @@
-text
diff --git a/typed b/typed
new file mode 120000
index 0000000..2222222
--- /dev/null
+++ b/typed
@@ -0,0 +1 @@
+target
\\ No newline at end of file
"
    ));
    assert_eq!(read_new(&patch, "link").as_deref(), Ok("there"));
    assert_eq!(change(&patch, "sub").new.expect("there").id.to_string(), id);
    assert_eq!(patch.set.changes.len(), 3, "dirt inside a submodule is no change");
    assert_eq!(change(&patch, "typed").status(), Status::TypeChanged);
    let lines = lines(&patch, "typed");
    assert_eq!((lines.deleted.len(), lines.added.len()), (1, 0), "a link has no lines");
    assert_eq!(read_new(&patch, "typed").as_deref(), Ok("target"));
}

#[test]
fn binary_files() {
    let patch = one("diff --git a/a.bin b/a.bin
index 1111111..2222222 100644
GIT binary patch
literal 4
LcmZQzWMT#Y01f~L

literal 3
KcmZQzWM%*W5C8xG

diff --git a/b.bin b/b.bin
index 1111111..2222222 100644
Binary files a/b.bin and b/b.bin differ
");
    assert!(lines(&patch, "a.bin").binary && lines(&patch, "b.bin").binary);
    let side = change(&patch, "a.bin").new.expect("there");
    assert_eq!(patch.contents.size(&RepoPath::from("a.bin"), &side), Ok(4));
    assert_eq!(patch.contents.read(&RepoPath::from("a.bin"), &side), Err(Unreadable::NotInPatch));
    let hidden = "diff --git a/a b/a\nindex 1..2 100644\nGIT binary patch\nliteral 4\n+evil\n\n";
    assert_eq!(error(hidden), "line 5: a line of a binary patch that is no data");
}

#[test]
fn plain_unified_diffs() {
    let patch = one("Index: x
--- old/src/x.c\t2026-01-01 10:00:00.000000000 +0000
+++ new/src/x.c\t2026-01-02 10:00:00.000000000 +0000
@@ -1 +1 @@
-a
+b
--- old/made.c\t1970-01-01 00:00:00.000000000 +0000
+++ new/made.c\t2026-01-02 10:00:00.000000000 +0000
@@ -0,0 +1 @@
+x
");
    assert_eq!(change(&patch, "src/x.c").status(), Status::Modified);
    assert_eq!(change(&patch, "made.c").status(), Status::Added);
    assert_eq!(
        error("--- x.orig\n+++ x\n@@ -1 +1 @@\n-a\n+b\n"),
        "line 1: two different names, so it cannot be told which file this changes"
    );
}

#[test]
fn carriage_returns_belong_to_the_content_unless_the_whole_file_has_them() {
    let mixed = MODIFIED.replace("+2\n", "+2\r\n");
    assert_eq!(shown(&lines(&one(&mixed), "src/x.rs").added)[0].1, "2\r");
    let mangled = MODIFIED.replace('\n', "\r\n");
    assert_eq!(shown(&lines(&one(&mangled), "src/x.rs").added), shown(&lines(&one(MODIFIED), "src/x.rs").added));
}

#[test]
fn quoted_names() {
    let text = MODIFIED.replace("a/src/x.rs", "\"a/\\303\\251\\n\"").replace("b/src/x.rs", "\"b/\\303\\251\\n\"");
    assert_eq!(one(&text).set.changes[0].path, RepoPath::from("é\n"));
}

const MAIL: &str = "From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001
From: =?UTF-8?q?J=C3=BCrgen?= <j@example.com>
Date: Sun, 1 Nov 2026 10:00:00 +0000
Subject: [PATCH 1/2] fix: a long subject
 that goes on

The reason.

Co-authored-by: An Agent <agent@example.com>
---
 x | 2 +-
 1 file changed, 1 insertion(+), 1 deletion(-)

diff --git a/x b/x
index 1111111..2222222 100644
--- a/x
+++ b/x
@@ -1 +1 @@
-a
+- b
-- \n2.47.3

";

#[test]
fn mails_carry_author_and_message() {
    let patch = one(&MAIL.replace("-- \\n", "-- \n"));
    let commit = patch.commit.as_ref().expect("a mail");
    assert_eq!(
        (commit.author.name.to_string(), commit.author.email.to_string()),
        ("Jürgen".into(), "j@example.com".into())
    );
    assert_eq!(
        commit.message,
        "fix: a long subject that goes on\n\nThe reason.\n\nCo-authored-by: An Agent <agent@example.com>\n"
    );
    assert_eq!(commit.id.to_string(), "0123456789012345678901234567890123456789");
    assert_eq!(shown(&lines(&patch, "x").added), [(1, "- b".to_owned())]);
}

#[test]
fn each_mail_of_a_mailbox_is_a_change_set() {
    let mail = MAIL.replace("-- \\n", "-- \n");
    let cover = "From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\nFrom: A <a@b>\nSubject: [PATCH 0/2] series\n\nAll of it.\n\n";
    let second = mail
        .replace("[PATCH 1/2] fix", "[PATCH 2/2] feat")
        .replace("The reason.", "From: Other <o@example.com>\n\nWhy.");
    let patches = parse("series", format!("{cover}{mail}{second}").as_bytes()).expect("good");
    let subjects: Vec<_> = patches.iter().map(|patch| patch.set.subject.to_string()).collect();
    assert_eq!(subjects, ["patch series (1 of 2)", "patch series (2 of 2)"]);
    let author = patches[1].commit.as_ref().map(|commit| commit.author.email.to_string());
    assert_eq!(author.as_deref(), Some("o@example.com"), "the one named in the body");
    let ruled = parse("x", mail.replace("The reason.", "The reason.\n\n---\n\nMore.").as_bytes()).expect("good");
    let message = ruled[0].commit.as_ref().map(|commit| commit.message.to_string()).unwrap_or_default();
    assert!(message.contains("---\n\nMore.\n\nCo-authored-by"), "a rule in the message: {message}");
    let encoded = mail.replacen("Date:", "Content-Transfer-Encoding: base64\nDate:", 1);
    assert_eq!(error(&encoded), "line 3: an encoded mail; save it as text first");
}

#[test]
fn a_patch_is_understood_whole_or_not_at_all() {
    let with = |from: &str, to: &str| {
        assert!(MODIFIED.contains(from));
        error(&MODIFIED.replacen(from, to, 1))
    };
    assert_eq!(with("-1,4 +1,5", "-1,3 +1,4"), "line 11: a line beyond the counts of its hunk");
    assert_eq!(with("-1,4 +1,5", "-1,4 +1,4"), "line 11: a hunk that is longer than its counts");
    assert_eq!(
        with("-1,4 +1,5", "-1,5 +1,6"),
        "line 12: a line that belongs to no hunk, where the counts say one goes on"
    );
    assert_eq!(with("-10 +11", "-10 +12"), "line 12: a hunk that does not start where the hunks before it leave it");
    assert_eq!(with("-10 +11", "-3 +4"), "line 12: a hunk that does not start where the hunks before it leave it");
    assert_eq!(with("+10\n\\ No newline at end of file\n", ""), "line 12: a hunk that is shorter than its counts");
    assert_eq!(with("@@ -1,4 +1,5 @@", "@@ -1,4 +x @@"), "line 5: a hunk header that cannot be read");
    assert_eq!(
        with("@@ -1,4 +1,5 @@", "@@ -4294967295,4 +4294967295,5 @@"),
        "line 5: a hunk header that cannot be read"
    );
    assert_eq!(
        with("--- a/src/x.rs\n+++ b/src/x.rs\n", ""),
        "line 3: a file whose `---` and `+++` lines are not there"
    );
    assert_eq!(with("100755", "100000000"), "line 2: a file mode git does not have");
    assert_eq!(error("@@ -1 +1 @@\n-a\n+b\n"), "line 1: a hunk without a file");
    assert_eq!(error("hello\n"), "no diff was found in it");
    assert_eq!(error(&MODIFIED.repeat(2)), "line 16: `src/x.rs` is changed twice");
    assert_eq!(error("diff --cc x\n"), "line 1: the combined diff of a merge; make a patch against one parent");
    assert!(error("diff --git a/x b/y\nsimilarity index 90%\ncopy from x\ncopy to y\n").contains("a copy"));
    assert!(error("Only in b: x\n").contains("does not carry"));
    assert!(error("Submodule sub 1234567..89abcde:\n  > x\n").contains("does not carry"));
    assert!(error("diff --git a/x b/x\ndeleted file mode 100644\n--- a/x\n+++ /dev/null\n").contains("leaves out"));
    assert_eq!(one("\n").set.changes, [], "an empty patch changes nothing");
}

#[test]
fn names_that_leave_the_repository_are_refused() {
    for (name, reason) in [
        ("../x", "a path that leaves the repository"),
        ("src/../../x", "a path that leaves the repository"),
        ("/etc/passwd", "an absolute path"),
        (".git/config", "a path inside `.git`"),
    ] {
        let text = MODIFIED.replace("a/src/x.rs", name).replace("b/src/x.rs", name);
        assert!(error(&text).ends_with(reason), "{name}: {}", error(&text));
    }
}

/// A unified diff of two texts by the line diff, as git would print it with `-U<context>`.
fn print(old: &str, new: &str, diff: &LineDiff, context: usize) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let mut text = String::from("diff --git a/f b/f\nindex 1111111..2222222 100644\n--- a/f\n+++ b/f\n");
    let mut at = 0;
    let line = |text: &mut String, mark: char, line: &str| {
        text.push(mark);
        text.push_str(line);
        if !line.ends_with('\n') {
            text.push_str("\n\\ No newline at end of file\n");
        }
    };
    while at < diff.hunks.len() {
        let mut last = at;
        while diff
            .hunks
            .get(last + 1)
            .is_some_and(|next| (next.old.start - diff.hunks[last].old.end) as usize <= 2 * context)
        {
            last += 1;
        }
        let (first, end) = (&diff.hunks[at], &diff.hunks[last]);
        let before = context.min(first.old.start as usize);
        let after = context.min(old.len() - end.old.end as usize);
        let (from, to) = (first.old.start as usize - before, end.old.end as usize + after);
        let (new_from, new_to) = (first.new.start as usize - before, end.new.end as usize + after);
        let start = |from: usize, to: usize| if from == to { from } else { from + 1 };
        let header =
            format!("@@ -{},{} +{},{} @@\n", start(from, to), to - from, start(new_from, new_to), new_to - new_from);
        text.push_str(&header);
        let mut next = from;
        for hunk in &diff.hunks[at..=last] {
            old[next..hunk.old.start as usize].iter().for_each(|kept| line(&mut text, ' ', kept));
            old[hunk.old.start as usize..hunk.old.end as usize].iter().for_each(|gone| line(&mut text, '-', gone));
            new[hunk.new.start as usize..hunk.new.end as usize].iter().for_each(|come| line(&mut text, '+', come));
            next = hunk.old.end as usize;
        }
        old[next..to].iter().for_each(|kept| line(&mut text, ' ', kept));
        at = last + 1;
    }
    text
}

proptest! {
    #[test]
    fn never_panics_on_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        parse("x", &bytes).ok();
    }

    #[test]
    fn never_panics_on_lines_of_patches(picks in proptest::collection::vec(0..40_usize, 0..30)) {
        let mail = MAIL.replace("-- \\n", "-- \n");
        let known: Vec<&str> = MODIFIED.lines().chain(mail.lines()).chain(["rename from a", "rename to b",
            "GIT binary patch", "literal 4", "new file mode 120000", "deleted file mode 160000", "+++ /dev/null"]).collect();
        let text: Vec<&str> = picks.iter().map(|pick| known[pick % known.len()]).collect();
        if let Ok(patches) = parse("x", text.join("\n").as_bytes()) {
            for patch in &patches {
                Facts::new(&patch.set, &patch.contents).line_totals();
            }
        }
    }

    #[test]
    fn a_printed_diff_gives_its_lines_back(
        old in "([abc\r]{0,2}\n){0,12}[ab]{0,1}", new in "([abc\r]{0,2}\n){0,12}[ab]{0,1}", context in 0..4_usize,
    ) {
        let bytes = |text: &str| Bytes::from(text.as_bytes());
        let diff = linediff::diff(&bytes(&old), &bytes(&new), &Effort::default()).expect("small");
        prop_assume!(!diff.hunks.is_empty());
        let patch = one(&print(&old, &new, &diff, context));
        let found = lines(&patch, "f");
        prop_assert_eq!(shown(&found.added), shown(&diff.added));
        prop_assert_eq!(shown(&found.deleted), shown(&diff.deleted));
        prop_assert_eq!(found.hunks, diff.hunks);
    }
}
