"""Check the command graph: its arguments, its output, and its errors."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import networkx as nx
import pytest

from netkg import graph

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = str(ROOT / "examples" / "small-pancreatic-net.json")
COHORT = str(ROOT / "examples" / "cohort.ndjson")
MISTAKE = str(ROOT / "examples" / "mistakes" / "two-grades.json")
DAY = ("--as-of", "2026-03-31")

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(run: Run) -> Run:
    """Return a function that runs the command graph."""
    return partial(run, "graph")


def test_every_format_has_a_name_for_files() -> None:
    assert set(graph.SUFFIXES.values()) == set(graph.FORMATS)


def test_the_guideline_is_drawn_without_a_case(run: Run) -> None:
    status, out, err = run()
    assert (status, err) == (0, "")
    assert "digraph" in out
    assert "TX-06 MRI surveillance" in out


def test_a_plan_is_drawn_with_one(run: Run) -> None:
    status, out, err = run(EXAMPLE, *DAY, "--format", "json")
    assert (status, err) == (0, "")
    read = nx.node_link_graph(json.loads(out), edges="edges")
    assert read.graph["view"] == "plan"
    assert read.graph["asOf"] == "2026-03-31"
    assert len(read) <= graph.LIMIT
    status, out, _ = run(EXAMPLE, *DAY, "--format", "json", "--all")
    assert status == 0
    assert len(nx.node_link_graph(json.loads(out), edges="edges")) > 2 * graph.LIMIT


@pytest.mark.parametrize("ending", sorted(graph.SUFFIXES))
def test_the_name_of_the_file_selects_the_format(run: Run, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"drawn.{ending.upper()}"
    status, out, err = run(EXAMPLE, *DAY, "--out", str(path))
    assert (status, out, err) == (0, "", "")
    begins = {
        "cx2": b"[",
        "cyjs": b"{",
        "dot": b"//",
        "gexf": b"<?xml",
        "graphml": b"<",
        "gv": b"//",
        "htm": b"<!DOCTYPE html>",
        "html": b"<!DOCTYPE html>",
        "json": b"{",
        "mermaid": b"---",
        "mmd": b"---",
        "png": b"\x89PNG",
        "svg": b"<svg",
    }
    assert path.read_bytes().startswith(begins[ending])


def test_filters_reach_the_graph(run: Run) -> None:
    def nodes(*argv: str) -> set[str]:
        status, out, err = run(*argv, "--format", "json")
        assert status == 0, err
        return set(nx.node_link_graph(json.loads(out), edges="edges"))

    assert "TX-15" not in nodes("--section", "Treatment/Localized")
    assert nodes("--around", "TX-19", "--hops", "0") == {"TX-19"}
    assert "TX-19" not in nodes(EXAMPLE, *DAY, "--verdict", "undetermined", "--whole")
    assert "TX-07" in nodes(EXAMPLE, *DAY, "--status", "overdue", "--whole")
    assert "TX-06" in nodes(EXAMPLE, *DAY, "--focus", "body-nodule", "--whole")
    assert "tumor body-nodule" in nodes(EXAMPLE, *DAY, "--view", "case")


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("--view", "plan"), "The plan view needs a case. Add the name of a file"),
        ((EXAMPLE, "--view", "guideline"), "The guideline view does not draw a case. Leave out "),
        (DAY, "need a case"),
        (("--hops", "2"), "Name the node with --around"),
        (("--around", "TX-91"), "Did you mean TX-"),
        (("--section", "Nowhere"), "unknown section 'Nowhere' (choose from FollowUp, "),
        (("--view", "ontology", "--section", "Treatment"), "has no sections"),
        (("--out", "graph.jpg"), "graph.jpg: the ending does not name a format. Add --format"),
        ((COHORT, *DAY), "contains several cases. Choose one case with --case, such as cohort-1, "),
        (
            (COHORT, "--case", "nobody"),
            "contains no case with the id 'nobody'. Choose one case with --case, such as ",
        ),
        (("nowhere.json",), "nowhere.json"),
        ((EXAMPLE, *DAY, "--status", "doo"), "has the status 'doo'. Choose done, due, "),
    ],
)
def test_misuse_is_reported_in_two_sentences(run: Run, argv: tuple[str, ...], said: str) -> None:
    status, out, err = run(*argv)
    assert status == 2
    assert out == ""
    assert said in err


@pytest.mark.parametrize("hops", ["-1", "two", "100"])
def test_hops_are_a_small_number(run: Run, hops: str) -> None:
    status, _, err = run("--around", "TX-19", f"--hops={hops}")
    assert status == 2
    assert "Invalid value for '--hops'" in err


def test_one_of_several_cases_is_drawn(run: Run) -> None:
    first = json.loads(Path(COHORT).read_text(encoding="utf-8").splitlines()[0])["id"]
    status, out, err = run(COHORT, *DAY, "--case", first, "--format", "json")
    assert (status, err) == (0, "")
    assert json.loads(out)["graph"]["case"] == first


def test_a_line_that_cannot_be_read_is_reported_and_the_case_drawn(
    run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "two.ndjson"
    file.write_text('{"id": "a", "tumors": [\n{"id": "b", "tumors": [{}]}\n')
    status, out, err = run(str(file), *DAY, "--format", "json")
    assert status == 2
    assert json.loads(out)["graph"]["case"] == "b"
    assert f"{file}, line 1: not valid JSON" in err


def test_a_case_with_violations_has_no_plan_but_a_picture(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "plan.html"
    status, out, err = run(MISTAKE, *DAY, "--out", str(path))
    assert status == 1
    assert "does not conform" in out
    assert "No plan is drawn. Fix the violations, or draw the case itself" in err
    assert not path.exists()
    status, out, err = run(MISTAKE, *DAY, "--view", "case", "--format", "mermaid")
    assert status == 1
    assert "Violation" in out
    assert "The case violates the shapes." in err


def test_a_file_with_the_ending_of_another_format_is_reported(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "graph.png"
    status, _, err = run("--format", "svg", "--out", str(path))
    assert status == 0
    assert f"{path} has the format svg, although its ending names png." in err
    assert path.read_bytes().startswith(b"<svg")


def test_png_is_not_for_a_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    status, _, err = run("--format", "png")
    assert status == 2
    assert "A terminal cannot show png. Write it to a file with --out." in err


def test_an_unwritable_file_is_reported(run: Run, tmp_path: Path) -> None:
    status, _, err = run("--out", str(tmp_path / "nowhere" / "graph.dot"))
    assert status == 2
    assert "graph.dot: cannot be written, because its folder does not exist" in err


def test_a_case_from_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    body = Path(EXAMPLE).read_bytes()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(body), encoding="utf-8"))
    status, out, _ = run("-", *DAY, "--format", "mermaid")
    assert status == 0
    assert "flowchart TB" in out


def test_the_help_is_complete(run: Run) -> None:
    status, out, _ = run("--help")
    assert status == 0
    for word in ("--view", "--whole", "--around", "--hops", "--focus", "For example:", "graphml"):
        assert word in out


def test_bytes_go_to_a_pipe_as_they_are() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "netkg", "graph", "--format", "png"],
        capture_output=True,
        check=True,
        cwd=ROOT,
    )
    assert done.stdout[:8] == b"\x89PNG\r\n\x1a\n"
    assert done.stdout.endswith(b"IEND\xaeB`\x82")
    assert done.stderr == b""


def test_help_does_not_import_what_is_slow() -> None:
    script = (
        "import sys; from netkg.cli import main; main(['graph', '--help']);"
        "sys.exit(bool({'networkx', 'graphviz', 'pyoxigraph'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, cwd=ROOT)
    assert done.returncode == 0
