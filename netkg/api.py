"""Offer the few functions that most callers need, over one engine a process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netkg.case import reading
from netkg.case.finding import Finding
from netkg.case.model import Case
from netkg.comparison.edits import Setting, change
from netkg.comparison.model import Comparison
from netkg.comparison.plans import compare
from netkg.errors import InputError
from netkg.plan.engine import Engine, Reasoner
from netkg.plan.model import Plan
from netkg.proof import explain as proof_explain
from netkg.proof.model import Explanation
from netkg.query import ask as query_ask
from netkg.query.answer import Answer
from netkg.query.ask import CaseLike
from netkg.query.library import Competency
from netkg.query.parameters import Given

if TYPE_CHECKING:
    from rdflib import Graph

__all__ = ["ask", "default_engine", "derive", "explain", "load_case", "validate", "whatif"]


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
    return reading.load_case(source, schema=(engine or default_engine()).schema)


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


def explain(
    case: Case | str | Path | dict[str, object] | Graph,
    statement: str,
    *,
    as_of: date,
    focus: str | None = None,
    engine: Engine | None = None,
) -> Explanation:
    """Explain the verdict of a statement on one case, with a proof at each focus.

    ``focus`` is the id of a tumour, or of the case for a statement on cases;
    without it all foci are explained. A case with a violation has no verdict
    to explain; the findings of ``plan`` say why.

    >>> case = {"id": "c1", "tumors": [{"ki67Percent": 8}]}
    >>> (found,) = explain(case, "DX-04", as_of=date(2026, 3, 31)).foci
    >>> found.focus.verdict, found.proof.step.expression
    ('applicable', 'DX-04-Population')

    Raises:
        InputError: if the case cannot be read, there is no such statement
            with a verdict, or it is not judged at such a focus.
    """
    engine = engine or default_engine()
    found = proof_explain.find_statement(engine, statement)
    examined = engine.examine(_read(case, engine), as_of=as_of)
    return proof_explain.explain(engine, examined, found, focus=focus)


def whatif(
    case: Case | str | Path | dict[str, object] | Graph,
    *,
    as_of: date,
    set: Mapping[str, Any] | None = None,
    unset: Iterable[str] = (),
    add: Mapping[str, Iterable[Any]] | None = None,
    engine: Engine | None = None,
) -> Comparison:
    """Compare the plan of a case with the one that it would have after some changes.

    ``set`` gives values by path (``tumors.grade``, ``tumor-2.grade``),
    ``unset`` names paths to leave out, ``add`` gives records by path.

    >>> case = {"id": "c1", "tumors": [{}]}
    >>> view = whatif(case, as_of=date(2026, 3, 31), set={"men1Status": "Positive"})
    >>> [(row.statement.id, row.after.status) for row in view.appeared]
    [('PF-04', 'due')]

    Raises:
        InputError: if the case cannot be read, or cannot be changed like this.
    """
    engine = engine or default_engine()
    given = _read(case, engine)
    if isinstance(unset, str):
        raise InputError("unset is a text", found=unset, expected=f"a list of paths, [{unset!r}]")
    settings = [
        *(Setting("set", path, value) for path, value in (set or {}).items()),
        *(Setting("unset", path) for path in unset),
        *(Setting("add", path, r) for path, records in (add or {}).items() for r in records),
    ]
    altered, changes = change(given, settings, schema=engine.schema)
    before, after = (engine.derive(side, as_of=as_of) for side in (given, altered))
    return compare(before, after, changes=changes)


def ask(
    query: str | Path | Competency,
    *,
    cases: CaseLike | Iterable[CaseLike] = (),
    as_of: date | None = None,
    over: str | None = None,
    engine: Engine | None = None,
    parameters: Mapping[str, Given] | None = None,
    **given: Given,
) -> Answer:
    """Ask a query of the library by its name, a text, or a file by its path.

    Parameters of the query are given by their names; ``parameters`` holds those
    whose names are taken here. ``over`` is ``"ontology"``, ``"case"`` or
    ``"plan"``; a query over cases needs the day ``as_of``.

    >>> ask("cq04", citation="3").rows[0][:2]
    ('TX-04', 'perioperative octreotide')

    Raises:
        InputError: if there is no such query, a parameter is wrong, or a case
            cannot be read.
    """
    if engine is None and cases != ():
        engine = default_engine()
    return query_ask.ask(
        query, cases=cases, as_of=as_of, over=over, engine=engine, parameters=parameters, **given
    )


def _read(case: Case | str | Path | dict[str, object] | Graph, engine: Engine) -> Case:
    return case if isinstance(case, Case) else load_case(case, engine=engine)
