"""Run what the documentation shows: each command and each program, with its output.

A command is run in a shell, in a folder with copies of the examples, the ontology and
the shapes; the commands of one document follow each other there. Where output is shown
below a command it is the whole output; a command without any must end well.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pyoxigraph as ox
import pytest

from netkg.namespaces import PREFIXES
from netkg.ontology.schema import Schema
from netkg.tables.map_file import read_map

ROOT = Path(__file__).resolve().parent.parent
DOCS = sorted(
    {
        path.relative_to(ROOT).as_posix()
        for pattern in ("*.md", "*/README.md", "docs/*.md")
        for path in ROOT.glob(pattern)
    }
)
LANGUAGES = {"console", "json", "python", "text", "turtle", "yaml"}
# These read an export with tools of others. tests/test_interop_shacl.py runs the first.
ENGINES = {
    "node tests/interop/shacl.mjs rdf-validate-shacl data.ttl shapes.ttl",
    "node tests/interop/shacl.mjs shacl-engine data.ttl shapes.ttl",
    "pyshacl -s shapes.ttl -f turtle data.ttl",
    'python -c \'import pyrudof as p; r = p.Rudof(); r.read_data("data.ttl");'
    ' r.read_shacl("shapes.ttl"); r.validate_shacl();'
    " print(r.serialize_shacl_validation_results(p.ResultShaclValidationFormat.Turtle))'",
}
STORES = {
    "npx comunica-sparql-file cases.trig --file query.rq --unionDefaultGraph",
    "tdb2.tdbloader --loc netkg-db cases.trig",
    "tdb2.tdbquery --loc netkg-db --set tdb2:unionDefaultGraph=true"
    " --query queries/competency/cq31-which-records-belong-to-a-class.rq",
    "fuseki-server --config fuseki.ttl",
    "curl -X POST -H 'Content-Type: application/trig' --data-binary @cases.trig"
    " http://localhost:7200/repositories/netkg/statements",
}
# These make an environment, run all tests, or measure.
NOT_RUN = (
    ENGINES
    | STORES
    | {
        "make audit",
        "make demo",
        "make docs",
        "make format",
        "make fuzz",
        "make licenses",
        "make lint",
        "make lock",
        "make release",
        "make test",
        "make test-all",
        "python benchmarks/benchmark.py",
        "spark-submit --master yarn \"$(command -v netkg)\" cohort derive 'registry/*.parquet'"
        " --engine spark --out plans --as-of 2026-03-31",
        "python benchmarks/benchmark.py --quick",
    }
)


@dataclass(frozen=True)
class Block:
    """One fenced block of a document, with the line that it begins at."""

    line: int
    language: str
    text: str


def blocks(doc: str) -> list[Block]:
    """Return the fenced blocks of a document in their order."""
    text = (ROOT / doc).read_text(encoding="utf-8")
    return [
        Block(text.count("\n", 0, found.start()) + 1, found[1], found[2])
        for found in re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    ]


def with_a(language: str) -> list[str]:
    return [doc for doc in DOCS if any(block.language == language for block in blocks(doc))]


def commands(block: Block) -> Iterator[tuple[str, str]]:
    """Yield each command of a console block with the output that is shown below it."""
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        # Lines after the prompt of a shell that waits for more belong to the command.
        while output.startswith(">"):
            more, _, output = output.partition("\n")
            command += "\n" + more[1:].removeprefix(" ")
        yield re.sub(r" +# .*", "", command) if "\n" not in command else command, output


@pytest.fixture
def sandbox(tmp_path: Path) -> Path:
    """Make a folder with what the commands name."""
    for name in ("examples", "ontology", "queries", "shapes"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("ontology", "shapes"):
        shutil.copytree(ROOT / name, tmp_path / "my" / name)
    shutil.copy(ROOT / "examples" / "small-pancreatic-net.json", tmp_path / "case.json")
    program = tmp_path / "bin" / "netkg"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m netkg "$@"\n')
    program.chmod(0o755)
    return tmp_path


def run(command: str, status: int, folder: Path) -> tuple[str, int]:
    """Run a command after one that ended with this status: its output and its own status."""
    path = os.pathsep.join([str(folder / "bin"), os.environ["PATH"]])
    done = subprocess.run(
        ["sh", "-c", f"(exit {status})\n{command}"],
        cwd=folder,
        env=os.environ | {"PATH": path, "PYTHONPATH": str(ROOT), "COLUMNS": "80"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    # Lines of CSV end in two characters, and a document shows one of them.
    return done.stdout.decode().replace("\r\n", "\n"), done.returncode


@pytest.mark.slow
@pytest.mark.parametrize("doc", with_a("console"))
def test_commands_give_the_output_that_is_shown(doc: str, sandbox: Path) -> None:
    for block in (block for block in blocks(doc) if block.language == "console"):
        assert block.text.startswith("$ "), f"{doc}:{block.line}"
        status = 0
        for command, shown in commands(block):
            if command in NOT_RUN:
                assert shown == "", command
                continue
            output, status = run(command, status, sandbox)
            if shown:
                assert output == shown, command
            else:
                assert status == 0, f"{command}: {output}"


@pytest.mark.parametrize("doc", with_a("python"))
def test_programs_print_what_is_shown(doc: str, sandbox: Path) -> None:
    names: dict[str, object] = {"__name__": "__main__"}
    ran = 0
    for block, below in pairwise([*blocks(doc), Block(0, "", "")]):
        if block.language == "python":
            code = compile("\n" * block.line + block.text, str(ROOT / doc), "exec")
            output = StringIO()
            with chdir(sandbox), redirect_stdout(output):
                exec(code, names)
            assert output.getvalue() == (below.text if below.language == "text" else "")
            ran += 1
    assert ran


@pytest.mark.parametrize("doc", DOCS)
def test_data_can_be_read(doc: str, tmp_path: Path) -> None:
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    for block in blocks(doc):
        if block.language == "turtle":
            assert list(ox.parse(prefixes + block.text, format=ox.RdfFormat.TURTLE))
        elif block.language == "yaml":
            (tmp_path / "map.yaml").write_text(block.text, encoding="utf-8")
            assert read_map(tmp_path / "map.yaml", Schema.load()).columns
        elif block.language == "json":
            json.loads(block.text)


@pytest.mark.parametrize("doc", DOCS)
def test_each_block_is_of_a_language_that_is_checked(doc: str) -> None:
    found = blocks(doc)
    fences = re.findall(r"^ *(?:```|~~~)", (ROOT / doc).read_text(encoding="utf-8"), re.MULTILINE)
    assert len(fences) == 2 * len(found)
    for above, block in pairwise([Block(0, "", ""), *found]):
        assert block.language in LANGUAGES, f"{doc}:{block.line}"
        assert block.language != "text" or above.language == "python", f"{doc}:{block.line}"


@pytest.mark.parametrize("doc", DOCS)
def test_links_lead_to_files(doc: str) -> None:
    text = (ROOT / doc).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
        if not re.match(r"[a-z]+:", target):
            assert (ROOT / doc).parent.joinpath(target).exists(), target


def test_documentation_is_found() -> None:
    assert {"CONTRIBUTING.md", "README.md", "examples/README.md", "ontology/README.md"} <= {*DOCS}
    assert sum(doc.startswith("docs/") for doc in DOCS) >= 8
    shown = [pair for doc in with_a("console") for b in blocks(doc) for pair in commands(b)]
    assert sum(command.startswith("netkg ") for command, _ in shown) >= 8
    assert sum(bool(output) for _, output in shown) >= 6
    assert "README.md" in with_a("python")
    assert {command for command, _ in shown} >= {"make demo", "make test"}


def test_what_is_not_run_is_shown_somewhere() -> None:
    shown = {pair[0] for doc in with_a("console") for b in blocks(doc) for pair in commands(b)}
    assert shown >= NOT_RUN


def test_readme_says_what_every_answer_carries() -> None:
    words = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert "not a medical device" in words
    assert "pending human review" in words
