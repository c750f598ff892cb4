"""What a header says: a field of the case format, an event, a metastasis, and a unit.

Headers are compared with the labels and synonyms of the ontology, and with its hidden labels,
which are the names of columns in registries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import pyoxigraph as ox
from rapidfuzz import fuzz, process

from netkg.namespaces import SKOS
from netkg.ontology.schema import Schema, netkg
from netkg.tables.map_fields import RECORDS

__all__ = ["HeaderReader", "Meaning"]

Kind = Literal["id", "field", "event", "metastasis", "other", "unknown"]
# The id of a case is not a field of the ontology.
ID: Final = "id"
IDS: Final = (
    *("id", "case id", "case", "case number", "patient id", "patient", "patient number", "pt id"),
    *("patient id number", "patient identifier", "identifier", "pat id", "patno", "usubjid"),
    *("record id", "registry id", "registry number", "study id", "subject", "subject id", "mrn"),
)
# Columns that registries have and a case does not.
OTHERS: Final = frozenset(
    (
        *("date of diagnosis", "diagnosis date", "dx date", "date of dx", "year of diagnosis"),
        *("comment", "comments", "note", "notes", "remark", "remarks", "vital status", "hospital"),
        *(
            "center",
            "institution",
            "investigator",
            "last contact",
            "date of last contact",
        ),
    )
)
TYPES: Final = ("event", "event type", "therapy", "treatment", "procedure", "test")
# What a word at the end or the start of a header of an event says, the longer ones first.
PARTS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("upper reference limit", "upper limit of normal", "upper limit"), "limit"),
    **dict.fromkeys(("reference limit", "uln", "upper normal"), "limit"),
    **dict.fromkeys(("start date", "date of start", "date of first", "date of"), "date"),
    **dict.fromkeys(("first date", "date", "started", "start", "begin", "on"), "date"),
    **dict.fromkeys(("stop date", "end date", "date of end", "stop", "end"), "end"),
    **dict.fromkeys(("value", "level", "concentration"), "value"),
    **dict.fromkeys(("result", "finding"), "result"),
    **dict.fromkeys(("status",), "status"),
    **dict.fromkeys(("y/n", "yes/no", "yes no", "done", "given", "performed"), "when"),
    **dict.fromkeys(("outcome", "response"), "outcome"),
}
METASTASES: Final = re.compile(r"\b(mets?|metastas[ie]s|metastatic)\b")
# Within one record of a case with several, the fields of the tumor come first.
PATHS: Final = ("", "tumors", "tumors.measurements")
HIDDEN: Final = ox.NamedNode(SKOS + "hiddenLabel")
_UNIT: Final = re.compile(
    r"[(\[]\s*([^()\[\]]+?)\s*[)\]]|(?:\bin |[_ ])(mm|cm|%|percent|pct|years)$", re.IGNORECASE
)
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SIGNS: Final = re.compile(r"[\s_\-./:,;#]+")
_DATE: Final = re.compile(r"(.+) date|date of (.+)")
# What has a date in place of a measurement.
MEASURED: Final = ("measurement", "size", "imaging", "diameter", "scan")
# Of 100: below this, a header is not like a name.
SURE: Final = 92
NEAR: Final = 70


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a header probably means.

    ``path`` is that of a field; for an event ``type`` is its class and ``part`` what the column
    says of it; for a metastasis ``type`` is its site. ``sure`` says that the words are the same,
    not only similar. ``nearest`` are fields to choose from.
    """

    kind: Kind
    path: str = ""
    type: str = ""
    part: str = ""
    unit: str = ""
    sure: bool = True
    nearest: tuple[str, ...] = ()


def plain(words: str) -> str:
    """Return words as they are compared: lower case, without signs, in American spelling.

    >>> plain("Tumor_size (cm)"), plain("Ki-67")
    ('tumor size', 'ki67')
    """
    words = _UNIT.sub(" ", words.strip())
    if words.upper() != words:
        words = _CAMEL.sub(" ", words)
    folded = _SIGNS.sub(" ", words.casefold()).strip()
    folded = re.sub(r"\btumou?r", "tumor", folded)
    return re.sub(r"\bki 67\b", "ki67", folded)


