"""Check that nothing of a case reaches a log, a warning or standard error."""

from __future__ import annotations

import logging
import os
import random
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from itertools import cycle, product
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import Write
from rdflib import Graph, Literal
from rdflib.term import XSDToPython

import netkg
from netkg import cli
from netkg.api import default_engine
from netkg.case.loading import load_cases
from netkg.namespaces import NETKG, RDF, XSD
from netkg.ontology.conversion import to_rdflib, triple_to_rdflib
from netkg.plan.engine import Engine

ROOT = Path(__file__).resolve().parent.parent
DAY = "2026-03-31"
SECRET = "Mary-Smith"
PREFIXES = f"@prefix netkg: <{NETKG}> .\n@prefix rdf: <{RDF}> .\n@prefix xsd: <{XSD}> .\n"
# Every datatype that a library may try to read, some that it should, and some of nobody.
DATATYPES = sorted(
    {
        *(str(kind) for kind in XSDToPython if kind),
        *(XSD + name for name in ("gDay", "gMonth", "gMonthDay", "gYear", "gYearMonth", "NMTOKEN")),
        *(XSD + name for name in ("dateTimeStamp", "ENTITY", "Name", "NOTATION", "QName")),
        *(RDF + name for name in ("HTML", "JSON", "PlainLiteral", "XMLLiteral", "langString")),
        *("urn:own:datatype", "urn:a%20b"),
    }
    - {RDF + "langString"}
)
TEXTS = (
    SECRET,
    f"2026-01-15 {SECRET}",
    f"<b title='{SECRET}'>unclosed",
    f"{SECRET} \\u0000\\u0007\\u202E",
    *("9" * 5000, "1E999999999", "999999999-01-01", "P99999999999Y", "NaN", "-INF", "24:00:00"),
)
FIELDS = {
    "netkg:Case": ("sex", "birthDate", "ageAtDiagnosis", "fitForSurgery", "symptoms", SECRET),
    "netkg:Tumor": ("grade", "ki67Percent", "primarySite", "hormonalSyndrome"),
    "netkg:Measurement": ("date", "diameterMm"),
    "netkg:ClinicalEvent": ("date", "label", "value", "unit", "target", "result"),
}


