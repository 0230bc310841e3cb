//! The address of a repository as it may be written into a report: a URI, without credentials.

use bstr::ByteSlice as _;

/// `None` for a local path, and for what is no address: neither is anybody else's to know.
pub(super) fn public(url: &[u8]) -> Option<String> {
    let url = url.to_str().ok()?.trim();
    let plain =
        |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&b));
    if !plain(url) {
        return None;
    }
    if let Some((scheme, rest)) = url.split_once("://") {
        let known = ["https", "http", "ssh", "git"].contains(&scheme);
        let (authority, path) = rest.split_once('/')?;
        let host = authority.rsplit('@').next().filter(|host| !host.is_empty())?;
        let path = path.split(['?', '#']).next().unwrap_or_default();
        return known.then(|| format!("{scheme}://{host}/{path}"));
    }
    // `user@host:path` (git-clone, "GIT URLS").
    let (host, path) = url.split_once(':')?;
    let host = host.rsplit('@').next().filter(|host| host.len() > 1 && !host.contains('/'))?;
    Some(format!("ssh://{host}/{}", path.trim_start_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_and_local_paths_stay_here() {
        let public = |url: &str| public(url.as_bytes());
        assert_eq!(public("https://user:token@h.example/o/r.git").as_deref(), Some("https://h.example/o/r.git"));
        assert_eq!(public("https://h.example/o/r?private_token=x").as_deref(), Some("https://h.example/o/r"));
        assert_eq!(public("git@h.example:o/r.git").as_deref(), Some("ssh://h.example/o/r.git"));
        for local in
            ["/srv/git/r.git", "../r", "file:///srv/r", "C:\\r", "c:/r", "https://h.example/a b", "", "ext::sh -c x"]
        {
            assert_eq!(public(local), None, "{local}");
        }
    }
}
