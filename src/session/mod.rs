//! What belongs to one task of an agent: its contract.

pub mod contract;
