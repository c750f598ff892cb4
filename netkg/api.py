"""The functions that most callers need, over one engine per process.

Every function takes the evaluation date as ``as_of``: a date, or an ISO text
such as ``"2026-03-31"``. None of them reads the clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from netkg.case import loading
from netkg.case.days import Day
from netkg.case.finding import Findings
from netkg.case.loading import CaseLike
from netkg.case.model import Case
from netkg.comparison import scenarios
from netkg.comparison.edits import Setting
from netkg.comparison.model import Comparison
from netkg.errors import InputError
from netkg.plan.engine import Engine, Reasoner, default_engine
from netkg.plan.model import Plan
from netkg.proof import explain as explaining
from netkg.proof import recheck as rechecking
from netkg.proof.explained import find_explained
from netkg.proof.model import Explanation, Proof
from netkg.proof.recheck import Rechecked
from netkg.query.ask import ask

if TYPE_CHECKING:
    from rdflib import Graph

__all__ = [
    "ask",
    "default_engine",
    "derive",
    "diff",
    "explain",
    "load_case",
    "recheck",
    "validate",
    "whatif",
]

Proofs: TypeAlias = "str | Path | Explanation | Proof | Mapping[str, Any] | Iterable[Any]"


def load_case(
    source: str | Path | Mapping[str, object] | Graph, *, engine: Engine | None = None
) -> Case:
    """Read one case from a file, a JSON object or an rdflib graph.

    A ``str`` is the path of a file; a graph is copied and stays untouched.

    >>> load_case({"id": "c1", "tumors": [{}]}).id
    'c1'

    Raises:
        InputError: if it cannot be read, or is not exactly one case.
    """
    return loading.load_case(source, schema=(engine or default_engine()).schema)


def validate(case: CaseLike, *, as_of: Day, engine: Engine | None = None) -> Findings:
    """Return the findings on one case, sorted by severity, focus, field and statement.

    >>> [finding.field for finding in validate({"id": "c1"}, as_of="2026-03-31")][0]
    'tumors'

    Raises:
        InputError: if the case cannot be read.
    """
    engine = engine or default_engine()
    return engine.validate(_read(case, engine), as_of=as_of)


def derive(
    case: CaseLike,
    *,
    as_of: Day,
    reasoner: Reasoner = "compiled",
    engine: Engine | None = None,
) -> Plan:
    """Derive the management plan of one case as of a day.

    ``reasoner`` is ``"compiled"`` (the criteria, milliseconds) or ``"owlrl"``
    (the whole OWL 2 RL closure, seconds, the reference). The plan of a case
    with a violation has findings only.

    >>> case = {"id": "c1", "men1Status": "Positive", "tumors": [{}]}
    >>> plan = derive(case, as_of="2026-03-31")
    >>> next(row.status for row in plan.recommendations if row.id == "PF-04")
    'due'

    Raises:
        InputError: if the case cannot be read.
        Contradiction: if owlrl finds one.
    """
    engine = engine or default_engine()
    return engine.derive(_read(case, engine), as_of=as_of, reasoner=reasoner)


def explain(
    case: CaseLike,
    statement: str,
    *,
    as_of: Day,
    focus: str | None = None,
    engine: Engine | None = None,
) -> Explanation:
    """Explain the verdict of a statement on one case, with a proof at each focus.

    In place of a statement, a gap of the guideline, such as ``GAP-SITE``, or a class of cases
    or tumors, such as ``NeuroendocrineTumorG2``, is explained. ``focus`` is the id of a tumor, or
    of the case for a statement on cases; without it all foci are explained. A case with a
    violation has no verdict to explain; the findings of ``plan`` say why.

    >>> case = {"id": "c1", "tumors": [{"ki67Percent": 8}]}
    >>> (found,) = explain(case, "DX-04", as_of="2026-03-31").foci
    >>> found.focus.verdict, found.proof.step.expression
    ('applicable', 'Tumor')

    Raises:
        InputError: if the case cannot be read, there is no such statement
            with a verdict, or it is not evaluated at such a focus.
    """
    engine = engine or default_engine()
    found = find_explained(engine, statement)
    examined = engine.examine(_read(case, engine), as_of=as_of)
    return explaining.explain(engine, examined, found, focus=focus)


def recheck(
    proofs: Proofs,
    case: CaseLike | Iterable[CaseLike],
    *,
    as_of: Day | None = None,
    engine: Engine | None = None,
) -> tuple[Rechecked, ...]:
    """Verify proofs with an independent checker, against a case as it is now.

    ``proofs`` is the path of a file that ``netkg explain --format json`` wrote,
    an Explanation, a Proof, or the JSON of either. Without ``as_of`` each proof
    is checked as of its own day.

    >>> case = {"id": "c1", "tumors": [{"ki67Percent": 8}]}
    >>> [found] = recheck(explain(case, "DX-04", as_of="2026-03-31"), case)
    >>> found.follows, found.verdict
    (True, 'applicable')

    Raises:
        InputError: if proofs or case cannot be read, or a proof is about another case.
    """
    engine = engine or default_engine()
    source = str(proofs) if isinstance(proofs, str | Path) else ""
    cases = loading.load_cases(case, schema=engine.schema)
    written = rechecking.read_proofs(proofs)
    return tuple(rechecking.recheck(engine, written, cases, as_of=as_of, source=source))


def whatif(
    case: CaseLike,
    *,
    as_of: Day,
    set: Mapping[str, Any] | None = None,
    unset: Iterable[str] = (),
    add: Mapping[str, Mapping[str, Any] | Iterable[Any]] | None = None,
    engine: Engine | None = None,
) -> Comparison:
    """Compare the plan of a case with the one that it would have after some changes.

    ``set`` gives values by path (``tumors.grade``, ``tumor-2.grade``),
    ``unset`` names paths to remove, ``add`` gives a record, or several, by path.

    >>> case = {"id": "c1", "tumors": [{}]}
    >>> view = whatif(case, as_of="2026-03-31", set={"men1Status": "Positive"})
    >>> [(row.statement.id, row.after.status) for row in view.appeared]
    [('PF-04', 'due')]

    Raises:
        InputError: if the case cannot be read, or cannot be changed like this.
    """
    engine = engine or default_engine()
    if isinstance(unset, str):
        raise InputError(
            "unset is a string", found=unset, expected=f"a list of paths, such as [{unset!r}]"
        )
    for name, given in (("set", set), ("add", add)):
        if given is not None and not isinstance(given, Mapping):
            raise InputError(f"{name} is not a mapping", expected="values by their paths")
    settings = [
        *(Setting("set", path, value) for path, value in (set or {}).items()),
        *(Setting("unset", path) for path in unset),
        *(
            Setting("add", path, record)
            for path, records in (add or {}).items()
            for record in ([records] if isinstance(records, Mapping) else records)
        ),
    ]
    return scenarios.what_if(engine, _read(case, engine), settings, as_of=as_of)


def diff(
    case: CaseLike,
    other: CaseLike | None = None,
    *,
    as_of: Day | Sequence[Day],
    engine: Engine | None = None,
) -> Comparison:
    """Compare the plans of two cases, or those of one case as of two days.

    Two cases are compared as of one day, or of a day for each. One case is
    compared with itself, each side without what happened after its day.

    >>> view = diff({"id": "c1", "tumors": [{}]}, as_of=("2025-06-30", "2026-03-31"))
    >>> view.before.as_of, view.after.as_of
    ('2025-06-30', '2026-03-31')

    Raises:
        InputError: if a case cannot be read, or one case is given with one day.
    """
    engine = engine or default_engine()
    first = _read(case, engine)
    if other is not None:
        return scenarios.compare_cases(engine, first, _read(other, engine), as_of=as_of)
    if not isinstance(as_of, list | tuple):
        raise InputError(
            "one case is compared with itself on two dates",
            expected="two dates as as_of, or a second case",
        )
    return scenarios.compare_days(engine, first, *scenarios.two_days(as_of))


def _read(case: CaseLike, engine: Engine) -> Case:
    return case if isinstance(case, Case) else load_case(case, engine=engine)
