#!/usr/bin/env python3
"""Are declared claims about texts, values, dependencies and layout judged rightly?

    benches/claims_content.py PROGRAM CLONE... [--commits N] [--jobs N] [--seed N] [--misses FILE]

PROGRAM is a git-warrant binary. For commits of each clone that are no merges, half of them on manifests, claims are made that are true or false by
another account than ours: texts by `git grep`, values and dependencies by Python's own parsers of JSON and TOML, layout by
`git diff -w`. All claims of a commit are judged in one run.

Only what a person could tell from the repository is planted. Left out are: a package that is new to one manifest while another
had it (new to whom?); a version that is an address or a revision; a commit of which the clone lacks some files; a layout that only
files decide which are generated, vendored, snapshots, or checksums; an old value that is the new one in another notation.

A true claim that is contradicted, a false one that is supported, a run that fails, and a line that is named as proof and
holds none are errors, printed one by one. Right are true claims supported and false ones contradicted; what was left open
(unsupported, uncheckable) is counted apart, and with `--misses` written to a file to be read.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import tomllib

WORD = re.compile(rb"[A-Za-z_][A-Za-z0-9_]{5,60}")
# As docs/claims/text-removed-everywhere.md names them: places that prove nothing.
HISTORY = re.compile(
    r"(^|[/._])(changelog|changes|history|release-notes|releasenotes|releases|newsfragments|news)($|[/._])"
    r"|(^|/)(vendor|vendored|node_modules|third_party|dist|build|generated|__generated__|snapshots|__snapshots__)/"
    r"|\.(lock|snap|min\.js|svg|map|sum)$|lock\.(json|yaml)$|[._]pb[._]|generated|^\.yarn/",
    re.I,
)
WHITE_SPACE_IS_FREE = (".rs", ".java", ".c", ".h", ".cc", ".cpp", ".cs", ".json", ".ts", ".js", ".go", ".kt", ".swift")


def git(clone, *arguments, code=(0,)):
    done = subprocess.run(["git", "-C", clone, *arguments], capture_output=True, check=False)
    if done.returncode not in code:
        raise RuntimeError(f"git {' '.join(arguments)}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def blob(clone, commit, path):
    try:
        return git(clone, "show", f"{commit}:{path}")
    except RuntimeError:
        return None


class Unsearchable(Exception):
    """The clone lacks some file of the commit."""


def grep(clone, commit, text, whole):
    """The files of a commit that hold the text."""
    options = ["-l", "-a", "-z", "-F"] + (["-w"] if whole else [])
    command = ["git", "-C", clone, "grep", *options, "-e", text, commit, "--"]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode not in (0, 1) or done.stderr.strip():
        raise Unsearchable
    found = done.stdout
    return [os.fsdecode(name).split(":", 1)[1] for name in found.split(b"\0") if name]


class Made:
    """A claim with what is known of it."""

    def __init__(self, claim, true, proof=None):
        self.claim, self.true, self.proof = claim, true, proof


def text_claims(clone, commit, rng):
    """Words of deleted lines: gone from the whole tree, or not."""
    try:
        diff = git(clone, "diff", "-U0", "--no-renames", "--no-ext-diff", "--no-textconv", f"{commit}^", commit)
    except RuntimeError:
        raise Unsearchable from None
    deleted, added = set(), set()
    for line in diff.split(b"\n"):
        if line.startswith(b"-") and not line.startswith(b"---"):
            deleted.update(WORD.findall(line))
        elif line.startswith(b"+") and not line.startswith(b"+++"):
            added.update(WORD.findall(line))
    fresh = sorted(added - deleted)
    words = sorted(deleted - added)
    rng.shuffle(words)
    for word in words[:2]:
        word = word.decode()
        if not grep(clone, f"{commit}^", word, True):
            continue
        to = rng.choice(fresh).decode() if fresh else None
        # What holds the word must not hold it through the new text.
        to = None if to and word in to else to
        if not grep(clone, commit, word, False):
            yield Made({"kind": "text-removed-everywhere", "text": word}, True)
            if to:
                yield Made({"kind": "text-replaced-everywhere", "from": word, "to": to}, True)
            continue
        left = [path for path in grep(clone, commit, word, True) if not HISTORY.search(path)]
        if left:
            yield Made({"kind": "text-removed-everywhere", "text": word}, False, word)
            if to:
                yield Made({"kind": "text-replaced-everywhere", "from": word, "to": to}, False, word)
            folder = left[0].rsplit("/", 1)[0] if "/" in left[0] else left[0]
            yield Made({"kind": "text-removed-everywhere", "text": word, "paths": [folder]}, False, word)


def parsed(path, content):
    if content is None:
        return None
    try:
        text = content.decode()
        return tomllib.loads(text) if path.endswith(".toml") else json.loads(text)
    except (ValueError, RecursionError):
        return None


def scalars(node, path=()):
    if isinstance(node, dict):
        for key, value in node.items():
            yield from scalars(value, (*path, key))
    elif isinstance(node, (str, bool, int, float)):
        yield path, node


def written(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


def value_claims(clone, commit, changes, rng):
    for status, path in changes:
        if status != "M" or not path.endswith((".toml", ".json")) or path.endswith("lock.json"):
            continue
        old, new = (parsed(path, blob(clone, at, path)) for at in (f"{commit}^", commit))
        if not isinstance(old, dict) or not isinstance(new, dict):
            continue
        before = dict(scalars(old))
        after = dict(scalars(new))
        keys = [key for key, value in after.items() if before.get(key) != value and key]
        rng.shuffle(keys)
        for key in keys[:3]:
            value = written(after[key])
            name = ".".join(key)
            if not value or len(value) > 200 or any(ord(c) < 32 for c in value + name) or '"' in name or "[" in name:
                continue
            if sum(".".join(other) == name for other in after) > 1:
                continue
            yield Made({"kind": "value-set", "path": path, "key": name, "value": value}, True)
            lie = written(before[key]) if key in before else "no such value"
            # `60s` may be `1m`, and `0.50` is `0.5`: notation is no lie.
            lengths = [re.fullmatch(r"([\d.]+) ?([a-z%]*)", text.lower()) for text in (lie, value)]
            if all(lengths) and (lengths[0][2] != lengths[1][2] or lengths[0][1].strip("0.") == lengths[1][1].strip("0.")):
                continue
            if lie and lie != value and len(lie) <= 200 and not any(ord(c) < 32 for c in lie):
                yield Made({"kind": "value-set", "path": path, "key": name, "value": lie}, False)


def asked(path, tree):
    """The packages one manifest asks for, with their versions where those are plain."""
    found = {}
    if not isinstance(tree, dict):
        return found
    name = path.rsplit("/", 1)[-1]
    if name == "package.json":
        for table in ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies"):
            for package, version in (tree.get(table) or {}).items():
                if isinstance(version, str) and not re.match(r"(workspace|file|link|catalog|npm|portal|patch):", version):
                    found.setdefault(package, version)
    elif name == "Cargo.toml":
        tables = [tree, tree.get("workspace") or {}, *(tree.get("target") or {}).values()]
        for table in (part for part in tables if isinstance(part, dict)):
            for key in ("dependencies", "dev-dependencies", "build-dependencies"):
                for package, entry in (table.get(key) or {}).items():
                    if isinstance(entry, str):
                        found.setdefault(package, entry)
                    elif isinstance(entry, dict) and "path" not in entry and not entry.get("workspace"):
                        found.setdefault(entry.get("package", package), entry.get("version") or entry.get("rev"))
    elif name == "pyproject.toml":
        project = tree.get("project") or {}
        lists = [project.get("dependencies") or [], *(project.get("optional-dependencies") or {}).values()]
        lists += list((tree.get("dependency-groups") or {}).values())
        for entry in (one for part in lists for one in part if isinstance(one, str)):
            match = re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?\s*([^;@]*)", entry)
            if match:
                found.setdefault(re.sub(r"[-_.]+", "-", match[1]).lower(), match[2].strip() or None)
    return found


MANIFESTS = {"package.json": "npm", "Cargo.toml": "cargo", "pyproject.toml": "python"}
FOREIGN = re.compile(r"(^|/)(fixtures?|__fixtures__|test-?_?data|testdata|vendor|vendored|node_modules|third_party)/|tests?/.*resources/", re.I)


def folded(ecosystem, name):
    return name.replace("_", "-") if ecosystem == "cargo" else name


def stood(clone, commit, name, ecosystem):
    """Does some manifest of the state before name the package?"""
    manifests = [f":(glob)**/{manifest}" for manifest, its in MANIFESTS.items() if its == ecosystem]
    pattern = re.sub(r"[-_.]", "[-_.]", name)
    found = git(clone, "grep", "-l", "-i", "-E", "-e", pattern, f"{commit}^", "--", *manifests, code=(0, 1))
    return bool(found.strip())


def dependency_claims(clone, commit, changes, rng):
    sides = collections.defaultdict(lambda: ({}, {}, {}))
    touched = False
    # New to one manifest, or gone from one, whatever others have.
    moved_about = collections.defaultdict(set)
    for _, path in changes:
        touched |= bool(
            re.search(r"(^|/)(go\.mod|Gemfile|pom\.xml|build\.gradle.*|.*\.csproj|.*\.props|requirements.*|setup\.(py|cfg)|Pipfile|"
                      r"composer\.json|.*\.gemspec|.*\.toml|pnpm-workspace\.yaml|Package\.swift)$", path)
        ) and path.rsplit("/", 1)[-1] not in MANIFESTS
        ecosystem = MANIFESTS.get(path.rsplit("/", 1)[-1])
        if not ecosystem or FOREIGN.search(path):
            continue
        states = [blob(clone, at, path) for at in (f"{commit}^", commit)]
        trees = [parsed(path, state) for state in states]
        if any(state is not None and tree is None for state, tree in zip(states, trees)):
            return
        old, new = (asked(path, tree) for tree in trees)
        names = [{folded(ecosystem, name) for name in side} for side in (old, new)]
        moved_about[ecosystem] |= names[0] ^ names[1]
        before, after, versions = sides[ecosystem]
        for name in old:
            before.setdefault(folded(ecosystem, name), path)
        for name in new:
            after.setdefault(folded(ecosystem, name), path)
            is_plain = all(text and re.search(r"\d", text) and "/" not in text for text in (old.get(name), new[name]))
            if is_plain and old[name] != new[name]:
                versions[name] = (old[name], new[name])
    added_any = False
    # Of each new package: does another manifest of the state before have it?
    elsewhere = []
    for ecosystem, (before, after, versions) in sides.items():
        added, gone = sorted(set(after) - set(before)), sorted(set(before) - set(after))
        kept = sorted(name for name in set(after) & set(before) if name not in versions and name not in moved_about[ecosystem])
        rng.shuffle(kept)
        added_any |= bool(added)
        elsewhere += [stood(clone, commit, name, ecosystem) for name in added]
        for name in added[:2]:
            yield Made({"kind": "dependency-added", "name": name, "ecosystem": ecosystem}, True)
            yield Made({"kind": "dependency-removed", "name": name, "ecosystem": ecosystem}, False)
        for name in gone[:2]:
            yield Made({"kind": "dependency-removed", "name": name, "ecosystem": ecosystem}, True)
            yield Made({"kind": "dependency-added", "name": name, "ecosystem": ecosystem}, False)
        for name in kept[:1]:
            yield Made({"kind": "dependency-added", "name": name, "ecosystem": ecosystem}, False)
            yield Made({"kind": "dependency-removed", "name": name, "ecosystem": ecosystem}, False)
        for name, (old, new) in sorted(versions.items())[:2]:
            yield Made({"kind": "dependency-updated", "name": name, "from": old, "to": new, "ecosystem": ecosystem}, True)
            yield Made({"kind": "dependency-updated", "name": name, "to": "987.65.4"}, False)
    if not touched:
        if not added_any and not any(moved_about.values()):
            yield Made({"kind": "no-new-dependencies"}, True)
        elif all(len(set(before)) for before, _, _ in sides.values()) and not all(elsewhere):
            yield Made({"kind": "no-new-dependencies"}, False)
    yield Made({"kind": "dependency-added", "name": "zz-no-such-package"}, False)


BY_TOOLS = re.compile(r"(^|/)(vendor|vendored|node_modules|third_party|dist|build|generated|__generated__|snapshots|__snapshots__)/|"
                      r"[._-](generated|gen|pb|min|bundle)[._]|\.(snap|map|min\.js|svg|sum|lockb|ambr)$|generated", re.I)


def lasting_numbers(diff, side):
    """The numbers of a side's lines, without those that layout may bring along: numbers of lists, parts of checksums."""
    found, by_tools = set(), False
    for line in diff.split(b"\n"):
        if line.startswith(b"+++ ") or line.startswith(b"--- "):
            by_tools = bool(BY_TOOLS.search(os.fsdecode(line[4:].removeprefix(b"a/").removeprefix(b"b/"))))
        elif line[:1] == side and not by_tools:
            found.update(re.findall(rb"(?<![\w.])\d+(?:\.\d+)*(?![\w.)])", re.sub(rb"^.\W*\d+[.)] ", b"", line)))
    return found


