"""Compare the answers to all examples with those of another commit.

    python benchmarks/same_answers.py [--bytes] [REVISION]

For each example, what ``netkg derive`` writes as JSON and as Turtle, what
``netkg validate`` writes as JSON, and the exit status are compared with what the
commit before (or REVISION) writes. JSON is parsed, Turtle is read as a canonical
graph, and the texts of ``TEXT_KEYS`` and ``TEXT_PREDICATES`` may differ: a change of
wording or spelling is not a change of the answer. With ``--bytes`` every byte counts.
The exit status is 1 if anything differs.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from difflib import unified_diff
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

ROOT = Path(__file__).resolve().parent.parent
DAY = "2026-03-31"
FORMS = (("derive", "json"), ("derive", "turtle"), ("validate", "json"))
# JSON keys whose values are for people to read. How many values there are is compared.
TEXT_KEYS: Final = frozenset(
    {
        "caveats",
        "definition",
        "disclaimer",
        "expected",
        "found",
        "label",
        "message",
        "readingNotes",
        "searched",
    }
)
# The same in Turtle.
TEXT_PREDICATES: Final = frozenset(
    {
        "http://www.w3.org/ns/shacl#resultMessage",
        "https://w3id.org/netkg/ns#disclaimer",
        "https://w3id.org/netkg/ns#expected",
        "https://w3id.org/netkg/ns#found",
        "https://w3id.org/netkg/ns#searched",
    }
)
# Earlier versions used British spelling.
SPELLING: Final = re.compile("tumou?r")
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
    return [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "examples").rglob("*"))
        if path.suffix in (".json", ".ndjson", ".ttl")
    ]


def answers(tree: Path, calls: list[list[str]]) -> list[tuple[int, str]]:
    """Return exit status and output of each call to the netkg of a tree."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", PROGRAM],
        input="".join(json.dumps(call) + "\n" for call in calls),
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(tree)},
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    )
    return [tuple(json.loads(line)) for line in done.stdout.splitlines()]


def without_texts(value: Any, key: str = "") -> Any:
    """Return a JSON value with "..." for each text that may differ."""
    if isinstance(value, dict):
        return {name: without_texts(below, name) for name, below in value.items()}
    if isinstance(value, list):
        return [without_texts(below, key) for below in value]
    if isinstance(value, str):
        return "..." if key in TEXT_KEYS else SPELLING.sub("tumor", value)
    return value


def comparable(form: str, output: str) -> list[str]:
    """Return the lines in which two outputs of a form must agree."""
    if form == "json":
        return json.dumps(without_texts(json.loads(output or "null")), indent=1).splitlines()
    graph = ox.Dataset(ox.parse(output, format=ox.RdfFormat.TURTLE))
    graph.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(
        f"{q.subject} {q.predicate} {'...' if q.predicate.value in TEXT_PREDICATES else q.object}"
        for q in graph
    )


def main() -> int:
    """Compare, and print what differs."""
    exact = "--bytes" in sys.argv
    revision = next((word for word in sys.argv[1:] if word != "--bytes"), "HEAD~1")
    calls = [
        [command, path, "--as-of", DAY, "--format", form]
        for path in examples()
        for command, form in FORMS
    ]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["git", "archive", "-o", f"{folder}/tree.tar", revision], cwd=ROOT, check=True
        )
        shutil.unpack_archive(f"{folder}/tree.tar", folder, filter="data")
        before = answers(Path(folder), calls)
    differing = 0
    for call, old, new in zip(calls, before, answers(ROOT, calls), strict=True):
        left, right = (
            [str(status), *(output.split("\n") if exact else comparable(call[-1], output))]
            for status, output in (old, new)
        )
        if left != right:
            differing += 1
            lines = list(unified_diff(left, right, "before", "after", n=0, lineterm=""))
            print("\n".join([f"netkg {' '.join(call)}", *lines[2:22]]))  # noqa: T201
    print(f"{len(calls)} answers to {len(examples())} examples: {differing} differ")  # noqa: T201
    return int(differing > 0)


if __name__ == "__main__":
    sys.exit(main())
