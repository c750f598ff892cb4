"""Drawings of every view, and of a case whose texts mean something in each format."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from netkg.case.loading import load_case
from netkg.graph import VIEWS, Drawing, draw
from netkg.plan.engine import Engine

__all__ = ["AS_OF", "EXAMPLE", "KEYS", "NASTY", "drawings_of", "text"]

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "small-pancreatic-net.json"
AS_OF = date(2026, 3, 31)
NASTY = '</script><img src=x onerror="alert(1)">\\ "quoted" #1; {a} [b] (c) | %%{init}%% & <b>\n-->'
# A timeline is not a graph.
KEYS = (*(view for view in VIEWS if view != "timeline"), "nasty case", "nasty plan")

_CASE = {
    "id": NASTY,
    "diseaseExtent": "Localized",
    "tumors": [
        {"id": f"a {NASTY}", "primarySite": "Pancreas", "grade": "G1"},
        {"id": "b\\", "primarySite": "Lung", "differentiation": "WellDifferentiated"},
    ],
    "events": [
        {"type": "OtherTest", "status": "completed", "label": NASTY},
        {"type": "MRIScan", "status": "planned", "target": "b\\"},
    ],
}


def drawings_of(engine: Engine, folder: Path, *, whole: bool = False) -> dict[str, Drawing]:
    """Draw each of ``KEYS``; the case is written in a folder, and read from there."""
    path = folder / "nasty.json"
    path.write_text(json.dumps(_CASE), encoding="utf-8")
    cases = {"": load_case(str(EXAMPLE), schema=engine.schema)}
    cases["nasty"] = load_case(str(path), schema=engine.schema)
    found = {}
    for key in KEYS:
        which, _, view = key.rpartition(" ")
        case = cases[which] if view in ("case", "plan") else None
        found[key] = draw(engine, view, case=case, as_of=AS_OF, whole=whole)
    return found


def text(drawing: Drawing, format: str) -> str:
    """Write a drawing in a format that is text."""
    written = drawing.write(format)
    assert isinstance(written, str)
    return written
