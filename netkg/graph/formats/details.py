"""What the page says about a node and a link: the attributes that a reader asks for, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from netkg.namespaces import NETKG

__all__ = ["link_words", "rows", "term"]

Attributes = Mapping[str, Any]

# The attributes in the order in which they are shown, each with its name for readers.
_NAMES: Final = {
    "kind": "kind",
    "part": "part of the plan",
    "verdict": "verdict",
    "state": "state",
    "sectionLabel": "section",
    "focus": "tumor",
    "subject": "about",
    "modality": "modality",
    "level": "evaluated",
    "population": "population",
    "everyMonths": "interval",
    "date": "date",
    "type": "type",
    "ofSet": "value of",
    "path": "key in JSON",
    "datatype": "data type",
    "cardinality": "number of values",
    "limits": "range",
    "unit": "unit",
    "absence": "if absent",
    "alsoCalled": "also called",
    "characteristics": "characteristics",
    "severity": "severity",
    "found": "found",
    "expected": "expected",
    "certainty": "certainty",
    "caveats": "note",
    "readingNotes": "interpretation",
    "resolvable": "reference list",
}
_WORDS: Final[dict[str, dict[Any, str]]] = {
    "verdict": {"applicable": "applies", "not-applicable": "does not apply"},
    "state": {"open": "to do", "done": "done", "planned": "planned"},
    "level": {"case": "once for the case"},
    # A statement that gives no advice has the modality "none".
    "modality": {"none": ""},
    # Only an entry that is missing is worth a line.
    "resolvable": {True: "", False: "does not contain this entry"},
    # The legend names these.
    "kind": {"finding": "", "remark": "", "group": "", "citation": "source", "care": ""},
}
_FRAMES: Final = {"level": "for each {}", "everyMonths": "every {} months"}


def rows(attributes: Attributes) -> list[tuple[str, str]]:
    """Return the names and values that describe a node, without what its label says.

    >>> rows({"label": "a", "kind": "alert", "level": "tumor", "everyMonths": "6 to 12"})
    [('kind', 'alert'), ('evaluated', 'for each tumor'), ('interval', 'every 6 to 12 months')]
    """
    redundant = _redundant(attributes)
    found = []
    for name, title in _NAMES.items():
        value = attributes.get(name)
        if value is None or value in redundant.get(name, ()):
            continue
        words = _WORDS.get(name, {}).get(value)
        if words is None:
            words = _FRAMES.get(name, "{}").format(value)
        if words:
            found.append((title, words))
    return found


def _redundant(attributes: Attributes) -> dict[str, tuple[Any, ...]]:
    """Return values that the label or another row says, by attribute."""
    of_case = attributes.get("level") == "case"
    return {
        "focus": (attributes.get("focus"),) if of_case else (),
        # A date of an event and its status are the beginning and the end of its label.
        "date": (str(attributes["label"])[:10],),
        "state": ("not asked for", attributes.get("says")),
        "population": (attributes["label"],),
        "sectionLabel": (str(attributes["label"]).capitalize(),),
    }


def term(attributes: Attributes) -> str:
    """Return the IRI of the term of the ontology that a node is, empty if it is not one.

    >>> term({"iri": "urn:netkg:case:x"})
    ''
    """
    iri = str(attributes.get("iri", ""))
    return iri if iri.startswith(NETKG) else ""


def link_words(attributes: Attributes) -> str:
    """Return the days of an action that a statement asks for, and whether it is preferred.

    >>> link_words({"last": "2025-07-15", "dueBy": "2026-07-15", "preferred": True})
    'preferred, last done 2025-07-15, due by 2026-07-15'
    """
    days = (
        ("last", "last done {last}"),
        ("dueFrom", "due from {dueFrom} to {dueBy}"),
        ("dueBy", "" if "dueFrom" in attributes else "due by {dueBy}"),
    )
    words = [text.format_map(attributes) for name, text in days if name in attributes and text]
    if attributes.get("preferred"):
        words.insert(0, "preferred")
    if attributes.get("planned"):
        words.append("planned")
    return ", ".join(words)
