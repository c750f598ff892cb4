"""Check what the package offers: names, frozen results, no clock, nothing changed in passing."""

from __future__ import annotations

import ast
import copy
import dataclasses
import inspect
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import rdflib
from rdflib.compare import isomorphic

import netkg
from netkg.plan.engine import Engine

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "small-pancreatic-net.json"
DAY = date(2026, 3, 31)
MODULES = sorted((ROOT / "netkg").rglob("*.py"))
CLOCKS = {
    ("date", "today"),
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("time", "ctime"),
    ("time", "gmtime"),
    ("time", "localtime"),
    ("time", "strftime"),
    ("time", "time"),
    ("time", "time_ns"),
}


@pytest.fixture(scope="module")
def plan() -> netkg.Plan:
    return netkg.derive(EXAMPLE, as_of=DAY)


# -- names -----------------------------------------------------------------------------
def test_public_names_are_these() -> None:
    assert netkg.__all__ == [
        "Action",
        "Answer",
        "Case",
        "Checker",
        "Comparison",
        "Contradiction",
        "Engine",
        "Explanation",
        "Fact",
        "Finding",
        "Findings",
        "Focus",
        "Guideline",
        "InputError",
        "KnowledgeError",
        "Limits",
        "MissingPackage",
        "NetkgError",
        "Plan",
        "Proof",
        "Question",
        "Rechecked",
        "Recommendation",
        "UnsupportedAxiom",
        "ask",
        "compare",
        "derive",
        "diff",
        "explain",
        "json_schemas",
        "limited",
        "load_case",
        "open_cases",
        "recheck",
        "to_dataframe",
        "validate",
        "whatif",
    ]


@pytest.mark.parametrize("name", netkg.__all__)
def test_each_public_name_is_there_and_described(name: str) -> None:
    thing = getattr(netkg, name)
    assert thing.__name__ == name
    # A dataclass without a docstring gets its signature as one.
    assert thing.__doc__
    assert not thing.__doc__.startswith(f"{name}(")
    assert name in dir(netkg)


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="No netkg attribute plan_everything"):
        _ = netkg.plan_everything


def test_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert netkg.__version__ == project["version"]


def test_import_alone_loads_nothing_heavy() -> None:
    code = (
        "import sys, netkg\n"
        "heavy = {'networkx', 'owlrl', 'pyoxigraph', 'pyshacl', 'rdflib'}\n"
        "print(sorted(heavy & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")


# -- errors ----------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["Contradiction", "InputError", "KnowledgeError"])
def test_every_error_is_one_of_netkg(name: str) -> None:
    assert issubclass(getattr(netkg, name), netkg.NetkgError)


def test_axiom_that_is_refused_is_a_fault_of_the_knowledge() -> None:
    assert issubclass(netkg.UnsupportedAxiom, netkg.KnowledgeError)


# -- results ---------------------------------------------------------------------------
def parts(value: Any) -> Iterator[Any]:
    """Yield every dataclass inside a result, itself included."""
    if dataclasses.is_dataclass(value):
        yield value
        for field in dataclasses.fields(value):
            yield from parts(getattr(value, field.name))
    elif isinstance(value, tuple):
        for part in value:
            yield from parts(part)


def test_results_are_frozen_through_and_through(plan: netkg.Plan) -> None:
    found = {type(part): part for part in parts(plan)}
    assert {type_.__name__ for type_ in found} >= {
        "Action",
        "Fact",
        "Finding",
        "Focus",
        "Guideline",
        "Plan",
        "Question",
        "Recommendation",
    }
    for part in found.values():
        for field in dataclasses.fields(part):
            assert not isinstance(getattr(part, field.name), list | set)
            with pytest.raises(dataclasses.FrozenInstanceError):
                setattr(part, field.name, None)


def test_case_is_frozen() -> None:
    case = netkg.load_case(EXAMPLE)
    with pytest.raises(dataclasses.FrozenInstanceError):
        case.id = "other"  # type: ignore[misc]


def test_same_input_gives_an_equal_plan(plan: netkg.Plan) -> None:
    assert netkg.derive(EXAMPLE, as_of=DAY) == plan
    assert netkg.derive(netkg.load_case(str(EXAMPLE)), as_of=DAY) == plan


def test_plan_shows_itself_in_a_notebook(plan: netkg.Plan) -> None:
    tags: set[str] = set()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, _: object) -> None:
            tags.add(tag)

    reader = Reader()
    reader.feed(plan._repr_html_())
    reader.close()
    assert {"h2", "table"} <= tags
    assert "script" not in tags
    for shown in (plan._repr_html_(), plan._repr_markdown_()):
        assert plan.case in shown
        assert "TX-06" in shown
        assert "not a medical device" in shown
    assert plan._repr_markdown_().startswith("#")


# -- what goes in stays as it is ---------------------------------------------------------
def test_graph_that_is_read_stays_untouched(plan: netkg.Plan) -> None:
    graph = rdflib.Graph().parse(EXAMPLE.with_suffix(".ttl"))
    before = rdflib.Graph()
    before += graph
    names = list(graph.namespaces())
    case = netkg.load_case(graph)
    netkg.validate(graph, as_of=DAY)
    answer = netkg.derive(graph, as_of=DAY)
    assert [row.status for row in answer.recommendations] == [
        row.status for row in plan.recommendations
    ]
    assert isomorphic(graph, before)
    assert list(graph.namespaces()) == names
    assert case.triples == netkg.load_case(graph).triples


def test_object_that_is_read_stays_untouched() -> None:
    tree = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    before = copy.deepcopy(tree)
    netkg.derive(tree, as_of=DAY)
    assert tree == before


# -- no clock ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "function",
    [
        netkg.derive,
        netkg.validate,
        Engine.derive,
        Engine.derive_all,
        Engine.process,
        Engine.validate,
        Engine.validate_all,
    ],
    ids=lambda function: function.__qualname__,
)
def test_day_is_always_given(function: Any) -> None:
    parameter = inspect.signature(function).parameters["as_of"]
    assert parameter.kind is inspect.Parameter.KEYWORD_ONLY
    assert parameter.default is inspect.Parameter.empty


def clocks(file: Path) -> list[str]:
    """List the places in a module that name a clock."""
    found = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            owner = node.value
            name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            if (name, node.attr) in CLOCKS:
                found.append(f"{file.relative_to(ROOT)}:{node.lineno} {name}.{node.attr}")
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            found.append(f"{file.relative_to(ROOT)}:{node.lineno} from time")
    return found


def test_only_the_command_line_reads_the_clock() -> None:
    found = [place for file in MODULES for place in clocks(file)]
    assert [place.split(":")[0] for place in found] == ["netkg/cli/arguments.py"]


def test_clocks_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    module = tmp_path / "module.py"
    module.write_text(
        "import datetime, time\nfrom time import time as t\n"
        "datetime.date.today()\ndatetime.datetime.now()\ntime.time()\n"
    )
    assert len(clocks(module)) == 4


def test_module_names_import() -> None:
    for file in MODULES:
        if file.name == "__main__.py":
            continue
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        if name == "netkg.cohort.spark" and find_spec("pyspark") is None:
            continue  # make test-spark imports it
        module = import_module(name)
        assert module.__doc__, name
        for public in getattr(module, "__all__", ()):
            assert hasattr(module, public), f"{name}.{public}"
