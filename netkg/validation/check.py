"""Check the folders of an ontology and of shapes that a caller gives.

The folders of the package are checked by its tests, so that loading them costs nothing
more; those of a caller are checked whenever they are loaded.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from netkg.errors import KnowledgeError
from netkg.ontology.check import check_ontology
from netkg.ontology.files import default_folders
from netkg.ontology.folder import read_folder
from netkg.ontology.remark import Remark, refuse
from netkg.ontology.schema import Schema, netkg
from netkg.validation.check_shapes import check_shapes
from netkg.validation.meta_shapes import check_evaluation, check_statements

__all__ = ["check_folders", "check_shapes_folder", "refuse_faults"]

CASE, GUIDELINE = "case", "guideline"


def refuse_faults(*, ontology: Path | None = None, shapes: Path | None = None) -> None:
    """Check the folders that are given, and refuse them if there is a fault.

    Raises:
        KnowledgeError: for the first fault; it says how many there are.
    """
    if ontology is not None or shapes is not None:
        refuse(list(check_folders(ontology=ontology, shapes=shapes)))


def check_folders(*, ontology: Path | None = None, shapes: Path | None = None) -> Iterator[Remark]:
    """Yield a remark for each fault of the folders; without one, that of the package is used."""
    own = default_folders()
    found = read_folder(ontology or own.ontology, of="the ontology")
    faults: list[Remark] = []
    if ontology is not None or shapes is None:
        faults += found.remarks
        if not found.doubtful and found.triples:
            faults += check_ontology(found)
            faults += check_statements(found)
    yield from faults
    if shapes is None and any(remark.refused for remark in faults):
        return
    try:
        schema = Schema(found.triples)
        yield from check_shapes_folder(schema, shapes or own.shapes)
    except KnowledgeError:
        # The shapes are about what the ontology describes.
        if not any(remark.refused for remark in faults):
            raise


def check_shapes_folder(schema: Schema, folder: Path) -> Iterator[Remark]:
    """Yield a remark for each fault of the shapes of a folder, for cases of an ontology."""
    original = default_folders().shapes
    cases = read_folder(folder / CASE, of="the shapes of cases", original=original / CASE)
    faults = [*cases.remarks, *check_shapes(cases, schema)]
    yield from faults
    if not any(remark.refused for remark in faults):
        yield from check_evaluation(cases, map(netkg, schema.fields))
    if (folder / GUIDELINE).is_dir():
        others = read_folder(
            folder / GUIDELINE, of="shapes of the ontology", original=original / GUIDELINE
        )
        yield from others.remarks
        yield from check_shapes(others, schema, of_cases=False)
    yield from _misplaced(folder)


def _misplaced(folder: Path) -> Iterator[Remark]:
    """Yield a remark for each file that is not read because of where it is."""
    for path in sorted(folder.iterdir()):
        if path.name in (CASE, GUIDELINE):
            continue
        for file in [path] if path.is_file() else sorted(path.rglob("*")):
            if file.is_file() and file.suffix == ".ttl":
                yield Remark(
                    str(file),
                    "is not read because of where it is",
                    expected=f"shapes of cases in the folder {folder / CASE}",
                )
