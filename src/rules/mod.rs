//! The rules: one file each, under its family. CONTRIBUTING.md tells how to add one.

pub mod bounds;
pub mod commands;
pub mod content;
pub mod deps;
pub mod files;
pub mod guard;
pub mod history;
pub mod message;
pub mod policy;
pub mod report;
pub mod scope;
pub mod tests;

mod context;
mod sink;
mod state;

use std::any::Any;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Deserialize as _, DeserializeOwned};
use toml::Spanned;
use toml::de::DeTable;

pub use context::Context;
pub use sink::{Draft, Lift, MAX_FINDINGS, Sink};
pub use state::is_of_state;

use crate::model::finding::Level;

/// What a rule is, apart from its logic.
#[derive(Debug)]
pub struct Meta {
    /// `family/name`; reads well after "allow", never reused.
    pub id: &'static str,
    /// One line, lower case, no final stop.
    pub summary: &'static str,
    /// The level where no policy says otherwise.
    pub level: Level,
    pub needs: Needs,
    /// `docs/rules/<family>/<name>.md`, embedded; what `explain` prints.
    pub docs: &'static str,
}

/// What has to be at hand for a rule to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Needs {
    /// Paths, modes and ids of the change.
    Paths,
    /// File contents.
    Lines,
    /// The commit message (the change is there too).
    Message,
    /// The agent's report and its judged claims (the message and the change are there too).
    Report,
    /// What was recorded of the agent's session, with or without a message.
    Session,
}

impl Needs {
    /// Has the rule nothing to judge where there is neither message nor report?
    pub fn is_message(self) -> bool {
        matches!(self, Self::Message | Self::Report)
    }

    /// Can the rule be judged before the commit message exists?
    pub fn is_change(self) -> bool {
        self <= Self::Lines
    }
}

/// A rule's logic. Options that need more than serde can say (globs, regexes) are compiled in [`Check::prepare`].
pub trait Check: 'static {
    const META: Meta;

    /// The rule's own table in `[rules]`, beside `level`. Unknown keys are an error.
    type Options: DeserializeOwned + JsonSchema + Default + Send + Sync + 'static;

    /// What [`Check::check`] works with: the options, compiled.
    type Prepared: Send + Sync + 'static;

    /// Compiles the options; the error is shown at the rule's table in the policy.
    fn prepare(options: Self::Options) -> Result<Self::Prepared, String>;

    fn check(cx: &Context<'_>, prepared: &Self::Prepared, out: &mut Sink<'_>);
}

/// For rules without options: any key but `level` is an error.
#[derive(Debug, Default, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoOptions {}

/// A fault in a rule's options, with its place where it is known.
#[derive(Debug)]
pub enum OptionFault {
    Shape(toml::de::Error),
    Value(String),
}

type Prepared = Arc<dyn Any + Send + Sync>;

/// A registered rule, its types erased.
pub struct RuleDef {
    pub meta: Meta,
    /// Reads and compiles an options table (without `level`).
    pub parse: fn(Spanned<DeTable<'_>>) -> Result<Prepared, OptionFault>,
    pub default_options: fn() -> Prepared,
    pub options_schema: fn(&mut SchemaGenerator) -> Schema,
    run: fn(&Context<'_>, &(dyn Any + Send + Sync), &mut Sink<'_>),
}

impl RuleDef {
    pub const fn of<C: Check>() -> Self {
        Self {
            meta: C::META,
            parse: |table| {
                let options =
                    C::Options::deserialize(toml::de::Deserializer::from(table)).map_err(OptionFault::Shape)?;
                Ok(Arc::new(C::prepare(options).map_err(OptionFault::Value)?))
            },
            default_options: || {
                Arc::new(
                    C::prepare(C::Options::default()).expect("default options compile; the registry test holds this"),
                )
            },
            options_schema: |generator| generator.subschema_for::<C::Options>(),
            run: |cx, options, out| {
                let options =
                    options.downcast_ref::<C::Prepared>().expect("the policy holds options of this rule's type");
                C::check(cx, options, out);
            },
        }
    }

    pub fn family(&self) -> &'static str {
        family(self.meta.id)
    }

    pub fn run(&self, cx: &Context<'_>, options: &(dyn Any + Send + Sync), out: &mut Sink<'_>) {
        (self.run)(cx, options, out);
    }
}

/// The part before the slash.
pub fn family(id: &str) -> &str {
    id.split_once('/').map_or(id, |(family, _)| family)
}

