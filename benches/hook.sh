#!/bin/sh
# Wall time of the whole pre-commit hook, run as git runs it, against a bare `git diff --cached --raw` in the same run.
#
#   benches/hook.sh [PROGRAM] [ROUNDS]       default: target/release/git-warrant, 60 rounds
#
# Builds a repository of 5,000 files with 20 staged, then runs in turn: git's diff, the hook with path and message rules
# only, the hook with all rules, an empty `sh` hook, and `git --version`. Says the medians, and the medians of the paired
# ratios, for the machine's load falls on all of them alike. Bars: at most 3.0 with path and message rules, at most 4.0
# with all rules. Needs python3 for the clock.
set -eu

# shellcheck source=benches/common.sh
. "$(dirname -- "$0")/common.sh"
rounds=${2:-60}

build() {
	git init -q "$scratch/$1"
	cd "$scratch/$1"
	cat >warrant.toml
	python3 - <<'END'
import os
for number in range(5000):
    directory = f"src/part{number % 50:02}/unit{number % 7}"
    os.makedirs(directory, exist_ok=True)
    with open(f"{directory}/file{number:04}.rs", "w") as file:
        for line in range(60):
            file.write(f"pub fn value_{number}_{line}(input: u64) -> u64 {{ input.wrapping_add({line}) }}\n")
END
	git add -A
	git commit -qm "files"
	python3 - <<'END'
import glob
for path in sorted(glob.glob("src/part00/*/*.rs"))[:20]:
    with open(path) as file:
        text = file.read()
    with open(path, "w") as file:
        file.write(text.replace("wrapping_add(7)", "wrapping_mul(7)") + "pub fn more() {}\n")
END
	git add -A
	# Inside a commit git has written the tree of the index; a commit that is turned down leaves it so.
	"$program" install --quiet
	git write-tree >/dev/null
}

# The rules that read contents: these families, and one guard.
reading=$("$program" rules | grep -Eo '^((bounds|content|deps|files|tests)/[a-z-]+|guard/hooks-path)')
{
	printf 'schema = 1\napplies-to = "everyone"\n[scope]\ndeny = ["migrations/**", ".github/**"]\n[rules]\n'
	for rule in $reading; do printf '"%s" = "allow"\n' "$rule"; done
} | build paths
build all <<'END'
schema = 1
applies-to = "everyone"
extends = ["preset:baseline"]
[scope]
deny = ["migrations/**", ".github/**"]
[bounds]
files = 100
added-lines = 2000
[[pattern]]
id = "no-println"
added = 'println!\('
message = "use the logger"
fires = ['println!("x")']
silent = ['log::info!("x")']
END
printf '#!/bin/sh\n' >"$scratch/empty"
chmod +x "$scratch/empty"

python3 - "$scratch" "$rounds" <<'END'
import os, statistics, subprocess, sys, time

scratch, rounds = sys.argv[1], int(sys.argv[2])
hook = [".git/hooks/pre-commit"]
runs = {
    "git diff --cached --raw": ("paths", ["git", "diff", "--cached", "--raw"]),
    "hook, path and message rules": ("paths", hook),
    "hook, all rules": ("all", hook),
    "empty sh hook": ("paths", [os.path.join(scratch, "empty")]),
    "git --version": ("paths", ["git", "--version"]),
}
# As git sets it for a hook.
environment = dict(os.environ, GIT_INDEX_FILE=".git/index", GIT_PREFIX="", GIT_EDITOR=":")
times = {name: [] for name in runs}
for turn in range(rounds + 3):
    for name, (repository, command) in runs.items():
        start = time.perf_counter()
        done = subprocess.run(command, cwd=os.path.join(scratch, repository), env=environment, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
        elapsed = time.perf_counter() - start
        if done.returncode != 0:
            sys.exit(f"{name}: status {done.returncode}: {done.stderr.decode(errors='replace')}")
        if turn >= 3:
            times[name].append(elapsed * 1000)
first = next(iter(runs))
print(f"{'':30} {'median ms':>9} {'min ms':>7} {'ratio':>6}  (ratio: median over {rounds} rounds of the time against git's diff in the same round)")
for name, values in times.items():
    ratio = statistics.median(value / base for value, base in zip(values, times[first]))
    print(f"{name:30} {statistics.median(values):9.2f} {min(values):7.2f} {ratio:6.2f}")
END
