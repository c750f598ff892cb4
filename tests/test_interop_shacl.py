"""Check that SHACL engines of others find in exported files what netkg finds.

A result is the same if its focus, shape, severity, constraint component, path and value are.
"""

from __future__ import annotations

import importlib
import logging
import os
import subprocess
import sys
import sysconfig
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
from interop_tools import node, require_node
from rdflib import BNode, Graph, Literal
from rdflib.namespace import SH, XSD
from test_guides import ENGINES as COMMANDS

from netkg.case.finding import Finding
from netkg.case.from_rdf import cases_from_quads
from netkg.case.model import Case
from netkg.case.reading import open_cases
from netkg.export.shacl import ShaclData, shacl_shapes
from netkg.namespaces import NETKG, NETS
from netkg.plan.engine import Engine
from netkg.validation.report import ReportWriter

ROOT = Path(__file__).parent.parent
AS_OF = date(2026, 3, 31)
EXAMPLES = sorted(
    path for path in (ROOT / "examples").rglob("*") if path.suffix in (".json", ".ndjson", ".ttl")
)
STEMS = sorted(path.stem for path in (ROOT / "shapes" / "case").glob("*.ttl"))
Row = tuple[str | float, ...]


# -- engines ------------------------------------------------------------------------------
def by_pyshacl(data: Path, shapes: Path) -> Graph:
    command = [sys.executable, "-m", "pyshacl", "-s", str(shapes), "-f", "turtle", str(data)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode in (0, 1), done.stderr
    report = Graph().parse(data=done.stdout, format="turtle")
    assert done.returncode == any(report.objects(None, SH.result))
    return report


def by_pyrudof(data: Path, shapes: Path) -> Graph:
    pyrudof = importlib.import_module("pyrudof")
    rudof = pyrudof.Rudof()
    rudof.read_data(data.read_text(encoding="utf-8"))
    rudof.read_shacl(shapes.read_text(encoding="utf-8"))
    rudof.validate_shacl()
    form = pyrudof.ResultShaclValidationFormat.Turtle
    text = rudof.serialize_shacl_validation_results(form)
    return Graph().parse(data=text, format="turtle")


def by_rdf_validate_shacl(data: Path, shapes: Path) -> Graph:
    text = node("shacl.mjs", "rdf-validate-shacl", data, shapes)
    return Graph().parse(data=text, format="nt")


def by_shacl_engine(data: Path, shapes: Path) -> Graph:
    return Graph().parse(data=node("shacl.mjs", "shacl-engine", data, shapes), format="nt")


ENGINES: dict[str, Callable[[Path, Path], Graph]] = {
    "pyshacl": by_pyshacl,
    "pyrudof": by_pyrudof,
    "rdf-validate-shacl": by_rdf_validate_shacl,
    "shacl-engine": by_shacl_engine,
}


@pytest.fixture
def validated_by(request: pytest.FixtureRequest) -> Callable[[Path, Path], Graph]:
    if request.param == "pyrudof":
        pytest.importorskip("pyrudof", reason="pyrudof is not installed; make test-sample does")
    return ENGINES[request.param]


# -- results ------------------------------------------------------------------------------
def rows(report: Graph) -> Iterator[Row]:
    """Yield each result of a shape, in the form in which two of them can be compared."""
    for result in report.objects(None, SH.result):
        component = report.value(result, SH.sourceConstraintComponent)
        if component is None or not component.startswith(str(SH)):
            continue
        names = (SH.focusNode, SH.sourceShape, SH.resultSeverity, SH.resultPath, SH.value)
        yield (str(component), *(written(report.value(result, name)) for name in names))


def written(term: object) -> str | float:
    """Write a term; a number by its value, since rdflib writes 500 as 500.0."""
    if term is None:
        return ""
    if isinstance(term, BNode):
        return "a path"  # only paths are blank
    if isinstance(term, Literal) and term.datatype in (XSD.decimal, XSD.double):
        return float(term)
    assert hasattr(term, "n3")
    return str(term.n3())


def without_component(found: Iterable[Row]) -> set[Row]:
    return {row[1:] for row in found}


@dataclass(frozen=True)
class Exported:
    """The exported files of some cases, and the results that netkg reports on these."""

    data: Path
    shapes: Path
    own: Graph
    findings: list[Finding]


def exported(engine: Engine, cases: list[Case], folder: Path) -> Exported:
    data, shapes = folder / "data.ttl", folder / "shapes.ttl"
    parts = ShaclData(engine, cases, as_of=AS_OF)
    data.write_text("".join(parts), encoding="utf-8")
    shapes.write_text(shacl_shapes(engine), encoding="utf-8")
    assert parts.refused == []
    report, findings = ReportWriter(engine.validator), list[Finding]()
    text = report.first(())
    for case, found in engine.validate_all(cases, as_of=AS_OF):
        text += report.case(case, found)
        findings += found
    return Exported(data, shapes, Graph().parse(data=text + report.last()), findings)


def read(path: Path, engine: Engine) -> list[Case]:
    return [case for case in open_cases(path, schema=engine.schema) if isinstance(case, Case)]


def turtle_cases(text: str, engine: Engine) -> list[Case]:
    quads = ox.parse(text, format=ox.RdfFormat.TURTLE)
    return cases_from_quads(quads, schema=engine.schema)


# -- examples -----------------------------------------------------------------------------
@pytest.fixture(scope="module")
def examples(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    cases, nodes = list[Case](), set[str]()
    for path in EXAMPLES:
        for case in read(path, engine):
            if nodes.isdisjoint(case.nodes):  # one example is there in JSON and in Turtle
                cases.append(case)
                nodes |= case.nodes
    assert len(cases) > 70
    return exported(engine, cases, tmp_path_factory.mktemp("examples"))


@pytest.mark.interop
@pytest.mark.parametrize("validated_by", ENGINES, indirect=True)
def test_an_engine_finds_in_the_examples_what_netkg_finds(
    validated_by: Callable[[Path, Path], Graph], examples: Exported
) -> None:
    expected = Counter(rows(examples.own))
    assert len({row[2] for row in expected}) > 40, "the examples make few shapes report"
    assert Counter(rows(validated_by(examples.data, examples.shapes))) == expected


def test_each_finding_is_of_a_shape_or_says_why_it_is_not(
    examples: Exported, engine: Engine
) -> None:
    parts = [part for finding in examples.findings for part in finding.parts or (finding,)]
    assert len(parts) == len(list(examples.own.objects(None, SH.result)))
    of_shapes = [part for part in parts if part.result]
    assert len(of_shapes) == len(list(rows(examples.own)))
    for part in of_shapes:
        assert part.result is not None
        assert str(part.result.shape).startswith(NETS)
    structural = {found for path in EXAMPLES for c in read(path, engine) for found in c.findings}
    assert structural
    for part in parts:
        assert part.result or part in structural or part.severity == "Info"


@pytest.mark.interop
@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_a_command_of_the_guide_writes_the_report(
    command: str, engine: Engine, tmp_path: Path
) -> None:
    if "pyrudof" in command:
        pytest.importorskip("pyrudof", reason="pyrudof is not installed; make test-sample does")
    if "node" in command:
        require_node()
    (case,) = read(ROOT / "examples" / "mistakes" / "grade-below-ki67.json", engine)
    files = exported(engine, [case], tmp_path)
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=tmp_path,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    assert Counter(rows(Graph().parse(data=done.stdout, format="turtle"))) == Counter(
        rows(files.own)
    )


# -- fixtures of the shapes -----------------------------------------------------------------
@pytest.fixture(scope="module")
def fixtures(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Exported]:
    """Return a function that exports all fixtures of a file of shapes, each in its namespace."""
    made: dict[str, Exported] = {}

    def of(stem: str) -> Exported:
        if stem not in made:
            cases = [
                case
                for path in sorted((ROOT / "tests" / "shapes" / stem).glob("*.ttl"))
                for case in turtle_cases(
                    path.read_text(encoding="utf-8").replace(
                        "<https://example.org/>", f"<https://example.org/{path.stem}/>"
                    ),
                    engine,
                )
            ]
            made[stem] = exported(engine, cases, tmp_path_factory.mktemp(stem))
        return made[stem]

    return of


@pytest.mark.batch
@pytest.mark.parametrize("stem", STEMS)
@pytest.mark.parametrize("validated_by", ENGINES, indirect=True)
def test_an_engine_finds_in_the_fixtures_what_netkg_finds(
    validated_by: Callable[[Path, Path], Graph], stem: str, fixtures: Callable[[str], Exported]
) -> None:
    files = fixtures(stem)
    expected = Counter(rows(files.own))
    assert expected
    assert Counter(rows(validated_by(files.data, files.shapes))) == expected


# -- awkward values -------------------------------------------------------------------------
VALUES = (
    *('"2026-02-30"^^xsd:date', '"2026-01-05Z"^^xsd:date', '"10000-01-01"^^xsd:date'),
    *('"NaN"^^xsd:double', '"-INF"^^xsd:float', "-1", "5", '" 5 "^^xsd:decimal', "1e20", "0e0"),
    *('"abc"^^xsd:decimal', '"12"@en', '"-0"^^xsd:decimal', "0.3000000000000000000000000000001"),
    *('"1"^^xsd:boolean', '"TRUE"^^xsd:boolean', '"noon"^^xsd:time', '"x"^^<urn:other>'),
    *(
        '"<a>&\\n\\t\\u0007\\"漢"',
        '"\\u202e"',
        "netkg:G1",
        "<http://example.org/%7Ea>",
        '"P1D"^^xsd:duration',
    ),
    *('"2026-01-01T00:00:00"^^xsd:dateTime', '"500"^^xsd:byte', '""', '"Pancreas"', "true"),
)
FIELDS = {
    *(
        ("Case", "birthDate"),
        ("Case", "sex"),
        ("Case", "fitForSurgery"),
        ("Case", "ageAtDiagnosis"),
    ),
    *(("Tumor", "mitosesPer2mm2"), ("Measurement", "diameterMm")),
    ("ClinicalEvent", "label"),
}
PREFIXES = f"@prefix netkg: <{NETKG}> .\n@prefix xsd: <{XSD}> .\n"


def awkward(fields: Iterable[tuple[str, str]], values: Iterable[str]) -> str:
    """Write a case for each value of each field, in Turtle."""
    text, number = PREFIXES, 0
    for record, field in sorted(fields):
        for value in values:
            number += 1
            case, tumor, measurement, event = (
                f"<https://example.org/{number}/{name}>" for name in ("c", "t", "m", "e")
            )
            subject = {"Case": case, "Tumor": tumor, "Measurement": measurement}.get(record, event)
            text += (
                f"{case} a netkg:Case ; netkg:tumors {tumor} ; netkg:events {event} .\n"
                f"{tumor} a netkg:Tumor ; netkg:measurements {measurement} .\n"
                f"{measurement} a netkg:Measurement .\n"
                f"{event} a netkg:CTScan ; netkg:status netkg:completed .\n"
                f"{subject} netkg:{field} {value} .\n"
            )
    return text


@pytest.fixture(scope="module")
def odd(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    cases = turtle_cases(awkward(FIELDS, VALUES), engine)
    assert len(cases) == len(FIELDS) * len(VALUES)
    return exported(engine, cases, tmp_path_factory.mktemp("odd"))


@pytest.mark.interop
@pytest.mark.parametrize("validated_by", ENGINES, indirect=True)
def test_an_engine_finds_in_awkward_values_what_netkg_finds(
    validated_by: Callable[[Path, Path], Graph], odd: Exported
) -> None:
    """The component is not compared here.

    A value that cannot be compared with a bound, such as a duration, breaks the bound, says
    SHACL. pySHACL does not report that, but the wrong datatype, as a result of the same shape.
    """
    logging.disable(logging.CRITICAL)  # rdflib logs the values that it cannot read
    try:
        expected = without_component(rows(odd.own))
        assert without_component(rows(validated_by(odd.data, odd.shapes))) == expected
    finally:
        logging.disable(logging.NOTSET)


# What an engine finds wrong although it is valid: a fault of the engine, which is to be removed
# from this list and from docs/validation.md when it is corrected.
FAULTS = {
    "pyrudof": ("diameterMm", '"8e28"^^xsd:double'),  # its numbers have 96 bits
    "shacl-engine": ("label", '"\\U0001F600"'),  # its strings end at U+FFFF
}


@pytest.mark.interop
@pytest.mark.parametrize("validated_by", FAULTS, indirect=True)
def test_faults_of_engines_are_known(
    request: pytest.FixtureRequest,
    validated_by: Callable[[Path, Path], Graph],
    engine: Engine,
    tmp_path: Path,
) -> None:
    field, value = FAULTS[request.node.callspec.params["validated_by"]]
    records = {name: record for record, name in FIELDS}
    files = exported(
        engine, turtle_cases(awkward([(records[field], field)], [value]), engine), tmp_path
    )
    found = Counter(rows(validated_by(files.data, files.shapes)))
    (extra,) = (found - Counter(rows(files.own))).elements()
    assert str(extra[2]).endswith(f"-{field}>")
    assert Counter(rows(files.own)) - found == Counter()


# -- verdicts -------------------------------------------------------------------------------
def test_an_invalid_case_is_exported_without_what_rests_on_a_verdict(
    engine: Engine, tmp_path: Path
) -> None:
    folder = ROOT / "tests" / "shapes" / "cautions-treatment"
    (path, *_) = sorted(folder.glob("warning.AnalogueWithoutReceptors.*.ttl"))
    text = path.read_text(encoding="utf-8")
    invalid = text.replace("netkg:fitForSurgery true", "netkg:ageAtDiagnosis 131.0")
    assert invalid != text
    for source, expected in ((text, True), (invalid, False)):
        files = exported(engine, turtle_cases(source, engine), tmp_path)
        data = files.data.read_text(encoding="utf-8")
        assert ("netkg:AnalogueWithoutReceptors" in data) is expected
        assert Counter(rows(by_pyshacl(files.data, files.shapes))) == Counter(rows(files.own))


def test_the_classes_that_rest_on_a_verdict_are_those_of_the_shapes(engine: Engine) -> None:
    graph = Graph()
    for path in sorted((ROOT / "shapes" / "case").glob("*.ttl")):
        graph.parse(path)
    expected = {
        str(class_)
        for shape in graph.subjects(None, Literal(True))
        for class_ in graph.objects(shape, SH.targetClass)
        if any(str(p) == NETS + "restsOnVerdict" for p in graph.predicates(shape, Literal(True)))
    }
    assert {class_.value for class_ in engine.validator.on_verdict} == expected
    assert expected
