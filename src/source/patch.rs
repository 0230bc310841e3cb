//! A patch file as a change set: `git diff`, `git format-patch` or plain unified diff.
