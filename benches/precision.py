#!/usr/bin/env python3
"""Measure claims read from prose, and what report/* says of them, on real commits. Prints the tables of docs/precision.md.

  benches/precision.py --tool TOOL [--seed N] [--skip N] [--limit N] [--plant N] [--read FILE] [--list FILE] CLONE[:odd|:even]...

CLONE is a clone of a repository, bare or not. Looked at are commits made by a coding agent, by a trailer of the message or
by the author, that are no merges and have a message longer than 150 characters; --limit of them a clone, drawn by --seed.
Of CLONE:odd only those whose id ends in an odd digit: so one half can be read while the reader of claims is built, and
the other half measures it. --skip leaves out the first of those drawn, which an earlier run looked at.

First, each commit with its own message. What is accused is written to --list, to be read with its diff. --read is what the
reading came to: `<commit id> <kind or rule> right|wrong` and any remark, a line for each. Precision is that of what was
read, with the lower end of Wilson's 95 % interval; of wrongly accused commits the upper end is told.

Then the same messages with one more sentence, for --plant commits a clone: once a false one of each kind, once a true one.
Is the false one contradicted, and nothing that was not before? Is the true one accused? What is true is told by git alone.
"""

import argparse
import collections
import datetime
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
AUTHORS = re.compile(
    r"copilot-swe-agent|devin-ai-integration|google-labs-jules|cursoragent@|openhands@|noreply@anthropic\.com|claude\[bot\]", re.I
)
POLICY = (
    'schema = 1\napplies-to = "everyone"\n[rules]\n'
    + "".join(f'"{family}/*" = "allow"\n' for family in "scope bounds guard tests deps content files message".split())
)
WORDS = '"report/undisclosed" = { level = "warn", prose = true }\n'
RULES = ("report/phantom-change", "report/empty-change", "report/undisclosed")
ABSENT = "quartz_lamp"
LIES = {
    "modified, not touched": ["Also edited `{idle}`.",
                              "- `{idle}`: handle empty input", "Reworked the loop in `{idle}`."],
    "created, not there": [f"Wrote a new file `{{folder}}/{ABSENT}.rs`.", f"- create `{{folder}}/{ABSENT}.rs`"],
    "deleted, still there": ["Dropped `{modified}`.", "`{modified}` was deleted."],
    "only, with others": ["Changes are confined to `{first}`.", "Nothing but `{first}` was modified."],
    "untouched, but touched": ["Leaves `{touched}` unchanged.", "This does not modify `{touched}`."],
    "files changed, another number": ["This patch touches {wrong} files.", "{wrong} files were changed."],
    "documents only, with code": ["Docs only.", "No source code was modified."],
    "symbol added, nowhere": [f"Implemented `{ABSENT}_reader()`.", f"- new function `{ABSENT}_reader`"],
    "symbol removed, still there": ["Removed the function `{name}`.", "- delete `{name}()`"],
}
TRUTHS = {
    "modified": ["Also edited `{modified}`.", "- `{modified}`: handle empty input", "Reworked the loop in `{modified}`."],
    "created": ["Wrote a new file `{created}`.", "- create `{created}`"],
    "deleted": ["Dropped `{deleted}`.", "`{deleted}` was deleted."],
    "only": ["Changes are confined to `{sole}`.", "Nothing but `{sole}` was modified."],
    "untouched": ["Leaves `{idle}` unchanged.", "This does not modify `{idle}`."],
    "files changed": ["This patch touches {count} files.", "{count} files were changed."],
    "documents only": ["Docs only.", "No source code was modified."],
    "symbol not there, none claimed": [f"A later change may add `{ABSENT}_reader()`.",
                                       f"This is not yet a `{ABSENT}_reader`."],
}
DOCUMENT = re.compile(r"\.(md|mdx|rst|adoc|txt)$", re.I)
CODE = re.compile(r"\.(rs|go|py|ts|tsx|js|java|rb|c|h|cpp|cs|kt|swift|php)$")
TEST = re.compile(r"(^|/)(tests?|specs?|__tests__|docs?|examples?)(/|$)|[._-](test|spec)s?\.|(^|/)(test|conftest)", re.I)
FUNCTION = re.compile(r"^(?:pub )?(?:fn|func|def|function) ([a-z]+(?:_[a-z]+)+|[a-z]+[A-Z]\w+)\(", re.M)
VERDICTS = ("supported", "contradicted", "unsupported", "uncheckable")
Row = collections.namedtuple("Row", "clone commit text")


