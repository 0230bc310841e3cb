//! The contract of the task is not the one that was pinned.

use crate::model::finding::Level;
use crate::rules::{Check, Context, Meta, Needs, NoOptions, Sink};

pub struct ContractChanged;

impl Check for ContractChanged {
    const META: Meta = Meta {
        id: "guard/contract-changed",
        summary: "the contract of the task was changed after it was pinned",
        level: Level::Deny,
        needs: Needs::Paths,
        docs: include_str!("../../../docs/rules/guard/contract-changed.md"),
    };

    type Options = NoOptions;
    type Prepared = NoOptions;

    fn prepare(options: NoOptions) -> Result<NoOptions, String> {
        Ok(options)
    }

    fn check(cx: &Context<'_>, _: &NoOptions, out: &mut Sink<'_>) {
        let Some(reason) = cx.contract.and_then(|contract| contract.tampered.as_ref()) else { return };
        out.change("the contract of the task is not the one that was pinned")
            .note(reason.clone())
            .help("leave the contract to the developer, who can set it anew with `git warrant task start`")
            .emit();
    }
}
