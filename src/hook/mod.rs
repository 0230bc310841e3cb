//! Git hooks: the stages git calls, and their installation.
