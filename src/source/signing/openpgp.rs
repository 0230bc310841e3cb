//! `gpg` (gnupg's `DETAILS` has the status lines).

use super::{TIME_TO_SIGN, TIME_TO_VERIFY, program, run, scratch, trusted_value, value};
use crate::model::attestation::Signature;
use crate::model::escape;
use crate::source::git::GitSource;

pub(super) const BEGIN: &[u8] = b"-----BEGIN PGP SIGNATURE-----";

const PROGRAM: (&[&str], &str) = (&["gpg.openpgp.program", "gpg.program"], "gpg");

/// From the least to the most, as `gpg.minTrustLevel` and gpg name them.
const TRUST: &[&str] = &["UNDEFINED", "NEVER", "MARGINAL", "FULLY", "ULTIMATE"];

/// With `user.signingKey`, or the key of the committer.
pub(super) fn sign(git: &dyn GitSource, key: Option<String>, bytes: &[u8]) -> Result<Vec<u8>, String> {
    let key = match key {
        Some(key) => key,
        None => value(git, "user.email")?.ok_or("neither `user.signingKey` nor `user.email` is set")?,
    };
    let mut command = program(git, PROGRAM.0, PROGRAM.1)?;
    command.args(["--batch", "--status-fd=2", "--detach-sign", "--armor", "--local-user", &key]);
    let done = run(command, bytes, TIME_TO_SIGN)?;
    if done.success && done.stdout.starts_with(BEGIN) {
        return Ok(done.stdout);
    }
    Err(format!("`gpg --detach-sign`: {}", done.reason()))
}

/// By the keys and the trust of the keyring that the user who judges has. Of less trust than `gpg.minTrustLevel`, or than
/// full where that is not set, nothing is good.
pub(super) fn verify(git: &dyn GitSource, signature: &[u8], bytes: &[u8]) -> Result<Signature, String> {
    let least = trusted_value(git, "gpg.minTrustLevel")?.map_or("FULLY".to_owned(), |level| level.to_ascii_uppercase());
    let least = rank(&least).ok_or_else(|| format!("`gpg.minTrustLevel = {least}` is no level of trust"))?;
    let file = scratch(signature)?;
    let mut command = program(git, PROGRAM.0, PROGRAM.1)?;
    command.args(["--batch", "--no-auto-key-retrieve", "--status-fd=1", "--verify"]).arg(file.path()).arg("-");
    let done = run(command, bytes, TIME_TO_VERIFY)?;
    let status = String::from_utf8_lossy(&done.stdout).into_owned();
    Ok(read(&status, done.success, least).unwrap_or_else(|| Signature::Unverifiable(done.reason())))
}

fn rank(level: &str) -> Option<usize> {
    TRUST.iter().position(|known| *known == level)
}

/// The verdict of gpg's status lines. More than one signature in one text is none that can be told.
fn read(status: &str, success: bool, least: usize) -> Option<Signature> {
    let mut verdict = None;
    let mut trust = None;
    for line in status.lines().filter_map(|line| line.strip_prefix("[GNUPG:] ")) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let shown = || escape::visible(rest.as_bytes());
        let found = match word {
            "GOODSIG" => Signature::Trusted { by: shown() },
            "BADSIG" => Signature::Bad(shown()),
            "EXPSIG" | "EXPKEYSIG" | "REVKEYSIG" => Signature::Untrusted(format!("expired or revoked: {}", shown())),
            "ERRSIG" => Signature::Untrusted(format!("by a key that is not in the keyring: {}", shown())),
            _ => {
                trust = word.strip_prefix("TRUST_").and_then(rank).or(trust);
                continue;
            }
        };
        if verdict.replace(found).is_some() {
            return None;
        }
    }
    match verdict? {
        Signature::Trusted { by } if !success => Some(Signature::Bad(by)),
        Signature::Trusted { by } if trust.is_none_or(|trust| trust < least) => {
            Some(Signature::Untrusted(format!("too little trust: {by}")))
        }
        verdict => Some(verdict),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        "[GNUPG:] NEWSIG\n[GNUPG:] GOODSIG 0123456789ABCDEF Ada <ada@example.com>\n[GNUPG:] VALIDSIG 01\n";

    fn of(more: &str, success: bool) -> Option<Signature> {
        read(&format!("{GOOD}{more}"), success, rank("FULLY").expect("a level"))
    }

    #[test]
    fn a_good_signature_needs_trust() {
        assert!(matches!(of("[GNUPG:] TRUST_ULTIMATE 0 pgp\n", true), Some(Signature::Trusted { .. })));
        for trust in ["", "[GNUPG:] TRUST_UNDEFINED 0 pgp\n", "[GNUPG:] TRUST_NEVER\n", "[GNUPG:] TRUST_MARGINAL\n"] {
            assert!(matches!(of(trust, true), Some(Signature::Untrusted(_))), "{trust}");
        }
    }

    #[test]
    fn two_signatures_or_a_failure_are_no_good_one() {
        assert_eq!(of(GOOD, true), None);
        assert!(matches!(of("[GNUPG:] TRUST_FULLY\n", false), Some(Signature::Bad(_))));
        assert_eq!(read("", true, 0), None);
        let unknown = read("[GNUPG:] ERRSIG 01 1 10 00 0 9\n[GNUPG:] NO_PUBKEY 01\n", false, 0);
        assert!(matches!(unknown, Some(Signature::Untrusted(_))));
    }
}
