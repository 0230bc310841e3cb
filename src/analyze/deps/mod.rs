//! What a project depends on: manifests and lock files read into one shape, and what a change did to them.
//!
//! A manifest says what is asked for, a lock file what was taken. Each ecosystem has one file here; [`format_of`] tells by
//! the name which of them reads a path. A text that cannot be read is an error, never an empty list.

mod bundler;
mod cargo;
mod compare;
mod composer;
mod dotnet;
pub mod gather;
mod go;
mod gradle;
pub mod lock;
mod maven;
mod mentions;
mod npm;
mod python;
mod requirements;
mod setup;
mod swift;
pub mod tree;

use schemars::JsonSchema;
use serde::Deserialize;

pub use compare::{Delta, Kind, ManifestChange, Text, compare};

use crate::model::path::RepoPath;

/// The largest lock file that is read, in bytes.
pub const MAX_LOCK_BYTES: usize = 16 << 20;

/// The largest manifest that is read, in bytes.
pub const MAX_MANIFEST_BYTES: usize = 1 << 20;

/// Where packages of one sort come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Ecosystem {
    Bundler,
    Cargo,
    Composer,
    Dotnet,
    Go,
    Gradle,
    Maven,
    Npm,
    Python,
    Swift,
}

impl Ecosystem {
    pub const ALL: [Self; 10] = [
        Self::Bundler,
        Self::Cargo,
        Self::Composer,
        Self::Dotnet,
        Self::Go,
        Self::Gradle,
        Self::Maven,
        Self::Npm,
        Self::Python,
        Self::Swift,
    ];

    /// As policies and reports write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bundler => "bundler",
            Self::Cargo => "cargo",
            Self::Composer => "composer",
            Self::Dotnet => "dotnet",
            Self::Go => "go",
            Self::Gradle => "gradle",
            Self::Maven => "maven",
            Self::Npm => "npm",
            Self::Python => "python",
            Self::Swift => "swift",
        }
    }

    /// Do two ecosystems name the same packages? Maven and Gradle do.
    pub fn shares_names_with(self, other: Self) -> bool {
        let jvm = |ecosystem| matches!(ecosystem, Self::Gradle | Self::Maven);
        self == other || jvm(self) && jvm(other)
    }

    /// The form of a name under which the ecosystem takes two names for one package.
    pub fn fold(self, name: &str) -> String {
        match self {
            Self::Python => {
                let words = name.split(['-', '_', '.']).filter(|word| !word.is_empty());
                words.collect::<Vec<_>>().join("-").to_ascii_lowercase()
            }
            Self::Cargo => name.replace('_', "-"),
            Self::Dotnet | Self::Composer | Self::Swift => name.to_ascii_lowercase(),
            Self::Go => go::without_major(name).to_owned(),
            Self::Bundler | Self::Gradle | Self::Maven | Self::Npm => name.to_owned(),
        }
    }
}

/// What a dependency is for, from what ships to what stays with the developers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    Normal,
    Build,
    Optional,
    Peer,
    Dev,
}

impl Group {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Build => "build",
            Self::Optional => "optional",
            Self::Peer => "peer",
            Self::Dev => "dev",
        }
    }
}

/// Where a package is taken from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The ecosystem's registry, or the one named.
    Registry(Option<String>),
    /// Without branch, tag and commit: those are its version.
    Git(String),
    Url(String),
    Path(String),
    /// As the workspace says elsewhere.
    Workspace,
    /// Listed because something else requires it (`// indirect` of Go).
    Indirect,
}

impl Source {
    /// Does an entry with this source ask for a package on its own account?
    pub fn asks(&self) -> bool {
        !matches!(self, Self::Workspace | Self::Indirect)
    }
}

/// One entry of a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The package, as written; under an alias, the package it stands for.
    pub name: String,
    /// The name it goes by in the manifest, where that is another one.
    pub alias: Option<String>,
    /// Version range, or a git revision; empty where any will do.
    pub requirement: String,
    pub source: Source,
    pub group: Group,
    /// 1-based.
    pub line: u32,
}

impl Dependency {
    pub fn new(name: impl Into<String>, group: Group, line: u32) -> Self {
        Self { name: name.into(), alias: None, requirement: String::new(), source: Source::Registry(None), group, line }
    }
}

/// A setting that changes where packages come from without naming a dependency of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    pub kind: RedirectKind,
    /// The package, or the registry's name; empty where there is none.
    pub name: String,
    /// A version, a URL or a path.
    pub target: String,
    pub line: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedirectKind {
    /// A package is taken from elsewhere, also for what others require: `[patch]`, `replace`, `overrides` with a URL.
    Replaced,
    /// A version is forced on all that require the package: `overrides` and `resolutions` with a version.
    Pinned,
    /// Where packages are looked for.
    Registry,
}

/// A manifest as far as it concerns dependencies.
#[derive(Clone, Debug, Default)]
pub struct Manifest {
    /// The project's own name, where the manifest has one.
    pub package: Option<String>,
    pub dependencies: Vec<Dependency>,
    pub redirects: Vec<Redirect>,
    /// What looks like a dependency and could not be read: the line, its text without surrounding blanks.
    pub unread: Vec<(u32, String)>,
}

impl Manifest {
    fn redirect(&mut self, kind: RedirectKind, name: &str, target: &str, line: u32) {
        self.redirects.push(Redirect { kind, name: name.to_owned(), target: target.to_owned(), line });
    }
}

