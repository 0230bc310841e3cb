//! The answer of an extractor: `report.v1` in JSON, every claim with the words it was read from.

use rustc_hash::FxHashSet;
use serde_json::{Value, json};

use crate::claims::declared;
use crate::model::claim::{Claim, ClaimSource};
use crate::model::diagnostic::Diagnostic;
use crate::model::escape;

use super::Extracted;

/// The most claims of one answer.
const MAX_CLAIMS: usize = 500;

/// A claim of the answer with its place in the text.
struct Quoted {
    claim: Value,
    quote: String,
    start: usize,
}

/// Reads an answer about `text`. Claims that are faulty, or quote what is not there, are left out and counted.
pub(super) fn read(text: &str, answer: &[u8]) -> Result<Extracted, String> {
    let answer: Value = serde_json::from_slice(answer).map_err(|error| format!("not valid JSON: {error}"))?;
    let Value::Object(mut answer) = answer else { return Err("its answer is no object".to_owned()) };
    if answer.get("schema") != Some(&json!(1)) {
        return Err("its answer does not say `\"schema\": 1`".to_owned());
    }
    let list = match answer.remove("claim") {
        None => Vec::new(),
        Some(Value::Array(list)) => list,
        Some(_) => return Err("`claim` is no array".to_owned()),
    };
    if list.len() > MAX_CLAIMS {
        return Err(format!("{} claims are more than the bound of {MAX_CLAIMS}", list.len()));
    }
    let mut faults = 0_usize;
    let mut first_fault = None;
    let mut seen = FxHashSet::default();
    let mut kept = Vec::new();
    for (index, claim) in list.into_iter().enumerate() {
        match quoted(claim, text) {
            // The same claim in other words is one claim.
            Ok(one) if seen.insert(one.claim.to_string()) => kept.push(one),
            Ok(_) => {}
            Err(reason) => {
                faults += 1;
                first_fault.get_or_insert_with(|| format!("claim {} {reason}", index + 1));
            }
        }
    }
    let claims: Vec<&Value> = kept.iter().map(|one| &one.claim).collect();
    let report = json!({ "schema": 1, "claim": claims }).to_string();
    // All together once more, for the bounds of a report.
    let report = declared::parse("the extractor's answer", &report).map_err(|faults| first(&faults))?;
    let claims = report.claims.into_iter().zip(kept).map(|(claim, from)| Claim {
        source: ClaimSource::Extracted,
        span: Some((from.start, from.start + from.quote.len())),
        text: from.quote,
        ..claim
    });
    let note = first_fault.map(|fault| match faults {
        1 => format!("a claim of the extractor was left out: {fault}"),
        _ => format!("{faults} claims of the extractor were left out; the first: {fault}"),
    });
    Ok(Extracted { claims: claims.collect(), note })
}

fn quoted(mut claim: Value, text: &str) -> Result<Quoted, String> {
    let Some(fields) = claim.as_object_mut() else { return Err("is no object".to_owned()) };
    let Some(Value::String(quote)) = fields.remove("quote") else { return Err("quotes nothing".to_owned()) };
    if quote.trim().is_empty() {
        return Err("quotes nothing".to_owned());
    }
    let Some(start) = text.find(&quote) else { return Err("quotes what the message does not say".to_owned()) };
    let alone = json!({ "schema": 1, "claim": [claim] }).to_string();
    declared::parse("the extractor's answer", &alone).map_err(|faults| format!("is faulty: {}", first(&faults)))?;
    Ok(Quoted { claim, quote, start })
}

fn first(faults: &[Diagnostic]) -> String {
    faults.first().map_or_else(String::new, |fault| escape::visible_lines(&fault.message))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "fix: x\n\nAdds src/a.rs and bumps serde.\n";

    fn answer(claims: &str) -> Result<Extracted, String> {
        read(TEXT, format!("{{\"schema\": 1, \"claim\": [{claims}]}}").as_bytes())
    }

    #[test]
    fn claims_point_at_the_words_they_were_read_from() {
        let found = answer(r#"{"kind": "created", "path": "src/a.rs", "quote": "Adds src/a.rs"}"#).expect("a report");
        let claim = &found.claims[0];
        assert_eq!(
            (claim.kind, claim.source, claim.text.as_str()),
            ("created", ClaimSource::Extracted, "Adds src/a.rs")
        );
        assert_eq!(claim.span.map(|(start, end)| &TEXT[start..end]), Some("Adds src/a.rs"));
        assert_eq!(found.note, None);
    }

    #[test]
    fn what_is_not_said_or_not_a_claim_is_left_out() {
        for (claim, reason) in [
            (r#"{"kind": "created", "path": "b", "quote": "Adds b"}"#, "does not say"),
            (r#"{"kind": "created", "path": "b"}"#, "quotes nothing"),
            (r#"{"kind": "created", "path": "b", "quote": " "}"#, "quotes nothing"),
            (r#"{"kind": "created", "quote": "Adds"}"#, "needs `path`"),
            (r#"{"kind": "magic", "quote": "Adds"}"#, "no kind of claim"),
            ("3", "no object"),
        ] {
            let good = r#"{"kind": "created", "path": "src/a.rs", "quote": "Adds src/a.rs"}"#;
            let found = answer(&format!("{claim}, {good}")).expect("a report");
            assert_eq!(found.claims.len(), 1, "{claim}");
            assert!(found.note.is_some_and(|note| note.contains(reason)), "{claim}");
        }
    }

    #[test]
    fn the_same_claim_twice_is_one() {
        let one = r#"{"kind": "docs-only", "quote": "Adds"}, {"kind": "docs-only", "quote": "bumps"}"#;
        let found = answer(one).expect("a report");
        assert_eq!((found.claims.len(), found.note), (1, None));
    }

    #[test]
    fn what_is_no_report() {
        for text in ["", "[]", "{}", "{\"schema\": 2}", "{\"schema\": 1, \"claim\": {}}", "\u{0}"] {
            assert!(read(TEXT, text.as_bytes()).is_err(), "{text:?}");
        }
        assert!(answer(&vec!["1"; MAX_CLAIMS + 1].join(",")).is_err());
    }
}
