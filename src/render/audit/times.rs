//! Times as people write them.

/// `2026-07-11 06:18` in UTC; nothing where none is told, or one that no calendar has.
pub(super) fn minute(millis: Option<i64>) -> Option<String> {
    let time = jiff::Timestamp::from_millisecond(millis?).ok()?;
    Some(time.strftime("%Y-%m-%d %H:%M").to_string())
}

/// As machines read it.
pub(super) fn iso(millis: Option<i64>) -> Option<String> {
    Some(jiff::Timestamp::from_millisecond(millis?).ok()?.to_string())
}
