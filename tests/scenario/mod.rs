//! Scenarios: what a rule or claim does, written as Markdown and read by the library's own [`git_warrant::cases`].

pub(crate) mod repository;

use git_warrant::cases::Setting;

/// An empty policy, and a day of their own, so that a waiver's end date means something.
pub(crate) const SETTING: Setting<'static> = Setting { policy: None, side: None, today: jiff::civil::date(2026, 6, 1) };