def layout_claims(clone, commit, changes):
    paths = [path for _, path in changes]
    if any(status != "M" for status, _ in changes) or not paths:
        return
    options = ["--no-renames", "--no-ext-diff", "--no-textconv"]
    same = not git(clone, "diff", "-w", "--ignore-blank-lines", "-U0", *options, f"{commit}^", commit).strip()
    if same and all(path.endswith(WHITE_SPACE_IS_FREE) for path in paths):
        yield Made({"kind": "formatting-only"}, True)
    elif not same:
        diff = git(clone, "diff", "-w", "-U0", *options, f"{commit}^", commit)
        # A number that is new to the change is no layout, unless tools count or hash.
        if lasting_numbers(diff, b"+") - lasting_numbers(diff, b"-"):
            yield Made({"kind": "formatting-only"}, False)


def claims_of(clone, commit, seed):
    rng = random.Random(f"{seed}{commit}")
    raw = git(clone, "diff", "--raw", "-z", "--no-renames", "--no-abbrev", f"{commit}^", commit).split(b"\0")
    changes = []
    for head, path in zip(raw[0::2], raw[1::2]):
        try:
            changes.append((head.split()[-1].decode()[0], path.decode()))
        except UnicodeDecodeError:
            return []
    if not changes or len(changes) > 400:
        return []
    try:
        made = list(text_claims(clone, commit, rng))
    except Unsearchable:
        return []
    made += [*value_claims(clone, commit, changes, rng)]
    made += [*dependency_claims(clone, commit, changes, rng), *layout_claims(clone, commit, changes)]
    unique = {}
    for one in made:
        unique.setdefault(json.dumps(one.claim, sort_keys=True), one)
    return list(unique.values())


