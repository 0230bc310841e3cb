//! Holds what is generated or told twice to what it is made from, and the layers to their order.
//!
//! `UPDATE=1 cargo test --test drift` writes the generated files anew.

mod layers;
mod policy_docs;
mod policy_schema;
mod report_schema;
mod rules;
mod schemas;