def turtle(name: str, values: Iterator[str]) -> str:
    """Return a case with a value at every field, in Turtle."""
    node = f"urn:{SECRET}:{name}"

    def record(class_: str, more: str = "") -> str:
        fields = "".join(f" ; netkg:{field} {next(values)}" for field in FIELDS[class_])
        return f"a {class_}{fields}{more}"

    measurement = f" ; netkg:measurements [ {record('netkg:Measurement')} ]"
    tumor = f" ; netkg:tumors [ {record('netkg:Tumor', measurement)} ]"
    event = f" ; netkg:events [ {record('netkg:ClinicalEvent')} ; a netkg:{SECRET} ]"
    return f"<{node}> {record('netkg:Case', tumor + event)} ; <urn:{SECRET}> 1 .\n"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a file of cases with texts that do not fit, of every datatype at some field."""
    pairs = [(text, datatype) for text in TEXTS for datatype in DATATYPES]
    random.Random(1).shuffle(pairs)
    values = cycle(
        [f"'{SECRET}'@en-secret"]
        + [f'"{text}"^^<{datatype}>' for text, datatype in pairs if "'" not in datatype]
    )
    path = tmp_path_factory.mktemp("hostile") / "cases.ttl"
    cases = "".join(turtle(str(number), values) for number in range(3))
    path.write_text(PREFIXES + cases, encoding="utf-8")
    return str(path)


Listen = Callable[[], str]


@pytest.fixture
def listen(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Listen]:
    """Return what was logged by any library at any level, what warned, and standard error."""
    heard: list[str] = []
    shared = default_engine()
    monkeypatch.setattr(Engine, "load", lambda **_: shared)

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(f"{record.name}: {logging.Formatter().format(record)}\n")

    def show(message: object, *_: object) -> None:
        heard.append(f"warning: {message}\n")

    root, ear = logging.getLogger(), Ear()
    level, handlers = root.level, root.handlers[:]
    root.addHandler(ear)
    root.setLevel(logging.DEBUG)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        monkeypatch.setattr(warnings, "showwarning", show)
        yield lambda: "".join(heard) + capfd.readouterr().err
    root.removeHandler(ear)
    root.setLevel(level)
    assert root.handlers == handlers


def leaked(words: str) -> list[str]:
    """Return the lines that have something of the case."""
    lines = words.splitlines()
    return [line[:200] for line in lines if any(each in line for each in (SECRET, "9999", "Trace"))]


COMMANDS = {
    **{
        f"derive-{form}": ("derive", "{}", "--format", form)
        for form in ("text", "turtle", "jsonld")
    },
    "closure": ("derive", "{}", "--reasoner", "owlrl"),
    "validate": ("validate", "{}", "-vv"),
    "explain": ("explain", "{}", "TX-06", "--format", "turtle"),
    "explain-check": ("explain", "{}", "TX-06", "--check", "-q"),
    "whatif": ("whatif", "{}", "--set", "fitForSurgery=true"),
    "query-plan": ("query", "cq14", "{}"),
    "query-csv": ("query", "cq14", "{}", "--format", "csv", "-q"),
}
SLOW = ("closure", "explain-check", "whatif", "query-plan", "derive-jsonld", "validate")
DRAWINGS = {
    view: ("graph", "{}", "--view", view, "--format", form)
    for view, form in (("case", "json"), ("case", "dot"), ("plan", "html"))
}


@pytest.mark.parametrize("argv", COMMANDS.values(), ids=COMMANDS)
def test_commands_keep_a_case_off_standard_error(
    hostile: str, argv: tuple[str, ...], listen: Listen
) -> None:
    status = cli.main([*(word.format(hostile) for word in argv), "--as-of", DAY])
    heard = listen()
    assert (status, leaked(heard)) == (1, [])
    assert "netkg.plan.engine: evaluated" in heard  # that is, the logs were heard


@pytest.mark.parametrize(
    "argv",
    [
        *DRAWINGS.values(),
        *(
            pytest.param(argv, id=name, marks=[pytest.mark.batch] if name in SLOW else [])
            for name, argv in COMMANDS.items()
        ),
    ],
)
def test_commands_keep_a_case_that_conforms_off_standard_error(
    write: Write, argv: tuple[str, ...], listen: Listen
) -> None:
    case = {
        "id": SECRET,
        "birthDate": "1950-09-09",
        "tumors": [{"id": f"lesion of {SECRET}", "primarySite": "Pancreas", "ki67Percent": 3}],
        "events": [{"type": "CTScan", "status": "completed", "label": f"seen by {SECRET}"}],
    }
    status = cli.main([*(word.format(write(case)) for word in argv), "--as-of", DAY])
    assert (status, leaked(listen())) == (0, [])


@pytest.mark.batch
def test_functions_keep_a_case_to_themselves(hostile: str, listen: Listen) -> None:
    engine = default_engine()
    case, other, *_ = load_cases(Path(hostile), schema=engine.schema)
    copied = Graph()
    for quad in ox.parse(path=hostile, format=ox.RdfFormat.TURTLE):
        copied.add(triple_to_rdflib(quad.triple))
    for each in (case, next(load_cases(copied, schema=engine.schema))):
        netkg.validate(each, as_of=DAY)
        netkg.derive(each, as_of=DAY)
        netkg.explain(each, "TX-06", as_of=DAY)
        netkg.whatif(each, as_of=DAY, set={"fitForSurgery": True})
        netkg.ask("cq14", cases=each, as_of=DAY)
    netkg.diff(case, other, as_of=DAY)
    assert leaked(listen()) == []


@pytest.mark.parametrize(
    "code",
    [f"import warnings; warnings.warn('{SECRET}')", f"import logging; logging.error('{SECRET}')"],
)
def test_the_program_shows_nothing_that_a_library_says(code: str, tmp_path: Path) -> None:
    # A module that click loads says something, on behalf of any library.
    (tmp_path / "graphviz.py").write_text(f"{code}\n", encoding="utf-8")
    path = os.pathsep.join([str(tmp_path), str(ROOT)])
    argv = [sys.executable, "-m", "netkg", "graph", "--format", "dot"]
    environment = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run(argv, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 2  # this one is not Graphviz
    assert SECRET not in done.stderr + done.stdout


def test_literals_keep_their_text_and_datatype(listen: Listen) -> None:
    for text, datatype in product((*TEXTS, "", "12", "2026-01-15", "true"), DATATYPES):
        literal = to_rdflib(ox.Literal(text, datatype=ox.NamedNode(datatype)))
        assert isinstance(literal, Literal)
        assert (str(literal), str(literal.datatype)) == (text, datatype)
    assert listen() == ""


@pytest.mark.parametrize(
    ("text", "datatype", "is_ill_typed"),
    [
        ("12:30:00", "time", False),
        ("noon", "time", True),
        ("2026-01-15", "date", False),
        ("12", "integer", False),
        ("twelve", "integer", True),
    ],
)
def test_ill_typed_literals_are_marked(text: str, datatype: str, is_ill_typed: bool) -> None:
    literal = to_rdflib(ox.Literal(text, datatype=ox.NamedNode(XSD + datatype)))
    assert isinstance(literal, Literal)
    assert literal.ill_typed is is_ill_typed
