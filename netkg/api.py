"""Offer the few functions that most callers need, over one engine a process."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from netkg import loading
from netkg.case import Case
from netkg.plan import Engine, Reasoner
from netkg.results import Finding, Plan

if TYPE_CHECKING:
    from rdflib import Graph

__all__ = ["default_engine", "derive", "load_case", "validate"]


@lru_cache(maxsize=1)
def default_engine() -> Engine:
    """Give the engine of the ontology that came with the package, loaded once."""
    return Engine.load()


def load_case(
    source: str | Path | dict[str, object] | Graph, *, engine: Engine | None = None
) -> Case:
    """Read one case from a file, a JSON object or an rdflib graph.

    A ``str`` is the path of a file; a graph is copied and stays untouched.

    >>> load_case({"id": "c1", "tumors": [{}]}).id
    'c1'

    Raises:
        InputError: if it cannot be read, or holds not just one case.
    """
    return loading.load_case(source, schema=(engine or default_engine()).schema)


def validate(
    case: Case | str | Path | dict[str, object] | Graph,
    *,
    as_of: date,
    engine: Engine | None = None,
) -> tuple[Finding, ...]:
    """Give the findings on one case, sorted by severity, focus, field and statement.

    >>> [finding.field for finding in validate({"id": "c1"}, as_of=date(2026, 3, 31))][0]
    'tumors'

    Raises:
        InputError: if the case cannot be read.
    """
    engine = engine or default_engine()
    return engine.validate(_read(case, engine), as_of=as_of)


def derive(
    case: Case | str | Path | dict[str, object] | Graph,
    *,
    as_of: date,
    reasoner: Reasoner = "compiled",
    engine: Engine | None = None,
) -> Plan:
    """Derive the management plan of one case as of a day.

    ``reasoner`` is ``"compiled"`` (the criteria, milliseconds) or ``"owlrl"``
    (the whole OWL 2 RL closure, seconds, the reference). The plan of a case
    with a violation holds the findings alone.

    >>> case = {"id": "c1", "men1Status": "Positive", "tumors": [{}]}
    >>> plan = derive(case, as_of=date(2026, 3, 31))
    >>> next(row.status for row in plan.recommendations if row.id == "PF-04")
    'due'

    Raises:
        InputError: if the case cannot be read.
        Contradiction: if owlrl finds one.
    """
    engine = engine or default_engine()
    return engine.derive(_read(case, engine), as_of=as_of, reasoner=reasoner)


def _read(case: Case | str | Path | dict[str, object] | Graph, engine: Engine) -> Case:
    return case if isinstance(case, Case) else load_case(case, engine=engine)
