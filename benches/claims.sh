#!/bin/sh
# What reading claims costs: a usual message and a very long one, against a bare subject on the same change.
#
#   benches/claims.sh [PROGRAM] [ROUNDS] [PEER]     default: target/release/git-warrant, 40 rounds, no peer
#
# Builds a repository of 10,000 files and three commits with the same change: one with a subject only, one with a message of
# 2 KB that names files of the tree, one with 100 KB of it. Runs `check --commit` on each in turn. Says the medians, and the
# medians of the paired differences, which is what reading and judging the message costs. Bars: less than 2 ms, and less
# than 50 ms. PEER is the path of `diffmatch` (a package of that name on the Python index), run on the same commits in the
# same rounds. Needs python3 for the clock.
set -eu

# shellcheck source=benches/common.sh
. "$(dirname -- "$0")/common.sh"
rounds=${2:-40}
peer=${3:-}

git init -q "$scratch/repo"
cd "$scratch/repo"
python3 - <<'END'
import os
for number in range(10_000):
    folder = f"src/part{number % 100:02}/unit{number // 1000}"
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/file{number:05}.rs", "w") as file:
        file.write(f"pub fn number() -> u32 {{\n    {number}\n}}\n")
sentences = [
    "- `src/part{a:02}/unit0/file{a:05}.rs`: return the next number\n",
    "Updated `file{a:05}.rs`, so that callers see a whole number.\n",
    "The helper in `src/part{a:02}/unit0/file{a:05}.rs` is left untouched, because nobody calls `number_{a}()` yet.\n",
    "If the reader meets an older file, it should say so, as `git` does; this was broken before 1.{a}.\n",
    "\n",
]
def message(size):
    text, at = "fix: return the next number\n\n", 0
    while len(text) < size:
        text += sentences[at % len(sentences)].format(a=at % 100)
        at += 1
    return text
for name, size in [("bare", 0), ("usual", 2_000), ("long", 100_000)]:
    with open(f"../{name}.txt", "w") as file:
        file.write(message(size))
END
git add -A
git commit -qm "files"
for file in src/part0[0-4]/unit0/file0000[0-4].rs; do echo "// the next one" >>"$file"; done
git add -A
tree=$(git write-tree)
for name in bare usual long; do
	git tag "$name" "$(git commit-tree -p HEAD -F "$scratch/$name.txt" "$tree")"
done

python3 - "$program" "$rounds" "$peer" <<'END'
import statistics, subprocess, sys, time
program, rounds, peer = sys.argv[1], int(sys.argv[2]), sys.argv[3]
tools = {"git-warrant": lambda name: [program, "check", "--applies-to", "everyone", "--commit", name]}
if peer:
    tools["diffmatch"] = lambda name: [peer, "check", name]
names = ["bare", "usual", "long"]
runs = {(tool, name): [] for tool in tools for name in names}
for _ in range(rounds):
    for tool, name in runs:
        start = time.perf_counter()
        subprocess.run(tools[tool](name), capture_output=True)
        runs[tool, name].append(time.perf_counter() - start)
milli = lambda values: statistics.median(values) * 1000
for tool in tools:
    bare = runs[tool, "bare"]
    print(f"{tool:12} bare subject        {milli(bare):8.1f} ms")
    for name, bar in [("usual", 2), ("long", 50)]:
        more = milli([b - a for a, b in zip(bare, runs[tool, name])])
        told = f"   bar: {bar}" if tool == "git-warrant" else ""
        print(f"{tool:12} {name:8} message   {milli(runs[tool, name]):8.1f} ms, reading it {more:8.1f} ms{told}")
END
