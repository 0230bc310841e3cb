#!/bin/sh
# Keeps one comment on a pull request of GitHub: changes the one that is there, or adds it. Needs `gh` and GH_TOKEN.
#
#   ci/comment.sh FILE    what `git-warrant check --format markdown` wrote
#
#   GITHUB_REPOSITORY      owner/name
#   WARRANT_PULL_REQUEST   its number
#   WARRANT_LOGIN          who writes the comments (github-actions[bot])
#
# Only a comment of that writer is changed: anybody can write one that begins with the same mark.
set -eu

file=$1
number=${WARRANT_PULL_REQUEST:-}
case $number in
'' | *[!0-9]*)
	echo "this job is of no pull request, so there is nothing to comment on" >&2
	exit 0
	;;
esac
export WARRANT_LOGIN="${WARRANT_LOGIN:-github-actions[bot]}"
comments=repos/$GITHUB_REPOSITORY/issues/$number/comments

ids=$(gh api --paginate "$comments?per_page=100" --jq \
	'.[] | select(.user.login == env.WARRANT_LOGIN and (.body | startswith("<!-- git-warrant -->"))) | .id')
id=$(printf '%s\n' "$ids" | head -n 1)

if [ -n "$id" ]; then
	gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" --field "body=@$file" >/dev/null
elif [ "$(sed -n 2p "$file")" != "### git-warrant: pass" ]; then
	gh api --method POST "$comments" --field "body=@$file" >/dev/null
fi
