//! The library as a whole, in memory: claims, properties, and what no output may show.

mod claims;
mod clauses;
mod formats;
mod properties;
mod secrets_hidden;
mod stances;
