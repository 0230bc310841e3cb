//! What belongs to one task or run of an agent: the contract of a task, and of each session where it started, what happened
//! in it and what we answered.
//!
//! A session is one run of one agent in one work tree ([`store::Session`]). Its [`ledger`] is append-only and chained, so that
//! what was taken out of it is seen; the [`journal`] is what the ledger comes to; [`attribute`] says whose work a change is.
//! Everything an agent can reach it can also forge: what is wrong with a ledger is a finding, never a wall.

pub mod attribute;
pub mod contract;
pub mod entry;
pub mod guards;
pub mod homes;
pub mod journal;
pub mod ledger;
mod lost;
pub mod paths;
pub mod prompt;
pub mod prune;
pub mod receipts;
pub mod store;

mod terms;
