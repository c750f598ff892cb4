"""Read the tables of ``statements`` and compare plans with their rows.

A table is a list of groups; a group gives a case, and each of its rows says
what is different (``with``: keys of the case, or of a tumor under its id;
null takes a key away) and what is then expected. The keys of ``expect``:

- ``TX-01@t1`` or ``TX-11``: a verdict, at a tumor or of the whole row;
  ``applicable: due`` includes the status, ``undetermined: a | b + c`` the
  sets of fields that would decide it;
- ``TX-01@t1 superseded by``, ``TX-01@t1 challenged by``: statements;
- ``PR-01 asks for``: the actions of the first focus; ``TX-02@t1 has done``: those that are done,
  ``TX-02@t1 dates from``: their latest dates;
- ``GAP-KI67``: whether the gap is listed;
- ``DX-05 warns of tumors.grade@t1``: whether the warning is given (``@case``: at the case);
- ``TX-15 informs of events.type@t1``, ``no statement informs of events.type@case``: whether the
  Info finding is given, with this statement or with none;
- ``Info findings``: all of them, each as ``TX-15: events.type@t1``;
- ``next questions``: the fields that alone decide a statement;
- ``violations``: the fields of all violations.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from netkg.plan.model import Focus, Plan, Recommendation

__all__ = ["AS_OF", "Row", "failures", "rows"]

AS_OF: Final = date(2026, 3, 31)
FOLDER: Final = Path(__file__).parent / "statements"

JSON = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One case of a table, with the expectation of its plan."""

    name: str
    table: str
    case: JSON
    expect: JSON


def rows() -> Iterator[Row]:
    """Read every row of every table."""
    number = 0
    for path in sorted(FOLDER.glob("*.json")):
        for group in json.loads(path.read_text(encoding="utf-8")):
            for row in group["rows"]:
                number += 1
                case = {"id": f"case-{number}", **changed(group["given"], row["with"])}
                yield Row(row["name"], path.stem, case, row["expect"])


def changed(given: JSON, change: JSON) -> JSON:
    """Return a copy of a case with other values for some keys of it or of its tumors."""
    case = copy.deepcopy(given)
    tumors = {tumor["id"]: tumor for tumor in case["tumors"]}
    for name, value in change.items():
        inner = name in tumors
        record = tumors[name] if inner else case
        for key, new in value.items() if inner else [(name, value)]:
            if new is None:
                del record[key]
            else:
                record[key] = new
    return case


def failures(row: Row, plan: Plan) -> Iterator[str]:
    """Name every expectation of a row that a plan does not meet."""
    if not plan.conforms and "violations" not in row.expect:
        fields = sorted({f.field for f in plan.findings if f.severity == "Violation"})
        yield f"violations: {fields}, expected a plan"
        return
    for key, wanted in row.expect.items():
        found = answer(key, str(wanted), plan)
        if found != wanted:
            yield f"{key}: {found!r}, expected {wanted!r}"


def answer(key: str, wanted: str, plan: Plan) -> object:
    """Return the answer of a plan for one key of ``expect``."""
    if key == "violations":
        return sorted({f.field for f in plan.findings if f.severity == "Violation"})
    if key.startswith("GAP-"):
        return key in plan.gaps
    if key == "Info findings":
        infos = [f for f in plan.findings if f.severity == "Info"]
        places = [(f, "case" if f.focus == plan.case else f.focus) for f in infos]
        return sorted(f"{f.statement or 'no statement'}: {f.field}@{at}" for f, at in places)
    if key == "next questions":
        return [question.field for question in plan.next_questions]
    for severity, verb in (("Warning", " warns of "), ("Info", " informs of ")):
        if verb in key:
            return is_reported(severity, *key.split(verb), plan)
    name, _, question = key.partition(" ")
    row = next(row for row in plan.recommendations if row.id == name.partition("@")[0])
    where = focus(row, name.partition("@")[2])
    if question == "asks for":
        return [action.type for action in row.foci[0].actions]
    if question in ("has done", "dates from"):
        actions = where.actions if isinstance(where, Focus) else row.foci[0].actions
        done = [action.type for action in actions if action.done]
        return done if question == "has done" else [action.last for action in actions]
    if question:
        assert isinstance(where, Focus)
        return list(where.superseded_by if question == "superseded by" else where.challenged_by)
    if where.verdict == "undetermined":
        return f"undetermined: {' | '.join(' + '.join(paths) for paths in where.missing)}"
    return f"{where.verdict}: {where.status}" if ": " in wanted else where.verdict


def is_reported(severity: str, statement: str, place: str, plan: Plan) -> bool:
    """Return whether a plan has a finding, by its statement, field and focus."""
    field, _, at = place.partition("@")
    named = None if statement == "no statement" else statement
    wanted = (severity, named, field, plan.case if at == "case" else at)
    return wanted in {(f.severity, f.statement, f.field, f.focus) for f in plan.findings}


def focus(row: Recommendation, name: str) -> Focus | Recommendation:
    """Return the focus with this id, or the row itself without an id."""
    return next(f for f in row.foci if f.focus == name) if name else row