/// Every rule, sorted by id. One line a rule.
pub static RULES: &[RuleDef] = &[
    RuleDef::of::<bounds::added_lines::AddedLines>(),
    RuleDef::of::<bounds::deleted_lines::DeletedLines>(),
    RuleDef::of::<bounds::directories::Directories>(),
    RuleDef::of::<bounds::file_bytes::FileBytes>(),
    RuleDef::of::<bounds::files::Files>(),
    RuleDef::of::<bounds::format_only_share::FormatOnlyShare>(),
    RuleDef::of::<bounds::new_files::NewFiles>(),
    RuleDef::of::<commands::denied::Denied>(),
    RuleDef::of::<commands::required::Required>(),
    RuleDef::of::<content::bidi::Bidi>(),
    RuleDef::of::<content::conflict_marker::ConflictMarker>(),
    RuleDef::of::<content::debug_leftover::DebugLeftover>(),
    RuleDef::of::<content::invisible_unicode::InvisibleUnicode>(),
    RuleDef::of::<content::pattern::Pattern>(),
    RuleDef::of::<content::placeholder::Placeholder>(),
    RuleDef::of::<content::secret::Secret>(),
    RuleDef::of::<content::suppression::Suppression>(),
    RuleDef::of::<deps::added::Added>(),
    RuleDef::of::<deps::lock_without_manifest::LockWithoutManifest>(),
    RuleDef::of::<deps::manifest_without_lock::ManifestWithoutLock>(),
    RuleDef::of::<deps::removed::Removed>(),
    RuleDef::of::<deps::source_changed::SourceChanged>(),
    RuleDef::of::<files::binary::Binary>(),
    RuleDef::of::<files::case_collision::CaseCollision>(),
    RuleDef::of::<files::generated_edited::GeneratedEdited>(),
    RuleDef::of::<files::mode::Mode>(),
    RuleDef::of::<files::reserved_name::ReservedName>(),
    RuleDef::of::<files::submodule::Submodule>(),
    RuleDef::of::<files::symlink::Symlink>(),
    RuleDef::of::<guard::agent_config_changed::AgentConfigChanged>(),
    RuleDef::of::<guard::ci_changed::CiChanged>(),
    RuleDef::of::<guard::codeowners_changed::CodeownersChanged>(),
    RuleDef::of::<guard::contract_changed::ContractChanged>(),
    RuleDef::of::<guard::hooks_changed::HooksChanged>(),
    RuleDef::of::<guard::hooks_path::HooksPath>(),
    RuleDef::of::<guard::policy_changed::PolicyChanged>(),
    RuleDef::of::<guard::session_tampered::SessionTampered>(),
    RuleDef::of::<history::forbidden_commit::ForbiddenCommit>(),
    RuleDef::of::<history::protected_ref::ProtectedRef>(),
    RuleDef::of::<history::rewritten::Rewritten>(),
    RuleDef::of::<history::unverified_commit::UnverifiedCommit>(),
    RuleDef::of::<message::attribution::Attribution>(),
    RuleDef::of::<message::convention::Convention>(),
    RuleDef::of::<message::type_mismatch::TypeMismatch>(),
    RuleDef::of::<policy::expired_waiver::ExpiredWaiver>(),
    RuleDef::of::<policy::unused_waiver::UnusedWaiver>(),
    RuleDef::of::<report::contradicted::Contradicted>(),
    RuleDef::of::<report::empty_change::EmptyChange>(),
    RuleDef::of::<report::missing::Missing>(),
    RuleDef::of::<report::phantom_change::PhantomChange>(),
    RuleDef::of::<report::undisclosed::Undisclosed>(),
    RuleDef::of::<report::unsupported::Unsupported>(),
    RuleDef::of::<scope::contract::Contract>(),
    RuleDef::of::<scope::denied_path::DeniedPath>(),
    RuleDef::of::<scope::outside_allowed::OutsideAllowed>(),
    RuleDef::of::<scope::read_only::ReadOnly>(),
    RuleDef::of::<tests::assertion_removed::AssertionRemoved>(),
    RuleDef::of::<tests::deleted::Deleted>(),
    RuleDef::of::<tests::focused::Focused>(),
    RuleDef::of::<tests::skipped::Skipped>(),
    RuleDef::of::<tests::snapshot_bulk::SnapshotBulk>(),
    RuleDef::of::<tests::threshold_lowered::ThresholdLowered>(),
    RuleDef::of::<tests::weakened::Weakened>(),
];

/// Rule ids and families of the design that this version does not judge yet. A policy may name them; it is told so.
pub const PLANNED: &[&str] = &[];

pub fn find(id: &str) -> Option<&'static RuleDef> {
    RULES.iter().find(|rule| rule.meta.id == id)
}

#[cfg(test)]
mod registry {
    use super::*;

    #[test]
    fn ids_are_sorted_unique_and_well_formed() {
        assert!(
            RULES.windows(2).all(|pair| pair[0].meta.id < pair[1].meta.id),
            "RULES must be sorted by id, without repeats"
        );
        for rule in RULES {
            let id = rule.meta.id;
            assert!(
                id.split('/').count() == 2 && id.bytes().all(|b| b.is_ascii_lowercase() || b == b'/' || b == b'-'),
                "{id}"
            );
        }
    }

    #[test]
    fn summaries_and_defaults_hold() {
        for rule in RULES {
            let summary = rule.meta.summary;
            assert!(!summary.ends_with('.') && !summary.starts_with(char::is_uppercase), "{}: {summary}", rule.meta.id);
            (rule.default_options)();
        }
    }
}
