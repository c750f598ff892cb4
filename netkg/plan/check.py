"""Check an ontology and shapes as a whole, and list everything that would be refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from netkg.errors import KnowledgeError
from netkg.ontology.code_rules import faults_of_rules, read_rules
from netkg.ontology.files import chosen_folders
from netkg.ontology.folder import read_folder
from netkg.ontology.mappings import FOLDER, declared, read_sets
from netkg.ontology.remark import Remark
from netkg.ontology.schema import Schema
from netkg.plan.engine import Engine
from netkg.result import Result
from netkg.validation.check import check_folders
from netkg.validation.quality import check_quality

__all__ = ["Checked", "check"]


@dataclass(frozen=True, slots=True)
class Checked(Result):
    """The remarks on an ontology and shapes, by file and line; ``usable`` without a fault."""

    usable: bool
    remarks: tuple[Remark, ...]

    @property
    def refused(self) -> tuple[Remark, ...]:
        """The faults: every command refuses folders with one."""
        return tuple(remark for remark in self.remarks if remark.refused)


def check(*, ontology: Path | None = None, shapes: Path | None = None) -> Checked:
    """Check the folders that are given, those of the package in place of any other."""
    found = list(check_folders(ontology=ontology, shapes=shapes))
    folders = chosen_folders(ontology=ontology, shapes=shapes)
    if not any(remark.refused for remark in found):
        try:
            Engine(folders)
        except KnowledgeError as error:
            file = str(ontology or shapes or folders.ontology)
            found.append(Remark(file, error.problem, term=error.term, expected=error.expected))
        if ontology is not None or shapes is None:
            found += _quality(folders.ontology)
    found.sort(key=lambda remark: (remark.file, remark.line or 0, remark.term, remark.problem))
    return Checked(not any(remark.refused for remark in found), tuple(dict.fromkeys(found)))


def _quality(ontology: Path) -> Iterator[Remark]:
    """Yield a remark for each fault of an ontology and of all its mappings, for information.

    Mappings that cannot be read are a fault: what looks them up refuses them.
    """
    folder = read_folder(ontology, of="the ontology")
    try:
        sets, rules = read_sets(ontology), read_rules(ontology)
        faults = list(faults_of_rules(rules, Schema.load(ontology)))
    except KnowledgeError as error:
        sets, faults = (), [error]
    for fault in faults:
        yield Remark(
            str(ontology / FOLDER), fault.problem, term=fault.term, expected=fault.expected
        )
    for triple in declared() if sets else ():
        folder.add(triple, (str(ontology / FOLDER), 0))
    for triple, mapping in (each for own in sets for each in own.triples()):
        folder.add(triple, (mapping.file, mapping.line))
    yield from check_quality(folder)
