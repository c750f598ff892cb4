"""Compare the compiled program with the reference, on cases on file and on random ones.

The reference runs the queries with pyoxigraph and the shapes with pySHACL. Compared is
everything that an engine gives for a case (:mod:`answers`). A failure names the case: for a
random one its number, which is enough to draw it again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from answers import answer, answers, by_value, engines, first_difference
from overhearing import disagreements, overhear
from random_cases import AS_OF, RandomCases
from random_coverage import Coverage, coverage, drawn, everything, lines
from statement_table import rows

from netkg.case.from_rdf import cases_from_quads
from netkg.case.loading import load_case, load_cases
from netkg.case.model import Case
from netkg.ontology.files import default_folders
from netkg.ontology.terms import triple_of
from netkg.plan.engine import Engine
from netkg.reasoning.closure import entailed_types
from netkg.reasoning.facts import Facts
from netkg.reasoning.verdicts import TRUE

pytestmark = pytest.mark.many

TESTS = Path(__file__).resolve().parent
EXAMPLES = TESTS.parent / "examples"
ROWS = list(rows())
STEMS = sorted(path.stem for path in (TESTS.parent / "shapes" / "case").glob("*.ttl"))

NORMAL = 250
CHUNKS, CHUNK = 100, 200
# The share of random cases that are invalid is about a tenth.
INVALID = (0.08, 0.13)
LEAST = 20

Engines = tuple[Engine, Engine]
Named = tuple[str, Case]


@pytest.fixture(scope="module")
def both() -> Engines:
    """Return the compiled program and the reference."""
    return engines(default_folders())


def unequal(both: Engines, named: Iterable[Named], as_of: date = AS_OF) -> list[str]:
    """Describe the cases on which two engines differ."""
    cases = list(named)
    found = (answers(engine, [case for _, case in cases], as_of) for engine in both)
    return [
        f"{name}:\n{difference}"
        for (name, _), one, other in zip(cases, *found, strict=True)
        if (difference := first_difference(one, other))
    ]


# -- cases on file ------------------------------------------------------------------------
def examples(engine: Engine) -> Iterator[Named]:
    for path in sorted(EXAMPLES.rglob("*.*")):
        if path.suffix in (".json", ".ndjson", ".ttl"):
            for place, case in enumerate(load_cases(path, schema=engine.schema), start=1):
                yield f"{path.relative_to(EXAMPLES)}#{place}", case


def fixtures(engine: Engine, stem: str) -> Iterator[Named]:
    """Yield the small graphs that each shape of a file accepts and rejects."""
    for path in sorted((TESTS / "shapes" / stem).glob("*.ttl")):
        (case,) = cases_from_quads(ox.parse(path=path), schema=engine.schema)
        yield f"{stem}/{path.name}", case


def test_they_are_equal_on_the_examples(both: Engines) -> None:
    found = list(examples(both[1]))
    assert len(found) > 50
    assert unequal(both, found) == []


@pytest.mark.parametrize("stem", STEMS)
def test_they_are_equal_on_a_sample_of_the_graphs_of_the_shapes(stem: str, both: Engines) -> None:
    found = list(fixtures(both[1], stem))[::6]
    assert found
    assert unequal(both, found) == []


@pytest.mark.batch
@pytest.mark.parametrize("stem", STEMS)
def test_they_are_equal_on_the_graphs_of_the_shapes(stem: str, both: Engines) -> None:
    assert unequal(both, fixtures(both[1], stem)) == []


@pytest.mark.parametrize("start", range(4))
def test_they_are_equal_on_the_test_cases(start: int, both: Engines) -> None:
    folders = [path for path in sorted((TESTS / "cases").iterdir()) if path.is_dir()]
    by_day: dict[str, list[Named]] = {}
    for folder in folders[start::4]:
        path = folder / "case.json"
        # A folder without a case names an example.
        if path.is_file():
            wanted = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
            case = load_case(path, schema=both[1].schema)
            by_day.setdefault(wanted["asOf"], []).append((folder.name, case))
    assert by_day
    for day, named in by_day.items():
        assert unequal(both, named, date.fromisoformat(day)) == []


@pytest.mark.batch
@pytest.mark.parametrize("table", sorted({row.table for row in ROWS}))
def test_they_are_equal_on_the_rows_of_the_statements(table: str, both: Engines) -> None:
    found = [row for row in ROWS if row.table == table]
    named = [(row.name, load_case(row.case, schema=both[1].schema)) for row in found]
    assert unequal(both, named) == []


# -- random cases -------------------------------------------------------------------------
def random_cases(engine: Engine, start: int, stop: int) -> Iterator[Named]:
    cases = RandomCases(engine)
    for number in range(start, stop):
        yield f"random case {number}", load_case(cases.case(number), schema=engine.schema)


def valid_cases(engine: Engine, start: int, count: int) -> list[Named]:
    """Return a number of random cases that conform."""
    found: list[Named] = []
    for name, case in random_cases(engine, start, start + 2 * count):
        if len(found) < count and engine.derive(case, as_of=AS_OF).conforms:
            found.append((name, case))
    return found


@pytest.mark.parametrize("part", range(5))
def test_they_are_equal_on_random_cases(part: int, both: Engines) -> None:
    start, size = part * NORMAL // 5, NORMAL // 5
    assert unequal(both, random_cases(both[1], start, start + size)) == []


@pytest.mark.batch
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_they_are_equal_on_many_random_cases(chunk: int, both: Engines) -> None:
    cases = random_cases(both[1], chunk * CHUNK, (chunk + 1) * CHUNK)
    assert unequal(both, cases) == []


@pytest.mark.batch
@pytest.mark.long
def test_everything_happens_in_the_random_cases() -> None:
    engine = engines(default_folders())[1]
    wanted, cases = everything(engine), RandomCases(engine)
    found = Coverage()
    for chunk in range(CHUNKS):
        start = chunk * CHUNK
        coverage(engine, drawn(cases, engine, start, start + CHUNK), AS_OF, into=found)
        if all(count >= LEAST for count, _ in found.lowest(wanted).values()):
            break
    text = "\n".join(lines(found, wanted))
    assert all(count >= LEAST for count, _ in found.lowest(wanted).values()), text
    assert INVALID[0] < 1 - found.conforming / found.cases < INVALID[1], text


def test_a_random_case_depends_on_its_number_alone(both: Engines) -> None:
    one, other = (RandomCases(engine) for engine in both)
    assert list(one.cases(0, 50)) == [other.case(number) for number in range(50)]
    assert len({json.dumps(case, sort_keys=True) for case in one.cases(0, 50)}) == 50


# -- other reasoners -----------------------------------------------------------------------
@pytest.mark.batch
@pytest.mark.parametrize("chunk", range(40))
def test_owlrl_entails_the_populations_of_the_compiled_program(chunk: int, both: Engines) -> None:
    compiled = both[0]
    cases = [case for _, case in valid_cases(compiled, 100_000 + 100 * chunk, 25)]
    assert len({case.id for case in cases}) == 25
    # To close the axioms takes seconds, so the facts of all cases are closed at once.
    facts: list[ox.Triple] = []
    applicable: set[tuple[str, str]] = set()
    for case in cases:
        with compiled._backend.on(Facts()) as run:
            found = compiled._evaluated(case, AS_OF, run)
            facts += [triple_of(*fact) for fact in found.facts.log]
            verdicts = compiled._verdicts(case, found.evaluator)
        applicable |= {key for key, verdict in verdicts.items() if verdict == TRUE}
    entailed = entailed_types(compiled.schema, facts)
    nodes = {node for case in cases for node in case.nodes}
    assert applicable == {
        (statement.id, node)
        for statement in compiled.catalogue.verdict_bearing
        for node, class_ in entailed
        if class_ == compiled._population(statement).value and node in nodes
    }
    assert len(applicable) > 25


@pytest.mark.batch
@pytest.mark.parametrize("chunk", range(40))
def test_rdflib_gives_what_the_compiled_program_gives(chunk: int, both: Engines) -> None:
    # Valid cases only, since rdflib compares a text with a number, which is an error in SPARQL.
    for name, case in valid_cases(both[1], 200_000 + 20 * chunk, 5):
        runs = overhear(both[1], case, AS_OF)
        assert list(disagreements(runs)) == [], name
        found, wanted = (answer(engine.examine(case, as_of=AS_OF)) for engine in both)
        assert not (difference := first_difference(found, wanted)), f"{name}:\n{difference}"


# -- the comparison itself -------------------------------------------------------------------
def test_a_difference_is_seen_and_shown(both: Engines) -> None:
    (_, one), (_, other) = random_cases(both[1], 0, 2)
    first, second = answers(both[1], [one, other], AS_OF)
    assert first_difference(first, first) == ""
    for key in first:
        changed: dict[str, Any] = first | {key: second[key]}
        if first[key] != second[key]:
            assert f"{key}" in first_difference(changed, first)


def test_numbers_of_triples_are_compared_by_value() -> None:
    decimal = '"5.0"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    double = '"5.0E0"^^<http://www.w3.org/2001/XMLSchema#double>'
    assert by_value(decimal) == by_value(double) != by_value(decimal.replace("5", "6"))
    assert by_value('"5"') != by_value(decimal)
