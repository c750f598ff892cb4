"""The mappings of our terms to the codes of standard terminologies, as SSSOM.

One file of ``ontology/mappings`` is one set: the codes of one system. The sets of the core are
part of the ontology that is queried, checked and released; the plan engine does not read them.
A set whose header has ``other: opt-in`` is part of a release only if it is asked for, since
its license allows less. In RDF a mapping is a triple such as ``skos:exactMatch`` with an
``owl:Axiom`` about it, as in the standard (https://w3id.org/sssom/).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from netkg.errors import KnowledgeError
from netkg.namespaces import DCTERMS, NETKG, RDFS, SKOS, XSD
from netkg.ontology.codes import CodeSystem
from netkg.ontology.files import default_folders
from netkg.ontology.schema import LABEL, TYPE, netkg, owl
from netkg.ontology.tables import Table, TableRow, read_table
from netkg.result import Result

__all__ = [
    "FOLDER",
    "SSSOM",
    "Mapping",
    "MappingSet",
    "Unmapped",
    "core_triples",
    "declared",
    "of_sets",
    "read_sets",
]

FOLDER: Final = "mappings"
ENDING: Final = ".sssom.tsv"
_STRENGTHS: Final = ("exact", "close", "narrow", "broad")
PREDICATES: Final = tuple(f"{name}Match" for name in _STRENGTHS)
SSSOM: Final = "https://w3id.org/sssom/"
_NONE: Final = "sssom:NoTermFound"
_COLUMNS: Final = ("subject_id", "predicate_id", "object_id", "mapping_justification")
_JUSTIFICATION: Final = ox.NamedNode(SSSOM + "mapping_justification")
_SEMAPV: Final = "https://w3id.org/semapv/vocab/"
_OBJECT_LABEL: Final = ox.NamedNode(SSSOM + "object_label")
_OBJECT_SOURCE: Final = ox.NamedNode(SSSOM + "object_source")
_CONFIDENCE: Final = ox.NamedNode(SSSOM + "confidence")
_DECIMAL: Final = ox.NamedNode(XSD + "decimal")
_EVIDENCE: Final = ox.NamedNode(DCTERMS + "source")
_COMMENT: Final = ox.NamedNode(RDFS + "comment")
# The properties of mappings in RDF, which OWL 2 DL wants declared, with their labels.
_USED: Final = {
    **{ox.NamedNode(SKOS + f"{name}Match"): f"has {name} match" for name in _STRENGTHS},
    _JUSTIFICATION: "mapping justification",
    _OBJECT_LABEL: "label of the code",
    _OBJECT_SOURCE: "system of the code",
    _CONFIDENCE: "confidence in the mapping",
}


@dataclass(frozen=True, slots=True)
class Mapping(Result):
    """One mapping of a term of ours to one code, in the direction from our term to the code.

    ``predicate`` is the name of a SKOS property, such as ``narrowMatch``: the code means less
    than the term. ``weak`` marks a mapping with a confidence below 1: the code was seen, but
    not in a file that defines it.
    """

    subject: str
    predicate: str
    system: str
    code: str
    label: str | None
    comment: str
    evidence: str
    opt_in: bool
    weak: bool
    iri: str
    justification: str = field(compare=False, repr=False, default="")
    confidence: float | None = field(compare=False, repr=False, default=None)
    file: str = field(compare=False, repr=False, default="")
    line: int = field(compare=False, repr=False, default=0)


@dataclass(frozen=True, slots=True)
class Unmapped:
    """A term of ours that no verified code means, with the reason."""

    subject: str
    reason: str


@dataclass(frozen=True, slots=True)
class MappingSet:
    """The mappings of one file: ``name`` is that of the file, such as ``icd-o-3``."""

    name: str
    title: str
    version: str
    notice: str
    system: CodeSystem | None
    source: str
    opt_in: bool
    mappings: tuple[Mapping, ...]
    unmapped: tuple[Unmapped, ...]

    def triples(self) -> Iterator[tuple[ox.Triple, Mapping]]:
        """Yield the triples of each mapping in RDF, with the mapping."""
        source = [(_OBJECT_SOURCE, ox.NamedNode(self.source))] if self.source else []
        for mapping in self.mappings:
            said = (netkg(mapping.subject), ox.NamedNode(SKOS + mapping.predicate))
            code, axiom = ox.NamedNode(mapping.iri), ox.BlankNode()
            about: list[tuple[ox.NamedNode, ox.NamedNode | ox.Literal]] = [
                (TYPE, owl("Axiom")),
                (owl("annotatedSource"), said[0]),
                (owl("annotatedProperty"), said[1]),
                (owl("annotatedTarget"), code),
                *source,
            ]
            if mapping.justification:
                about.append((_JUSTIFICATION, ox.NamedNode(mapping.justification)))
            texts = (
                (_OBJECT_LABEL, mapping.label),
                (_EVIDENCE, mapping.evidence),
                (_COMMENT, mapping.comment),
            )
            about += [(property_, ox.Literal(text)) for property_, text in texts if text]
            if mapping.confidence is not None:
                number = ox.Literal(f"{mapping.confidence}", datatype=_DECIMAL)
                about.append((_CONFIDENCE, number))
            yield ox.Triple(*said, code), mapping
            for property_, value in about:
                yield ox.Triple(axiom, property_, value), mapping


def declared() -> Iterator[ox.Triple]:
    """Yield the declarations of the properties that mappings have in RDF."""
    for property_, label in _USED.items():
        yield ox.Triple(property_, TYPE, owl("AnnotationProperty"))
        yield ox.Triple(property_, LABEL, ox.Literal(label, language="en"))


def read_sets(ontology: Path | None = None) -> tuple[MappingSet, ...]:
    """Return the sets of an ontology by their names; by default those of the package.

    >>> [each.name for each in read_sets() if each.opt_in]
    ['icd-10-cm', 'icd-o-3', 'snomedct']

    Raises:
        KnowledgeError: if one cannot be read.
    """
    return _read_sets(ontology or default_folders().ontology)


@lru_cache(maxsize=2)
def _read_sets(ontology: Path) -> tuple[MappingSet, ...]:
    files = sorted((ontology / FOLDER).glob(f"*{ENDING}"))
    return tuple(_set(read_table(file, columns=_COLUMNS), file) for file in files)


def core_triples(ontology: Path | None = None) -> tuple[ox.Triple, ...]:
    """Return the triples of the sets that are not opt-in, with what they declare.

    Raises:
        KnowledgeError: if a set cannot be read.
    """
    return _core_triples(ontology or default_folders().ontology)


@lru_cache(maxsize=2)
def _core_triples(ontology: Path) -> tuple[ox.Triple, ...]:
    return of_sets(each for each in read_sets(ontology) if not each.opt_in)


def of_sets(sets: Iterable[MappingSet]) -> tuple[ox.Triple, ...]:
    """Return the triples of sets, with what they declare; none without a mapping."""
    found = tuple(triple for each in sets for triple, _ in each.triples())
    return (*declared(), *found) if found else ()


def _set(table: Table, file: Path) -> MappingSet:
    name = file.name.removesuffix(ENDING)
    curies = table.header.get("curie_map")
    if not isinstance(curies, dict):
        raise KnowledgeError(
            "lacks the prefixes of its codes", term=str(file), expected="a curie_map in the header"
        )
    prefixes = {str(prefix): str(base) for prefix, base in curies.items()}
    own = [row for row in table.rows if row["object_id"] != _NONE]
    system = None
    if own:
        prefix = own[0]["object_id"].partition(":")[0]
        system = CodeSystem(name.upper(), prefix, prefixes.get(prefix, ""))
    opt_in = str(table.header.get("other", "")) == "opt-in"
    source = str(table.header.get("object_source", ""))
    return MappingSet(
        name=name,
        title=str(table.header.get("mapping_set_title", name)),
        version=str(table.header.get("mapping_set_version", "")),
        notice=str(table.header.get("comment", "")),
        system=system,
        source=_expanded(source, prefixes, str(file)) if source else "",
        opt_in=opt_in,
        mappings=tuple(_mapping(row, prefixes, name.upper(), opt_in) for row in own),
        unmapped=tuple(
            Unmapped(_subject(row, prefixes), row["comment"])
            for row in table.rows
            if row["object_id"] == _NONE
        ),
    )


def _mapping(row: TableRow, prefixes: dict[str, str], system: str, opt_in: bool) -> Mapping:
    predicate = row["predicate_id"].removeprefix("skos:")
    if predicate not in PREDICATES:
        raise KnowledgeError(
            f"the predicate {row['predicate_id']} is not a match",
            term=row.place,
            expected="skos:exactMatch, skos:closeMatch, skos:narrowMatch or skos:broadMatch",
        )
    confidence = _confidence(row)
    return Mapping(
        subject=_subject(row, prefixes),
        predicate=predicate,
        system=system,
        code=row["object_id"].partition(":")[2],
        label=row["object_label"] or None,
        comment=row["comment"],
        evidence=row["ext_evidence"],
        opt_in=opt_in,
        weak=confidence is not None and confidence < 1,
        iri=_expanded(row["object_id"], prefixes, row.place),
        justification=row["mapping_justification"].replace("semapv:", _SEMAPV),
        confidence=confidence,
        file=row.file,
        line=row.line,
    )


def _confidence(row: TableRow) -> float | None:
    if not row["confidence"]:
        return None
    try:
        found = float(row["confidence"])
    except ValueError:
        found = -1.0
    if not 0 <= found <= 1:
        raise KnowledgeError(
            f"the confidence {row['confidence']} is not valid",
            term=row.place,
            expected="a number from 0 to 1",
        )
    return found


def _subject(row: TableRow, prefixes: dict[str, str]) -> str:
    iri = _expanded(row["subject_id"], prefixes, row.place)
    if not iri.startswith(NETKG):
        raise KnowledgeError(
            f"the subject {row['subject_id']} is not a term of netkg",
            term=row.place,
            expected="a term such as netkg:CTScan",
        )
    return iri.removeprefix(NETKG)


def _expanded(curie: str, prefixes: dict[str, str], place: str) -> str:
    prefix, colon, local = curie.partition(":")
    if not colon or prefix not in prefixes or not local:
        raise KnowledgeError(
            f"{curie} has no known prefix",
            term=place,
            expected="a prefix of the curie_map in the header",
        )
    try:
        return ox.NamedNode(prefixes[prefix] + local).value
    except ValueError:
        raise KnowledgeError(
            f"{curie} does not give a valid IRI", term=place, expected="another code or prefix"
        ) from None
