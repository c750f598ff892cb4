"""The remarks on an ontology and on shapes as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from netkg.ontology.remark import Remark
from netkg.plan.check import Checked
from netkg.render.blocks import Block, Line, Row, paragraph
from netkg.render.page import draw

__all__ = ["remarks_text"]


def remarks_text(checked: Checked, *, color: bool = False, width: int = 80) -> str:
    """Return the remarks as text, those on one file below its name."""
    refused = len(checked.refused)
    others = len(checked.remarks) - refused
    counts = f"{refused} fault{'s' * (refused != 1)}"
    if others:
        counts += f", {others} note{'s' * (others != 1)}"
    verdict = "accepted" if checked.usable else "refused"
    blocks = [paragraph(f"{verdict} ({counts})", "bold")]
    for file, remarks in groupby(checked.remarks, key=lambda remark: remark.file):
        blocks += _of_file(file, list(remarks))
    return draw(blocks, color=color, width=width)


def _of_file(file: str, remarks: list[Remark]) -> Iterator[Block]:
    yield paragraph(file, "bold")
    rows = (
        Row(
            ", ".join(filter(None, (remark.term, remark.predicate))) or "the file",
            (
                (
                    f"line {remark.line}" if remark.line else "",
                    "Violation" if remark.refused else "Info",
                ),
            ),
            (Line(remark.sentence),),
        )
        for remark in remarks
    )
    yield Block("", tuple(rows), columns=(9,))
