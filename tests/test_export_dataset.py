"""Read what is exported of cases with rdflib, pyoxigraph and Comunica."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import Run
from interop_tools import node
from query_stories import AS_OF, ROOT, comparable
from rdflib import BNode
from rdflib import Dataset as RdfDataset
from rdflib.term import Node

from netkg.case.loading import load_cases
from netkg.export.dataset import EXPORTED, serialize_dataset
from netkg.ontology.conversion import triple_to_rdflib
from netkg.plan.engine import Engine
from netkg.query.ask import ask
from netkg.query.dataset import GRAPH_BASE, Dataset

EXAMPLES = ROOT / "examples"
COHORT = EXAMPLES / "cohort.ndjson"
GRADE_2 = (
    "PREFIX netkg: <https://w3id.org/netkg/ns#>\n"
    "SELECT ?tumor { ?tumor a netkg:NeuroendocrineTumorG2 } ORDER BY ?tumor"
)


@pytest.fixture(scope="module")
def dataset(engine: Engine) -> Dataset:
    found = Dataset(engine.schema)
    found.add_all(load_cases(COHORT, schema=engine.schema), engine=engine, as_of=AS_OF)
    return found


@pytest.fixture(scope="module")
def texts(dataset: Dataset, engine: Engine) -> dict[str, str]:
    shapes = engine.validator.triples
    return {
        "trig": "".join(serialize_dataset(dataset, shapes, format="trig")),
        "nquads": "".join(serialize_dataset(dataset, shapes, format="nquads")),
    }


FORMATS = {"trig": ox.RdfFormat.TRIG, "nquads": ox.RdfFormat.N_QUADS}


def by_pyoxigraph(text: str, format: str) -> ox.Dataset:
    found = ox.Dataset(ox.parse(text, format=FORMATS[format]))
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return found


def test_all_that_is_known_is_in_five_graphs(
    texts: dict[str, str], dataset: Dataset, engine: Engine
) -> None:
    found = by_pyoxigraph(texts["nquads"], "nquads")
    assert found == by_pyoxigraph(texts["trig"], "trig")
    sizes = Counter(quad.graph_name.value.removeprefix(GRAPH_BASE) for quad in found)
    assert sizes.keys() == EXPORTED.keys()
    own = Counter(quad.graph_name.value.removeprefix(GRAPH_BASE) for quad in dataset)
    assert sizes == {**own, "shapes": len(set(engine.validator.triples))}
    # No triple is in two graphs, except that ontology and shapes may describe the same term.
    of_cases = [quad.triple for quad in found if not quad.graph_name.value.endswith("shapes")]
    assert len(of_cases) == len(set(of_cases))


# rdflib itself uses what it deprecates in its data sets.
@pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")
@pytest.mark.parametrize("format", FORMATS)
def test_rdflib_reads_the_same_graphs(texts: dict[str, str], format: str) -> None:
    theirs = RdfDataset()
    theirs.parse(data=texts[format], format=format)
    ours = by_pyoxigraph(texts[format], format)
    for name in EXPORTED:
        iri = ox.NamedNode(GRAPH_BASE + name)
        triples = {triple_to_rdflib(quad.triple) for quad in ours.quads_for_graph_name(iri)}
        graph = set(theirs.graph(iri.value))
        assert len(graph) == len(triples) > 0
        assert named(graph) == named(triples)


def named(triples: Iterable[tuple[Node, ...]]) -> set[tuple[str, ...]]:
    """Return the triples without blank nodes, whose names mean nothing."""
    return {
        tuple(map(comparable, each))
        for each in triples
        if not any(isinstance(term, BNode) for term in each)
    }


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_input_gives_the_same_text(
    texts: dict[str, str], engine: Engine, format: str
) -> None:
    again = Dataset(engine.schema)
    # The store has an order of its own.
    again.add_all(
        reversed(list(load_cases(COHORT, schema=engine.schema))), engine=engine, as_of=AS_OF
    )
    parts = serialize_dataset(again, engine.validator.triples, format=format)  # type: ignore[arg-type]
    assert "".join(parts) == texts[format]


def test_a_store_answers_the_queries_that_netkg_answers(texts: dict[str, str]) -> None:
    store = ox.Store()
    store.bulk_load(texts["trig"].encode(), format=ox.RdfFormat.TRIG)
    rows = store.query(GRADE_2, use_default_graph_as_union=True)
    theirs = [row["tumor"].value for row in rows]  # type: ignore[union-attr]
    ours = [row[0] for row in ask(GRADE_2, cases=COHORT, as_of=AS_OF).rows]
    assert theirs == ours
    assert len(ours) > 1


@pytest.mark.interop
def test_comunica_answers_the_same(texts: dict[str, str], tmp_path: Path) -> None:
    data, query = tmp_path / "cases.nq", tmp_path / "grade-2.rq"
    data.write_text(texts["nquads"], encoding="utf-8")
    query.write_text(GRADE_2, encoding="utf-8")
    (line,) = node("query.mjs", data, query).splitlines()
    theirs = [row["tumor"]["value"] for row in json.loads(line)]
    assert theirs == [row[0] for row in ask(GRADE_2, cases=COHORT, as_of=AS_OF).rows]


# -- the command ------------------------------------------------------------------------------
def test_the_ending_of_a_file_names_its_format(run: Run, tmp_path: Path) -> None:
    for ending, format in (("trig", "trig"), ("nq", "nquads")):
        file = tmp_path / f"cases.{ending}"
        status, out, err = run("export", COHORT, "--as-of", AS_OF, "--out", file)
        assert (status, out) == (1, "")
        assert "line 4: a case violates the shapes" in err
        status, out, _ = run("export", COHORT, "--as-of", AS_OF, "--format", format)
        assert (status, out) == (1, file.read_text(encoding="utf-8"))


def test_several_files_are_one_data_set(run: Run) -> None:
    one, two = EXAMPLES / "small-pancreatic-net.json", EXAMPLES / "men1-two-tumors.json"
    status, out, _ = run("export", one, two, "--as-of", AS_OF)
    assert status == 0
    for name in ("small-pancreatic-net", "men1-two-tumors"):
        assert f"<urn:netkg:case:{name}> a netkg:Case" in out
    status, twice, err = run("export", one, one, "--as-of", AS_OF)
    assert status == 2
    assert "shares its id with the case" in err
    assert "<urn:netkg:case:small-pancreatic-net> a netkg:Case" in twice


def test_the_ontology_is_one_file_or_a_release(run: Run, tmp_path: Path) -> None:
    status, out, _ = run("export", "--ontology")
    assert status == 0
    file = tmp_path / "netkg.ttl"
    assert run("export", "--ontology", "--out", file)[:2] == (0, "")
    assert file.read_text(encoding="utf-8") == out
    folder = tmp_path / "release" / "now"
    status, out, err = run("export", "--ontology", "--out", folder)
    assert (status, out) == (0, "")
    names = {path.name for path in folder.iterdir()}
    assert {"netkg.ttl", "netkg.owl", "netkg.jsonld", "catalog-v001.xml"} < names
    assert all(f"{folder / name} is written" in err for name in names)


def test_shapes_and_data_are_two_files(run: Run, tmp_path: Path) -> None:
    case = EXAMPLES / "small-pancreatic-net.json"
    status, out, _ = run("export", "--shacl", case, "--as-of", AS_OF, "--out", tmp_path / "shacl")
    assert (status, out) == (0, "")
    assert {path.name for path in (tmp_path / "shacl").iterdir()} == {"data.ttl", "shapes.ttl"}


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ([], "No cases are named"),
        (["--ontology", "--shacl"], "Choose one of them"),
        (["--ontology", COHORT], "Leave out"),
        (["--ontology", "--format", "trig"], "unknown format 'trig'"),
        ([COHORT, "--format", "turtle"], "unknown format 'turtle'"),
        ([COHORT, "--out", "cases.foo"], "use one of .trig, .nq"),
        ([COHORT, "--shacl"], "Name a folder for them with --out"),
        ([COHORT, "--shacl", "--format", "trig", "--out", "x"], "Leave out --format"),
        ([COHORT, "--shacl", "--out", COHORT], "is a file"),
        ([COHORT, "--out", COHORT, "--format", "trig"], "is one of the inputs"),
        (["missing.json"], "missing.json"),
        (["-", "-"], "Use - only once"),
    ],
)
def test_misuse_is_a_sentence(run: Run, args: list[object], expected: str) -> None:
    status, out, err = run("export", *args)
    assert (status, out) == (2, "")
    assert expected in err


def test_a_plan_in_rdf_has_what_is_inferred_on_request(run: Run) -> None:
    case = EXAMPLES / "small-pancreatic-net.json"
    graphs = []
    for format, syntax in (("turtle", ox.RdfFormat.TURTLE), ("jsonld", ox.RdfFormat.JSON_LD)):
        status, out, _ = run("derive", case, "--as-of", AS_OF, "--format", format, "--inferred")
        assert status == 0
        graphs.append({quad.triple for quad in ox.parse(out, format=syntax)})
    assert graphs[0] == graphs[1]
    _, plain, _ = run("derive", case, "--as-of", AS_OF, "--format", "turtle")
    added = graphs[0] - {quad.triple for quad in ox.parse(plain, format=ox.RdfFormat.TURTLE)}
    shown = {str(triple.object) for triple in added}
    assert "<https://w3id.org/netkg/ns#NeuroendocrineTumorG1>" in shown
    for wrong in (("--format", "json"), ("--format", "turtle", "--reasoner", "owlrl")):
        status, _, err = run("derive", case, "--inferred", *wrong)
        assert status == 2
        assert "--inferred" in err
