#!/bin/sh
# What the action at the top of this repository does once git-warrant is there: brings the history that a shallow clone
# lacks, judges the change of the job, and leaves annotations, a summary, a SARIF file and, where asked, one comment.
#
#   WARRANT_PROGRAM     the program (git-warrant)
#   WARRANT_ARGUMENTS   more arguments for `git-warrant check --ci`, one a line
#   WARRANT_COMMENT     true: keep one comment on the pull request up to date
#
# The status is that of the check.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
program=${WARRANT_PROGRAM:-git-warrant}
results=${RUNNER_TEMP:-${TMPDIR:-/tmp}}/git-warrant-results
mkdir -p -- "$results"
comment=$results/comment.md
sarif=$results/warrant.sarif
rm -f -- "$comment" "$sarif"

# git-warrant itself never uses the network. Where this fails, the check says what is missing.
if [ "$(git rev-parse --is-shallow-repository)" = true ]; then
	git fetch --quiet --unshallow || echo "the history could not be fetched" >&2
fi

set --
while IFS= read -r argument; do
	[ -z "$argument" ] || set -- "$@" "$argument"
done <<END
${WARRANT_ARGUMENTS:-}
END

status=0
"$program" check --ci --format github --output-file "markdown=$comment" --output-file "sarif=$sarif" "$@" || status=$?

if [ -n "${GITHUB_OUTPUT:-}" ]; then
	printf 'status=%s\nsarif=%s\ncomment=%s\n' "$status" "$sarif" "$comment" >>"$GITHUB_OUTPUT"
fi
# Nothing was judged where there is no result: the log says why.
if [ -f "$comment" ]; then
	[ -z "${GITHUB_STEP_SUMMARY:-}" ] || cat -- "$comment" >>"$GITHUB_STEP_SUMMARY"
	if [ "${WARRANT_COMMENT:-}" = true ]; then
		"$here/comment.sh" "$comment" || echo "the comment could not be written; the job needs \`pull-requests: write\`" >&2
	fi
fi
exit "$status"
