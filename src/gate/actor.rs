//! Who made the change, from the signs at hand.

use bstr::{BStr, BString};

use crate::model::actor::Actor;
use crate::model::change::{CommitInfo, Person};
use crate::model::message::Message;
use crate::model::object::ObjectId;
use crate::source::agent::{Signs, identify};
use crate::source::git::GitSource;
use crate::system;

/// For a change being made now: the environment, the identity git would use, the message so far, the branch.
pub(super) fn of_present(git: &dyn GitSource, message: Option<&Message>, branch: Option<&[u8]>) -> Actor {
    let would_be = would_be_commit(git);
    identify(&Signs {
        environment: Some(&system::env),
        commit: would_be.as_ref(),
        message,
        branch: branch.map(BStr::new),
    })
}

/// For a change made before: its makers and its own message.
pub(super) fn of_past(commit: Option<&CommitInfo>, own: Option<&Message>, branch: Option<&[u8]>) -> Actor {
    identify(&Signs { environment: None, commit, message: own, branch: branch.map(BStr::new) })
}

/// The author and committer the next commit would have (git-commit, "COMMIT INFORMATION").
fn would_be_commit(git: &dyn GitSource) -> Option<CommitInfo> {
    let configured = |key: &str| git.config(key).ok().flatten();
    let person = |role: &str| -> Person {
        let part = |suffix: &str, key: &str| -> BString {
            let from_env = system::env(&format!("GIT_{role}_{suffix}")).map(BString::from);
            from_env.or_else(|| configured(key)).unwrap_or_default()
        };
        Person { name: part("NAME", "user.name"), email: part("EMAIL", "user.email") }
    };
    let id = ObjectId::from_bytes(&[0; 20])?;
    Some(CommitInfo {
        id,
        parents: Vec::new(),
        author: person("AUTHOR"),
        committer: person("COMMITTER"),
        message: BString::default(),
    })
}
