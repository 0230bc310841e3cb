//! How sentences are meant: `stances.md` holds them, with the classes of what must not be taken for a claim.

use git_warrant::claims::prose::clause::{Place, Standing};
use git_warrant::claims::prose::stance::clauses;

/// Each line of the tables: `stances of the main clauses | text`, `\n` for a line break.
#[test]
fn every_sentence_has_its_stance() {
    let file = include_str!("stances.md");
    let mut faults = Vec::new();
    let mut count = 0;
    let mut inside = false;
    for (number, line) in (1..).zip(file.lines()) {
        if line.starts_with("```") {
            inside = !inside;
            continue;
        }
        let Some((expected, text)) = line.split_once(" | ").filter(|_| inside) else { continue };
        count += 1;
        let text = text.replace("\\n", "\n");
        let (text, skip) = match text.strip_prefix("= ") {
            Some(subject) => (subject.to_owned(), 0),
            None => (format!("Subject\n\n{text}\n"), 8),
        };
        let read = clauses(&text);
        let stances: Vec<&str> = read
            .list
            .iter()
            .filter(|clause| clause.standing == Standing::Main && clause.span.start >= skip)
            .filter(|clause| clause.place != Place::Heading)
            .map(|clause| clause.stance.name())
            .collect();
        if stances.join(" ") != expected.trim() {
            faults.push(format!("{number}: {text:?}: expected {expected}, read {stances:?}"));
        }
    }
    assert!(count > 100, "{count} sentences");
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}
