"""Count what random cases make happen: which rules, plan queries, shapes, verdicts and findings.

``python tests/random_coverage.py 20000`` prints the counts, the smallest of each group first.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from unittest.mock import patch

import pyoxigraph as ox
from answers import reference
from random_cases import AS_OF, RandomCases

from netkg.case.loading import load_case
from netkg.case.model import Case
from netkg.namespaces import local_name
from netkg.ontology.criteria import Criterion, HasValue
from netkg.ontology.files import default_folders
from netkg.ontology.schema import TYPE
from netkg.plan.engine import Engine
from netkg.plan.model import Plan
from netkg.reasoning.rules import RuleSet, Workspace
from netkg.validation.shapes_index import sh

__all__ = ["Coverage", "coverage", "everything"]

JSON = dict[str, Any]
CHUNK: Final = 400
# Of these shapes the readers report everything themselves, so that nothing is left to report.
BY_READERS: Final = (
    *("Case", "Tumor", "Metastasis", "ClinicalEvent", "Measurement"),
    *("Case-events", "Case-metastases", "Tumor-measurements"),
)
INFO: Final = {
    "is undetermined and would supersede": "challenged",
    "The guideline does not give": "not given",
    "takes its place": "replaced",
    "anywhere": "unnamed",
    "cannot be scheduled": "undated",
}


@dataclass
class Coverage:
    """In how many cases each thing happened, by group and name."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    cases: int = 0
    conforming: int = 0

    def add(self, group: str, names: Iterable[str]) -> None:
        """Count names of a group, each once."""
        self.counts.setdefault(group, Counter()).update(set(names))

    def lowest(self, expected: dict[str, set[str]]) -> dict[str, tuple[int, str]]:
        """Return the smallest count of each group, with its name."""
        return {
            group: min((self.counts.get(group, Counter())[name], name) for name in names)
            for group, names in expected.items()
        }


def everything(engine: Engine) -> dict[str, set[str]]:
    """Return what must happen, by group: read from the sources of an engine."""
    catalogue, queries = engine.catalogue, engine.folders.queries
    shapes = {
        local_name(shape.value)
        for shape, values in engine.validator.index.values.items()
        if {sh("NodeShape"), sh("PropertyShape")} & set(values.get(TYPE, ()))
    }
    ids = {statement.id for statement in catalogue.verdict_bearing}
    return {
        "rule": {name for name, _ in engine.rules},
        "plan query": {name for name, _ in RuleSet(queries / "plan").queries},
        "shape": shapes - set(BY_READERS),
        "status": set(catalogue.pressing),
        "applicable": ids,
        "undetermined": {each.id for each in catalogue.verdict_bearing if is_open(each.population)},
        "gap": {gap.id for gap in catalogue.gaps},
        "info": set(INFO.values()),
    }


def is_open(criterion: Criterion | None) -> bool:
    """Return whether a condition may be unknown: one of its leaves depends on an open field."""
    if isinstance(criterion, HasValue):
        return bool(criterion.determinations)
    filler = getattr(criterion, "filler", None)
    return any(map(is_open, getattr(criterion, "parts", (filler,) if filler else ())))


def coverage(
    engine: Engine, cases: Iterable[Case], as_of: date, *, into: Coverage | None = None
) -> Coverage:
    """Count what happens in each case; the engine must run the queries with pyoxigraph."""
    found = into or Coverage()
    with overheard(engine) as heard:
        for case, plan in engine.process(cases, as_of=as_of):
            found.cases += 1
            found.conforming += plan.conforms
            happened = heard.pop(case.node.value, set())
            for group in ("rule", "plan query"):
                found.add(group, (name for kind, name in happened if kind == group))
            count_plan(plan, found)
    return found


def count_plan(plan: Plan, found: Coverage) -> None:
    """Count what is in a plan."""
    parts = [part for each in plan.findings for part in each.parts or (each,)]
    found.add("shape", (local_name(f.result.shape) for f in parts if f.result))
    foci = [(row.id, focus) for row in plan.recommendations for focus in row.foci]
    found.add("status", (focus.status for _, focus in foci if focus.status))
    for verdict in ("applicable", "undetermined"):
        found.add(verdict, (id_ for id_, focus in foci if focus.verdict == verdict))
    found.add("gap", plan.gaps)
    infos = [f.message for f in plan.findings if f.severity == "Info"]
    found.add("info", (kind for text in infos for part, kind in INFO.items() if part in text))


@contextmanager
def overheard(engine: Engine) -> Iterator[dict[str, set[tuple[str, str]]]]:
    """Overhear the queries that derive something about each case, by the IRI of the case."""
    heard: dict[str, set[tuple[str, str]]] = {}
    original, rules = Workspace.construct, set(engine.rules)

    def construct(self: Workspace, name: str, text: str, **bound: int) -> Iterator[ox.Triple]:
        output = list(original(self, name, text, **bound))
        kind = "rule" if (name, text) in rules else "plan query"
        for triple in output:
            if isinstance(triple.subject, ox.NamedNode):
                # The nodes of a case are below its own.
                case = triple.subject.value.partition("/")[0]
                heard.setdefault(case, set()).add((kind, name))
        return iter(output)

    with patch.object(Workspace, "construct", construct):
        yield heard


def drawn(cases: RandomCases, engine: Engine, start: int, stop: int) -> Iterator[Case]:
    """Yield random cases as they are read."""
    for tree in cases.cases(start, stop):
        yield load_case(tree, schema=engine.schema)


def lines(found: Coverage, expected: dict[str, set[str]]) -> Iterator[str]:
    """Write the counts of each group, the smallest first."""
    yield f"{found.cases} cases, {found.conforming} conform"
    for group, names in expected.items():
        counts = found.counts.get(group, Counter())
        ranked = sorted((counts[name], name) for name in names)
        yield f"{group} ({len(names)}, lowest {ranked[0][0]}):"
        yield "  " + ", ".join(f"{name} {count}" for count, name in ranked)


def chosen(engine: Engine, number: int, times: int) -> list[int]:
    """Choose few of the first random cases so that everything happens in some of them.

    Each thing happens in ``times`` of them, or in all of the cases in which it happens.
    """
    cases = RandomCases(engine)
    happening: dict[int, set[tuple[str, str]]] = {}
    for place, case in enumerate(drawn(cases, engine, 0, number)):
        counts = coverage(engine, [case], AS_OF).counts
        happening[place] = {(group, name) for group in counts for name in counts[group]}
    wanted = Counter({key: times for found in happening.values() for key in found})
    numbers: list[int] = []
    while happening:
        best = max(happening, key=lambda n: (sum(wanted[key] > 0 for key in happening[n]), -n))
        if not any(wanted[key] > 0 for key in happening[best]):
            break
        wanted.subtract(happening.pop(best))
        numbers.append(best)
    return sorted(numbers)


def main() -> None:
    """Print the coverage of as many random cases as the first argument says.

    With a second argument, print the numbers of few of them in which everything happens so often.
    """
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    engine = reference(default_folders())
    if len(sys.argv) > 2:
        sys.stdout.write(f"{chosen(engine, number, int(sys.argv[2]))}\n")
        return
    found = coverage(engine, drawn(RandomCases(engine), engine, 0, number), AS_OF)
    sys.stdout.write("\n".join(lines(found, everything(engine))) + "\n")


if __name__ == "__main__":
    main()
