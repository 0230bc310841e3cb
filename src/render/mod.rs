//! Output: pure functions from an outcome to text.
