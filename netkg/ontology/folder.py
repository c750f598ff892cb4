"""The files of a folder of Turtle: each triple with its place, and what is not read.

The ontology and the shapes of a caller are read like this to be checked. The Turtle is the
same as that of :func:`netkg.ontology.files.parse_turtle`.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeAlias

import pyoxigraph as ox

from netkg.errors import InputError, KnowledgeError
from netkg.namespaces import PREFIXES, local_name
from netkg.ontology.files import parse_lines
from netkg.ontology.remark import Remark
from netkg.ontology.schema import SUBCLASS, TYPE, owl
from netkg.ontology.text_files import read_text
from netkg.worker.client import parse
from netkg.worker.process import Failed

__all__ = ["Folder", "Place", "read_folder", "short"]

Place: TypeAlias = tuple[str, int]
Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

# Files that are not read, and nobody expects to be: notes, tables, the JSON-LD context, and the
# catalog in which Protégé looks up the files of modules.
IGNORED: Final = re.compile(
    r"\..*|.*\.(csv|md|tsv)|LICENSE.*|README.*|context\.jsonld|catalog-v[0-9]+\.xml"
)
DECLARED: Final = re.compile(r"^\s*@?prefix\s+([\w-]*):\s*<([^>]*)>", re.IGNORECASE | re.MULTILINE)
ONTOLOGY: Final = owl("Ontology")
IMPORTS: Final = owl("imports")


class Folder:
    """The triples of the Turtle files of a folder, with their places, and remarks on the files."""

    def __init__(self) -> None:
        self.triples: list[ox.Triple] = []
        self.remarks: list[Remark] = []
        self._lines: dict[ox.Triple, Place] = {}
        self._subjects: dict[Term, Place] = {}
        self._owners: dict[Term, Term] = {}
        # The files in which a subject is described, and those in which it has a type.
        self.files: dict[Term, list[str]] = {}
        self.typed: dict[Term, list[str]] = {}
        # Files with a fault that can make other things in them seem wrong.
        self.doubtful: set[str] = set()
        # Triples with a fault.
        self.faulty: set[ox.Triple] = set()
        # Files that are those of the package, which its tests have checked.
        self.unchanged: set[str] = set()

    def add(self, triple: ox.Triple, place: Place) -> None:
        """Add a triple with the place at which it is written."""
        self.triples.append(triple)
        self._lines.setdefault(triple, place)
        self._subjects.setdefault(triple.subject, place)
        if isinstance(triple.object, ox.BlankNode):
            self._owners.setdefault(triple.object, triple.subject)
        elif isinstance(triple.subject, ox.BlankNode) and triple.predicate == SUBCLASS:
            self._owners.setdefault(triple.subject, triple.object)
        if isinstance(triple.subject, ox.NamedNode):
            named = [self.files, self.typed] if triple.predicate == TYPE else [self.files]
            for each in named:
                files = each.setdefault(triple.subject, [])
                if place[0] not in files:
                    files.append(place[0])

    def place(self, subject: Term, triple: ox.Triple | None = None) -> Place:
        """Return the file and line of a triple, or without it of the first one of a subject."""
        if triple is not None and triple in self._lines:
            return self._lines[triple]
        return self._subjects.get(subject, ("", 0))

    def last(self, subject: Term, predicate: ox.NamedNode) -> ox.Triple | None:
        """Return the triple of a property that is written last, the one too many."""
        triples = (t for t in reversed(self.triples) if t.subject == subject)
        return next((triple for triple in triples if triple.predicate == predicate), None)

    def name(self, node: Term) -> str:
        """Return what messages call a node: for a blank node, what it belongs to."""
        seen: set[Term] = set()
        found = node
        while isinstance(found, ox.BlankNode) and found in self._owners and found not in seen:
            seen.add(found)
            found = self._owners[found]
        if isinstance(found, ox.BlankNode):
            return ""
        return short(found) if found == node else f"a part of {short(found)}"

    def remark(
        self,
        problem: str,
        subject: Term,
        triple: ox.Triple | None = None,
        *,
        expected: str = "",
        predicate: str = "",
        refused: bool = True,
    ) -> Remark:
        """Return a remark on a subject, or on one of its triples."""
        if triple is not None and refused:
            self.faulty.add(triple)
        file, line = self.place(subject, triple)
        named = predicate or (short(triple.predicate) if triple is not None else "")
        return Remark(file, problem, line or None, self.name(subject), named, expected, refused)


def short(term: Term) -> str:
    """Return a term as it is written with the usual prefixes.

    >>> short(ox.NamedNode("https://w3id.org/netkg/ns#TX-15"))
    'netkg:TX-15'
    """
    if isinstance(term, ox.NamedNode):
        for prefix, iri in PREFIXES.items():
            if term.value.startswith(iri):
                return f"{prefix}:{term.value.removeprefix(iri)}"
        return f"<{term.value}>"
    return term.value if isinstance(term, ox.Literal) else str(term)


def read_folder(folder: Path, *, of: str, original: Path | None = None) -> Folder:
    """Read every Turtle file below a folder; ``of`` says what it must contain.

    What is at fault is remarked, and all else is read. ``original`` is the folder of the
    package in its place.
    """
    found = Folder()
    root = str(folder)
    if not folder.is_dir():
        problem, expected = f"lacks the folder {folder.name}", f"{of}, as files ending in .ttl"
        found.remarks.append(Remark(str(folder.parent), problem, expected=expected))
        return found
    files = sorted(folder.rglob("*.ttl"))
    if not files:
        found.remarks.append(
            Remark(root, "contains no Turtle file", expected=f"{of}, as files ending in .ttl")
        )
    for file in files:
        name = f"{root}/{file.relative_to(folder).as_posix()}"
        _read_file(found, file, name, of)
        if original is not None and _same(file, original / file.relative_to(folder)):
            found.unchanged.add(name)
    found.remarks += _not_read(folder, root)
    found.remarks += _imports(found)
    found.remarks += _twice(found)
    return found


def _read_file(found: Folder, file: Path, name: str, of: str) -> None:
    before = len(found.triples)
    try:
        text = read_text(file)
        # A text that ends the parser must not end this process.
        with contextlib.suppress(Failed):
            parse(text.encode(), "turtle")
        for triple, line in parse_lines(text, file):
            if isinstance(triple.object, ox.Triple):
                found.remarks.append(
                    Remark(name, "contains a triple term", line, expected="an IRI or a literal")
                )
            else:
                found.add(triple, (name, line))
    except (KnowledgeError, InputError) as error:
        place = error.term if isinstance(error, KnowledgeError) else error.place
        line_ = re.search(r", line (\d+)$", place)
        found.remarks.append(
            Remark(name, error.problem, int(line_[1]) if line_ else None, expected=error.expected)
        )
        found.doubtful.add(name)
        return
    for declared in DECLARED.finditer(text):
        prefix, iri = declared.groups()
        if PREFIXES.get(prefix, iri) != iri:
            line = text.count("\n", 0, declared.start(1)) + 1
            problem = f"the prefix {prefix}: is bound to <{iri}>"
            expected = f"<{PREFIXES[prefix]}>, which this prefix is known for"
            found.remarks.append(Remark(name, problem, line, expected=expected))
            found.doubtful.add(name)
    if len(found.triples) == before:
        found.remarks.append(Remark(name, "contains no triple", expected=f"{of}, or no such file"))


def _same(file: Path, other: Path) -> bool:
    try:
        return file.read_bytes() == other.read_bytes()
    except OSError:
        return False


def _not_read(folder: Path, root: str) -> Iterator[Remark]:
    """Yield a remark for each file below a folder that looks like a part of it."""
    for path in sorted(folder.rglob("*")):
        name = f"{root}/{path.relative_to(folder).as_posix()}"
        inner = path.relative_to(folder).parts
        if path.is_symlink() and (path.is_dir() or not path.exists()):
            problem = "is a link that is not followed"
            yield Remark(name, problem, expected="the folder or file itself")
        elif path.is_file() and path.suffix != ".ttl" and not any(map(_ignored, inner)):
            yield Remark(
                name,
                "is not read, since its name does not end in .ttl",
                expected="a file of Turtle that ends in .ttl, or no such file",
            )


def _ignored(name: str) -> bool:
    return IGNORED.fullmatch(name) is not None


def _imports(found: Folder) -> Iterator[Remark]:
    modules = {t.subject for t in found.triples if t.predicate == TYPE and t.object == ONTOLOGY}
    for triple in found.triples:
        if triple.predicate == IMPORTS and triple.object not in modules:
            yield found.remark(
                f"imports {triple.object}, which no file of the folder contains",
                triple.subject,
                triple,
                expected="a file with this module in the folder, since nothing is fetched",
            )


def _twice(found: Folder) -> Iterator[Remark]:
    """Yield a remark for each module and each term that two files describe."""
    modules = {t.subject for t in found.triples if t.predicate == TYPE and t.object == ONTOLOGY}
    copied: set[str] = set()
    for module in sorted(modules, key=str):
        first, *others = found.typed.get(module, [""])
        for other in others:
            copied.add(other)
            yield Remark(
                other,
                f"contains the module that {first} contains, too",
                term=short(module),
                predicate="owl:Ontology",
                expected="one file for each module",
            )
    for term, (first, *others) in found.typed.items():
        for other in others:
            if term not in modules and other not in copied:
                yield Remark(
                    other,
                    f"gives {local_name(str(term).strip('<>'))} a type, and {first} does, too",
                    term=short(term),
                    predicate="rdf:type",
                    expected="one description of each term or shape",
                )
