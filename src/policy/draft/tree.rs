//! The objects of a sentence, looked up among the paths of the repository.

use std::collections::BTreeSet;

use crate::analyze::classify;
use crate::model::globs::Globs;
use crate::model::path::RepoPath;

/// The repository's paths, as far as a policy can name them plainly.
pub(super) struct Tree {
    files: BTreeSet<String>,
    folders: BTreeSet<String>,
}

/// What a name stands for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A glob that matches at least one path.
    Glob(String),
    /// It is written like a path, and there is none of that name.
    Nowhere,
    NoPath,
}

impl Tree {
    pub(super) fn new(paths: &[RepoPath]) -> Self {
        let plain = paths.iter().filter_map(|path| std::str::from_utf8(path.as_bytes()).ok());
        let files: BTreeSet<String> = plain.filter(|path| path.chars().all(is_plain)).map(str::to_owned).collect();
        let mut folders = BTreeSet::new();
        for file in &files {
            let ends = file.match_indices('/').map(|(at, _)| at);
            folders.extend(ends.filter_map(|end| file.get(..end)).map(str::to_owned));
        }
        Self { files, folders }
    }

    /// Looks for `name` as written in a file of this folder (empty for the top).
    pub(super) fn find(&self, name: &str, folder: &str) -> Found {
        let name = name.strip_prefix("./").unwrap_or(name);
        let odd = name.is_empty()
            || !name.chars().all(|c| is_plain(c) || matches!(c, '*' | '{' | '}' | ','))
            || name.starts_with(['-', '@', '/', ','])
            || name.split('/').any(|part| part == "..");
        if odd {
            return Found::NoPath;
        }
        if name.contains(['*', '{']) {
            return self.find_glob(name, folder);
        }
        let is_folder = name.ends_with('/');
        let bare = name.trim_end_matches('/');
        for base in [folder, ""] {
            let path = join(base, bare);
            if !is_folder && self.files.contains(&path) {
                return Found::Glob(path);
            }
            if self.folders.contains(&path) {
                return Found::Glob(format!("{path}/**"));
            }
        }
        let inside = |path: &&String| folder.is_empty() || path.starts_with(&format!("{folder}/"));
        let ends = |path: &&String| path.strip_suffix(bare).is_some_and(|head| head.ends_with('/'));
        let anywhere = join(folder, &format!("**/{bare}"));
        if !is_folder && self.files.iter().filter(inside).any(|path| ends(&path)) {
            return Found::Glob(anywhere);
        }
        if self.folders.iter().filter(inside).any(|path| ends(&path)) {
            return Found::Glob(format!("{anywhere}/**"));
        }
        let like_path = name.contains('/') || name.starts_with('.') || has_known_ending(name);
        if like_path { Found::Nowhere } else { Found::NoPath }
    }

    fn find_glob(&self, name: &str, folder: &str) -> Found {
        let deep = if name.contains('/') { name.to_owned() } else { format!("**/{name}") };
        for base in [folder, ""] {
            let glob = join(base, &deep);
            let Ok(globs) = Globs::of(&[&glob]) else { return Found::NoPath };
            if self.files.iter().any(|file| globs.is_match(&RepoPath::from(file.as_str()))) {
                return Found::Glob(glob);
            }
        }
        if name.contains('/') || name.contains("*.") { Found::Nowhere } else { Found::NoPath }
    }

    /// Globs over the source files of a folder, by their endings.
    pub(super) fn sources(&self, folder: &str) -> Vec<String> {
        let inside = self.files.iter().filter(|path| folder.is_empty() || path.starts_with(&format!("{folder}/")));
        let endings: BTreeSet<&str> = inside
            .filter(|path| classify::classify(&RepoPath::from(path.as_str())).code)
            .filter_map(|path| path.rsplit('/').next()?.rsplit_once('.').map(|(_, ending)| ending))
            .collect();
        endings.into_iter().take(24).map(|ending| join(folder, &format!("**/*.{ending}"))).collect()
    }

    pub(super) fn has_match(&self, glob: &str) -> bool {
        Globs::of(&[glob])
            .is_ok_and(|globs| self.files.iter().any(|file| globs.is_match(&RepoPath::from(file.as_str()))))
    }
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// Characters that mean themselves in a glob, in TOML and in a comment.
fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | '+' | '@')
}

fn has_known_ending(name: &str) -> bool {
    let path = RepoPath::from(name);
    let classes = classify::classify(&path);
    path.extension().is_some() && (classes.code || classes.document || classes.manifest || classes.lock_file)
        || matches!(path.extension(), Some(b"json" | b"yaml" | b"yml" | b"toml" | b"xml" | b"env" | b"html" | b"css"))
}
