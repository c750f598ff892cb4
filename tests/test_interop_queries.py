"""Run the library as files, and as ``--show`` writes it, in engines that know nothing of netkg."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from interop_tools import node
from query_stories import QUERIES, ROOT, RUNS, comparable, copy, data, given
from rdflib import Dataset as RdfDataset
from rdflib import Literal, URIRef

from netkg.namespaces import XSD
from netkg.ontology.conversion import to_rdflib
from netkg.plan.engine import Engine, default_engine
from netkg.query.answer import Answer
from netkg.query.ask import answer, show
from netkg.query.dataset import Dataset

CASES = (
    ROOT / "examples" / "small-pancreatic-net.json",
    ROOT / "examples" / "men1-two-tumors.json",
    ROOT / "tests" / "competency" / "cq29" / "patients.json",
)
FOLDER = ROOT / "queries" / "competency"
# Seconds, where the others take one: every population at once, and paths within paths.
SLOW_IN_RDFLIB = {"cq01": "minutes", "cq09": "4 s", "cq20": "2 s", "cq23": "4 s"}
SLOW_IN_COMUNICA = {"cq18": "10 s", "cq20": "10 s"}
# Comunica 4.5.0 evaluates each step of a path by a query of its own, also within a path that is
# repeated. It gives the same rows for cq09 and cq23 after two minutes, and none for cq01.
ENDLESS_IN_COMUNICA = {"cq01", "cq09", "cq23"}

Rows = list[tuple[str, ...]]


def names(slow: dict[str, str]) -> list[Any]:
    return [
        pytest.param(id_, marks=pytest.mark.batch if id_ in slow else ()) for id_ in sorted(QUERIES)
    ]


@lru_cache(maxsize=1)
def whole() -> Dataset:
    """Return the ontology with some cases and their plans."""
    return data(default_engine(), CASES)


@lru_cache(maxsize=1)
def in_rdflib() -> RdfDataset:
    into = RdfDataset(default_union=True)
    copy(whole(), into)
    return into


@lru_cache(maxsize=1)
def in_pyoxigraph() -> ox.Store:
    store = ox.Store()
    store.extend(whole())
    return store


@pytest.fixture(scope="module")
def nquads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "data.nq"
    ox.serialize(whole(), str(path), format=ox.RdfFormat.N_QUADS)
    return path


def rows_of(found: Answer) -> Rows:
    return sorted(
        tuple("" if term is None else comparable(to_rdflib(term)) for term in row)
        for row in found.terms
    )


def file_of(id_: str) -> Path:
    (path,) = FOLDER.glob(f"{id_}-*.rq")
    return path


def pyoxigraph_rows(text: str, store: ox.Store) -> tuple[list[str], Rows]:
    found = store.query(text, use_default_graph_as_union=True)
    assert isinstance(found, ox.QuerySolutions)
    columns = [variable.value for variable in found.variables]
    return columns, sorted(
        tuple("" if term is None else comparable(to_rdflib(term)) for term in row) for row in found
    )


def rdflib_rows(text: str, graph: RdfDataset) -> tuple[list[str], Rows]:
    found = graph.query(text)
    columns = [str(variable) for variable in found.vars or ()]
    dicts: list[dict[str, Any]] = [row.asdict() for row in found]  # type: ignore[union-attr]
    return columns, sorted(tuple(comparable(row.get(name)) for name in columns) for row in dicts)


def term_of(term: dict[str, str] | None) -> str:
    if term is None:
        return ""
    if term["type"] == "uri":
        return comparable(URIRef(term["value"]))
    language, datatype = term.get("xml:lang"), term.get("datatype")
    if language:
        return comparable(Literal(term["value"], lang=language))
    is_plain = datatype in (None, XSD + "string")
    return comparable(Literal(term["value"], datatype=None if is_plain else URIRef(str(datatype))))


def comunica_rows(paths: list[Path], nquads: Path, columns: list[tuple[str, ...]]) -> list[Rows]:
    lines = node("query.mjs", nquads, *paths).splitlines()
    return [
        sorted(tuple(term_of(row.get(name)) for name in each) for row in json.loads(line))
        for line, each in zip(lines, columns, strict=True)
    ]


# -- each file, as it is ----------------------------------------------------------------------
@pytest.mark.parametrize("id_", names({"cq01": "12 s"}))
def test_a_file_gives_the_rows_of_its_defaults_in_pyoxigraph(id_: str) -> None:
    ours = answer(QUERIES[id_], whole())
    columns, theirs = pyoxigraph_rows(file_of(id_).read_text(encoding="utf-8"), in_pyoxigraph())
    assert columns == list(ours.columns)
    assert theirs == rows_of(ours)
    assert theirs or id_ == "cq19"


# rdflib itself uses what it deprecates in its data sets.
@pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")
@pytest.mark.parametrize("id_", names(SLOW_IN_RDFLIB))
def test_a_file_gives_the_rows_of_its_defaults_in_rdflib(id_: str) -> None:
    ours = answer(QUERIES[id_], whole())
    columns, theirs = rdflib_rows(file_of(id_).read_text(encoding="utf-8"), in_rdflib())
    assert columns == list(ours.columns)
    assert theirs == rows_of(ours)


def check_in_comunica(ids: list[str], nquads: Path) -> None:
    ours = [answer(QUERIES[id_], whole()) for id_ in ids]
    theirs = comunica_rows([file_of(id_) for id_ in ids], nquads, [each.columns for each in ours])
    assert dict(zip(ids, theirs, strict=True)) == dict(zip(ids, map(rows_of, ours), strict=True))


@pytest.mark.interop
def test_the_files_give_the_rows_of_their_defaults_in_comunica(nquads: Path) -> None:
    ids = [id_ for id_ in sorted(QUERIES) if id_ not in {*SLOW_IN_COMUNICA, *ENDLESS_IN_COMUNICA}]
    assert len(ids) == len(QUERIES) - 5
    check_in_comunica(ids, nquads)


@pytest.mark.batch
@pytest.mark.parametrize("id_", sorted(SLOW_IN_COMUNICA))
def test_a_slow_file_gives_the_rows_of_its_defaults_in_comunica(id_: str, nquads: Path) -> None:
    check_in_comunica([id_], nquads)


# -- with parameters in place -----------------------------------------------------------------
@pytest.mark.parametrize("run_", RUNS, ids=str)
def test_what_is_shown_gives_the_rows_of_the_command(run_: Any, engine: Engine) -> None:
    query = QUERIES[run_.folder.name]
    parameters, files = given(run_)
    dataset = data(engine, files)
    ours = answer(query, dataset, parameters)
    text = show(query, dataset, parameters)
    store = ox.Store()
    store.extend(dataset)
    columns, theirs = pyoxigraph_rows(text, store)
    assert columns == list(ours.columns)
    assert theirs == rows_of(ours)
    assert not [name for name in parameters if f"#+ param: {name} " in text]


@pytest.mark.interop
def test_what_is_shown_gives_the_rows_of_the_command_in_comunica(
    tmp_path: Path, nquads: Path
) -> None:
    asked: dict[str, dict[str, str]] = {
        "cq04": {"citation": "4"},
        "cq07": {"by": "2027-01-01"},
        "cq08": {"therapy": "TACE"},
        "cq11": {"modality": "recommended", "section": "Treatment"},
        "cq16": {"property": "ki67Percent", "value": "2.5"},
        "cq22": {"severity": "Warning"},
        "cq27": {"case": "small-pancreatic-net"},
    }
    ours = [answer(QUERIES[id_], whole(), parameters) for id_, parameters in asked.items()]
    paths = [tmp_path / f"{id_}.rq" for id_ in asked]
    for path, (id_, parameters) in zip(paths, asked.items(), strict=True):
        path.write_text(show(QUERIES[id_], whole(), parameters), encoding="utf-8")
    theirs = comunica_rows(paths, nquads, [each.columns for each in ours])
    assert theirs == [rows_of(each) for each in ours]
    assert all(theirs[:6])
