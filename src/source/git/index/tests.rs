use proptest::prelude::*;

use super::build::{index, node};
use super::*;
use crate::model::object::ObjectId;

const FILES: &[(&str, u32)] =
    &[("a/b/c", 0o100_644), ("a/b/d", 0o120_000), ("a/e", 0o100_755), ("a0", 0o100_644), ("f/g", 0o160_000)];

fn parse(bytes: &[u8]) -> Option<Index> {
    Index::parse(bytes.to_vec(), 20)
}

fn paths(index: &Index) -> Option<Vec<(String, u32)>> {
    let mut found = Vec::new();
    index.entries(|entry, path| {
        found.push((String::from_utf8_lossy(path).into_owned(), entry.mode()));
        Some(())
    })?;
    Some(found)
}

#[test]
fn entries_of_all_versions() {
    let long = "long/".repeat(900) + "name";
    let files: Vec<(&str, u32)> = FILES.iter().copied().chain([(long.as_str(), 0o100_644), ("z", 0o100_644)]).collect();
    let expected: Vec<(String, u32)> = files.iter().map(|(path, mode)| ((*path).to_owned(), *mode)).collect();
    for version in [2, 3, 4] {
        let found = parse(&index(version, &files, &[(b"UNTR", b"x")])).expect("a header");
        assert_eq!(paths(&found), Some(expected.clone()), "version {version}");
    }
}

#[test]
fn doubt_gives_nothing() {
    let whole = index(2, FILES, &[(b"TREE", &node("", "-1 0", None))]);
    // Cut before the extension, it is an index without one.
    let entries_alone = index(2, FILES, &[]).len();
    for cut in (0..whole.len()).filter(|cut| *cut != entries_alone) {
        assert!(parse(&whole[..cut]).and_then(|index| paths(&index)).is_none(), "cut at {cut}");
    }
    let of = |bytes: Vec<u8>| parse(&bytes).and_then(|index| paths(&index));
    assert!(of(index(5, FILES, &[])).is_none());
    assert!(of(index(2, &[("b", 0o100_644), ("a", 0o100_644)], &[])).is_none());
    assert!(of(index(2, &[("a", 0o100_644), ("a", 0o100_644)], &[])).is_none());
    assert!(of(index(2, FILES, &[(b"link", b"x")])).is_none());
    assert!(of(index(2, FILES, &[(b"TREE", b"x"), (b"zzzz", b"")])).is_none());
}

#[test]
fn trees_are_made_where_the_cache_tree_does_not_know_them() {
    let made = |tree: Option<&[u8]>, version| {
        let extensions: Vec<(&[u8; 4], &[u8])> = tree.iter().map(|tree| (b"TREE", *tree)).collect();
        make(&parse(&index(version, FILES, &extensions))?).map(|made| made.root)
    };
    let all = made(None, 2).expect("every tree is made");
    // By `git mktree`: a/b of two entries, a, f and the top.
    assert_eq!(all.to_string(), "f455ced6128572e91875243defc5b3db00166b47");
    for version in [3, 4] {
        assert_eq!(made(None, version), Some(all));
    }
    let stale = [node("", "-1 2", None), node("a", "-1 1", None), node("b", "-1 0", None), node("f", "-1 0", None)];
    assert_eq!(made(Some(&stale.concat()), 2), Some(all));
    let other = |a: &str, b: &str| {
        let nodes = [node("", "-1 2", None), node("a", a, None), node("b", b, Some(9)), node("f", "-1 0", None)];
        made(Some(&nodes.concat()), 2)
    };
    assert!(other("-1 1", "2 0").is_some_and(|root| root != all), "a known tree is taken");
    assert_eq!(other("-1 1", "1 0"), None, "too few entries");
    assert_eq!(other("-1 1", "3 0"), None, "too many");
}

#[test]
fn nodes_have_to_fit() {
    let of = |parts: &[Vec<u8>]| nodes(&parts.concat(), 20).map(|nodes| nodes.len());
    assert_eq!(of(&[node("", "3 1", Some(1)), node("a", "2 0", Some(2))]), Some(2));
    assert_eq!(of(&[node("", "-1 1", None), node("a", "2 0", Some(2))]), Some(2));
    // A folder with more entries than the one around it, one too few, one too many, and a name with a slash.
    assert_eq!(of(&[node("", "1 1", Some(1)), node("a", "2 0", Some(2))]), None);
    assert_eq!(of(&[node("", "3 2", Some(1)), node("a", "2 0", Some(2))]), None);
    assert_eq!(of(&[node("", "3 0", Some(1)), node("a", "2 0", Some(2))]), None);
    assert_eq!(of(&[node("", "3 1", Some(1)), node("a/b", "2 0", Some(2))]), None);
    assert_eq!(nodes(b"", 20), None);
}

proptest! {
    #[test]
    fn any_bytes(mut bytes in proptest::collection::vec(any::<u8>(), 0..400), version in 2_u8..5) {
        if bytes.len() > 12 {
            bytes[..12].copy_from_slice(&[b'D', b'I', b'R', b'C', 0, 0, 0, version, 0, 0, 0, 2]);
        }
        drop(parse(&bytes).map(|index| (paths(&index), make(&index).is_some())));
        drop(nodes(&bytes, 20));
    }

    /// A good index with some bytes changed: an answer or none, and never a panic.
    #[test]
    fn damaged(version in 2_u32..5, at in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let tree = [node("", "5 2", Some(1)), node("a", "3 1", Some(2)), node("b", "2 0", Some(3)), node("f", "1 0", Some(4))];
        let mut bytes = index(version, FILES, &[(b"TREE", &tree.concat())]);
        for (place, byte) in at {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let found = parse(&bytes);
        drop(found.as_ref().map(|index| (paths(index), make(index).is_some())));
        let root: Option<ObjectId> = found.and_then(|index| make(&index)).map(|made| made.root);
        prop_assert!(root.is_none_or(|root| root.as_bytes().len() == 20));
    }
}
