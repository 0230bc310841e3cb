//! The only readers of the environment and the clock.

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

/// Today in UTC: a waiver ends on the same day everywhere.
pub fn today() -> Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}
