"""Facts, fields and values of a case in the words of the ontology's labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from netkg.case.shown import shown
from netkg.namespaces import local_name
from netkg.reasoning.fact import Fact
from netkg.suggestions import listed

__all__ = ["Wording", "leaves"]

# The values of a property that says whether there is a record of something.
_FLAGS: Final = {"Recorded": "a", "NotRecorded": "no"}
_UNITS: Final = {"Mm": "mm", "Percent": "%"}


class _Form(NamedTuple):
    """How a fact is written, by the kind of its value."""

    value: str
    absence: str = "no {} recorded"
    flag: str = "{} {}"
    relation: str = "{} ({}) {}"


_LINE: Final = _Form("{}: {}")
_NOTE: Final = _Form("{} {}")
_CLAUSE: Final = _Form("the {} is {}", "no {} {} recorded", "there is {} {}", "{} ({}) is {}")


class Wording:
    """Words for the terms of an ontology; ``labels`` maps their local names to labels.

    The name of a field and ``=false`` lead to how a record is described if its value is false,
    and with ``=derived`` to the label of the derived property that is shown as the field;
    the id of a statement and ``=statement`` lead to its label. The name of a field that records
    a bound and ``=bounds`` lead to the name of the field whose number it limits.
    """

    def __init__(self, labels: Mapping[str, str]) -> None:
        self._labels = labels

    def term(self, name: str) -> str:
        """Return the label of the term with this local name, of the last part of a path."""
        name = name.rsplit(".", 1)[-1]
        return self._labels.get(name, name)

    def field(self, path: str) -> str:
        """Return the label of the field at a path.

        >>> Wording({"painful": "painful"}).field("metastases.painful")
        'painful metastasis'
        """
        record, _, _ = path.rpartition(".")
        label = self.term(path)
        is_named = record != "metastases" or label.startswith("metasta")
        return label if is_named else f"{label} metastasis"

    def decided_by(self, sets: Iterable[Sequence[str]]) -> str:
        """Return which fields decide: first those that do alone, then those that do together.

        >>> Wording({}).decided_by([("grade",), ("tumors.site",), ("men1Status", "location")])
        'grade or site; or men1Status with location'
        """
        sets = list(sets)
        alone = listed([self.field(paths[0]) for paths in sets if len(paths) == 1], "or")
        together = [" with ".join(map(self.field, paths)) for paths in sets if len(paths) != 1]
        return "; or ".join([*([alone] if alone else []), *together])

    def value(self, field: str, value: Any) -> str:
        """Return a value, with the unit of its field.

        >>> Wording({"G2": "grade 2"}).value("grade", "G2")
        'grade 2'
        >>> Wording({}).value("latestDiameterMm", 14.0), Wording({}).value("fitForSurgery", True)
        ('14 mm', 'yes')
        """
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, str):
            return self._labels.get(value, value)
        field = self._labels.get(f"{field}=bounds", field)
        unit = next((unit for end, unit in _UNITS.items() if field.endswith(end)), "")
        return f"{shown(value)} {unit}".rstrip()

    def stated(self, field: str, value: Any) -> str:
        """Return a value by itself; for yes and no, how the record is described.

        >>> words = Wording({"painful": "painful", "painful=false": "not painful"})
        >>> words.stated("painful", True), words.stated("painful", False)
        ('painful', 'not painful')
        """
        if not isinstance(value, bool):
            return self.value(field, value)
        name = self.term(field)
        return name if value else self._labels.get(f"{field}=false", f"{name}: no")

    # -- facts -------------------------------------------------------------------------
    def fact(self, fact: Fact, focus: str = "") -> str:
        """Return a fact on one line, with its subject if ``focus`` gives one."""
        label = self._words(fact, _LINE)
        return f"{label} ({focus})" if focus else label

    def note(self, fact: Fact) -> str:
        """Return a fact as a note.

        >>> Wording({"grade": "grade"}).note(Fact("t", "grade", "G3", True))
        'grade G3'
        """
        return self._words(fact, _NOTE)

    def clause(self, fact: Fact, *, basis: bool = True) -> str:
        """Return a fact as a clause; with ``basis`` also what a derived value rests on.

        >>> words = Wording({"ki67Percent": "Ki-67 index", "grade": "grade"})
        >>> ki67 = Fact("t", "ki67Percent", 23, True)
        >>> words.clause(Fact("t", "grade", "G3", False, (ki67,)))
        'the grade is G3 because the Ki-67 index is 23 %'
        """
        words = self._words(fact, _CLAUSE)
        shown = (fact.field, fact.value)
        if fact.asserted or not basis or fact.to_show is not fact:
            return words
        below = [leaf for leaf in leaves(fact) if (leaf.field, leaf.value) != shown]
        records = [self.record(leaf.value) for leaf in below if isinstance(leaf.value, Mapping)]
        clauses = [self.clause(leaf) for leaf in below if not isinstance(leaf.value, Mapping)]
        if records:
            words += f" (on record: {listed(dict.fromkeys(records))})"
        return f"{words} because {listed(dict.fromkeys(clauses))}" if clauses else words

    def _words(self, fact: Fact, form: _Form) -> str:
        fact = fact.to_show
        if fact.field == "id":
            return f"{fact.value}"
        if isinstance(fact.value, Mapping):
            return self.record(fact.value)
        if fact.value is None:
            name = self.term(fact.searched or fact.field)
            is_plural = name.endswith("s") and not name.endswith(("ss", "us", "is"))
            return form.absence.format(name, "are" if is_plural else "is")
        if isinstance(fact.value, bool):
            return self.stated(fact.field, fact.value)
        name = self.term(fact.field)
        if of := self._labels.get(f"{fact.field}=bounds"):
            limited = self.term(of)
            bound = f"{name.removeprefix(limited)} {self.value(fact.field, fact.value)}"
            return form.value.format(limited, bound.strip())
        if fact.value in _FLAGS:
            return form.flag.format(_FLAGS[fact.value], name)
        if label := self._labels.get(f"{fact.value}=statement"):
            return form.relation.format(label, fact.value, name)
        if not fact.asserted:
            name = self._labels.get(f"{fact.field}=derived", name).removesuffix(" in use")
        return form.value.format(name, self.value(fact.field, fact.value))

    def event(self, body: Mapping[str, Any]) -> str:
        """Return what an event was: the label of its type, and the text recorded with it."""
        name = self._part("type", body.get("type") or "event", "")
        return f"{name} ({body['label']})" if body.get("label") else name

    def record(self, body: Mapping[str, Any]) -> str:
        """Return an event or a measurement on one line: its day, what it is, its result."""
        parts = [
            self._part(key, body[key], body.get("unit", ""))
            for key in ("type", "label", "status", "diameterMm", "result", "outcome", "value")
            if body.get(key) is not None
        ]
        words = ", ".join(parts)
        return f"{body['date']}: {words}" if body.get("date") is not None else words

    def _part(self, key: str, value: Any, unit: str) -> str:
        match key:
            case "type":
                return self.term(local_name(str(value)))
            case "result" | "outcome" if isinstance(value, str):
                return self.term(value)
            case "diameterMm":
                return self.value(key, value)
            case "value":
                return f"{self.value(key, value)} {unit}".rstrip()
        return str(value)


def leaves(fact: Fact) -> Iterator[Fact]:
    """Yield what is recorded in the case of all that a fact rests on."""
    if fact.derived_from:
        for premise in fact.derived_from:
            yield from leaves(premise)
    elif fact.asserted and fact.value is not None:
        yield fact
