#!/bin/sh
# All measurements of docs/performance.md: makes the fixtures, runs ours, git's and a peer's in turn, prints one table.
#
#   benches/run.sh [--rounds N] [--only NAME,NAME] [--history CLONE] [--commits N] [--server CLONE] [--peer COMMAND] [PROGRAM]
#
# PROGRAM is target/release/git-warrant by default. --history names a clone whose newest commits are judged, --server one
# with a long history that a push arrives at; without them these measurements are left out, as is that of a peer where the
# command (by default tamperguard, from PyPI) is not there. Names: start, hook-small, hook-mid, hook-big, worktree,
# thousand, history, new-ref. Needs python3, git, and 3 GB for a while.
set -eu

benches=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
options=
program=
while [ $# -gt 0 ]; do
	case $1 in
	--history | --server)
		options="$options $1 $(CDPATH='' cd -- "$2" && pwd -P)"
		shift 2
		;;
	--*)
		options="$options $1 $2"
		shift 2
		;;
	*)
		program=$1
		shift
		;;
	esac
done
set -- "$program"
# shellcheck source=benches/common.sh
. "$benches/common.sh"
# shellcheck disable=SC2086 # paths of clones without blanks, and plain words
python3 "$benches/speed.py" $options "$program" "$scratch"
