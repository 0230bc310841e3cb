//! The configuration of continuous integration was changed.

use crate::model::finding::Level;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::{PathOptions, Paths, happened};

/// Where CI services look for what to run.
const CI: &[&str] = &[
    "/.github/workflows/",
    "/.github/actions/",
    "/.gitlab-ci.yml",
    "/.gitlab-ci.yaml",
    "/.gitlab/ci/",
    "/.circleci/",
    "/.buildkite/",
    "/.travis.yml",
    "/jenkinsfile*",
    "/azure-pipelines*.yml",
    "/azure-pipelines*.yaml",
    "/.azure-pipelines/",
    "/bitbucket-pipelines.yml",
    "/.woodpecker/",
    "/.woodpecker.yml",
    "/.woodpecker.yaml",
    "/.drone.yml",
    "/.forgejo/workflows/",
    "/.gitea/workflows/",
    "/appveyor.yml",
    "/.appveyor.yml",
    "/cloudbuild.yaml",
    "/cloudbuild.yml",
    "/.semaphore/",
    "/.cirrus.yml",
    "/.teamcity/",
];

pub struct CiChanged;

impl Check for CiChanged {
    const META: Meta = Meta {
        id: "guard/ci-changed",
        summary: "a file that decides what continuous integration runs was changed",
        level: Level::Warn,
        needs: Needs::Paths,
        docs: include_str!("../../../docs/rules/guard/ci-changed.md"),
    };

    type Options = PathOptions;
    type Prepared = Paths;

    fn prepare(options: PathOptions) -> Result<Paths, String> {
        Paths::prepare(&options)
    }

    fn check(cx: &Context<'_>, guarded: &Paths, out: &mut Sink<'_>) {
        for (_, change) in cx.changes() {
            if guarded.guards(change, CI).is_none() {
                continue;
            }
            out.path(&change.path, format!("{}, which decides what CI runs", happened(change)))
                .help("check that no step was dropped and no permission added, or leave CI to a person")
                .emit();
        }
    }
}
