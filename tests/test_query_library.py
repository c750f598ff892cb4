"""Read the headers of queries, and refuse those that say too little or what is not so."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest
from rdflib.plugins.sparql import prepareQuery

from netkg.errors import KnowledgeError
from netkg.ontology.query_header import EACH, OVER, TYPES, Parameter
from netkg.query.ask import ask
from netkg.query.library import Competency, read_competency, read_library

FOLDER = Path(__file__).parent.parent / "queries" / "competency"
LIBRARY = read_library(FOLDER)

WHOLE = """\
#+ summary: List what there is.
#+ question: What is there?
#+ over: ontology
#+ param: wanted class Only this class, such as Tumor.
#+ param: day date = as-of The day.
#+ param: section section = any Only this section.
#+ column: id The id.

SELECT ?id ?wanted ?day ?section WHERE { ?id a ?wanted }
"""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def named(query: Competency) -> str:
    return query.name


def test_a_header_is_read(tmp_path: Path) -> None:
    write(tmp_path, "cq02-what-is-there.rq", WHOLE)
    write(tmp_path, "cq01-what-is-not.rq", WHOLE)
    first, query = read_library(tmp_path)
    assert (first.id, query.id, query.slug) == ("cq01", "cq02", "what-is-there")
    assert query.names == ("cq02", "what-is-there", "cq02-what-is-there")
    assert (query.summary, query.question) == ("List what there is.", "What is there?")
    assert (query.over, query.text) == ("ontology", WHOLE)
    assert query.parameters == (
        Parameter("wanted", "class", "Only this class, such as Tumor."),
        Parameter("day", "date", "The day.", "as-of"),
        Parameter("section", "section", "Only this section.", "any"),
    )
    assert [column.name for column in query.columns] == ["id"]
    body = query.to_dict()
    assert [entry["required"] for entry in body["parameters"]] == [True, False, False]
    assert body["columns"] == [{"name": "id", "meaning": "The id."}]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        (
            "#+ over: ontology",
            "#+ over: graph",
            3,
            "unknown scope 'graph' (choose from ontology, case, plan)",
        ),
        ("#+ over: ontology", "#+over: ontology", 3, "not a valid header line"),
        ("#+ over: ontology", "#+ data: ontology", 3, "not a valid header line"),
        ("#+ over: ontology", "#+ question: Why?", 3, "question appears twice"),
        ("wanted class Only", "wanted sort Only", 4, "unknown parameter type 'sort'"),
        ("wanted class Only", "wanted class only", 4, "not a valid parameter"),
        (
            "wanted class Only this class, such as Tumor.",
            "wanted class",
            4,
            "not a valid parameter",
        ),
        ("param: day", "param: wanted", 5, "wanted appears twice"),
        ("= any Only", "any Only", 6, "not a valid parameter"),
        ("id The id.", "id the id", 7, "not a valid column"),
        ("id The id.", "id The id.\n#+ column: id It.", 8, "id appears twice"),
        ("id The id.", "id The id.\n#+ over: plan", 8, "over is in the wrong place"),
    ],
)
def test_a_faulty_line_is_reported_with_its_place(
    old: str, new: str, line: int, words: str, tmp_path: Path
) -> None:
    assert old in WHOLE
    path = write(tmp_path, "cq01-what-is-there.rq", WHOLE.replace(old, new, 1))
    with pytest.raises(KnowledgeError) as caught:
        read_library(tmp_path)
    assert str(caught.value).startswith(f"{path}, line {line}: ")
    assert words in str(caught.value)


@pytest.mark.parametrize("key", ["summary", "question", "over", "column"])
def test_a_missing_line_is_reported(key: str, tmp_path: Path) -> None:
    lines = [line for line in WHOLE.splitlines() if not line.startswith(f"#+ {key}:")]
    path = write(tmp_path, "cq01-what-is-there.rq", "\n".join(lines))
    with pytest.raises(KnowledgeError, match=f"#\\+ {key}: …") as caught:
        read_library(tmp_path)
    assert str(path) in str(caught.value)


def test_names_of_files_are_checked(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="no query"):
        read_library(tmp_path)
    write(tmp_path, "cq01-one.rq", WHOLE)
    write(tmp_path, "cq01-two.rq", WHOLE)
    with pytest.raises(KnowledgeError, match="cq01 is used twice"):
        read_library(tmp_path)
    write(tmp_path, "third.rq", WHOLE)
    with pytest.raises(KnowledgeError, match="no usable name"):
        read_library(tmp_path)


def test_a_query_outside_the_library_needs_no_header() -> None:
    query = read_competency("ASK { ?s ?p ?o }", name="mine")
    assert (query.name, query.over, query.parameters, query.columns) == ("mine", "", (), ())
    assert query.names == ("mine",)


# -- the library itself ---------------------------------------------------------------------
def test_ids_count_on() -> None:
    assert len(LIBRARY) >= 20
    assert [query.id for query in LIBRARY] == [f"cq{n:02}" for n in range(1, len(LIBRARY) + 1)]
    assert {query.over for query in LIBRARY} <= set(OVER)
    assert len({query.question for query in LIBRARY}) == len(LIBRARY)
    assert len({query.summary for query in LIBRARY}) == len(LIBRARY)


@pytest.mark.parametrize("query", LIBRARY, ids=named)
def test_columns_and_parameters_are_what_is_selected(query: Competency) -> None:
    selected = [str(variable) for variable in prepareQuery(query.text).algebra.PV]
    columns = [column.name for column in query.columns]
    each = [parameter.name for parameter in query.parameters if parameter.default == EACH]
    assert selected == [*columns, *each]
    assert None not in [parameter.default for parameter in query.parameters]


@pytest.mark.parametrize("query", LIBRARY, ids=named)
def test_parameters_can_be_given_by_name(query: Competency) -> None:
    taken = set(inspect.signature(ask).parameters)
    assert not taken & {parameter.name for parameter in query.parameters}
    assert {parameter.type for parameter in query.parameters} <= set(TYPES)
