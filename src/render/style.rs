//! Colour, through `colored`; nothing else imports it.

use colored::{Color, Colorize as _};

/// Whether and how to colour. The switch travels with the value, so that rendering depends on nothing global.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    pub color: bool,
}

impl Style {
    pub const PLAIN: Self = Self { color: false };

    pub fn bold(self, text: &str) -> String {
        if self.color { text.bold().to_string() } else { text.to_owned() }
    }

    pub fn dimmed(self, text: &str) -> String {
        if self.color { text.dimmed().to_string() } else { text.to_owned() }
    }

    pub fn error(self, text: &str) -> String {
        self.paint(text, Color::Red)
    }

    pub fn warning(self, text: &str) -> String {
        self.paint(text, Color::Yellow)
    }

    pub fn good(self, text: &str) -> String {
        self.paint(text, Color::Green)
    }

    fn paint(self, text: &str, color: Color) -> String {
        if self.color { text.color(color).bold().to_string() } else { text.to_owned() }
    }
}
