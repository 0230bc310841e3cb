#!/usr/bin/env python3
"""Measure claims read from prose on real commits; prints the tables of docs/precision.md.

  benches/precision.py --tool TOOL [--limit N] [--plant N] [--read FILE] CLONE...

CLONE is a clone of a repository, bare or not. Looked at are commits whose message names a coding agent in a trailer, is
longer than 150 characters, and that are no merges; --limit of them a clone, drawn by a seed.

First table: each commit with its own message. How many are accused, and of what? Every accusation is printed with
--show, to be read with its diff. FILE holds what the reading came to, a line each: `<commit id> <kind> right|wrong`.
Precision is that of the accusations read, with the lower end of Wilson's 95 % interval.

Second table: one false sentence is put at the end of --plant of the messages, for each kind. Is it contradicted, and
nothing that was not before? What is false is told by git alone.

Third table: the verdicts of all claims read from the messages as they are.
"""

import argparse
import collections
import json
import math
import os
import random
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

TRAILERS = re.compile(
    r"^(co-authored-by|assisted-by|generated-by):.*"
    r"(claude|anthropic|codex|copilot|cursor|devin|jules|gemini|openhands|amp|crush|aider)"
    r"|generated with \[claude code\]",
    re.I | re.M,
)
POLICY = 'schema = 1\napplies-to = "everyone"\n[rules]\n' + "".join(
    f'"{family}/*" = "allow"\n' for family in "scope bounds guard tests deps content files message".split()
)
ABSENT = "quartz_lamp"
SENTENCES = {
    "modified, not touched": ["Also edited `{idle}`.",
                              "- `{idle}`: handle empty input", "Reworked the loop in `{idle}`."],
    "created, not there": [f"Wrote a new file `{{folder}}/{ABSENT}.rs`.", f"- create `{{folder}}/{ABSENT}.rs`"],
    "deleted, still there": ["Dropped `{modified}`.", "`{modified}` was deleted."],
    "only, with others": ["Changes are confined to `{first}`.", "Nothing but `{first}` was modified."],
    "untouched, but touched": ["Leaves `{touched}` unchanged.", "This does not modify `{touched}`."],
    "files changed, another number": ["This patch touches {wrong} files.", "{wrong} files were changed."],
    "documents only, with code": ["Docs only.", "No source code was modified."],
    "symbol added, nowhere": [f"Implemented `{ABSENT}_reader()`.", f"- new function `{ABSENT}_reader`"],
}
DOCUMENT = re.compile(r"\.(md|mdx|rst|adoc|txt)$", re.I)
CODE = re.compile(r"\.(rs|go|py|ts|tsx|js|java|rb|c|h|cpp|cs|kt|swift|php)$")
TEST = re.compile(r"(^|/)(tests?|specs?|__tests__|docs?|examples?)(/|$)|[._-](test|spec)s?\.|(^|/)(test|conftest)", re.I)


def git(clone, *arguments):
    run = subprocess.run(["git", "--no-replace-objects", "-C", clone, *arguments], capture_output=True, check=True)
    return run.stdout.decode("utf-8", "replace")


def drawn(clone, limit, seed):
    log = git(clone, "log", "--no-merges", "--format=%H%x00%B%x01", "HEAD")
    rows = (record.strip("\n").partition("\0") for record in log.split("\1"))
    found = [(clone, commit, text) for commit, _, text in rows if commit and len(text) > 150 and TRAILERS.search(text)]
    random.Random(seed).shuffle(found)
    return found[:limit]


class Tool:
    def __init__(self, path):
        self.path = path
        self.folder = tempfile.TemporaryDirectory()
        self.policy = os.path.join(self.folder.name, "policy.toml")
        with open(self.policy, "w", encoding="utf-8") as file:
            file.write(POLICY)

    def claims(self, clone, commit, message):
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".txt", dir=self.folder.name) as file:
            file.write(message)
            file.flush()
            run = subprocess.run(
                [self.path, "-C", clone, "check", "--commit", commit, "--policy", self.policy, "--format", "json",
                 "--message", file.name],
                capture_output=True,
            )
        try:
            return [claim for claim in json.loads(run.stdout)["claims"] if claim["source"] == "prose"]
        except ValueError:
            sys.exit(f"{clone} {commit}: {run.stderr.decode('utf-8', 'replace')}")


def accused(claims):
    return [claim for claim in claims if claim["verdict"] == "contradicted"]


def lower_bound(right, read):
    """The lower end of Wilson's interval at 95 %."""
    if not read:
        return 0.0
    z, share = 1.96, right / read
    middle = share + z * z / (2 * read)
    width = z * math.sqrt(share * (1 - share) / read + z * z / (4 * read * read))
    return (middle - width) / (1 + z * z / read)


