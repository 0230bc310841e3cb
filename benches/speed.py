#!/usr/bin/env python3
"""The measurements of benches/run.sh: wall time, ours and git's in turn, medians of paired ratios."""
import argparse
import json
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import time

import fixture

POLICY = 'schema = 1\nextends = ["preset:%s"]\napplies-to = "everyone"\nmode = "report"\n'


def run(command, cwd=None, stdin=None, env=None, allowed=(0,)):
    """Seconds of wall time, and the largest resident size in MB."""
    source = open(stdin, "rb") if stdin else subprocess.DEVNULL
    start = time.perf_counter()
    child = subprocess.Popen(command, cwd=cwd, stdin=source, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                             env={**os.environ, **(env or {})}, shell=isinstance(command, str))
    errors = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    took = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    child.stderr.close()
    if child.returncode not in allowed:
        sys.exit(f"{command}: status {child.returncode}: {errors.decode(errors='replace')}")
    return took, usage.ru_maxrss / 1024


def alternate(runs, rounds):
    """{name: (command, options)} to {name: [(seconds, MB)]}; the first round warms the caches and is left out."""
    taken = {name: [] for name in runs}
    for turn in range(rounds + 1):
        for name, (command, options) in runs.items():
            one = run(command, **options)
            if turn:
                taken[name].append(one)
    return taken


class Table:
    def __init__(self):
        self.rows = []
        print(f"{'what':34} {'ours ms':>10} {'git ms':>10} {'ratio':>6} {'bar':>6}  {'MB':>5}  against")

    def add(self, what, ours, other, bar, against, unit=1000):
        ratio = statistics.median(a[0] / b[0] for a, b in zip(ours, other))
        mine, theirs = (statistics.median(one[0] for one in runs) * unit for runs in (ours, other))
        memory = max(one[1] for one in ours)
        print(f"{what:34} {mine:10.1f} {theirs:10.1f} {ratio:6.2f} {bar:>6}  {memory:5.0f}  {against}", flush=True)


def git(*arguments, cwd):
    return subprocess.run(["git", *arguments], cwd=cwd, check=True, capture_output=True).stdout


def repository(scratch, name, files):
    folder = os.path.join(scratch, name)
    if not os.path.isdir(folder):
        fixture.make(folder, files)
        with open(os.path.join(folder, "warrant.toml"), "w") as file:
            file.write(POLICY % "baseline")
        git("add", "warrant.toml", cwd=folder)
        git("commit", "-qm", "policy", cwd=folder)
    return folder


# Runs as the hook of a real commit, which it then turns down: the index is just as git leaves it for a hook.
TIMER = """#!/usr/bin/env python3
import json, os, sys
sys.path.insert(0, {here!r})
import speed
own = [os.path.join({folder!r}, ".git/hooks/timed-pre-commit")]
runs = {{"ours": (own, {{}}), "git": (["git", "diff", "--cached", "-U0", "-M"], {{}}), "version": (["git", "--version"], {{}})}}
with open({out!r}, "w") as file:
    json.dump(speed.alternate(runs, {rounds}), file)
sys.exit(1)
"""


def hook(table, program, scratch, name, files, bars, rounds):
    folder = repository(scratch, name, files)
    hooks = os.path.join(folder, ".git/hooks")
    shutil.rmtree(hooks, ignore_errors=True)
    subprocess.run([program, "install", "--quiet"], cwd=folder, check=True)
    for other in os.listdir(hooks):
        os.rename(os.path.join(hooks, other), os.path.join(hooks, "timed-" + other))
    out = os.path.join(scratch, "times.json")
    timer = os.path.join(hooks, "pre-commit")
    with open(timer, "w") as file:
        here = os.path.dirname(os.path.abspath(__file__))
        file.write(TIMER.format(here=here, folder=folder, out=out, rounds=rounds))
    os.chmod(timer, 0o755)
    for count, bar in bars.items():
        git("reset", "-q", "--hard", cwd=folder)
        fixture.edit(folder, count, files)
        git("add", "-A", cwd=folder)
        run(["git", "commit", "-qm", "turned down"], cwd=folder, allowed=(1,))
        with open(out) as file:
            times = json.load(file)
        what = f"pre-commit, {files:,} files, {count:,} staged"
        table.add(what, times["ours"], times["git"], bar, "git diff --cached -U0 -M")
        if count == 1 or files < 5000:
            table.add("", times["ours"], times["version"], "", "git --version")
    git("reset", "-q", "--hard", cwd=folder)
    shutil.rmtree(hooks)


def worktree(table, program, scratch, rounds):
    folder = repository(scratch, "big", 90_000)
    git("reset", "-q", "--hard", cwd=folder)
    git("status", cwd=folder)
    fixture.edit(folder, 20, 90_000)
    for number in range(30):
        with open(os.path.join(folder, f"untracked{number}.txt"), "w") as file:
            file.write(f"{number}\n" * 50)
    os.makedirs(os.path.join(folder, "ignored"), exist_ok=True)
    for number in range(5000):
        open(os.path.join(folder, "ignored", str(number)), "w").close()
    # Each round is a session of its own: the baseline of one is taken once.
    event = json.dumps({"session_id": "bench-ID", "cwd": folder, "hook_event_name": "SessionStart", "source": "startup",
                        "transcript_path": os.path.join(scratch, "none.jsonl")}).replace("ID", "%s")
    start = f"printf {shlex.quote(event)} $$ | {shlex.quote(program)} hook agent --agent claude-code"
    runs = {
        "check": ([program, "check", "--worktree"], {"cwd": folder}),
        "start": (start, {"cwd": folder}),
        "git": (["git", "status", "--porcelain=v2", "-z", "-uall"], {"cwd": folder, "env": {"GIT_OPTIONAL_LOCKS": "0"}}),
    }
    times = alternate(runs, rounds)
    table.add("work tree, 90,000 files", times["check"], times["git"], 0.6, "git status -uall")
    table.add("session start, 90,000 files", times["start"], times["git"], 0.7, "git status -uall")


def thousand(table, program, scratch, peer, rounds):
    folder = repository(scratch, "mid", 11_000)
    git("reset", "-q", "--hard", cwd=folder)
    fixture.edit(folder, 1000, 11_000)
    git("add", "-A", cwd=folder)
    git("write-tree", cwd=folder)
    listed = subprocess.run([program, "rules"], capture_output=True, text=True, check=True).stdout
    words = [line.split() for line in listed.splitlines()]
    every = [word for words in words if words and words[0].count("/") == 1 for word in ("-W", words[0])]
    said = os.path.join(scratch, "message")
    with open(said, "w") as file:
        file.write("fix: change the values\n\n- Changed 1,000 files.\n- Added 2,000 lines.\n- No new dependencies.\n"
                   f"- Updated `{fixture.path(0)}`.\n- Did not touch `warrant.toml`.\n- Added the function `combine_all`.\n")
    runs = {
        "ours": ([program, "check", "--message", said, *every], {"cwd": folder}),
        "git": (["git", "diff", "--cached", "-U0", "-M"], {"cwd": folder}),
    }
    if shutil.which(shlex.split(peer)[0]):
        runs["peer"] = (f"git diff --cached | {peer}", {"cwd": folder, "allowed": (0, 1, 2)})
    times = alternate(runs, rounds)
    table.add("1,000 files, every rule, claims", times["ours"], times["git"], "", "git diff --cached -U0 -M")
    if "peer" in times:
        table.add("", times["ours"], times["peer"], 0.1, f"git diff --cached | {peer}")