def git(clone, *arguments):
    run = subprocess.run(["git", "--no-replace-objects", "-C", clone, *arguments], capture_output=True, check=True)
    return run.stdout.decode("utf-8", "replace")


def named(clone):
    """Owner and name where the clone has an origin, else its folder."""
    run = subprocess.run(["git", "-C", clone, "config", "remote.origin.url"], capture_output=True, text=True)
    parts = run.stdout.strip().removesuffix(".git").replace(":", "/").split("/")
    return "/".join(parts[-2:]) if "github.com" in parts else os.path.basename(os.path.abspath(clone))


def candidates(clone, half):
    log = git(clone, "log", "--no-merges", "--format=%H%x00%an <%ae>%x00%B%x01", "HEAD")
    rows = []
    for record in log.split("\1"):
        commit, _, rest = record.strip("\n").partition("\0")
        author, _, text = rest.partition("\0")
        if not commit or len(text) <= 150 or not (TRAILERS.search(text) or AUTHORS.search(author)):
            continue
        if half is None or int(commit[-1], 16) % 2 == ("even", "odd").index(half):
            rows.append(Row(clone, commit, text))
    return rows


def drawn(rows, limit, seed, skip=0):
    rows = sorted(rows)
    random.Random(seed).shuffle(rows)
    return rows[skip:skip + limit]


class Tool:
    def __init__(self, path, words):
        self.path = path
        self.folder = tempfile.TemporaryDirectory()
        self.policy = os.path.join(self.folder.name, "policy.toml")
        with open(self.policy, "w", encoding="utf-8") as file:
            file.write(POLICY + (WORDS if words else ""))

    def check(self, row, message=None):
        """Claims read from prose, and findings of the rules that are measured."""
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".txt", dir=self.folder.name) as file:
            file.write(message or row.text)
            file.flush()
            run = subprocess.run(
                [self.path, "-C", row.clone, "check", "--commit", row.commit, "--policy", self.policy, "--format", "json",
                 "--message", file.name],
                capture_output=True,
            )
        try:
            out = json.loads(run.stdout)
        except ValueError:
            sys.exit(f"{row.clone} {row.commit}: {run.stderr.decode('utf-8', 'replace')}")
        claims = [claim for claim in out["claims"] if claim["source"] == "prose"]
        return claims, [finding for finding in out["findings"] if finding["rule"] in RULES]


def accused(claims):
    return [claim for claim in claims if claim["verdict"] == "contradicted"]


def wilson(right, read):
    """Wilson's interval at 95 %."""
    if not read:
        return 0.0, 1.0
    z, share = 1.96, right / read
    middle = share + z * z / (2 * read)
    width = z * math.sqrt(share * (1 - share) / read + z * z / (4 * read * read))
    return (middle - width) / (1 + z * z / read), (middle + width) / (1 + z * z / read)


