#!/bin/sh
# Wall time of `pre-receive` over the last commits of a real repository, against `git log -p` over the same commits.
#
#   benches/push.sh REPOSITORY [COMMITS] [PROGRAM] [ROUNDS]     default: 1000, target/release/git-warrant, 3 rounds
#
# A bare copy stands at the older commit; the hook is called as git calls it, with the new objects in the store, once for agents'
# commits and once for everyone's. Says the medians and the medians of the paired ratios. Bar: at most 2.0 for everyone.
# Needs python3 for the clock.
set -eu

repository=$(cd -- "$1" && pwd)
count=${2:-1000}
set -- "${3:-target/release/git-warrant}" "${4:-3}"
# shellcheck source=benches/common.sh
. "$(dirname -- "$0")/common.sh"
rounds=$2

git clone -q --bare --no-local "$repository" "$scratch/server.git" 2>/dev/null || git clone -q --bare "$repository" "$scratch/server.git"
cd "$scratch/server.git"
new=$(git rev-parse HEAD)
# The commit below which as many lie as were asked for; merges bring more.
old=$(git rev-list --max-count="$((count + 1))" HEAD | tail -n 1)
git for-each-ref --format='delete %(refname)' | git update-ref --stdin
git update-ref refs/heads/main "$old"
git symbolic-ref HEAD refs/heads/main
printf '%s %s refs/heads/main\n' "$old" "$new" >"$scratch/list"
echo "$(git rev-list --count "$old..$new") commits"

python3 - "$program" "$rounds" "$scratch/list" "$old..$new" <<'END'
import os, statistics, subprocess, sys, time
program, rounds, listed, commits = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
everyone = os.path.join(os.path.dirname(listed), "everyone.toml")
with open(everyone, "w") as file:
    file.write('schema = 1\napplies-to = "everyone"\n')
runs = {
    "git log -p": (["git", "log", "-p", commits], {}),
    "pre-receive, agents": ([program, "hook", "pre-receive"], {}),
    "pre-receive, everyone": ([program, "hook", "pre-receive"], {"GIT_WARRANT_POLICY": everyone}),
}
times = {name: [] for name in runs}
for _ in range(rounds):
    for name, (command, more) in runs.items():
        with open(listed) as stdin:
            start = time.perf_counter()
            subprocess.run(command, stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                           env={**os.environ, "GIT_DIR": ".", **more})
            times[name].append(time.perf_counter() - start)
base = times["git log -p"]
for name, seconds in times.items():
    ratio = statistics.median(own / git for own, git in zip(seconds, base))
    print(f"{name:24} {statistics.median(seconds) * 1000:8.0f} ms   {ratio:.2f}")
END