def judged(program, clone, commit, made):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as report:
        json.dump({"schema": 1, "claim": [one.claim for one in made]}, report)
        report.flush()
        command = [program, "check", "--commit", commit, "--report", report.name, "--format", "json"]
        done = subprocess.run(command, cwd=clone, capture_output=True, check=False)
    try:
        return [claim for claim in json.loads(done.stdout)["claims"] if claim["source"] == "declared"]
    except (ValueError, KeyError):
        raise RuntimeError(f"status {done.returncode}: {done.stderr.decode(errors='replace')[:500]}") from None


def proof_holds(clone, commit, one, verdict):
    """Does the line that is named hold the text?"""
    evidence = verdict["evidence"]
    content = blob(clone, commit, evidence[0]) if evidence else None
    number = int(evidence[1].removeprefix("line ")) if len(evidence) > 1 else 0
    lines = (content or b"").split(b"\n")
    return 0 < number <= len(lines) and one.proof.encode() in lines[number - 1]


def run(arguments, clone, commit):
    rows, errors = [], []
    try:
        made = claims_of(clone, commit, arguments.seed)
        verdicts = judged(arguments.program, clone, commit, made) if made else []
        if len(verdicts) != len(made):
            raise RuntimeError(f"{len(made)} claims, {len(verdicts)} verdicts")
    except RuntimeError as error:
        return [], [f"{commit}: {error}"]
    for one, verdict in zip(made, verdicts):
        said = verdict["verdict"]
        rows.append((one.claim["kind"], one.true, said, json.dumps(one.claim), verdict["reason"]))
        wrong = said == ("contradicted" if one.true else "supported")
        if wrong or said == "contradicted" and one.proof and not proof_holds(clone, commit, one, verdict):
            errors.append(f"{commit}: {'true' if one.true else 'false'} {json.dumps(one.claim)} is {said}: {verdict['reason']}")
    return rows, errors