def unit_of(header: str) -> str:
    """Return the unit that a header has in brackets, or after "in", if it looks like one.

    >>> unit_of("Size (cm)"), unit_of("CgA [ng/mL]"), unit_of("Sex (M/F)")
    ('cm', 'ng/mL', '')
    """
    for found in _UNIT.finditer(header.strip()):
        text = (found[1] or found[2].lower()).strip()
        if re.fullmatch(
            r"%|percent|pct|[µu]?[mckn]?(m|g|mol|L|l|U|IU)([/ ].*)?|/?\w*mm2|years?|y", text
        ):
            return {"percent": "%", "pct": "%"}.get(text, text)
    return ""


class HeaderReader:
    """Reader of headers, with the words of one ontology."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def read(self, header: str) -> Meaning:
        """Return what a header means."""
        words, unit = plain(header), unit_of(header)
        if words in IDS:
            return Meaning("id", ID)
        if words in self._fields:
            return Meaning("field", self._fields[words], unit=unit)
        if words in OTHERS:
            return Meaning("other")
        if words in TYPES:
            return Meaning("field", "events.type")
        if dated := _DATE.fullmatch(words):
            path = self._fields.get(dated[1] or dated[2], "")
            if path.startswith("tumors.measurements."):
                return Meaning("field", "tumors.measurements.date")
            if dated[1] in MEASURED or dated[2] in MEASURED:
                return Meaning("field", "tumors.measurements.date")
        for read in (self._metastasis, self._event):
            if found := read(words, unit):
                return found
        best = process.extract(words, self._fields.keys(), scorer=fuzz.ratio, limit=3)
        nearest = tuple(
            dict.fromkeys(self._fields[word] for word, score, _ in best if score >= NEAR)
        )
        if best and best[0][1] >= SURE and len(words) > 3:
            return Meaning("field", nearest[0], unit=unit, sure=False, nearest=nearest)
        return Meaning("unknown", unit=unit, nearest=nearest)

    @cached_property
    def _fields(self) -> Mapping[str, str]:
        """The paths of fields by their words; the first record that has a word gets it."""
        found: dict[str, str] = {}
        for path in PATHS:
            record = RECORDS.get(path, "Case")
            for name in self._schema.fields[record]:
                place = f"{path}.{name}".strip(".")
                if place in RECORDS:
                    continue
                for word in (name, *self._words(name)):
                    found.setdefault(plain(word), place)
        return found

    @cached_property
    def _types(self) -> Mapping[str, str]:
        """The classes of events by their words; a word of two classes has none."""
        return self._unique(self._schema.event_types)

    @cached_property
    def _sites(self) -> Mapping[str, str]:
        return self._unique(self._schema.values[self._schema.fields["Metastasis"]["site"].range])

    def _unique(self, names: Iterable[str]) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for name in sorted(names):
            for word in (name, *self._words(name)):
                key = plain(word)
                found[key] = name if found.get(key, name) == name else ""
        return {word: name for word, name in found.items() if name}

    def _words(self, name: str) -> list[str]:
        hidden = self._schema.objects(netkg(name), HIDDEN)
        return [*self._schema.words([name])[name], *sorted(each.value for each in hidden)]

    def _metastasis(self, words: str, _: str) -> Meaning | None:
        if not METASTASES.search(words):
            return None
        rest = METASTASES.sub("", words)
        rest = re.sub(r"\b(at|dx|diagnosis|y n|yes no|present|to|of|the|in|site|s)\b", "", rest)
        rest = " ".join(rest.split())
        if site := self._sites.get(rest):
            return Meaning("metastasis", "metastases.site", site)
        return None

    def _event(self, words: str, unit: str) -> Meaning | None:
        if name := self._types.get(words):
            return Meaning("event", "events", name, "", unit)
        for part, role in PARTS.items():
            written = plain(part)
            for rest in (
                words.removesuffix(f" {written}"),
                words.removeprefix(f"{written} "),
            ):
                if rest != words and (name := self._types.get(rest.removeprefix("of "))):
                    return Meaning("event", "events", name, role, unit)
        return None
