#!/bin/sh
# What a large policy costs: 500 patterns of its own and 50 policies in folders, against the preset alone.
#
#   benches/policy.sh [PROGRAM] [ROUNDS]     default: target/release/git-warrant, 60 rounds
#
# Builds two repositories with the same staged change, a line in each of 50 folders: one without a policy, one whose policy
# has 500 patterns and whose 50 folders have one each. Runs `check` in both in turn. Says the medians, and the median of the
# paired differences, which is what the policies cost. Bar: less than 20 ms. Needs python3 for the clock.
set -eu

# shellcheck source=benches/common.sh
. "$(dirname -- "$0")/common.sh"
rounds=${2:-60}

build() {
	git init -q "$scratch/$1"
	cd "$scratch/$1"
	python3 - "$1" <<'END'
import os, sys
large = sys.argv[1] == "large"
for number in range(50):
    folder = f"services/part{number:02}"
    os.makedirs(folder)
    with open(f"{folder}/main.rs", "w") as file:
        file.write("fn main() {}\n")
    if large:
        with open(f"{folder}/warrant.toml", "w") as file:
            file.write('schema = 1\n[scope]\ndeny = ["migrations/**"]\n[bounds]\nfiles = 10\n')
            file.write('[rules]\n"content/debug-leftover" = "deny"\n')
if large:
    with open("warrant.toml", "w") as file:
        file.write('schema = 1\napplies-to = "everyone"\n')
        for number in range(500):
            file.write(f'[[pattern]]\nid = "word-{number}"\npaths = ["services/**/*.rs"]\n')
            file.write(f"added = '\\bforbidden_{number}\\s*\\('\nmessage = \"word {number} is not used here\"\n")
            file.write(f'fires = ["forbidden_{number}()"]\nsilent = ["allowed()"]\n')
END
	git add -A
	git commit -qm "files"
	for file in services/*/main.rs; do echo "fn more() {}" >>"$file"; done
	git add -A
	git write-tree >/dev/null
}
build small
build large

python3 - "$program" "$rounds" "$scratch" <<'END'
import statistics, subprocess, sys, time
program, rounds, scratch = sys.argv[1], int(sys.argv[2]), sys.argv[3]
runs = {"small": [], "large": []}
for _ in range(rounds):
    for name in runs:
        start = time.perf_counter()
        done = subprocess.run([program, "check", "--applies-to", "everyone"], cwd=f"{scratch}/{name}", capture_output=True)
        runs[name].append(time.perf_counter() - start)
        assert done.returncode == 0, done.stderr.decode()
milli = lambda values: statistics.median(values) * 1000
print(f"no policy of its own          {milli(runs['small']):7.1f} ms")
print(f"500 patterns, 50 folders      {milli(runs['large']):7.1f} ms")
print(f"paired difference             {milli([b - a for a, b in zip(runs['small'], runs['large'])]):7.1f} ms   bar: 20")
END
