"""Compare the answers to all examples with those of another commit, byte for byte.

    python benchmarks/same_answers.py [REVISION]

For each example, a case at a time, what ``netkg derive`` writes as JSON and as
Turtle, and what ``netkg validate`` writes as JSON, with the exit status, is
compared with what the commit before (or REVISION) writes. The exit status is 1
if anything differs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DAY = "2026-03-31"
FORMS = (("derive", "json"), ("derive", "turtle"), ("validate", "json"))
# One process answers all examples of a tree, since loading takes longer than answering.
PROGRAM = """
import contextlib, io, json, sys
from netkg.cli import main
for line in sys.stdin:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        status = main(json.loads(line))
    print(json.dumps([status, out.getvalue()]))
"""


def examples() -> list[str]:
    """Return the paths of all examples below the root."""
    folder = ROOT / "examples"
    return [
        str(path.relative_to(ROOT))
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".json", ".ndjson", ".ttl")
    ]


def answers(tree: Path, calls: list[list[str]]) -> list[str]:
    """Return what the netkg of a tree answers to each call."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", PROGRAM],
        input="".join(json.dumps(call) + "\n" for call in calls),
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(tree)},
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    )
    return done.stdout.splitlines()


def main() -> int:
    """Compare, and print what differs."""
    revision = sys.argv[1] if len(sys.argv) > 1 else "HEAD~1"
    calls = [
        [command, path, "--as-of", DAY, "--format", form]
        for path in examples()
        for command, form in FORMS
    ]
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        subprocess.run(["git", "worktree", "add", "-q", "--detach", tree, revision], check=True)
        try:
            before = answers(tree, calls)
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", tree], check=True)
    after = answers(ROOT, calls)
    differing = [
        " ".join(call) for call, old, new in zip(calls, before, after, strict=True) if old != new
    ]
    print(f"{len(calls)} answers to {len(examples())} examples: {len(differing)} differ")  # noqa: T201
    print("".join(f"  netkg {call}\n" for call in differing), end="")  # noqa: T201
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
