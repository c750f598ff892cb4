"""Check proofs of verdicts on one case."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netkg.case.days import Day, as_day
from netkg.ontology.files import Folders, default_folders
from netkg.proof.check.ontology import OntologyGraph
from netkg.proof.check.record import Record
from netkg.proof.check.walk import Objection, ProofCheck

if TYPE_CHECKING:
    from netkg.case.model import Case

__all__ = ["Checker"]


class Checker:
    """Check proofs of verdicts on one case, as of one day.

    The facts of the case are derived again, once, which takes about half a
    second; a proof is then checked in milliseconds.
    """

    def __init__(self, case: Case, *, as_of: Day, folders: Folders | None = None) -> None:
        folders, day = folders or default_folders(), as_day(as_of)
        knowledge = _knowledge(folders.ontology, _stamp(folders.ontology))
        record = Record(case, knowledge, folders.queries / "rules", day)
        self._walk = ProofCheck(knowledge, record, day.isoformat())

    def check(self, proof: Mapping[str, Any]) -> tuple[Objection, ...]:
        """Return what does not follow in a proof in its JSON form; nothing if all of it does."""
        return self._walk.check(proof)


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Return the state of the files of a folder, so that a changed one is read again."""
    found = ((str(path), path.stat()) for path in sorted(folder.rglob("*.ttl")))
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in found)


@lru_cache(maxsize=2)
def _knowledge(folder: Path, _stamp: object) -> OntologyGraph:
    return OntologyGraph(folder)
