"""Have proofs checked: those just made, and those that were written to a file."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netkg.cli.inputs import Reader, load_engine
from netkg.cli.output import out, say, screen
from netkg.errors import InputError
from netkg.render.escape import plain

if TYPE_CHECKING:
    from netkg.case.model import Case
    from netkg.plan.engine import Engine, Examination
    from netkg.proof.check.checker import Checker
    from netkg.proof.model import Explanation

__all__ = ["check_explanation", "check_file"]

_EXPECTED = "what netkg explain --format json gives"


def check_explanation(engine: Engine, case: Case, found: Explanation, as_of: date) -> bool:
    """Check the proofs of an explanation, and say of each whether it follows."""
    from netkg.proof.check.checker import Checker

    checker = Checker(case, as_of=as_of, folders=engine.folders)
    sound = True
    for focus in found.foci:
        proof = focus.proof.to_dict()
        objections = [str(each) for each in checker.check(proof)]
        say("\n".join(_told(proof, objections)))
        sound &= not objections
    return sound


def check_file(args: argparse.Namespace) -> int:
    """Check the proofs in a file; one line each, and one for each objection.

    Of a whole explanation, what stands around a proof is compared with the
    plan of the case.
    """
    from netkg.render.terminal import findings_text

    if args.format != "text" or args.whole or args.check:
        raise InputError(
            "--proof checks a proof and makes none", expected="no --format, --whole or --check"
        )
    if str(args.proof) == "-" == args.case:
        raise InputError("CASE and --proof are both standard input", expected="a file for one")
    given = [
        (proof, around)
        for proof, around in _proofs(_read(args.proof), str(args.proof))
        if args.id in (None, proof.get("statement")) and args.focus in (None, proof.get("focus"))
    ]
    if not given:
        raise InputError("holds no such proof", source=str(args.proof), expected=_EXPECTED)
    engine = load_engine(args)
    reader = Reader(args.case, engine.schema, format=args.input_format)
    cases: dict[str, list[Case]] = {}
    for case in reader:
        cases.setdefault(case.id, []).append(case)
    # Several proofs may be about one case, which is then derived once.
    desks: dict[tuple[str, date], _Desk] = {}
    violated = False
    for proof, around in given:
        named = cases.get(str(proof.get("case")), [])
        if len(named) != 1:
            raise InputError(
                f"is about the case {proof.get('case')!r}, of which {args.case} holds {len(named)}",
                source=str(args.proof),
                expected="one case with this id",
            )
        as_of = args.as_of or _day(proof)
        key = (named[0].id, as_of)
        desk = desks.setdefault(key, _Desk(engine, named[0], as_of))
        plan = desk.examined.plan
        if plan.conforms:
            objections = desk.objections(proof, around)
            out("".join(f"{line}\n" for line in _told(proof, objections)))
            violated |= bool(objections)
        else:
            color, width = screen()
            out(findings_text(named[0].id, plan.findings, color, width=width))
            violated = True
    return reader.status(violated)


def _told(proof: dict[str, Any], objections: list[str]) -> list[str]:
    """Tell whether a proof follows: one line, and one for each objection."""
    words = "does not follow" if objections else f"follows ({proof.get('verdict')})"
    name = f"{proof.get('case')}, {proof.get('statement')} at {proof.get('focus')}"
    return [plain(f"{name}: {words}"), *(plain(f"  {each}") for each in objections)]


class _Desk:
    """Have proofs about one case checked, as of one day."""

    def __init__(self, engine: Engine, case: Case, as_of: date) -> None:
        self._engine = engine
        self._case = case
        self._as_of = as_of

    @cached_property
    def examined(self) -> Examination:
        """Give what the engine makes of the case."""
        return self._engine.examine(self._case, as_of=self._as_of)

    @cached_property
    def _checker(self) -> Checker:
        from netkg.proof.check.checker import Checker

        return Checker(self._case, as_of=self._as_of, folders=self._engine.folders)

    def objections(self, proof: dict[str, Any], around: list[dict[str, Any]]) -> list[str]:
        """Tell what does not follow in a proof, and what stands around it and is not so."""
        from netkg.proof.explain import explain, find_statement

        found = [str(each) for each in self._checker.check(proof)]
        if found or not around:
            return found
        # The proof holds, so there is such a statement and such a focus.
        statement = find_statement(self._engine, str(proof["statement"]))
        told = explain(self._engine, self.examined, statement, focus=str(proof["focus"])).to_dict()
        for given, expected in zip(around, (told["foci"][0], told), strict=False):
            for key in sorted(given.keys() | expected.keys()):
                if key not in ("proof", "foci") and given.get(key) != expected.get(key):
                    shown, right = (json.dumps(each.get(key)) for each in (given, expected))
                    found.append(f"around the proof: {key} is {shown}; the plan has {right}")
        return found


def _day(proof: dict[str, Any]) -> date:
    try:
        return date.fromisoformat(str(proof.get("asOf")))
    except ValueError:
        raise InputError(
            f"the proof is as of {proof.get('asOf')!r}", expected="a day, or --as-of with one"
        ) from None


def _read(path: Path) -> Any:
    try:
        text = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        return json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise InputError(f"is not JSON: {error}", source=str(path), expected=_EXPECTED) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse the same key twice in one object: readers differ in which of them counts."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("one object holds the same key twice")
    return found


def _proofs(
    tree: Any, source: str, around: tuple[dict[str, Any], ...] = ()
) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Yield each proof in a tree, with the objects around it, the nearest first."""
    if isinstance(tree, list):
        for item in tree:
            yield from _proofs(item, source, around)
    elif not isinstance(tree, dict):
        raise InputError(
            f"holds {json.dumps(tree)[:40]} where a proof belongs",
            source=source,
            expected=_EXPECTED,
        )
    elif isinstance(tree.get("foci"), list):
        yield from _proofs(tree["foci"], source, (tree,))
    elif "statement" not in tree and "proof" in tree:
        yield from _proofs(tree["proof"], source, (tree, *around))
    else:
        yield tree, list(around)
