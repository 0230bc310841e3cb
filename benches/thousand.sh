#!/bin/sh
# A thousand changed files under every rule, against git's own diff of the same change.
#
#   benches/thousand.sh [PROGRAM] [ROUNDS]   default: target/release/git-warrant, 11 rounds
#
# Builds a repository of 500 source files and 500 files of tests (Rust, Python, TypeScript, Go in equal parts) and stages a
# change to each of them: an assertion made weaker in the tests, a line more in the sources. Runs `check` with every rule
# switched on and `git diff --cached -U0 -M` in turn. Says the medians and the median of the paired ratios. Bar: less than
# one second. Needs python3 for the clock.
set -eu

# shellcheck source=benches/common.sh
. "$(dirname -- "$0")/common.sh"
rounds=${2:-11}

git init -q "$scratch/repository"
cd "$scratch/repository"
cat >"$scratch/files.py" <<'END'
import os, sys
strong = sys.argv[1] == "before"
TESTS = {
    "rs": ("tests/case{n}.rs", "#[test]\nfn case_{n}_{i}() {{\n    {check}\n}}\n", "assert_eq!(total({i}), {i});", "assert!(total({i}) > 0);"),
    "py": ("tests/test_case{n}.py", "def test_case_{n}_{i}():\n    {check}\n", "assert total({i}) == {i}", "assert total({i})"),
    "ts": ("tests/case{n}.test.ts", "it('case {n} {i}', () => {{\n  {check};\n}});\n", "expect(total({i})).toBe({i})", "expect(total({i})).toBeTruthy()"),
    "go": ("pkg{n}/case_test.go", "func TestCase{n}x{i}(t *testing.T) {{\n\t{check}\n}}\n", "assert.Equal(t, {i}, total({i}))", "assert.NotNil(t, total({i}))"),
}
for number in range(500):
    kind = list(TESTS)[number % 4]
    path, text, exact, loose = TESTS[kind]
    path = path.format(n=number)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        if kind == "go":
            file.write("package pkg\n\n")
        for i in range(20):
            check = exact if strong or i != 7 else loose
            file.write(text.format(n=number, i=i, check=check.format(i=i)))
    os.makedirs("src", exist_ok=True)
    with open(f"src/file{number}.{kind}", "w") as file:
        for i in range(150):
            file.write(f"value_{number}_{i} = combine({i})\n")
        if not strong:
            file.write("more = combine(0)\n")
END
python3 "$scratch/files.py" before
git add -A
git commit -qm "files"
python3 "$scratch/files.py" after
git add -A
git write-tree >/dev/null

python3 - "$program" "$rounds" <<'END'
import re, statistics, subprocess, sys, time
program, rounds = sys.argv[1], int(sys.argv[2])
listed = subprocess.run([program, "rules"], capture_output=True, text=True, check=True).stdout
every = [word for rule in re.findall(r"^([a-z-]+/[a-z-]+)\s", listed, re.MULTILINE) for word in ("-W", rule)]
commands = {
    "git diff --cached -U0 -M": ["git", "diff", "--cached", "-U0", "-M"],
    "check, every rule": [program, "check", "--applies-to", "everyone", *every],
}
times = {name: [] for name in commands}
for _ in range(rounds):
    for name, command in commands.items():
        start = time.perf_counter()
        done = subprocess.run(command, capture_output=True)
        times[name].append(time.perf_counter() - start)
        assert done.returncode == 0, done.stderr.decode()
for name, values in times.items():
    print(f"{name:28} {statistics.median(values) * 1000:8.1f} ms")
ours, git = times["check, every rule"], times["git diff --cached -U0 -M"]
print(f"{'paired ratio':28} {statistics.median([a / b for a, b in zip(ours, git)]):8.2f}")
END
