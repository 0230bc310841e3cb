//! A gate: opens the repository, loads the policy from the trusted side, finds out who made the change, and has the
//! engine judge it. The command line, the git hooks and (later) agents and servers all come through here.
