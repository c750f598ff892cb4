"""Check written proofs again, against the case and the ontology as they are now."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, ClassVar, Final

from netkg.case.days import Day, as_day
from netkg.case.finding import Finding
from netkg.case.literals import compact
from netkg.case.model import Case
from netkg.case.strict_json import check_tree, parse_json, plain_numbers
from netkg.errors import InputError
from netkg.ontology.text_files import decode, read_bytes
from netkg.plan.engine import Engine
from netkg.proof.check.checker import Checker
from netkg.proof.explain import explain, find_statement
from netkg.proof.model import Explanation, FocusExplained, Proof
from netkg.result import IsoDay, Keys, Result

__all__ = ["EXPECTED", "ProofRechecker", "Rechecked", "WrittenProof", "read_proofs", "recheck"]

EXPECTED: Final = "the output of netkg explain --format json"


@dataclass(frozen=True, slots=True)
class WrittenProof:
    """A proof in its JSON form, and the objects that contained it, the nearest first."""

    body: Mapping[str, Any]
    around: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Rechecked(Result):
    """What the check of one proof found.

    ``objections`` are sentences on what does not follow; ``findings`` are those
    on the case if it violates the shapes, so that there is nothing to prove.
    """

    json_keys: ClassVar[Keys] = (
        *("case", "as_of", "statement", "focus", "verdict", "follows", "objections", "findings"),
    )
    case: str
    as_of: IsoDay
    statement: str
    focus: str
    verdict: str
    objections: tuple[str, ...]
    findings: tuple[Finding, ...] = field(default=(), repr=False)

    @property
    def follows(self) -> bool:
        """Whether the proof follows from the case and the ontology."""
        return not (self.objections or self.findings)


class ProofRechecker:
    """Check proofs about one case, as of one day; the case is derived once."""

    def __init__(self, engine: Engine, case: Case, day: date) -> None:
        self._engine = engine
        self._examined = examined = engine.examine(case, as_of=day)
        # There is nothing to prove about a case that violates the shapes.
        conforms = examined.plan.conforms
        self._checker = Checker(case, as_of=day, folders=engine.folders) if conforms else None

    def check(self, proof: WrittenProof) -> Rechecked:
        """Return what does not follow in a proof, and what around it is wrong.

        The parts of an explanation that are around a proof are compared with the plan of
        the case.
        """
        plan = self._examined.plan
        named = {
            key: str(proof.body.get(key) or "") for key in ("case", "statement", "focus", "verdict")
        }
        return Rechecked(
            as_of=plan.as_of,
            objections=tuple(self._objections(proof)),
            findings=() if plan.conforms else plan.findings,
            **named,
        )

    def _objections(self, proof: WrittenProof) -> list[str]:
        found = list(map(str, self._checker.check(proof.body))) if self._checker else []
        if found or not self._checker or not proof.around:
            return found
        # The proof follows, so there is such a statement and such a focus.
        statement = find_statement(self._engine, str(proof.body["statement"]))
        focus = str(proof.body["focus"])
        right = explain(self._engine, self._examined, statement, focus=focus).to_dict()
        for given, expected in zip(proof.around, (right["foci"][0], right), strict=False):
            found += [
                f"around the proof: {key} is {json.dumps(given.get(key))};"
                f" the plan has {json.dumps(expected.get(key))}"
                for key in sorted(given.keys() | expected.keys())
                # The sentence is wording, and not a part of the proof.
                if key not in ("proof", "foci", "sentence") and given.get(key) != expected.get(key)
            ]
        return found


def recheck(
    engine: Engine,
    proofs: Iterable[WrittenProof],
    cases: Iterable[Case],
    *,
    as_of: Day | None = None,
    source: str = "",
) -> Iterator[Rechecked]:
    """Check each proof against the case that it names.

    Without ``as_of`` a proof is checked as of the day that it names itself;
    ``source`` is what errors call the proofs.

    Raises:
        InputError: if no case, or more than one, is the one that a proof names,
            or a proof has no day.
    """
    by_id: dict[str, list[Case]] = {}
    for case in cases:
        by_id.setdefault(case.id, []).append(case)
    checkers: dict[tuple[str, date], ProofRechecker] = {}
    for proof in proofs:
        id_ = proof.body.get("case")
        if id_ is None:
            raise InputError(
                "not a proof: the key case is missing", source=source, expected=EXPECTED
            )
        named = by_id.get(str(id_), [])
        if len(named) != 1:
            raise InputError(
                f"the proof is about the case {id_!r}",
                source=source,
                found=f"{len(named)} cases with this id",
                expected="one case with this id",
            )
        day = as_day(as_of) if as_of is not None else _day(proof, source)
        key = (named[0].id, day)
        if key not in checkers:
            checkers[key] = ProofRechecker(engine, named[0], day)
        yield checkers[key].check(proof)


def read_proofs(
    given: str | bytes | Path | Explanation | Proof | Mapping[str, Any] | Iterable[Any],
    *,
    source: str = "",
) -> list[WrittenProof]:
    """Return the proofs in a file (by its path), a JSON text (bytes), an answer or a JSON value.

    Raises:
        InputError: if it cannot be read, or contains no proof, or something else.
    """
    if isinstance(given, str | Path):
        source, given = source or str(given), read_bytes(given)
    if isinstance(given, bytes):
        tree = parse_json(decode(given, source), source=source, expected=EXPECTED)
        given = plain_numbers(tree)
    found = list(_written(given, source, ()))
    if not found:
        raise InputError("contains no proof", source=source, expected=EXPECTED)
    for proof in found:
        for tree in (proof.body, *proof.around):
            check_tree(tree, source=source)
    return found


def _written(
    tree: Any, source: str, around: tuple[Mapping[str, Any], ...]
) -> Iterator[WrittenProof]:
    """Yield each proof in a tree, with the objects around it, the nearest first."""
    if isinstance(tree, Explanation | FocusExplained | Proof):
        tree = tree.to_dict()
    if isinstance(tree, Mapping):
        if isinstance(tree.get("foci"), list):
            yield from _written(tree["foci"], source, (tree,))
        elif "statement" not in tree and "proof" in tree:
            yield from _written(tree["proof"], source, (tree, *around))
        else:
            yield WrittenProof(tree, around)
    elif isinstance(tree, Iterable) and not isinstance(tree, str | bytes):
        for item in tree:
            yield from _written(item, source, around)
    else:
        raise InputError(
            f"contains {compact(tree)[:40]} in place of a proof", source=source, expected=EXPECTED
        )


def _day(proof: WrittenProof, source: str) -> date:
    try:
        return as_day(str(proof.body.get("asOf")))
    except InputError:
        raise InputError(
            f"{proof.body.get('asOf')!r} is not a valid evaluation date of a proof",
            source=source,
            expected="a date such as 2026-01-15 as its asOf, or another date to check it for",
        ) from None
