//! `ssh-keygen -Y` (ssh-keygen(1)), in the namespace `git-warrant`: a signature made for a commit is none for a note.

use std::process::Command;

use super::{TIME_TO_SIGN, TIME_TO_VERIFY, expand, program, run, scratch, trusted_value};
use crate::model::attestation::Signature;
use crate::model::escape;
use crate::source::git::GitSource;

pub(super) const BEGIN: &[u8] = b"-----BEGIN SSH SIGNATURE-----";

const NAMESPACE: &str = "git-warrant";

const PROGRAM: (&[&str], &str) = (&["gpg.ssh.program"], "ssh-keygen");

/// With the key that `user.signingKey` names: a file, or the public key itself, whose private half an ssh-agent has.
pub(super) fn sign(git: &dyn GitSource, key: Option<&str>, bytes: &[u8]) -> Result<Vec<u8>, String> {
    let key = key.ok_or("`user.signingKey` is not set (`gpg.ssh.defaultKeyCommand` is not run here)")?;
    let mut command = program(git, PROGRAM.0, PROGRAM.1)?;
    command.args(["-Y", "sign", "-n", NAMESPACE, "-f"]);
    let literal = key.strip_prefix("key::").or_else(|| key.starts_with("ssh-").then_some(key));
    let file = literal.map(|text| scratch(format!("{text}\n").as_bytes())).transpose()?;
    match &file {
        Some(file) => command.arg(file.path()).arg("-U"),
        None => command.arg(expand(key)),
    };
    let done = run(command, bytes, TIME_TO_SIGN)?;
    if done.success && done.stdout.starts_with(BEGIN) {
        return Ok(done.stdout);
    }
    Err(format!("`ssh-keygen -Y sign`: {}", done.reason()))
}

/// By the keys that `gpg.ssh.allowedSignersFile` lists, without those of `gpg.ssh.revocationFile`, as of now: a date that a
/// commit gives itself makes no expired key good.
pub(super) fn verify(git: &dyn GitSource, signature: &[u8], bytes: &[u8]) -> Result<Signature, String> {
    let path = |key: &str| trusted_value(git, key).map(|value| value.map(|path| expand(&path)));
    let signers = path("gpg.ssh.allowedSignersFile")?
        .ok_or("`gpg.ssh.allowedSignersFile` is not set in the configuration of the user who judges")?;
    let revoked = path("gpg.ssh.revocationFile")?;
    if let Some(path) = [Some(&signers), revoked.as_ref()].into_iter().flatten().find(|path| !path.is_file()) {
        return Err(format!("{} is no file", path.display()));
    }
    let file = scratch(signature)?;
    let call = |verb: &str| -> Result<Command, String> {
        let mut command = program(git, PROGRAM.0, PROGRAM.1)?;
        command.args(["-Y", verb, "-n", NAMESPACE, "-s"]).arg(file.path());
        Ok(command)
    };
    // Does it fit the text at all, whoever made it?
    let sound = run(call("check-novalidate")?, bytes, TIME_TO_VERIFY)?;
    if !sound.success {
        return Ok(Signature::Bad(sound.reason()));
    }
    let mut command = call("find-principals")?;
    command.arg("-f").arg(&signers);
    let found = run(command, b"", TIME_TO_VERIFY)?;
    let names = String::from_utf8_lossy(&found.stdout).into_owned();
    let Some(name) = names.lines().map(str::trim).find(|name| !name.is_empty()).filter(|_| found.success) else {
        return Ok(Signature::Untrusted(escape::visible(sound.stdout.trim_ascii())));
    };
    let mut command = call("verify")?;
    command.args(["-I", name, "-f"]).arg(&signers);
    if let Some(revoked) = revoked {
        command.arg("-r").arg(revoked);
    }
    let done = run(command, bytes, TIME_TO_VERIFY)?;
    let by = escape::visible(name.as_bytes());
    Ok(if done.success { Signature::Trusted { by } } else { Signature::Untrusted(format!("{by}: {}", done.reason())) })
}
