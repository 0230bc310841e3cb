#!/usr/bin/env python3
"""True and false declared claims about symbols and tests, made from real commits without our help.

  claims_declared.py [--tool PATH] [--limit N] [--seed N] [--show] REPO...

For every commit sampled, the declarations of both states are read here by other means than the tool's: Python by `ast`,
the other languages by the plainest line patterns (`func Name(`, `pub fn name(`, `export function name(`, a method of a class). Claims are made only
where that account is beyond doubt:

- true `symbol-added`: the name is declared in a file after the commit, and the word stood nowhere in that file before, nor in
  any deleted line of the commit;
- true `symbol-removed`: the same the other way round;
- true `symbol-renamed`: one function removed and one added in one file, their bodies equal but for the name;
- false `symbol-added`: a name that stands nowhere; a name declared before and after, in whose file its word is in no added line;
- false `symbol-removed`: a name still declared whose word is in no deleted line; a name that stood nowhere;
- false `symbol-renamed`: to a name that stands nowhere;
- true `tests-added`: functions `test_*` of Python that `ast` finds new, `func Test*` of Go; false: more than there are added lines;
- true `public-api-unchanged`: no line of code changed but within function bodies of Python (equal `ast` without bodies);
  false: an exported Go function with another number of parameters, in a package that is not `main` or internal.

A true claim has to be `supported`, a false one `contradicted`. Prints one row a kind and language, and every miss with --show.
"""
import argparse
import ast
import json
import os
import random
import re
import subprocess
import tempfile
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor

DECLARES = {
    ".rs": re.compile(r"^(?:pub(?:\([a-z]+\))? )?(?:async )?(?:fn|struct|enum|trait) ([A-Za-z_]\w*)", re.M),
    ".go": re.compile(r"^func ([A-Za-z_]\w*)\(", re.M),
    ".ts": re.compile(r"^export (?:async )?(?:function|class|interface|enum) ([A-Za-z_]\w*)", re.M),
    ".tsx": re.compile(r"^export (?:async )?(?:function|class|interface|enum) ([A-Za-z_]\w*)", re.M),
    ".js": re.compile(r"^export (?:async )?(?:function|class) ([A-Za-z_]\w*)", re.M),
    ".java": re.compile(
        r"^(?:public (?:final |abstract )?(?:class|interface|enum) ([A-Za-z_]\w*)"
        r"|    (?:public|private|protected) (?:static |final )*[\w<>\[\], .?]+ ([a-z]\w*)\([^;={]*\{$)", re.M),
    ".c": re.compile(
        r"^(?!(?:else|if|for|while|switch|return|typedef|do|case|struct|enum|union)\b)[A-Za-z_][\w \t*]*[ \t*]([A-Za-z_]\w{3,})\([\w\s,*\[\]]*\)\s*\{", re.M),
    ".php": re.compile(
        r"^(?:\s*(?:(?:public|private|protected|static|final|abstract) )*function ([A-Za-z_]\w*)\("
        r"|(?:final |abstract )*(?:class|interface|trait|enum) ([A-Za-z_]\w*)$)", re.M),
    ".rb": re.compile(r"^\s*(?:def ([a-z_]\w*)(?![\w?!=.])|(?:class|module) ([A-Z]\w*)(?![\w:]))", re.M),
    ".kt": re.compile(
        r"^(?:(?:public |internal |private )?(?:fun|class|interface|object) ([A-Za-z_]\w*)|  (?:override |private |internal )?fun ([a-z]\w*)\()", re.M),
    ".cs": re.compile(
        r"^(?:\s*(?:public|internal) (?:sealed |static |abstract |partial )*(?:class|interface|enum) ([A-Za-z_]\w*)"
        r"|\s+(?:public|private|protected|internal) (?:static |async |override |virtual )*[\w<>\[\],.?]+ ([A-Z]\w*)\([^;={]*$)", re.M),
    ".swift": re.compile(
        r"^(?:(?:public )?(?:func|struct|class|protocol|enum|actor) ([A-Za-z_]\w*)"
        r"|    (?:public |private |internal |static )*func ([A-Za-z_]\w*)[(<])", re.M),
}
TEMPLATED = [DECLARES[ending] for ending in (".ts", ".tsx", ".js") if ending in DECLARES]
SKIP = re.compile(r"(^|/)(vendor|node_modules|third_?party|dist|build|testdata|snapshots?|fixtures?|generated)(/|$)|\.(pb|gen|min)\.|mdtest")


def git(repo, *args, data=None):
    return subprocess.run(["git", "--no-replace-objects", "-C", repo, *args], input=data, capture_output=True).stdout


def text_of(repo, blob):
    if set(blob) == {"0"}:
        return ""
    return git(repo, "cat-file", "blob", blob).decode("utf-8", "replace")


def python_names(text):
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return None
    names = Counter()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names[node.name] += 1
    return names