/// Which reader a file wants.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    pub ecosystem: Ecosystem,
    pub reader: Reader,
}

#[derive(Clone, Copy, Debug)]
pub enum Reader {
    Manifest(Read),
    Lock(fn(&str) -> Result<lock::Lock, String>),
    /// A lock file in a form that is not read, such as `bun.lockb`.
    Opaque,
}

type Read = fn(&RepoPath, &str) -> Result<Manifest, String>;

/// By its name, what a file says about dependencies; `None` for any other file.
pub fn format_of(path: &RepoPath) -> Option<Format> {
    use Ecosystem as E;
    let name = std::str::from_utf8(path.file_name()).ok()?;
    if let Some((ecosystem, reader)) = lock::reader_of(name) {
        return Some(Format { ecosystem, reader });
    }
    let parent = RepoPath::new(path.parent());
    let (ecosystem, read): (E, Read) = match name {
        "Cargo.toml" => (E::Cargo, |_, text| cargo::manifest(text)),
        "config.toml" | "config" if parent.file_name() == b".cargo" => (E::Cargo, |_, text| cargo::config(text)),
        "package.json" => (E::Npm, |_, text| npm::manifest(text)),
        "pnpm-workspace.yaml" => (E::Npm, |_, text| npm::pnpm_workspace(text)),
        ".npmrc" => (E::Npm, |_, text| Ok(npm::npmrc(text))),
        ".yarnrc.yml" => (E::Npm, |_, text| npm::yarnrc(text)),
        "pyproject.toml" => (E::Python, |_, text| python::pyproject(text)),
        "Pipfile" => (E::Python, |_, text| python::pipfile(text)),
        "setup.cfg" => (E::Python, |_, text| Ok(setup::cfg(text))),
        "setup.py" => (E::Python, |_, text| Ok(setup::py(text))),
        "uv.toml" => (E::Python, |_, text| python::uv_settings(text)),
        "go.mod" => (E::Go, |_, text| Ok(go::manifest(text))),
        "pom.xml" => (E::Maven, |_, text| maven::manifest(text)),
        "build.gradle" | "build.gradle.kts" => (E::Gradle, |_, text| Ok(gradle::script(text))),
        "settings.gradle" | "settings.gradle.kts" => (E::Gradle, |_, text| Ok(gradle::script(text))),
        "packages.config" => (E::Dotnet, |_, text| dotnet::packages_config(text)),
        "Gemfile" | "gems.rb" => (E::Bundler, |_, text| Ok(bundler::gemfile(text))),
        "composer.json" => (E::Composer, |_, text| composer::manifest(text)),
        "Package.swift" => (E::Swift, |_, text| Ok(swift::manifest(text))),
        _ if requirements::is_name(path) => (E::Python, |path, text| Ok(requirements::manifest(path, text))),
        _ if name.ends_with(".versions.toml") => (E::Gradle, |_, text| gradle::catalog(text)),
        _ if name.eq_ignore_ascii_case("nuget.config") => (E::Dotnet, |_, text| dotnet::config(text)),
        _ if dotnet::is_project(name) => (E::Dotnet, |_, text| dotnet::project(text)),
        _ if name.ends_with(".gemspec") => (E::Bundler, |_, text| Ok(bundler::gemspec(text))),
        _ => return None,
    };
    Some(Format { ecosystem, reader: Reader::Manifest(read) })
}

/// Reads a manifest within bounds; no content is no manifest, and asks for nothing.
pub fn read_manifest(read: Read, path: &RepoPath, content: Option<&[u8]>) -> Result<Manifest, String> {
    let content = content.unwrap_or_default();
    if content.trim_ascii().is_empty() {
        Ok(Manifest::default())
    } else {
        read(path, text_of(content, MAX_MANIFEST_BYTES)?)
    }
}

/// Reads a lock file within bounds.
pub fn read_lock(read: fn(&str) -> Result<lock::Lock, String>, content: Option<&[u8]>) -> Result<lock::Lock, String> {
    let content = content.unwrap_or_default();
    if content.trim_ascii().is_empty() {
        Ok(lock::Lock::default())
    } else {
        read(text_of(content, MAX_LOCK_BYTES)?)?.bounded()
    }
}

fn text_of(content: &[u8], bound: usize) -> Result<&str, String> {
    if content.len() > bound {
        return Err(format!("larger than the bound of {bound} bytes"));
    }
    std::str::from_utf8(content).map_err(|_| "not UTF-8".to_owned())
}

/// The 1-based number of a line counted from 0.
fn number(index: usize) -> u32 {
    u32::try_from(index).map_or(u32::MAX, |index| index.saturating_add(1))
}

/// A git URL without its prefix, its branch and its commit, and what was cut off.
fn split_git(url: &str) -> (String, String) {
    let url = url.strip_prefix("git+").unwrap_or(url);
    let (url, revision) = match url.split_once('#') {
        Some((url, revision)) => (url, revision),
        None => (url, ""),
    };
    // `ssh://git@host/x`: an at sign before the last slash is a user's.
    let slash = url.rfind('/').unwrap_or(0);
    match url.get(slash..).and_then(|rest| rest.rfind('@')).and_then(|at| url.split_at_checked(slash + at)) {
        Some((url, tag)) if revision.is_empty() => (url.to_owned(), tag.trim_start_matches('@').to_owned()),
        _ => (url.to_owned(), revision.to_owned()),
    }
}

#[cfg(test)]
mod tests;
