//! Many blobs at once: read by several threads and from what is kept, they are those that are read one by one.

use git_warrant::model::change::Side;
use git_warrant::model::content::ReadBounds;
use git_warrant::model::path::RepoPath;
use git_warrant::source::git::GitSource;

use crate::oracle::adapters;
use crate::support::TestRepo;

const FILES: usize = 300;

/// Small files, some of the same content, a large one in every fifty, and one whose object is gone.
fn repository() -> TestRepo {
    let repo = TestRepo::new();
    for number in 0..FILES {
        let text = match number % 50 {
            7 => "large\n".repeat(20_000),
            rest if rest % 3 == 0 => "the same\n".to_owned(),
            _ => format!("file {number}\n"),
        };
        repo.write(format!("{number:03}.txt"), &text);
    }
    repo.commit_all("files");
    let gone = repo.git_text(&["rev-parse", "HEAD:100.txt"]);
    let gone = gone.trim();
    repo.remove(format!(".git/objects/{}/{}", &gone[..2], &gone[2..]));
    repo
}

fn sides(source: &dyn GitSource, repo: &TestRepo) -> Vec<(RepoPath, Side)> {
    let tree = source.tree_of(git_warrant::model::object::ObjectId::from_hex(repo.head().as_bytes()).expect("an id"));
    source.leaves(tree.expect("a tree")).expect("leaves")
}

/// What is handed on: the index, and the length or the fault. Stops behind `last`.
fn read(source: &dyn GitSource, sides: &[(RepoPath, Side)], bounds: ReadBounds, last: usize) -> (Vec<String>, u64) {
    let mut told = Vec::new();
    let sides: Vec<(&RepoPath, Side)> = sides.iter().map(|(path, side)| (path, *side)).collect();
    let read = source.read_each(&sides, bounds, &mut |index, content| {
        told.push(match content {
            Ok(content) => format!("{index} {} {:?}", content.len(), content.get(..12)),
            Err(error) => format!("{index} {error}"),
        });
        index < last
    });
    (told, read)
}

#[test]
fn many_at_once_are_those_read_one_by_one() {
    let repo = repository();
    let whole = ReadBounds { file: 1 << 20, total: 1 << 30 };
    let cases = [
        (whole, usize::MAX),
        (whole, 123),
        (ReadBounds { file: 1000, total: 1 << 30 }, usize::MAX),
        (ReadBounds { file: 1 << 20, total: 200_000 }, usize::MAX),
    ];
    for (bounds, last) in cases {
        for (name, source) in adapters(repo.root()) {
            let sides = sides(source.as_ref(), &repo);
            assert_eq!(sides.len(), FILES);
            // Each by itself; a fresh reader has kept nothing.
            let (mut expected, mut total) = (Vec::new(), 0);
            let alone = git_warrant::source::git::open_with_git(repo.root()).expect("the repository opens");
            for (at, side) in sides.iter().enumerate() {
                let left = ReadBounds { total: bounds.total - total, ..bounds };
                let (told, read) = read(alone.as_ref(), std::slice::from_ref(side), left, usize::MAX);
                let line = told[0].replacen('0', &at.to_string(), 1).replace(
                    &format!("the bound of {} bytes", left.total),
                    &format!("the bound of {} bytes", bounds.total),
                );
                let ends = line.contains(&format!("the bound of {} bytes is reached", bounds.total)) || at == last;
                expected.push(line);
                total += read;
                if ends {
                    break;
                }
            }
            for turn in ["at first", "again, of what is kept"] {
                assert_eq!(read(source.as_ref(), &sides, bounds, last), (expected.clone(), total), "{name}, {turn}");
            }
        }
    }
}