def names_of(path, text):
    end = os.path.splitext(path)[1]
    if end == ".py":
        return python_names(text)
    pattern = DECLARES.get(end)
    if not pattern:
        return None
    # What stands within a template string is text.
    is_text = lambda at: pattern in TEMPLATED and text.count("`", 0, at) % 2 == 1
    found = (one for one in pattern.finditer(text) if not is_text(one.start()))
    return Counter(next(filter(None, one.groups())) for one in found)


def words(text):
    return set(re.findall(r"\w+", text))


def diff_words(repo, sha):
    """Words of all added and of all deleted lines, and how many lines were added."""
    added, deleted, count = set(), set(), 0
    patch = git(repo, "diff-tree", "--root", "-p", "-U0", "-r", "--no-commit-id", "--no-renames", "--no-ext-diff", "--text", sha)
    for line in patch.decode("utf-8", "replace").split("\n"):
        if line.startswith("+") and not line.startswith("+++"):
            added |= words(line[1:])
            count += 1
        elif line.startswith("-") and not line.startswith("---"):
            deleted |= words(line[1:])
    return added, deleted, count


def skeleton(text):
    """A Python module without the bodies of its functions."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            node.body = []
        if isinstance(node, ast.ClassDef) and node.body and isinstance(node.body[0], ast.Expr):
            node.body = node.body[1:]
    if tree.body and isinstance(tree.body[0], ast.Expr):
        tree.body = tree.body[1:]
    return ast.dump(tree)


def bodies(text):
    """Python functions of a module by name, as source without their own name."""
    out = {}
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return out
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            name = node.name
            node.name = "_"
            out[name] = re.sub(r"'%s'" % re.escape(name), "'_'", ast.dump(node))
    return out


def changes(repo, sha):
    raw = git(repo, "diff-tree", "--root", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", "--no-commit-id", sha).split(b"\0")
    for at in range(0, len(raw) - 1, 2):
        old_mode, mode, old, new, status = raw[at].decode().lstrip(":").split(" ")
        if mode in ("100644", "100755", "000000") and old_mode in ("100644", "100755", "000000"):
            yield status[0], raw[at + 1].decode("utf-8", "replace"), old, new


GO = re.compile(r"^func ([A-Z]\w*)\(([^()]*)\)", re.M)


def cases(repo, sha, rng):
    """(row, claim, truth)"""
    rows = list(changes(repo, sha))
    # A clone that lacks some file of the change tells nothing for sure.
    ids = "\n".join(one for row in rows for one in row[2:] if set(one) != {"0"})
    if b" missing" in git(repo, "cat-file", "--batch-check", data=ids.encode()):
        return
    rows = [row for row in rows if not SKIP.search(row[1])]
    code = [row for row in rows if os.path.splitext(row[1])[1] in set(DECLARES) | {".py"}]
    if not code or len(rows) > 60:
        return
    added, deleted, count = diff_words(repo, sha)
    made = Counter()
    paths = {row[1]: row for row in rows}
    all_skeletons_equal = len(code) == len(rows)
    go_tests = py_tests = 0
    tests_known = True
    for status, path, old_id, new_id in code:
        end = os.path.splitext(path)[1][1:]
        old, new = text_of(repo, old_id), text_of(repo, new_id)
        before, after = names_of(path, old), names_of(path, new)
        if before is None or after is None or len(old) + len(new) > 2_000_000:
            all_skeletons_equal = tests_known = False
            continue
        old_words, new_words = words(old), words(new)
        fresh = sorted(n for n in after if n not in old_words and n not in deleted and len(n) > 3)
        gone = sorted(n for n in before if n not in new_words and n not in added and len(n) > 3)
        kept = sorted(n for n in after if n in before and len(n) > 3)
        for name in rng.sample(fresh, min(2, len(fresh))):
            yield f"symbol-added {end}", {"kind": "symbol-added", "name": name, "path": path}, True
            if made["nopath"] < 2:
                made["nopath"] += 1
                yield f"symbol-added {end}", {"kind": "symbol-added", "name": name}, True
        for name in rng.sample(gone, min(2, len(gone))):
            yield f"symbol-removed {end}", {"kind": "symbol-removed", "name": name, "path": path}, True
        for name in rng.sample(kept, min(1, len(kept))):
            if name not in added and status == "M":
                yield f"symbol-added {end}", {"kind": "symbol-added", "name": name, "path": path}, False
            if name not in deleted and status == "M":
                yield f"symbol-removed {end}", {"kind": "symbol-removed", "name": name, "path": path}, False
        if end == "py":
            all_skeletons_equal &= status == "M" and skeleton(old) == skeleton(new)
            was, now = bodies(old), bodies(new)
            left = {n: b for n, b in was.items() if n not in now}
            came = {n: b for n, b in now.items() if n not in was}
            for one, body in left.items():
                same = [n for n, b in came.items() if b == body]
                if len(same) == 1 and list(left.values()).count(body) == 1:
                    yield "symbol-renamed py", {"kind": "symbol-renamed", "from": one, "to": same[0]}, True
            if re.search(r"(^|/)(test_[^/]*|[^/]*_test)\.py$", path):
                tests = lambda counter: Counter({n: c for n, c in counter.items() if n.startswith("test_")})
                py_tests += sum((tests(after) - tests(before)).values())
            elif any(n.startswith("test") for n in after - before):
                tests_known = False
        else:
            all_skeletons_equal = False
        if end == "go" and path.endswith("_test.go"):
            tests = lambda counter: Counter({n: c for n, c in counter.items() if n.startswith("Test") and n != "TestMain"})
            go_tests += sum((tests(after) - tests(before)).values())
        if end == "go" and not path.endswith("_test.go") and status == "M" and not re.search(r"(^|/)(internal|cmd|tools?|scripts|examples?|bin|impl|private|tests?|testdata)/|(^|/)_", path):
            if not re.search(r"^package main\b", new, re.M) and "paths" not in made:
                arity = lambda t: {n: p.count(",") + 1 if p.strip() else 0 for n, p in GO.findall(t)}
                one, two = arity(old), arity(new)
                other = [n for n in one if n in two and one[n] != two[n] and "(" not in n]
                if other:
                    made["paths"] += 1
                    yield "public-api-unchanged go", {"kind": "public-api-unchanged", "paths": [path]}, False
    tag = "zq_absent_" + rng.choice(["parser", "handler", "cache"])
    yield "symbol-added absent", {"kind": "symbol-added", "name": tag}, False
    yield "symbol-removed absent", {"kind": "symbol-removed", "name": tag}, False
    some = [row for row in code if row[0] == "M"]
    if some:
        yield "symbol-added absent", {"kind": "symbol-added", "name": tag, "path": rng.choice(some)[1]}, False
        names = names_of(some[0][1], text_of(repo, some[0][2])) or {}
        if names:
            yield "symbol-renamed absent", {"kind": "symbol-renamed", "from": sorted(names)[0], "to": tag}, False
    others = [p for p in paths if re.search(r"(^|/)(tests?|spec|e2e)(/|$)|[._-](test|spec)\.", p) and not p.endswith((".py", ".go"))]
    if tests_known and not others and (go_tests or py_tests) and not (go_tests and py_tests):
        row = "tests-added go" if go_tests else "tests-added py"
        yield row, {"kind": "tests-added", "count": go_tests + py_tests, "unit": "functions"}, True
        yield row, {"kind": "tests-added", "count": go_tests + py_tests + 10 * count, "unit": "functions"}, False
    if all_skeletons_equal and code:
        yield "public-api-unchanged py", {"kind": "public-api-unchanged"}, True


def check(tool, repo, sha, claims):
    report = {"schema": 1, "claim": claims}
    with tempfile.TemporaryDirectory() as tmp:
        path = os.path.join(tmp, "report.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(report, file)
        run = subprocess.run([tool, "-C", repo, "check", "--commit", sha, "--report", path, "--format", "json"], capture_output=True)
    try:
        return [(c["verdict"], c["reason"]) for c in json.loads(run.stdout)["claims"] if c["source"] == "declared"]
    except (ValueError, KeyError):
        return [("error", run.stderr.decode("utf-8", "replace")[-300:])] * len(claims)


def judge(job):
    tool, repo, sha = job
    made, seen = [], set()
    for row, claim, truth in cases(repo, sha, random.Random(sha)):
        key = json.dumps(claim, sort_keys=True)
        if key not in seen:
            seen.add(key)
            made.append((row, claim, truth))
    if not made:
        return []
    verdicts = check(tool, repo, sha, [claim for _, claim, _ in made])
    return [(repo, sha, *one, *verdict) for one, verdict in zip(made, verdicts)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repos", nargs="+")
    parser.add_argument("--tool", default="git-warrant")
    parser.add_argument("--limit", type=int, default=60, help="commits a repository")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    jobs = []
    for repo in options.repos:
        shas = git(repo, "rev-list", "--no-merges", "HEAD").decode().split()
        random.Random(options.seed).shuffle(shas)
        jobs += [(options.tool, repo, sha) for sha in shas[: options.limit]]
    tally, errors, commits = defaultdict(lambda: [0, 0]), 0, 0
    with ThreadPoolExecutor(options.jobs) as pool:
        for results in pool.map(judge, jobs):
            commits += bool(results)
            for repo, sha, row, claim, truth, verdict, reason in results:
                hit = verdict == ("supported" if truth else "contradicted")
                errors += verdict == "error"
                key = f"{row} {'true' if truth else 'false'}"
                tally[key][0] += 1
                tally[key][1] += hit
                if options.show and not hit:
                    print(f"MISS {os.path.basename(os.path.dirname(repo.rstrip('/')))} {sha[:10]} {truth} {json.dumps(claim)} {verdict}: {reason}")
    for key in sorted(tally):
        n, hits = tally[key]
        print(f"{key:36} n={n:5} hits={hits:5} rate={hits / n:.4f}")
    n, hits = (sum(v[at] for v in tally.values()) for at in (0, 1))
    print(f"{'total':36} n={n:5} hits={hits:5} rate={hits / max(1, n):.4f} errors={errors} commits={commits}")


if __name__ == "__main__":
    main()
