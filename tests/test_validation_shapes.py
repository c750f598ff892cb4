"""Check every shape with small graphs that it must accept, and one that it must reject.

Below ``tests/shapes/<file of shapes>/`` are ``valid.<reason>.ttl``,
``warning.<shape>.<reason>.ttl`` and ``invalid.<shape>.<reason>.ttl``, each
with the findings that it must give in ``….expected.tsv``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import OWL, RDF, SH
from rdflib.term import Node

from netkg.case.from_rdf import cases_from_quads
from netkg.case.model import Case
from netkg.namespaces import NETKG, local_name
from netkg.ontology.conversion import to_rdflib
from netkg.plan.engine import Engine

ROOT = Path(__file__).parent.parent
FIXTURES = Path(__file__).parent / "shapes"
NETS = Namespace("https://w3id.org/netkg/shapes#")
EXAMPLE = "https://example.org/"
AS_OF = date(2026, 3, 31)
HEADER = ["severity", "field", "statement", "focus"]
SHAPES = {file.stem: file for file in sorted((ROOT / "shapes").rglob("*.ttl"))}
CASE_SHAPES = sorted(stem for stem, file in SHAPES.items() if file.parent.name == "case")
KNOWLEDGE_SHAPES = sorted(stem for stem, file in SHAPES.items() if file.parent.name != "case")

Row = tuple[str, str, str, str]
Result = tuple[str, URIRef, Node]


@dataclass(frozen=True)
class Fixture:
    """One fixture: the file of shapes, the expectation, the shape, the Turtle."""

    stem: str
    expectation: str
    shape: str
    path: Path

    @property
    def rows(self) -> list[Row]:
        """Read the expected findings, sorted."""
        table = self.path.with_suffix(".expected.tsv").read_text(encoding="utf-8")
        header, *lines = [line.split("\t") for line in table.splitlines()]
        assert header == HEADER, f"{self.path.name}: the columns are {', '.join(HEADER)}"
        assert all(len(line) == len(HEADER) for line in lines), f"{self.path.name}: ragged rows"
        return sorted((line[0], line[1], line[2], line[3]) for line in lines)


def fixtures(stems: list[str]) -> list[Fixture]:
    found = []
    for stem in stems:
        for path in sorted((FIXTURES / stem).glob("*.ttl")):
            expectation, shape, *_ = path.stem.split(".")
            found.append(Fixture(stem, expectation, shape, path))
    return found


CASES = fixtures(CASE_SHAPES)
KNOWLEDGE = fixtures(KNOWLEDGE_SHAPES)


def name_of(fixture: Fixture) -> str:
    return f"{fixture.stem}/{fixture.path.stem}"


@pytest.fixture(scope="module")
def ontology() -> Graph:
    graph = Graph()
    for file in sorted((ROOT / "ontology").rglob("*.ttl")):
        graph.parse(file)
    return graph


@pytest.fixture(scope="module")
def shapes() -> dict[str, Graph]:
    return {stem: Graph().parse(file) for stem, file in SHAPES.items()}


@pytest.fixture(scope="module")
def case_shapes(shapes: dict[str, Graph]) -> Graph:
    graph = Graph()
    for stem in CASE_SHAPES:
        graph += shapes[stem]
    return graph


def named_shapes(graph: Graph) -> set[URIRef]:
    found = {*graph.subjects(RDF.type, SH.NodeShape), *graph.subjects(RDF.type, SH.PropertyShape)}
    return {shape for shape in found if isinstance(shape, URIRef)}


def results(report: object) -> Iterator[Result]:
    """Yield severity, shape and focus of each result; a literal has no fields to lack."""
    assert isinstance(report, Graph)
    for result in report.objects(None, SH.result):  # their details are results, too
        severity = report.value(result, SH.resultSeverity)
        shape = report.value(result, SH.sourceShape)
        focus = report.value(result, SH.focusNode)
        assert isinstance(shape, URIRef), f"a shape without a name rejects {focus}"
        assert focus is not None
        if not isinstance(focus, Literal):
            yield local_name(str(severity)), shape, focus


def meant(fixture: Fixture) -> set[URIRef]:
    return set() if fixture.expectation == "valid" else {NETS[fixture.shape]}


# -- the set of fixtures ------------------------------------------------------------------
def test_there_are_fixtures_of_every_file_of_shapes() -> None:
    assert CASE_SHAPES
    assert KNOWLEDGE_SHAPES
    assert {path.name for path in FIXTURES.iterdir()} == set(SHAPES)


@pytest.mark.parametrize("stem", SHAPES)
def test_every_shape_has_a_fixture_that_it_rejects(stem: str, shapes: dict[str, Graph]) -> None:
    rejecting = {NETS[f.shape] for f in fixtures([stem]) if f.expectation != "valid"}
    assert named_shapes(shapes[stem]), "the file does not contain a named shape"
    assert rejecting == named_shapes(shapes[stem])


@pytest.mark.parametrize("stem", SHAPES)
def test_every_path_has_a_value_in_a_valid_fixture(stem: str, shapes: dict[str, Graph]) -> None:
    graph = shapes[stem]
    used = set()
    for fixture in fixtures([stem]):
        if fixture.expectation == "valid":
            used.update(Graph().parse(fixture.path).predicates())
    assert used, "there is no valid fixture"
    paths = {graph.value(shape, SH.path) for shape in named_shapes(graph)}
    asked = {path for path in paths if isinstance(path, URIRef)}
    # A valid case never has an event of an unknown type.
    assert asked - used <= {URIRef("https://w3id.org/netkg/ns#unknownType")}


@pytest.mark.parametrize("fixture", [*CASES, *KNOWLEDGE], ids=name_of)
def test_the_name_of_a_fixture_gives_its_findings(fixture: Fixture) -> None:
    found = {row[0] for row in fixture.rows}
    expected = {"valid": set(), "warning": {"Warning"}, "invalid": {"Violation"}}
    assert found == expected[fixture.expectation]


def test_no_table_lacks_its_turtle() -> None:
    tables = {path.name.removesuffix(".expected.tsv") for path in FIXTURES.rglob("*.expected.tsv")}
    assert tables == {fixture.path.stem for fixture in [*CASES, *KNOWLEDGE]}


# -- cases ----------------------------------------------------------------------------------
@pytest.mark.parametrize("fixture", CASES, ids=name_of)
def test_a_case_gives_exactly_the_expected_findings(fixture: Fixture, engine: Engine) -> None:
    (case,) = cases_from_quads(ox.parse(path=fixture.path), schema=engine.schema)
    found = [
        (finding.severity, finding.field, finding.statement or "", local_name(finding.focus))
        for finding in engine.validate(case, as_of=AS_OF)
        if finding.severity
        != "Info"  # information is about the plan and does not come from a shape
    ]
    assert sorted(found) == fixture.rows


@pytest.mark.parametrize("fixture", CASES, ids=name_of)
def test_a_case_is_rejected_by_exactly_the_shape_meant(
    fixture: Fixture,
    engine: Engine,
    ontology: Graph,
    case_shapes: Graph,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (case,) = cases_from_quads(ox.parse(path=fixture.path), schema=engine.schema)
    context = Graph()
    for values in engine.schema.values:
        context += ontology.triples((None, RDF.type, URIRef(values)))
    context += derived_types(case, engine)
    as_read = Graph()
    for triple in case.triples:
        as_read.add(tuple(map(to_rdflib, (triple.subject, triple.predicate, triple.object))))
    # The reader already reports, and skips, some values that the shapes reject in a graph.
    found: list[Result] = []
    for graph in (Graph().parse(fixture.path), as_read):
        _, report, _ = pyshacl.validate(
            graph + context, shacl_graph=case_shapes, inplace=True, inference="none"
        )
        found.extend(results(report))
    assert {shape for _, shape, _ in found} == meant(fixture)
    assert {severity for severity, _, _ in found} == {row[0] for row in fixture.rows}


def derived_types(case: Case, engine: Engine) -> Graph:
    """Return the classes that rules and criteria give to the records of a case."""
    graph = Graph()
    ((_, types),) = engine.conditions([case], as_of=AS_OF)
    for triple in types:
        graph.add((URIRef(triple.subject.value), RDF.type, URIRef(triple.object.value)))
    return graph


VERDICT_FIXTURES = [
    f for f in CASES if f.shape == "AnalogueWithoutReceptors" and f.expectation == "warning"
]


@pytest.mark.parametrize("fixture", VERDICT_FIXTURES, ids=name_of)
def test_an_invalid_case_has_no_warning_about_a_verdict(fixture: Fixture, engine: Engine) -> None:
    text = fixture.path.read_text(encoding="utf-8")
    invalid = text.replace("netkg:fitForSurgery true", "netkg:ageAtDiagnosis 131.0")
    assert invalid != text
    (case,) = cases_from_quads(ox.parse(invalid, format=ox.RdfFormat.TURTLE), schema=engine.schema)
    found = [finding.field for finding in engine.validate(case, as_of=AS_OF)]
    assert found == ["ageAtDiagnosis"]


# -- statements, terms and modules -------------------------------------------------------------
@pytest.fixture(scope="module")
def verdicts(ontology: Graph, shapes: dict[str, Graph]) -> dict[str, list[Result]]:
    """Evaluate all fixtures of a file with the ontology at once, each in its own namespace."""
    found: dict[str, list[Result]] = {name_of(f): [] for f in KNOWLEDGE}
    for stem in KNOWLEDGE_SHAPES:
        graph, size = ontology + Graph(), len(ontology)
        for fixture in fixtures([stem]):
            text = fixture.path.read_text(encoding="utf-8")
            own = Graph().parse(data=text.replace(EXAMPLE, f"{EXAMPLE}{fixture.path.stem}/"))
            graph += own
            size += len(own)
        assert len(graph) == size, (
            "a fixture describes a term of the ontology or of another fixture"
        )
        _, report, _ = pyshacl.validate(
            graph, shacl_graph=shapes[stem], inplace=True, inference="none"
        )
        for severity, shape, focus in results(report):
            path = str(focus).removeprefix(EXAMPLE).rpartition("/")[0]
            found[f"{stem}/{path}"].append((severity, shape, focus))
    return found


@pytest.mark.parametrize("fixture", KNOWLEDGE, ids=name_of)
def test_knowledge_is_rejected_by_exactly_the_shape_meant(
    fixture: Fixture,
    shapes: dict[str, Graph],
    verdicts: dict[str, list[Result]],
) -> None:
    found = verdicts[name_of(fixture)]
    field = {shape: str(shapes[fixture.stem].value(shape, NETS.field)) for _, shape, _ in found}
    assert {shape for _, shape, _ in found} == meant(fixture)
    rows = {
        (severity, field[shape], "", local_name(str(focus))) for severity, shape, focus in found
    }
    assert sorted(rows) == fixture.rows


@pytest.mark.slow
def test_the_ontology_conforms(ontology: Graph, shapes: dict[str, Graph]) -> None:
    graph = Graph()
    for stem in KNOWLEDGE_SHAPES:
        graph += shapes[stem]
    assert len(list(ontology.subjects(RDF.type, OWL.Ontology))) > 1
    conforms, _, text = pyshacl.validate(ontology, shacl_graph=graph, inplace=True)
    assert conforms, text


# -- the shapes themselves -----------------------------------------------------------------------
@pytest.mark.parametrize("stem", SHAPES)
def test_every_shacl_term_exists(stem: str, shapes: dict[str, Graph]) -> None:
    terms = {term for triple in shapes[stem] for term in triple if isinstance(term, URIRef)}
    used = {term for term in terms if term.startswith(str(SH.minCount).removesuffix("minCount"))}
    assert SH.minCount in SH
    assert used
    # rdflib knows every term of the namespace, and pySHACL does not report a misspelled one.
    assert {term for term in used if term not in SH} == set()


@pytest.mark.parametrize("stem", SHAPES)
def test_every_shape_has_a_target_and_texts(stem: str, shapes: dict[str, Graph]) -> None:
    graph = shapes[stem]
    targets = (SH.targetClass, SH.targetObjectsOf, SH.targetSubjectsOf)
    for shape in named_shapes(graph):
        assert shape in NETS
        assert any(graph.value(shape, target) for target in targets), f"{shape} targets nothing"
        for said in (SH.message, SH.description, SH.severity, NETS.field, NETS.remedy):
            assert len(list(graph.objects(shape, said))) == 1, f"{shape} needs one {said}"
        if (shape, RDF.type, SH.PropertyShape) in graph:
            assert len(list(graph.objects(shape, SH.path))) == 1, f"{shape} needs one path"
            assert "-" in local_name(str(shape)), f"{shape} is not named <Class>-<property>"


def test_shapes_use_only_terms_that_the_validator_reads(shapes: dict[str, Graph]) -> None:
    read = {"field", "remedy", "expected", "found", "restsOn", "restsOnVerdict"}
    for graph in shapes.values():
        used = {str(p) for p in graph.predicates() if str(p).startswith(NETS)}
        assert {name.removeprefix(NETS) for name in used} <= read
        for value in graph.objects(None, NETS.restsOnVerdict):
            assert value == Literal(True)


def test_shapes_have_one_name_each(shapes: dict[str, Graph]) -> None:
    names = [shape for graph in shapes.values() for shape in named_shapes(graph)]
    assert len(names) == len(set(names))


def test_every_target_exists(ontology: Graph, shapes: dict[str, Graph]) -> None:
    known = set(ontology.subjects()) | {OWL.Ontology}
    for graph in shapes.values():
        for class_ in graph.objects(None, SH.targetClass):
            assert class_ in known, f"{class_} is not a class of the ontology"


def test_every_term_of_the_ontology_exists(ontology: Graph, shapes: dict[str, Graph]) -> None:
    known = set(ontology.subjects())
    for graph in shapes.values():
        terms = {term for triple in graph for term in triple if isinstance(term, URIRef)}
        assert {term for term in terms if term.startswith(NETKG)} <= known
