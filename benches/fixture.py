#!/usr/bin/env python3
"""Makes a repository of many small files, with a history of one commit: benches/fixture.py FOLDER FILES"""
import os
import subprocess
import sys

LINES = {
    "rs": "pub fn value_{n}_{i}() -> u64 {{ combine({i}, {x}) }}\n",
    "py": "value_{n}_{i} = combine({i}, {x})\n",
    "ts": "export const value_{n}_{i} = combine({i}, {x});\n",
    "go": "var value_{n}_{i} = combine({i}, {x})\n",
}
KINDS = list(LINES)


def lines(number, count=40):
    line = LINES[KINDS[number % 4]]
    head = ["package module\n"] if number % 4 == 3 else []
    return head + [line.format(n=number, i=i, x=number * i % 97) for i in range(count)]


def path(number):
    # Ten files a folder, three folders deep: 90,000 files in 10,040 folders.
    folder = number // 10
    return f"part{folder % 40:02}/unit{folder // 40 % 25:02}/module{folder}/file{number:05}.{KINDS[number % 4]}"


def make(folder, files):
    """The files are committed, checked out, and in one pack."""
    subprocess.run(["git", "init", "-q", folder], check=True)
    stream = subprocess.Popen(["git", "fast-import", "--quiet"], cwd=folder, stdin=subprocess.PIPE)
    write = stream.stdin.write
    write(b"commit refs/heads/bench\ncommitter bench <bench@example.com> 1700000000 +0000\ndata 5\nfiles\n")
    for number in range(files):
        content = "".join(lines(number)).encode()
        write(f"M 100644 inline {path(number)}\ndata {len(content)}\n".encode() + content + b"\n")
    write(b"M 100644 inline .gitignore\ndata 9\nignored/\n\n")
    stream.stdin.close()
    if stream.wait() != 0:
        sys.exit("git fast-import failed")
    for command in (["symbolic-ref", "HEAD", "refs/heads/bench"], ["reset", "-q", "--hard"]):
        subprocess.run(["git", *command], cwd=folder, check=True)


def edit(folder, count, total):
    """Changes two lines and adds one in `count` files spread over the repository."""
    step = max(1, total // count)
    for number in range(0, step * count, step):
        full = os.path.join(folder, path(number))
        old = lines(number)
        fresh = lines(number + 4 * total, 43)
        old[5], old[20] = fresh[40], fresh[41]
        with open(full, "w") as file:
            file.writelines([*old, fresh[42]])


if __name__ == "__main__":
    make(sys.argv[1], int(sys.argv[2]))
