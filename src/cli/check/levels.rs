//! `-D`, `-W` and `-A`: levels of rules on the command line.

use clap::{ArgMatches, Args, FromArgMatches};

use crate::model::finding::Level;
use crate::policy::LevelFlag;

/// `-D`, `-W` and `-A`, in the order typed: the last one for a rule counts.
#[derive(Clone, Debug, Default)]
pub(super) struct Levels(pub(super) Vec<LevelFlag>);

const LEVEL_FLAGS: [(&str, char, Level, &str); 3] = [
    ("deny", 'D', Level::Deny, "Set a rule or family (`content/*`) to deny"),
    ("warn", 'W', Level::Warn, "Set a rule or family to warn"),
    ("allow", 'A', Level::Allow, "Set a rule or family to allow"),
];

impl Args for Levels {
    fn augment_args(command: clap::Command) -> clap::Command {
        LEVEL_FLAGS.iter().fold(command, |command, (name, short, _, help)| {
            command.arg(
                clap::Arg::new(*name)
                    .short(*short)
                    .long(*name)
                    .value_name("RULE")
                    .help(*help)
                    .action(clap::ArgAction::Append),
            )
        })
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Levels {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut flags = Vec::new();
        for (name, _, level, _) in LEVEL_FLAGS {
            let indices = matches.indices_of(name).into_iter().flatten();
            let values = matches.get_many::<String>(name).into_iter().flatten();
            flags.extend(indices.zip(values).map(|(index, rule)| (index, LevelFlag { rule: rule.clone(), level })));
        }
        flags.sort_by_key(|(index, _)| *index);
        Ok(Self(flags.into_iter().map(|(_, flag)| flag).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
