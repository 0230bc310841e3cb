#!/bin/sh
# Twenty clients push at once to one server with our hook: a hundred commits each, half of the clients with one bad commit in the
# middle. Nothing that is bad may pass, nothing that is good may be lost.
#
#   benches/server.sh [PROGRAM] [CLIENTS] [COMMITS]     default: target/release/git-warrant, 20, 100
set -eu

# shellcheck source=benches/common.sh
. "$(dirname -- "$0")/common.sh"
clients=${2:-20}
commits=${3:-100}

git init -q --bare --initial-branch=main "$scratch/server.git"
git init -q --initial-branch=main "$scratch/seed"
cd "$scratch/seed"
printf 'schema = 1\n[scope]\ndeny = ["migrations/**"]\n' >warrant.toml
git add . && git commit -qm "policy"
git push -q "$scratch/server.git" main
(cd "$scratch/server.git" && "$program" install --server --quiet)

index=0
while [ "$index" -lt "$clients" ]; do
	git clone -q "$scratch/server.git" "$scratch/client$index"
	cd "$scratch/client$index"
	number=0
	while [ "$number" -lt "$commits" ]; do
		path=src/$index.txt
		if [ "$((index % 2))" = 1 ] && [ "$number" = "$((commits / 2))" ]; then path=migrations/$index.sql; fi
		mkdir -p "${path%/*}"
		echo "$number" >>"$path"
		git add . && git commit -qm "fix: $number

Co-authored-by: Claude <noreply@anthropic.com>"
		number=$((number + 1))
	done
	index=$((index + 1))
done

start=$(date +%s)
index=0
while [ "$index" -lt "$clients" ]; do
	(
		cd "$scratch/client$index"
		status=0
		git push -q origin "main:agent/$index" 2>"$scratch/said$index" || status=$?
		echo "$status" >"$scratch/status$index"
	) &
	index=$((index + 1))
done
wait
took=$(($(date +%s) - start))

index=0 wrong=0
while [ "$index" -lt "$clients" ]; do
	there=$(git -C "$scratch/server.git" rev-parse -q --verify "refs/heads/agent/$index" || echo none)
	wanted=$(git -C "$scratch/client$index" rev-parse HEAD)
	if [ "$((index % 2))" = 1 ]; then
		{ [ "$there" = none ] && [ "$(cat "$scratch/status$index")" != 0 ] && grep -q 'scope/denied-path' "$scratch/said$index"; } ||
			wrong=$((wrong + 1))
	else
		[ "$there" = "$wanted" ] || wrong=$((wrong + 1))
	fi
	index=$((index + 1))
done
git -C "$scratch/server.git" fsck --connectivity-only >/dev/null
echo "$clients pushes of $commits commits at once: $wrong wrong, $took seconds"
[ "$wrong" = 0 ]
