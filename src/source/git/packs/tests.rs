use std::process::Command;

use proptest::prelude::*;

use super::*;

fn git(directory: &Path, arguments: &[&str]) -> Vec<u8> {
    let mut command = Command::new("git");
    command.current_dir(directory).args(["-c", "user.name=a", "-c", "user.email=a@b", "-c", "gc.auto=0"]);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    for name in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX"] {
        command.env_remove(name);
    }
    let done = command.args(arguments).output().expect("git runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    done.stdout
}

/// A repository with versions of a file, a tree and a tag; packed, or loose.
fn repository(format: &str, packed: bool) -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a folder");
    let git = |arguments: &[&str]| drop(git(directory.path(), arguments));
    git(&["init", "-q", &format!("--object-format={format}"), "."]);
    for version in 0..40 {
        let lines: Vec<String> = (0..400).map(|line| format!("line {line} {}\n", line * 7919 % 1009)).collect();
        let text = lines.concat().replace(&format!("line {version} "), &format!("changed in {version}\n"));
        fs::write(directory.path().join("file"), text).expect("writable");
        fs::write(directory.path().join("noise"), noise(version, 20_000)).expect("writable");
        git(&["add", "-A"]);
        git(&["commit", "-qm", &format!("version {version}")]);
    }
    git(&["tag", "-am", "a tag", "v1"]);
    if packed {
        git(&["repack", "-adq", "--depth=50"]);
        git(&["prune-packed"]);
    }
    directory
}

/// Bytes that cannot be deflated.
fn noise(seed: u64, count: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..count).map(|_| next()).collect()
}

#[test]
fn every_object_is_what_libgit2_reads() {
    for (format, packed, id_bytes) in [("sha1", true, 20), ("sha1", false, 20), ("sha256", true, 32)] {
        let directory = repository(format, packed);
        let packs = Packs::new(&directory.path().join(".git"), id_bytes);
        let repository = git2::Repository::open(directory.path()).expect("a repository");
        let odb = repository.odb().expect("a store");
        let listed = git(directory.path(), &["cat-file", "--batch-all-objects", "--batch-check=%(objectname)"]);
        let ids: Vec<ObjectId> = listed.split(|byte| *byte == b'\n').filter_map(ObjectId::from_hex).collect();
        assert!(ids.len() > 150);
        for id in &ids {
            let object = odb.read(git2::Oid::from_bytes(id.as_bytes()).expect("an id")).expect("there");
            let (kind, content) = packs.read(*id, 1 << 20).unwrap_or_else(|| panic!("{format} {packed} {id}"));
            assert_eq!(Kind::from_name(object.kind().str()), kind, "{id}");
            assert_eq!(object.data(), &content[..], "{id}");
            if content.len() > 100 {
                assert!(packs.read(*id, 100).is_none(), "{id} is too large");
            }
        }
        assert!(packs.read(ObjectId::from_bytes(&vec![7; id_bytes]).expect("an id"), 1 << 20).is_none());
    }
}

#[test]
fn a_damaged_pack_gives_nothing_or_the_object() {
    let directory = repository("sha1", true);
    let folder = directory.path().join(".git/objects/pack");
    let pack = fs::read_dir(&folder)
        .expect("a folder")
        .find_map(|name| Some(name.ok()?.path()).filter(|path| path.extension().is_some_and(|end| end == "pack")))
        .expect("a pack");
    let odb = git2::Repository::open(directory.path()).expect("a repository");
    let head = odb.head().expect("a head").target().expect("an id");
    let head = ObjectId::from_bytes(head.as_bytes()).expect("an id");
    let whole = fs::read(&pack).expect("readable");
    let mut permissions = fs::metadata(&pack).expect("there").permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o644);
    fs::set_permissions(&pack, permissions).expect("ours");
    for cut in [0, 8, 40, whole.len() / 2, whole.len() - 1] {
        fs::write(&pack, &whole[..cut]).expect("writable");
        drop(Packs::new(&directory.path().join(".git"), 20).read(head, 1 << 20));
    }
    for place in (12..whole.len()).step_by(whole.len() / 300) {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x5a;
        fs::write(&pack, &bytes).expect("writable");
        drop(Packs::new(&directory.path().join(".git"), 20).read(head, 1 << 20));
    }
}

proptest! {
    #[test]
    fn any_delta(base in proptest::collection::vec(any::<u8>(), 0..64), delta in proptest::collection::vec(any::<u8>(), 0..64)) {
        let size = delta::result_size(&delta);
        let made = delta::apply(&base, &delta);
        prop_assert!(made.is_none_or(|made| Some(made.len()) == size));
    }

    #[test]
    fn deltas_of_copies_and_new_bytes(
        base in proptest::collection::vec(any::<u8>(), 1..300),
        parts in proptest::collection::vec((any::<bool>(), any::<prop::sample::Index>(), 1_usize..100), 0..20),
    ) {
        let (mut delta, mut expected) = (Vec::new(), Vec::new());
        for (is_copy, start, length) in parts {
            let start = start.index(base.len());
            let length = length.min(base.len() - start);
            if is_copy {
                let byte = |value: usize, at: u32| u8::try_from(value >> (8 * at) & 0xff).expect("a byte");
                delta.extend([0x93, byte(start, 0), byte(start, 1), byte(length, 0)]);
                expected.extend_from_slice(&base[start..start + length]);
            } else {
                delta.push(u8::try_from(length).expect("short"));
                delta.extend(std::iter::repeat_n(b'n', length));
                expected.extend(std::iter::repeat_n(b'n', length));
            }
        }
        let number = |mut value: usize| {
            let mut bytes = Vec::new();
            while value > 0x7f {
                bytes.push(u8::try_from(value & 0x7f).expect("seven bits") | 0x80);
                value >>= 7;
            }
            bytes.push(u8::try_from(value).expect("seven bits"));
            bytes
        };
        let delta = [number(base.len()), number(expected.len()), delta].concat();
        let made = delta::apply(&base, &delta);
        prop_assert_eq!(made.as_deref(), Some(expected.as_slice()));
    }
}