def sample(clone, count, seed):
    """Half of the commits from all, half from those that touch a manifest."""
    log = ["log", "--no-merges", "--min-parents=1", "--format=%H", "-n", "4000"]
    anywhere = git(clone, *log).decode().split()
    manifests = git(clone, *log, "--", *(f":(glob)**/{name}" for name in MANIFESTS)).decode().split()
    rng = random.Random(seed)
    chosen = rng.sample(manifests, min(count // 2, len(manifests)))
    rest = [commit for commit in anywhere if commit not in set(chosen)]
    return chosen + rng.sample(rest, min(count - len(chosen), len(rest)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=os.path.abspath)
    parser.add_argument("clones", nargs="+")
    parser.add_argument("--commits", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--misses")
    parser.add_argument("--progress", action="store_true", help="tell of each commit")
    arguments = parser.parse_args()
    tally = collections.defaultdict(collections.Counter)
    errors, misses, commits = [], [], 0
    for clone in arguments.clones:
        chosen = sample(clone, arguments.commits, arguments.seed)
        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
            for commit, (rows, wrong) in zip(chosen, pool.map(lambda one: run(arguments, clone, one), chosen)):
                commits += 1
                if arguments.progress:
                    print(f"{clone} {commit[:10]} {len(rows)} claims, {len(wrong)} errors", *wrong, sep="\n  ", file=sys.stderr)
                errors += [f"{clone} {error}" for error in wrong]
                for kind, true, said, claim, reason in rows:
                    tally[kind][true, said] += 1
                    if said != ("supported" if true else "contradicted"):
                        misses.append(f"{clone} {commit} {'true' if true else 'false'} {said} {claim}: {reason}")
    print(f"{commits} commits of {len(arguments.clones)} repositories")
    print(f"{'kind':26} {'true':>6} {'supported':>10} {'open':>6} {'false':>7} {'contradicted':>13} {'open':>6} {'right when decided':>19}")
    for kind, counts in sorted(tally.items()):
        true = sum(count for (is_true, _), count in counts.items() if is_true)
        false = sum(counts.values()) - true
        right_true, right_false = counts[True, "supported"], counts[False, "contradicted"]
        wrong_true, wrong_false = counts[True, "contradicted"], counts[False, "supported"]
        decided = right_true + right_false + wrong_true + wrong_false
        share = f"{(right_true + right_false) / decided:.4f}" if decided else "-"
        print(f"{kind:26} {true:6} {right_true:10} {true - right_true - wrong_true:6} {false:7} {right_false:13} "
              f"{false - right_false - wrong_false:6} {share:>19}")
    print(f"errors: {len(errors)}")
    for error in errors:
        print("  " + error)
    if arguments.misses:
        with open(arguments.misses, "w", encoding="utf-8") as out:
            out.writelines(miss + "\n" for miss in misses)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
