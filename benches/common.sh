# shellcheck shell=sh
# What the measurements share. Sourced with the program's path (default: target/release/git-warrant) as "$1": sets `program`,
# an absolute path, and `scratch`, an empty folder that goes when the measurement ends. The configuration of the machine's
# git stays out.
here=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
program=${1:-$here/target/release/git-warrant}
[ -x "$program" ] || {
	echo "no $program: run cargo build --release first, or name the program" >&2
	exit 2
}
program=$(CDPATH='' cd -- "$(dirname -- "$program")" && pwd -P)/${program##*/}

scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT
HOME=$scratch GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
GIT_AUTHOR_NAME=bench GIT_AUTHOR_EMAIL=bench@example.com GIT_COMMITTER_NAME=bench GIT_COMMITTER_EMAIL=bench@example.com
export HOME GIT_CONFIG_GLOBAL GIT_CONFIG_NOSYSTEM GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL
