#!/bin/sh
# What an agent's hooks cost: the baseline, the hook before a tool, the hook at the end of a turn.
#
#   benches/session.sh [PROGRAM] [ROUNDS]       default: target/release/git-warrant, 15 rounds
#
# Builds a repository of 20,000 files with 20 modified, 30 untracked and 5,000 ignored ones, and a transcript of 30 MB.
# Says the medians, and the medians of the paired ratios, by the clock and in processor time. Bars: a session start at most
# 2.0 of `git status`, the end of a turn below 300 ms (with the last words handed over, and with those read from the
# transcript), the hook before a tool (an edit, a shell command) at most 15 ms above an empty process. Needs python3.
set -eu

# shellcheck source=benches/common.sh
. "$(dirname -- "$0")/common.sh"
rounds=${2:-15}

git init -q "$scratch/repo"
cd "$scratch/repo"
cat >warrant.toml <<'END'
schema = 1
extends = ["preset:baseline"]
[scope]
deny = ["migrations/**"]
END
python3 - <<'END'
import os
for number in range(20000):
    directory = f"src/part{number % 80:02}/unit{number % 23}"
    os.makedirs(directory, exist_ok=True)
    with open(f"{directory}/file{number:05}.rs", "w") as file:
        for line in range(20):
            file.write(f"pub fn value_{number}_{line}(input: u64) -> u64 {{ input.wrapping_add({line}) }}\n")
os.makedirs("ignored")
for number in range(5000):
    open(f"ignored/{number}", "w").close()
END
echo ignored/ >.gitignore
git add -A
git commit -qm "files"
python3 - "$scratch" <<'END'
import glob, os, sys
for path in sorted(glob.glob("src/part00/*/*.rs"))[:20]:
    with open(path, "a") as file:
        file.write("pub fn more() {}\n")
for number in range(30):
    with open(f"untracked{number}.txt", "w") as file:
        file.write(f"{number}\n" * 50)
with open(os.path.join(sys.argv[1], "transcript.jsonl"), "w") as file:
    row = '{"type":"assistant","uuid":"u","message":{"role":"assistant","content":[{"type":"text","text":"%s"}]}}\n' % ("x" * 900)
    for _ in range(31000):
        file.write(row)
END

python3 - "$program" "$scratch" "$rounds" <<'END'
import json, os, resource, statistics, subprocess, sys, time

program, scratch, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
hook = [program, "hook", "agent", "--agent", "claude-code"]
# Copilot hands no last message over.
silent = [program, "hook", "agent", "--agent", "copilot"]
repo = os.path.join(scratch, "repo")

def payload(session, event, **fields):
    base = {"session_id": session, "transcript_path": os.path.join(scratch, "transcript.jsonl"), "cwd": repo,
            "hook_event_name": event, "prompt_id": "p", "permission_mode": "auto"}
    return json.dumps({**base, **fields}).encode()

def spent():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (usage.ru_utime + usage.ru_stime) * 1000

def run(argv, stdin=b""):
    """((by the clock, of the processors), what came of it)"""
    start, before = time.perf_counter(), spent()
    done = subprocess.run(argv, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return ((time.perf_counter() - start) * 1000, spent() - before), done

def edit(session, event, number, path):
    tool = {"tool_name": "Write", "tool_use_id": f"t{number}", "tool_input": {"file_path": path, "content": "x"}}
    if event == "PostToolUse":
        tool["tool_response"] = {"type": "update", "filePath": path}
    return payload(session, event, **tool)

def shell(session, number):
    tool = {"tool_name": "Bash", "tool_use_id": f"c{number}", "tool_input": {"command": "cargo check && git status"}}
    return payload(session, "PreToolUse", **tool)

names = ("git status", "empty process", "session start", "before an edit", "before a command", "end of a turn",
         "end, words read")
times = {name: [] for name in names}
target = os.path.join(repo, "src/part01/unit1/agent.rs")
for number in range(rounds):
    session = f"s{number}"
    times["git status"].append(run(["git", "status", "--porcelain=v2", "-z", "-uall"])[0])
    times["empty process"].append(run([program, "--version"])[0])
    times["session start"].append(run(hook, payload(session, "SessionStart", source="startup"))[0])
    run(hook, payload(session, "UserPromptSubmit", prompt="do it"))
    for step in range(20):
        took, done = run(hook, edit(session, "PreToolUse", step, target))
        assert done.returncode == 0 and not done.stdout, done
        times["before an edit"].append(took)
        times["before a command"].append(run(hook, shell(session, step))[0])
        with open(target, "w") as file:
            file.write(f"pub fn agent() -> u64 {{ {number}{step} }}\n")
        run(hook, edit(session, "PostToolUse", step, target))
    took, done = run(hook, payload(session, "Stop", stop_hook_active=False, background_tasks=[],
                                   last_assistant_message="I changed `src/part01/unit1/agent.rs`."))
    assert done.returncode == 0 and not done.stdout, done
    times["end of a turn"].append(took)
    other = f"c{number}"
    def of_copilot(event, **fields):
        base = json.loads(payload(other, event, **fields))
        base.pop("permission_mode")
        return json.dumps({**base, "timestamp": "2026-01-01T00:00:00.000Z"}).encode()
    run(silent, of_copilot("SessionStart", source="startup"))
    for event in ("PreToolUse", "PostToolUse"):
        tool = {"tool_name": "Edit", "tool_input": {"path": target, "old_str": "", "new_str": "x"}}
        run(silent, of_copilot(event, **tool, tool_result={"result_type": "success", "text_result_for_llm": "ok"}))
        with open(target, "a") as file:
            file.write("// more\n")
    took, done = run(silent, of_copilot("Stop", stop_reason="end_turn", stop_hook_active=False))
    assert done.returncode == 0 and not done.stdout, done
    times["end, words read"].append(took)

def median(name, of):
    return statistics.median(one[of] for one in times[name])

print(f"{'':16} {'clock':>8} {'CPU':>8}   ms, medians")
for name in times:
    print(f"{name:16} {median(name, 0):8.1f} {median(name, 1):8.1f}")
for of, word in enumerate(("clock", "CPU")):
    ratio = statistics.median(a[of] / b[of] for a, b in zip(times["session start"], times["git status"]))
    print(f"session start over git status, {word}: {ratio:.2f}")
    for name in ("before an edit", "before a command"):
        print(f"{name}, above an empty process, {word}: {median(name, of) - median('empty process', of):.1f} ms")
END
