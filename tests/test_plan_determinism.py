"""Show that the same question gets the same answer in every run, byte for byte."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TWO = "examples/men1-two-tumors.json --as-of 2026-03-31"
COMMANDS = [
    *(f"derive {TWO} --format {form}" for form in ("json", "jsonld", "markdown", "text", "turtle")),
    f"explain {TWO} --format json --focus duodenal TX-03",
    f"explain {TWO} --format turtle TX-06",
    f"diff examples/small-pancreatic-net.json {TWO} --format json",
    f"query cq24 {TWO}",
    "query cq01 population=PancreaticPrimaryTumor",
    "graph --view ontology --format html",
    "graph --around TX-19 --hops 2 --format mermaid",
    f"graph {TWO} --whole --format graphml",
]


# A character that no answer has is ahead of each command.
PROGRAM = r"""
import sys
from netkg import cli

for command in sys.stdin.read().splitlines():
    print("\x1e" + command, flush=True)
    if status := cli.main(command.split()):
        sys.exit(status)
"""


def answers(seed: str) -> list[bytes]:
    """Return the answers to all commands of one new process."""
    # The order of sets of texts turns on the seed of the hash.
    environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env=environment,
        input="\n".join(COMMANDS).encode(),
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr.decode()
    (nothing, *found) = done.stdout.split(b"\x1e")
    assert nothing == b""
    return found


@pytest.fixture(scope="module")
def pairs() -> dict[str, tuple[bytes, bytes]]:
    """Return the answers of two processes to each command."""
    first, second = answers("1"), answers("2")
    return dict(zip(COMMANDS, zip(first, second, strict=True), strict=True))


@pytest.mark.parametrize("command", COMMANDS)
def test_an_answer_is_the_same_in_every_run(
    pairs: dict[str, tuple[bytes, bytes]], command: str
) -> None:
    first, second = pairs[command]
    assert first.startswith(command.encode() + b"\n")
    assert len(first) > 500
    assert first == second