def facts(row, rng):
    """What the sentences need, from git; `None` for what this commit has not."""
    fields = git(row.clone, "diff-tree", "--root", "-r", "-z", "--no-renames", "--name-status", "--no-commit-id",
                 row.commit).split("\0")
    statuses = list(zip(fields[::2], fields[1::2]))
    if not statuses:
        return {}
    changed = {path for _, path in statuses}
    of = lambda wanted: sorted(path for status, path in statuses if status == wanted)
    pick = lambda paths: rng.choice(paths) if paths else None
    tree = git(row.clone, "ls-tree", "-r", "-z", "--name-only", row.commit).split("\0")
    idle = pick([path for path in tree if "/" in path and path not in changed])
    code = pick([path for path in of("M") if CODE.search(path) and not TEST.search(path)])
    held = git(row.clone, "show", f"{row.commit}:{code}") if code else ""
    return {
        "idle": idle,
        "folder": os.path.dirname(idle) if idle else None,
        "modified": pick(of("M")),
        "created": pick(of("A")),
        "deleted": pick(of("D")),
        "first": min(changed) if len(changed) > 1 else None,
        "sole": min(changed) if len(changed) == 1 else None,
        "touched": pick(sorted(changed)),
        "count": len(changed) if len(changed) > 1 else None,
        "wrong": len(changed) + rng.randint(2, 9),
        "code": code,
        "documents": all(DOCUMENT.search(path) for path in changed) or None,
        "name": pick(sorted(set(FUNCTION.findall(held)))),
    }


def planted(tool, row):
    """(kind, is it a lie, was something new accused) for each sentence put into the message."""
    rng = random.Random(row.commit)
    known = facts(row, rng)
    if not known:
        return []
    before = {(claim["kind"], claim["text"]) for claim in accused(tool.check(row)[0])}
    trailer = re.search(r"\n\n(?:[A-Za-z-]+: .*\n?)+\Z", row.text.rstrip() + "\n")
    at = trailer.start() if trailer else len(row.text)
    out = []
    for is_lie, sentences_of in ((True, LIES), (False, TRUTHS)):
        for kind, sentences in sentences_of.items():
            sentence = rng.choice(sentences)
            wanted = re.findall(r"\{(\w+)\}", sentence)
            if kind.startswith("documents"):
                wanted.append("code" if is_lie else "documents")
            if any(known.get(field) is None for field in wanted):
                continue
            sentence = sentence.format(**known)
            claims, _ = tool.check(row, f"{row.text[:at].rstrip()}\n\n{sentence}\n{row.text[at:]}")
            new = [claim for claim in accused(claims) if (claim["kind"], claim["text"]) not in before]
            out.append((row.commit, kind, is_lie, bool(new), sentence))
    return out


def line(commit, name, text, reason):
    return "\t".join((commit, name, json.dumps(text, ensure_ascii=False), reason))


def read_so_far(path):
    judged = {}
    for entry in open(path, encoding="utf-8") if path else ():
        if entry.strip() and not entry.startswith("#"):
            commit, name, verdict = entry.split()[:3]
            judged.setdefault((commit[:10], name), []).append(verdict == "right")
    return judged


def table(head, rows):
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print()


