//! Lines of a file of any size, within bounds.

use std::io::{self, BufRead};

use memchr::memchr;

use super::MAX_ROW;

/// What is kept of the buffer after a long line.
const KEEP: usize = 1 << 20;

pub(super) enum Line<'a> {
    /// Without its line feed.
    Whole(&'a [u8]),
    TooLong,
}

pub(super) struct Lines<R> {
    source: R,
    line: Vec<u8>,
    read: u64,
    ended: bool,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(source: R) -> Self {
        Self { source, line: Vec::new(), read: 0, ended: true }
    }

    /// Bytes of all lines given so far, line feeds included.
    pub(super) fn read(&self) -> u64 {
        self.read
    }

    /// Had the last line its line feed? One without may be half of a line.
    pub(super) fn is_ended(&self) -> bool {
        self.ended
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        self.line.clear();
        self.line.shrink_to(KEEP);
        let mut is_long = false;
        let mut any = false;
        self.ended = false;
        loop {
            let buffer = match self.source.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if buffer.is_empty() {
                break;
            }
            any = true;
            let end = memchr(b'\n', buffer);
            let chunk = &buffer[..end.unwrap_or(buffer.len())];
            if is_long || self.line.len() + chunk.len() > MAX_ROW {
                is_long = true;
                self.line.clear();
            } else {
                self.line.extend_from_slice(chunk);
            }
            let used = chunk.len() + usize::from(end.is_some());
            self.source.consume(used);
            self.read += used as u64;
            if end.is_some() {
                self.ended = true;
                break;
            }
        }
        Ok(match (any, is_long) {
            (false, _) => None,
            (true, true) => Some(Line::TooLong),
            (true, false) => Some(Line::Whole(&self.line)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8]) -> Vec<Option<Vec<u8>>> {
        let mut lines = Lines::new(io::BufReader::with_capacity(7, bytes));
        let mut all = Vec::new();
        while let Some(line) = lines.next().expect("memory") {
            all.push(match line {
                Line::Whole(bytes) => Some(bytes.to_vec()),
                Line::TooLong => None,
            });
        }
        assert_eq!(lines.read(), bytes.len() as u64);
        all
    }

    #[test]
    fn every_line_is_given_once() {
        let own = |text: &str| Some(text.as_bytes().to_vec());
        assert_eq!(
            lines(b"one\n\nlonger than seven\nlast"),
            [own("one"), own(""), own("longer than seven"), own("last")]
        );
        assert!(lines(b"").is_empty());
    }

    #[test]
    fn a_line_above_the_bound_is_skipped_and_the_next_is_read() {
        let mut bytes = vec![b'x'; MAX_ROW + 1];
        bytes.extend_from_slice(b"\nnext\n");
        assert_eq!(lines(&bytes), [None, Some(b"next".to_vec())]);
    }
}