def facts(clone, commit, rng):
    """What the sentences need, from git; `None` for what this commit has not."""
    fields = git(clone, "diff-tree", "--root", "-r", "-z", "--no-renames", "--name-status", "--no-commit-id", commit).split("\0")
    rows = list(zip(fields[::2], fields[1::2]))
    if not rows:
        return {}
    changed = {path for _, path in rows}
    idle = [path for path in git(clone, "ls-tree", "-r", "-z", "--name-only", commit).split("\0") if "/" in path]
    idle = [path for path in idle if path not in changed]
    modified = [path for status, path in rows if status == "M"]
    code = [path for path in modified if CODE.search(path) and not TEST.search(path)]
    chosen = rng.choice(idle) if idle else None
    return {
        "idle": chosen,
        "folder": os.path.dirname(chosen) if chosen else None,
        "modified": rng.choice(modified) if modified else None,
        "first": min(changed) if len(changed) > 1 else None,
        "touched": rng.choice(sorted(changed)),
        "wrong": len(changed) + rng.randint(2, 9),
        "code": rng.choice(code) if code else None,
    }


def planted(tool, row):
    clone, commit, message = row
    rng = random.Random(commit)
    known = facts(clone, commit, rng)
    if not known:
        return []
    before = {(claim["kind"], claim["text"]) for claim in accused(tool.claims(clone, commit, message))}
    trailer = re.search(r"\n\n(?:[A-Za-z-]+: .*\n?)+\Z", message.rstrip() + "\n")
    at = trailer.start() if trailer else len(message)
    out = []
    for kind, sentences in SENTENCES.items():
        sentence = rng.choice(sentences)
        wanted = re.findall(r"\{(\w+)\}", sentence) + (["code"] if kind.startswith("documents") else [])
        if any(known.get(field) is None for field in wanted):
            continue
        text = f"{message[:at].rstrip()}\n\n{sentence.format(**known)}\n{message[at:]}"
        now = accused(tool.claims(clone, commit, text))
        out.append((kind, any((claim["kind"], claim["text"]) not in before for claim in now)))
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clones", nargs="+")
    parser.add_argument("--tool", default="git-warrant")
    parser.add_argument("--limit", type=int, default=300)
    parser.add_argument("--plant", type=int, default=20, help="commits a clone that sentences are put into")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--read", help="what the reading of the accusations came to")
    parser.add_argument("--show", action="store_true", help="print every accusation")
    options = parser.parse_args()
    tool = Tool(options.tool)
    judged = {}
    if options.read:
        with open(options.read, encoding="utf-8") as file:
            for line in file:
                commit, kind, verdict = line.split()
                judged[commit[:10], kind] = verdict == "right"
    rows = [row for clone in options.clones for row in drawn(clone, options.limit, options.seed)]
    verdicts = collections.defaultdict(collections.Counter)
    found, commits = collections.Counter(), 0
    read, right, wrong_commits = collections.Counter(), collections.Counter(), set()
    with ThreadPoolExecutor(os.cpu_count()) as workers:
        for (clone, commit, _), claims in zip(rows, workers.map(lambda row: tool.claims(*row), rows)):
            for claim in claims:
                verdicts[claim["kind"]][claim["verdict"]] += 1
            hits = accused(claims)
            commits += bool(hits)
            for claim in hits:
                found[claim["kind"]] += 1
                verdict = judged.get((commit[:10], claim["kind"]))
                if verdict is not None:
                    read[claim["kind"]] += 1
                    right[claim["kind"]] += verdict
                    if not verdict:
                        wrong_commits.add(commit)
                if options.show:
                    print(commit, claim["kind"], json.dumps(claim["text"]), claim["reason"], file=sys.stderr)
        drawn_rows = [row for clone in options.clones for row in drawn(clone, options.plant, options.seed + 1)]
        recall = collections.defaultdict(lambda: [0, 0])
        for results in workers.map(lambda row: planted(tool, row), drawn_rows):
            for kind, hit in results:
                recall[kind][0] += 1
                recall[kind][1] += hit
    print(f"{len(rows)} commits of {len(options.clones)} repositories; {commits} accused "
          f"({1000 * commits / max(1, len(rows)):.1f} in 1,000), wrongly {len(wrong_commits)} "
          f"({1000 * len(wrong_commits) / max(1, len(rows)):.1f} in 1,000).\n")
    print("| kind | contradicted | read | right | precision | at least (95 %) |\n|---|---|---|---|---|---|")
    for kind in sorted(found):
        share = f"{right[kind] / read[kind]:.2f}" if read[kind] else "-"
        bound = f"{lower_bound(right[kind], read[kind]):.2f}" if read[kind] else "-"
        print(f"| `{kind}` | {found[kind]} | {read[kind]} | {right[kind]} | {share} | {bound} |")
    total, good = sum(read.values()), sum(right.values())
    print(f"| all | {sum(found.values())} | {total} | {good} | {good / max(1, total):.2f} | {lower_bound(good, total):.2f} |\n")
    print("| false sentence | planted | found | recall |\n|---|---|---|---|")
    for kind, (count, hits) in recall.items():
        print(f"| {kind} | {count} | {hits} | {hits / count:.2f} |")
    print("\n| kind | supported | contradicted | unsupported | uncheckable |\n|---|---|---|---|---|")
    for kind in sorted(verdicts):
        cells = " | ".join(str(verdicts[kind][name]) for name in ("supported", "contradicted", "unsupported", "uncheckable"))
        print(f"| `{kind}` | {cells} |")


if __name__ == "__main__":
    main()
