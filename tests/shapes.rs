//! The reader of git against git itself, in every shape of repository.

mod support;

use support::TestRepo;

#[test]
fn the_hermetic_repository_is_reproducible() {
    let build = || {
        let repo = TestRepo::new();
        repo.write("a.txt", "one\n");
        repo.commit_all("feat: one")
    };
    assert_eq!(build(), build());
}
