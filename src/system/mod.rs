//! The only readers of the environment and the clock, and the threads of the machine.

pub mod crew;

use jiff::civil::Date;

/// A variable as text; `None` when unset, empty or not UTF-8.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub fn env(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A variable as the system gives it, empty values included.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub fn env_os(name: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(name)
}

/// The names of all variables that are UTF-8.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub fn env_names() -> Vec<String> {
    std::env::vars().map(|(name, _)| name).collect()
}

/// Now.
pub fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// Today in UTC: a waiver ends on the same day everywhere.
pub fn today() -> Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// Milliseconds since 1970.
pub fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// Where this program may keep what outlives a process and does not belong into a repository: `git-warrant` in the user's
/// state directory (XDG Base Directory). `None` without a home.
pub fn state_dir() -> Option<std::path::PathBuf> {
    let path = |name: &str| env_os(name).filter(|value| !value.is_empty()).map(std::path::PathBuf::from);
    let state = path("XDG_STATE_HOME").filter(|path| path.is_absolute());
    state.or_else(|| Some(path("HOME")?.join(".local/state"))).map(|state| state.join("git-warrant"))
}

/// Where the process stands.
pub fn current_dir() -> std::io::Result<std::path::PathBuf> {
    std::env::current_dir()
        .map_err(|error| std::io::Error::new(error.kind(), format!("the current directory cannot be read: {error}")))
}

/// This program's own file, absolute.
pub fn current_exe() -> std::io::Result<std::path::PathBuf> {
    std::env::current_exe()
        .map_err(|error| std::io::Error::new(error.kind(), format!("this program's own path is not known: {error}")))
}
