"""Add a record of a row to a case: as a further one, or to the record that it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from netkg.case.draft import RECORDS

__all__ = ["Attached", "attach"]

OF: Final = "Name the column with the id of the tumor in the map, under of."


@dataclass(frozen=True, slots=True)
class Attached:
    """What became of a record.

    ``focus`` is the id of the tumor or metastasis that it is or belongs to. ``problem`` says why
    the record, or its value of the field ``key``, cannot be added.
    """

    focus: str = ""
    problem: str = ""
    key: str = ""
    hint: str = ""


def attach(
    tree: dict[str, Any], path: str, record: Mapping[str, Any], parent: str | None
) -> Attached:
    """Add a record to a case, which is changed.

    ``path`` is empty for values of the case itself. ``parent`` is the id of the tumor that the
    record is about, empty for the only tumor, and None if the map does not name the column.
    Values of the case, and of a tumor with a parent, are added to what is known of it.

    >>> case = {"tumors": [{"id": "a"}]}
    >>> attach(case, "tumors", {"grade": "G1"}, "a").problem, case["tumors"]
    ('', [{'id': 'a', 'grade': 'G1'}])
    >>> attach(case, "tumors", {"grade": "G2"}, "").problem
    "contradicts another row, which says 'G1'"
    """
    if not path:
        return _add("", tree, record)
    if path != "tumors.measurements" and (path != "tumors" or parent is None):
        records = tree.setdefault(path, [])
        records.append(dict(record))
        kind = RECORDS.get(path, "").lower()
        return Attached(str(record.get("id", f"{kind}-{len(records)}")) if kind else "")
    tumors = tree.setdefault("tumors", []) or [{}]
    tree["tumors"] = tumors
    named = [(str(each.get("id", f"tumor-{at}")), each) for at, each in enumerate(tumors, start=1)]
    chosen = [(name, each) for name, each in named if parent in (None, "", name)]
    if len(chosen) != 1:
        problem = (
            f"belongs to the tumor {parent!r}, which the case does not have"
            if parent
            else f"belongs to one of {len(tumors)} tumors, and does not say to which"
        )
        return Attached(problem=problem, hint=OF)
    name, tumor = chosen[0]
    if path == "tumors":
        return _add(name, tumor, record)
    tumor.setdefault("measurements", []).append(dict(record))
    return Attached(name)


def _add(focus: str, known: dict[str, Any], record: Mapping[str, Any]) -> Attached:
    """Add values to a record; a field with one value must not get another one."""
    for key, value in record.items():
        own = known.setdefault(key, list(value) if isinstance(value, list) else value)
        if isinstance(own, list):
            own += [each for each in value if each not in own]
        elif own != value:
            return Attached(focus, f"contradicts another row, which says {own!r}", key)
    return Attached(focus)
