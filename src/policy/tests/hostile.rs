//! No text makes the loader panic, hang, or point outside of itself.

use proptest::prelude::*;

use super::{load_text, told};
use crate::policy::{presets, show};

/// Loads, and looks at all that comes of it.
fn survive(bytes: Vec<u8>) {
    match load_text(bytes) {
        Ok(loaded) => {
            told(&loaded.warnings);
            assert!(load_text(show::toml(&show::View::of(&loaded))).is_ok());
        }
        Err(faults) => {
            assert!(!faults.is_empty(), "a refusal says why");
            told(&faults);
        }
    }
}

/// Pieces a policy is made of, so that chance meets more than the TOML parser.
const PIECES: &[&str] = &[
    "schema = 1\n",
    "schema = ",
    "[scope]\n",
    "[[scope.when]]\n",
    "[bounds]\n",
    "[rules]\n",
    "[[pattern]]\n",
    "[[waiver]]\n",
    "allow = [\"src/**\", 1]\n",
    "deny = [\"a{\", \"\"]\n",
    "\"scope/*\" = \"deny\"\n",
    "\"x/y\" = { level = 3, z = [] }\n",
    "id = 'a'\n",
    "added = '('\n",
    "added = 'a'\n",
    "fires = ['a']\n",
    "until = 2026-12-31\n",
    "until = 2026-13-99T25:00\n",
    "rule = 'scope/*'\n",
    "reason = ''\n",
    "extends = [\"preset:rust\", \"x\"]\n",
    "a.b.c = {",
    "}\n",
    "]",
    "\"",
    "'''",
    "\n",
    "\u{202e}",
    "rules = 1\n",
    "scope.allow = 3\n",
    "files = -1\n",
    "files = 99999999999999999999\n",
    "paths = [{}]\n",
    "message = 'm'\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        survive(bytes);
    }

    #[test]
    fn any_order_of_pieces(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..25)) {
        survive(pieces.concat().into_bytes());
    }

    #[test]
    fn presets_with_a_part_cut_out_or_doubled(
        preset in proptest::sample::select(presets::PRESETS),
        start in any::<proptest::sample::Index>(),
        end in any::<proptest::sample::Index>(),
        doubled in any::<bool>(),
    ) {
        let bytes = preset.1.as_bytes();
        let (a, b) = (start.index(bytes.len()), end.index(bytes.len()));
        let (a, b) = (a.min(b), a.max(b));
        let text = if doubled { [&bytes[..b], &bytes[a..]].concat() } else { [&bytes[..a], &bytes[b..]].concat() };
        survive(text);
    }
}
