//! Each kind against its samples.

use rustc_hash::FxHashSet;

use super::samples::{SAMPLES, expand};
use super::*;

fn found(line: &str) -> Vec<&'static str> {
    on_line(line.as_bytes(), Search { entropy: true }).into_iter().map(|secret| secret.kind.id).collect()
}

#[test]
fn every_kind_compiles_and_has_samples() {
    let mut ids = FxHashSet::default();
    for kind in &KINDS {
        assert!(kind.pattern.get().is_some_and(|pattern| pattern.captures_len() >= 2), "{}", kind.id);
        assert!(ids.insert(kind.id), "{} twice", kind.id);
        assert!(kind.keywords.iter().all(|word| !word.is_empty() && !word.bytes().any(|b| b.is_ascii_uppercase())));
        let samples =
            SAMPLES.iter().find(|(id, ..)| *id == kind.id).unwrap_or_else(|| panic!("{}: no samples", kind.id));
        assert!(samples.1.len() >= 2 && samples.2.len() >= 2, "{}: too few samples", kind.id);
    }
    assert_eq!(SAMPLES.len(), KINDS.len());
}

#[test]
fn positive_samples_are_found_and_their_values_hidden() {
    for (id, positives, _) in SAMPLES {
        for (at, sample) in positives.iter().enumerate() {
            for seed in 1..=5 {
                let line = expand(sample, seed * 31 + at as u64);
                let secrets = on_line(line.as_bytes(), Search { entropy: true });
                let secret = secrets.iter().find(|secret| secret.kind.id == *id);
                let secret = secret.unwrap_or_else(|| panic!("{id}: `{sample}` seed {seed} finds {secrets:?}"));
                let value = &line.as_bytes()[secret.range()];
                let hidden = hidden(value);
                assert!(hidden.chars().count() <= 5 && value.len() >= 8, "{id}: {hidden}");
                assert!(ranges_to_hide(line.as_bytes()).contains(&secret.range()), "{id}");
            }
        }
    }
}

#[test]
fn negative_samples_are_silent() {
    for (id, _, negatives) in SAMPLES {
        for sample in *negatives {
            let line = expand(sample, 7);
            assert!(!found(&line).contains(id), "{id}: `{line}`");
        }
    }
}

#[test]
fn look_alikes_are_silent() {
    for line in [
        "password = \"${DB_PASSWORD}\"",
        "api_key = \"your-api-key-goes-here-1234\"",
        "token: \"<YOUR_TOKEN_GOES_HERE_2024>\"",
        "password = getenv(\"DB_PASSWORD_SECRET_12\")",
        "secret: process.env.CLIENT_SECRET_KEY_2048",
        "\"integrity\": \"sha512-[64*86]==\"",
        "token_sha256 = \"[16*64]\"",
        "request_token = \"123e4567-e89b-12d3-a456-426614174000\"",
        "secret_name = \"projects/12345/secrets/db-password/versions/1\"",
        "const TOKEN_KIND = \"refresh_token_grant_v2_2024\"",
        "access_token_url = \"https://login.example.org/oauth2/v2/token/12\"",
        "<img src=\"data:image/png;base64,[64*400]\">",
        "ssh-ed25519 [64*68] someone@host",
        "-----BEGIN PUBLIC KEY-----",
        "if text.startswith(\"-----BEGIN PRIVATE KEY-----\"):",
        "postgres://postgres:postgres@localhost:5432/app",
        "https://user:password@example.com/",
        "redis://default:zK3vQ9wLmX7bRt2N@redis:6379",
        "token = \"{{ secrets.deploy_token_2024_ab }}\"",
        "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE",
        "commit = \"[16*40]\"",
        "next_page_token = \"[62*40]\"",
    ] {
        assert!(found(&expand(line, 3)).is_empty(), "{line}: {:?}", found(&expand(line, 3)));
    }
}

#[test]
fn entropy_kinds_can_be_switched_off() {
    let line = expand("api_key = \"[62*32]\"", 5);
    assert_eq!(on_line(line.as_bytes(), Search { entropy: true }).len(), 1);
    assert!(on_line(line.as_bytes(), Search { entropy: false }).is_empty());
}

#[test]
fn the_surer_kind_wins_and_every_copy_of_a_value_is_hidden() {
    let line = expand("GITHUB_TOKEN = \"ghp_[62*36]\"", 5);
    assert_eq!(found(&line), ["github-token"]);
    let value = expand("ghp_[62*36]", 5);
    let twice = format!("{value} # {value}");
    assert_eq!(ranges_to_hide(twice.as_bytes()).len(), 2);
}

proptest::proptest! {
    #[test]
    fn any_line_can_be_searched(line in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400)) {
        for secret in on_line(&line, Search { entropy: true }) {
            proptest::prop_assert!(secret.range().end <= line.len());
        }
    }
}