def history(table, program, scratch, clone, commits, rounds):
    spec = None
    for back in range(200, 20_000, 100):
        if int(git("rev-list", "--count", f"HEAD~{back}..HEAD", cwd=clone)) >= commits:
            spec = f"HEAD~{back}..HEAD"
            break
    if not spec:
        sys.exit(f"{clone}: fewer than {commits} commits")
    listed, policy = os.path.join(scratch, "revs"), os.path.join(scratch, "strict.toml")
    with open(listed, "wb") as file:
        file.write(git("rev-list", spec, cwd=clone))
    with open(policy, "w") as file:
        file.write(POLICY % "strict")
    count = sum(1 for _ in open(listed))
    runs = {
        "ours": ([program, "check", "--range", spec, "--policy", policy], {"cwd": clone}),
        "git": (["git", "diff-tree", "--stdin", "-p", "-U0", "-M"], {"cwd": clone, "stdin": listed}),
    }
    times = alternate(runs, rounds)
    table.add(f"history, {count:,} commits, strict", times["ours"], times["git"], 0.75, "git diff-tree --stdin -p -U0 -M")


def new_ref(table, program, scratch, clone, rounds):
    server = os.path.join(scratch, "server.git")
    subprocess.run(["git", "clone", "-q", "--bare", "--shared", clone, server], check=True)
    tip = git("rev-parse", "HEAD~10", cwd=server).decode().strip()
    git("config", "user.name", "bench", cwd=server)
    for number in range(10):
        # What the newest commits changed, once more, under ids that the server does not have.
        tree = git("rev-parse", f"HEAD~{9 - number}^{{tree}}", cwd=server).decode().strip()
        tip = git("commit-tree", tree, "-p", tip, "-m", f"change {number}", cwd=server).decode().strip()
    listed, wanted = os.path.join(scratch, "pushed"), os.path.join(scratch, "wanted")
    with open(listed, "w") as file:
        file.write(f"{'0' * 40} {tip} refs/heads/new\n")
    with open(wanted, "w") as file:
        file.write(f"{tip}\n")
    both = f"git rev-list --stdin --not --all <{wanted} | git diff-tree --stdin -p -U0 -M"
    policy = os.path.join(scratch, "everyone.toml")
    with open(policy, "w") as file:
        # A policy from outside may only tighten.
        file.write('schema = 1\napplies-to = "everyone"\n')
    environment = {"GIT_DIR": ".", "GIT_WARRANT_POLICY": policy}
    runs = {
        "ours": ([program, "hook", "pre-receive"], {"cwd": server, "stdin": listed, "env": environment, "allowed": (0, 1)}),
        "git": (both, {"cwd": server}),
    }
    times = alternate(runs, rounds)
    table.add("new ref of 10 commits", times["ours"], times["git"], 1.5, "rev-list --not --all, and their diffs")


def start(table, program, rounds):
    runs = {"ours": ([program, "--version"], {}), "git": (["git", "--version"], {})}
    times = alternate(runs, rounds * 4)
    table.add("start", times["ours"], times["git"], "", "git --version")
    print(f"{'size':34} {os.path.getsize(program) / 1e6:9.1f} MB")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("scratch")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--only", default="")
    parser.add_argument("--history")
    parser.add_argument("--commits", type=int, default=10_000)
    parser.add_argument("--server")
    parser.add_argument("--peer", default="tamperguard")
    asked = parser.parse_args()
    only = set(filter(None, asked.only.split(",")))
    wants = lambda name: not only or name in only
    table, program, scratch, rounds = Table(), asked.program, asked.scratch, asked.rounds
    if wants("start"):
        start(table, program, rounds)
    for name, files, bars in (
        ("small", 1_700, {1: 1.0, 10: 1.0}),
        ("mid", 11_000, {10: 0.75}),
        ("big", 90_000, {1: 0.25, 10: 0.45, 100: 0.75, 1000: 0.75}),
    ):
        if wants(f"hook-{name}"):
            hook(table, program, scratch, name, files, bars, rounds)
    if wants("worktree"):
        worktree(table, program, scratch, rounds)
    if wants("thousand"):
        thousand(table, program, scratch, asked.peer, rounds)
    if asked.history and wants("history"):
        history(table, program, scratch, asked.history, asked.commits, min(rounds, 3))
    if asked.server and wants("new-ref"):
        new_ref(table, program, scratch, asked.server, rounds)


if __name__ == "__main__":
    main()