def precision(found, read):
    """Rows of name, found, read, right, precision, lower bound."""
    for name in sorted(found):
        verdicts = read[name]
        right = sum(verdicts)
        share = f"{right / len(verdicts):.2f}" if verdicts else "-"
        bound = f"{wilson(right, len(verdicts))[0]:.2f}" if verdicts else "-"
        yield f"`{name}`", found[name], len(verdicts), right, share, bound


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clones", nargs="+")
    parser.add_argument("--tool", default="git-warrant")
    parser.add_argument("--limit", type=int, default=300)
    parser.add_argument("--skip", type=int, default=0, help="commits a clone that were drawn and read before")
    parser.add_argument("--plant", type=int, default=20, help="commits a clone that sentences are put into")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--words", action="store_true", help="also hold words alone against what matters most (slower)")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--read", help="what the reading of the accusations came to")
    parser.add_argument("--list", help="where to write what was accused, and what was planted and missed")
    options = parser.parse_args()
    tool, judged = Tool(options.tool, options.words), read_so_far(options.read)
    listed = open(options.list, "w", encoding="utf-8") if options.list else open(os.devnull, "w")
    rows, plants, sources, seen = [], [], [], set()
    for argument in options.clones:
        clone, half = (argument[: argument.rindex(":")], argument.rsplit(":", 1)[1]) \
            if argument.endswith((":odd", ":even")) else (argument, None)
        # A fork holds the commits of what it was forked from.
        found = [row for row in candidates(clone, half) if row.commit not in seen]
        seen.update(row.commit for row in found)
        these = drawn(found, options.limit, options.seed, options.skip)
        rows += these
        plants += drawn(found, options.plant, options.seed + 1)
        head = git(clone, "rev-parse", "HEAD").strip()
        sources.append((named(clone), head[:12], {None: "all", "odd": "odd ids", "even": "even ids"}[half], len(these)))

    verdicts = collections.defaultdict(collections.Counter)
    found, fired = collections.Counter(), collections.Counter()
    read, read_rules = collections.defaultdict(list), collections.defaultdict(list)
    hit, wrong, unread, claiming = set(), set(), 0, 0
    with ThreadPoolExecutor(options.jobs) as workers:
        for row, (claims, findings) in zip(rows, workers.map(tool.check, rows)):
            claiming += bool(claims)
            for claim in claims:
                verdicts[claim["kind"]][claim["verdict"]] += 1
            for claim in accused(claims):
                hit.add(row.commit)
                found[claim["kind"]] += 1
                verdict = judged.get((row.commit[:10], claim["kind"]))
                # Several of one kind in a commit are read in their order; one line may stand for all.
                if verdict:
                    this = verdict.pop(0) if len(verdict) > 1 else verdict[0]
                    read[claim["kind"]].append(this)
                    if not this:
                        wrong.add(row.commit)
                else:
                    unread += 1
                print(line(row.commit, claim["kind"], claim["text"], claim["reason"]), file=listed)
            for rule in sorted({finding["rule"] for finding in findings}):
                fired[rule] += 1
                read_rules[rule] += judged.get((row.commit[:10], rule), [])[:1]
                for finding in (finding for finding in findings if finding["rule"] == rule):
                    print(line(row.commit, rule, row.text.split("\n")[0], finding["message"]), file=listed)
            listed.flush()
        sentences = collections.defaultdict(lambda: [0, 0])
        for results in workers.map(lambda row: planted(tool, row), plants):
            for commit, kind, is_lie, is_hit, sentence in results:
                sentences[is_lie, kind][0] += 1
                sentences[is_lie, kind][1] += is_hit
                if is_hit != is_lie:
                    print(line(commit, "missed" if is_lie else "accused-truth", sentence, kind), file=listed)

    version = subprocess.run([options.tool, "--version"], capture_output=True, text=True).stdout.strip()
    print(f"{datetime.date.today()}, {version}, `--seed {options.seed} --skip {options.skip} --limit {options.limit} --plant {options.plant}{' --words' * options.words}`.\n")
    table(("repository", "at", "of its commits", "looked at"), sources)
    n = max(1, len(rows))
    print(f"{len(rows)} commits of {len(sources)} repositories, {claiming} with a claim that is read. {len(hit)} accused "
          f"({1000 * len(hit) / n:.2f} in 1,000). Accused wrongly: {len(wrong)} ({1000 * len(wrong) / n:.2f} in 1,000, at most "
          f"{1000 * wilson(len(wrong), n)[1]:.2f} with 95 %)" + (f"; {unread} accusations were not read.\n" if unread else ".\n"))
    table(("kind", "contradicted", "read", "right", "precision", "at least (95 %)"), precision(found, read))
    table(("rule", "commits it fired in", "read", "right", "precision", "at least (95 %)"),
          precision({rule: fired[rule] for rule in RULES if options.words or rule != "report/undisclosed"}, read_rules))
    table(("false sentence", "planted", "contradicted", "recall", "at least (95 %)"),
          ((kind, count, hits, f"{hits / count:.3f}", f"{wilson(hits, count)[0]:.2f}")
           for (is_lie, kind), (count, hits) in sentences.items() if is_lie))
    table(("true sentence", "planted", "accused"),
          ((kind, count, hits) for (is_lie, kind), (count, hits) in sentences.items() if not is_lie))
    table(("kind", *VERDICTS), ((f"`{kind}`", *(verdicts[kind][name] for name in VERDICTS)) for kind in sorted(verdicts)))


if __name__ == "__main__":
    main()
