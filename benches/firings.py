#!/usr/bin/env python3
"""How often each rule fires on real commits, and a sample of the firings to read.

    benches/firings.py [OPTIONS] CLONE...

Judges the newest commits of each clone (bare or not) with `git-warrant check --range`, everyone's commits and not only
agents', by `benches/firings.toml`. Give the date of the measurement as `--before` to judge the same commits again. Prints, for each rule, in how many commits it fired and how often, then a seeded sample of its findings with the
lines around them. What a reader makes of the sample is the precision that a rule's page in docs/rules states. At most one
finding a commit and rule is sampled, so that one odd commit does not fill the list.

Values that `content/secret` finds are public in such a clone, and are shown here as they stand.
"""

import argparse
import collections
import concurrent.futures
import fnmatch
import json
import pathlib
import random
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = HERE.parent / "target" / "release" / "git-warrant"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clones", nargs="+", metavar="CLONE")
    parser.add_argument("--program", default=str(PROGRAM), help="default: target/release/git-warrant")
    parser.add_argument("--commits", type=int, default=500, help="newest first-parent commits of each clone (500)")
    parser.add_argument("--skip", type=int, default=0, help="leave out that many of the newest ones")
    parser.add_argument("--before", metavar="DATE", help="leave out commits that were made later")
    parser.add_argument("--rules", action="append", default=[], metavar="GLOB", help="judge only these; may be repeated")
    parser.add_argument("--without", action="append", default=[], metavar="GLOB", help="do not judge these; likewise")
    parser.add_argument("--policy", default=str(HERE / "firings.toml"), help="default: benches/firings.toml")
    parser.add_argument("--sample", type=int, default=20, help="findings shown of each rule (20)")
    parser.add_argument("--seed", default="0", help="another seed, another sample")
    parser.add_argument("--context", type=int, default=3, help="lines shown around a finding (3)")
    parser.add_argument("--jobs", type=int, default=2, help="clones judged at once (2)")
    parser.add_argument("--save", metavar="FILE", help="write every finding there, one JSON object a line")
    return parser.parse_args()


def git(clone, *words):
    return subprocess.run(["git", "-C", clone, "--no-pager", *words], check=True, capture_output=True).stdout


def visible(text):
    """Control, bidirectional and zero-width characters as escapes: what is read here comes from strangers."""
    return "".join(c if c.isprintable() or c == "\t" else f"\\u{{{ord(c):x}}}" for c in text)


def switches(options):
    """Switches off every rule that is not wanted. The levels of those that are come from the policy."""
    listed = subprocess.run([options.program, "rules"], check=True, capture_output=True, text=True).stdout
    ids = re.findall(r"^([a-z-]+/[a-z-]+)\s", listed, re.MULTILINE)

    def named(rule, globs):
        return any(fnmatch.fnmatch(rule, glob) for glob in globs)

    wanted = [rule for rule in ids if named(rule, options.rules or ["*"]) and not named(rule, options.without)]
    if not wanted:
        sys.exit("no rule is left to judge")
    return [word for rule in ids if rule not in wanted for word in ("-A", rule)]


def judge(clone, options, flags):
    limits = ["--first-parent", f"--skip={options.skip}", f"-n{options.commits + 1}"]
    limits += [f"--before={options.before}"] if options.before else []
    revisions = git(clone, "rev-list", *limits, "HEAD").decode().split()
    if len(revisions) < 2:
        return clone, {"commits": [], "findings": [], "incomplete": []}
    command = [options.program, "check", "--range", f"{revisions[-1]}..{revisions[0]}", "--policy", options.policy]
    command += ["--applies-to", "everyone", "--format", "json", *flags]
    done = subprocess.run(command, cwd=clone, capture_output=True)
    if done.returncode not in (0, 1, 2) or not done.stdout:
        sys.exit(f"{clone}: exit {done.returncode}: {done.stderr.decode(errors='replace')[:2000]}")
    return clone, json.loads(done.stdout)


def show(clone, finding, subject, context):
    place = f"{finding['path'] or ''}:{finding['line']}" if finding["line"] else finding["path"] or "-"
    print(f"\n  {finding['level']} {visible(place)}: {visible(finding['message'])}")
    print(f"    {pathlib.Path(clone).parent.name} {(finding['commit'] or '')[:12]} {visible(subject)}")
    for note in finding["notes"]:
        print(f"    note: {visible(note)}")
    text = []
    if finding["side"] == "message":
        text = git(clone, "log", "-1", "--format=%B", finding["commit"]).decode(errors="replace").split("\n")
    elif finding["line"] and finding["path"]:
        revision = finding["commit"] + ("^" if finding["side"] == "old" else "")
        try:
            text = git(clone, "show", f"{revision}:{finding['path']}").decode(errors="replace").split("\n")
        except subprocess.CalledProcessError:
            print("    (the file cannot be shown)")
    line = finding["line"] or 0
    for number in range(max(1, line - context), min(len(text), line + context) + 1):
        print(f"    {'>' if number == line else ' '} {number:>5} {visible(text[number - 1])[:180]}")


def main():
    options = arguments()
    options.program = str(pathlib.Path(options.program).resolve())
    options.policy = str(pathlib.Path(options.policy).resolve())
    flags = switches(options)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = list(pool.map(lambda clone: judge(clone, options, flags), options.clones))

    subjects, by_rule, gaps = {}, collections.defaultdict(list), []
    for clone, result in results:
        print(f"{clone}: {len(result['commits'])} commits, {len(result['findings'])} findings", flush=True)
        subjects.update((commit["id"], commit["subject"]) for commit in result["commits"])
        gaps += [(clone, gap) for gap in result["incomplete"]]
        for finding in result["findings"]:
            by_rule[finding["rule"]].append((clone, finding))
    if options.save:
        with open(options.save, "w") as file:
            rows = ({"clone": clone, **finding} for found in by_rule.values() for clone, finding in found)
            file.writelines(json.dumps(row) + "\n" for row in rows)

    total = sum(len(result["commits"]) for _, result in results)
    print(f"\n{'rule':34} {'commits':>8} {'share':>7} {'findings':>9}   of {total} commits; {len(gaps)} gaps")
    for rule, found in sorted(by_rule.items()):
        commits = len({(clone, finding["commit"]) for clone, finding in found})
        print(f"{rule:34} {commits:>8} {commits / total:>7.2%} {len(found):>9}")
    reasons = collections.Counter(re.sub(r"\d+", "N", gap["reason"]) for _, gap in gaps)
    for reason, count in reasons.most_common(10):
        print(f"not judged, {count} times: {visible(reason)}")

    for rule, found in sorted(by_rule.items()):
        chance = random.Random(f"{options.seed} {rule}")
        chance.shuffle(found)
        one_each = list({(clone, finding["commit"]): (clone, finding) for clone, finding in found}.values())
        if options.sample:
            print(f"\n== {rule}: {min(options.sample, len(one_each))} of {len(one_each)} commits")
        for clone, finding in one_each[: options.sample]:
            show(clone, finding, subjects.get(finding["commit"], ""), options.context)


if __name__ == "__main__":
    main()
