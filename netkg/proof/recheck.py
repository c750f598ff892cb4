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
from netkg.proof.explain import explain
from netkg.proof.explained import find_statement
from netkg.proof.model import Explanation, FocusExplained, Proof
from netkg.result import JSON, IsoDay, Keys, Result

__all__ = ["EXPECTED", "ProofRechecker", "Rechecked", "WrittenProof", "read_proofs", "recheck"]

EXPECTED: Final = "the output of netkg explain --format json"


@dataclass(frozen=True, slots=True)
class WrittenProof:
    """A proof in its JSON form, with the explanations of its focus and of its statement.

    An explanation of a case that violates the shapes contains no proof.
    """

    body: Mapping[str, Any] = field(default_factory=dict)
    focus: Mapping[str, Any] | None = None
    explanation: Mapping[str, Any] | None = None

    def named(self, key: str) -> str:
        """Return what the proof gives for a key such as ``case``, else what is around it."""
        return str((self.body or self.explanation or {}).get(key) or "")


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
        self._explanations: dict[str, JSON] = {}
        # There is nothing to prove about a case that violates the shapes.
        conforms = examined.plan.conforms
        self._checker = Checker(case, as_of=day, folders=engine.folders) if conforms else None

    def check(self, proof: WrittenProof) -> Rechecked:
        """Return what does not follow in a proof, and what around it is wrong.

        The parts of an explanation that are around a proof are compared with the plan of
        the case.
        """
        plan = self._examined.plan
        return Rechecked(
            case=proof.named("case"),
            as_of=plan.as_of,
            statement=str(proof.body.get("statement") or ""),
            focus=str(proof.body.get("focus") or ""),
            verdict=str(proof.body.get("verdict") or ""),
            objections=tuple(self._objections(proof)),
            findings=() if plan.conforms else plan.findings,
        )

    def _objections(self, proof: WrittenProof) -> list[str]:
        if not self._checker:
            return []
        if not proof.body:
            return ["there is no proof, although the case does not violate the shapes"]
        found = list(map(str, self._checker.check(proof.body)))
        if found or not proof.focus:
            return found
        # The proof follows, so there is such a statement and such a focus.
        right = self._explained(str(proof.body["statement"]))
        focus = str(proof.body["focus"])
        [explained] = (each for each in right["foci"] if each["focus"] == focus)
        found += _differences(proof.focus, explained)
        if proof.explanation:
            found += _differences(proof.explanation, right)
        return found

    def _explained(self, id_: str) -> JSON:
        """Return the explanation of a statement in its JSON form."""
        if id_ not in self._explanations:
            statement = find_statement(self._engine, id_)
            self._explanations[id_] = explain(self._engine, self._examined, statement).to_dict()
        return self._explanations[id_]


def _differences(given: Mapping[str, Any], right: JSON) -> list[str]:
    """Return an objection for each claim around a proof that differs from the plan."""
    found, expected = dict(given), dict(right)
    if "foci" in expected:
        names = [each["focus"] for each in expected["foci"]]
        found["foci"] = [each.get("focus") for each in given["foci"]]
        # An explanation is about all foci, or about one.
        expected["foci"] = found["foci"] if found["foci"] in [[name] for name in names] else names
        expected["findings"] = _without_places(expected["findings"])
        found["findings"] = _without_places(given.get("findings"))
    return [
        f"around the proof: {key} is {_text(found, key)}; the plan has {_text(expected, key)}"
        for key in sorted(found.keys() | expected.keys())
        if key != "proof" and _text(found, key) != _text(expected, key)
    ]


def _without_places(findings: Any) -> Any:
    """Return findings without their places, which are those in one file of the case."""
    if not isinstance(findings, list) or not all(isinstance(each, dict) for each in findings):
        return findings
    return [{key: each[key] for key in each if key not in ("pointer", "line")} for each in findings]


def _text(body: Mapping[str, Any], key: str) -> str:
    """Return a value as JSON, which distinguishes true from 1, and null from nothing."""
    return json.dumps(body[key], sort_keys=True) if key in body else "missing"


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
        id_ = proof.named("case")
        if not id_:
            raise InputError(
                "not a proof: the key case is missing", source=source, expected=EXPECTED
            )
        named = by_id.get(id_, [])
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
    found = list(_written(given, source))
    if not any(proof.body for proof in found):
        raise InputError("contains no proof", source=source, expected=EXPECTED)
    return found


def _written(tree: Any, source: str) -> Iterator[WrittenProof]:
    """Yield each proof in a list, an explanation, or the explanation of one focus.

    Any other object is taken for a proof, so that the checker objects to its keys.
    """
    if isinstance(tree, Explanation | FocusExplained | Proof):
        tree = tree.to_dict()
    if isinstance(tree, Mapping):
        check_tree(tree, source=source)
        if "foci" in tree:
            foci = tree["foci"]
            if not isinstance(foci, list | tuple):
                raise _not_a_proof(foci, source)
            for each in foci:
                yield WrittenProof(*_of_focus(each, source), tree)
            if not foci:
                yield WrittenProof(explanation=tree)
        elif "statement" not in tree and "proof" in tree:
            yield WrittenProof(*_of_focus(tree, source))
        else:
            yield WrittenProof(tree)
    elif isinstance(tree, Iterable) and not isinstance(tree, str | bytes):
        for item in tree:
            yield from _written(item, source)
    else:
        raise _not_a_proof(tree, source)


def _of_focus(tree: Any, source: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the proof in the explanation of one focus, and this explanation."""
    proof = tree.get("proof") if isinstance(tree, Mapping) and "foci" not in tree else None
    if not isinstance(proof, Mapping):
        raise _not_a_proof(tree, source)
    return proof, tree


def _not_a_proof(tree: Any, source: str) -> InputError:
    return InputError(
        f"contains {compact(tree)[:40]} in place of a proof", source=source, expected=EXPECTED
    )


def _day(proof: WrittenProof, source: str) -> date:
    try:
        return as_day(proof.named("asOf"))
    except InputError:
        raise InputError(
            f"{proof.named('asOf')!r} is not a valid evaluation date of a proof",
            source=source,
            expected="a date such as 2026-01-15 as its asOf, or another date to check it for",
        ) from None
