"""Drawings: a view, or a part of it, folded to fit one screen; and timelines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, overload

import networkx as nx

from netkg.case.days import Day
from netkg.case.model import Case
from netkg.graph.choices import VIEWS
from netkg.graph.folding.case import CASE_STEPS
from netkg.graph.folding.fold import Fold, shrink
from netkg.graph.folding.guideline import GUIDELINE_STEPS
from netkg.graph.folding.model import MODEL_STEPS
from netkg.graph.folding.ontology import ONTOLOGY_STEPS
from netkg.graph.folding.plan import PLAN_STEPS
from netkg.graph.formats.frame import framed
from netkg.graph.formats.write import write
from netkg.graph.selection import around as around_node
from netkg.graph.selection import select
from netkg.graph.timeline.chart import chart
from netkg.graph.timeline.timeline import Timeline
from netkg.graph.views.case import CaseView
from netkg.graph.views.elements import GraphError, unknown
from netkg.graph.views.guideline import GuidelineView
from netkg.graph.views.model import ModelView
from netkg.graph.views.ontology import OntologyView
from netkg.graph.views.plan import PlanView
from netkg.plan.model import Plan
from netkg.suggestions import listed

if TYPE_CHECKING:
    from netkg.plan.engine import Engine

__all__ = ["Drawing", "draw", "view"]

_STEPS: Final[dict[str, tuple[Fold, ...]]] = {
    "ontology": ONTOLOGY_STEPS,
    "model": MODEL_STEPS,
    "guideline": GUIDELINE_STEPS,
    "case": CASE_STEPS,
    "plan": PLAN_STEPS,
}
# The views that need no case.
_OF_ENGINE: Final[dict[str, type[OntologyView | ModelView | GuidelineView]]] = {
    "ontology": OntologyView,
    "model": ModelView,
    "guideline": GuidelineView,
}


@dataclass(frozen=True, slots=True)
class Drawing:
    """A graph as it is shown, and the whole graph that it was folded from."""

    shown: nx.MultiDiGraph
    whole: nx.MultiDiGraph

    def write(self, format: str) -> str | bytes:
        """Write it in a format (see :func:`netkg.graph.write`); PNG is bytes."""
        return write(self.shown, format, whole=self.whole)

    def _repr_html_(self) -> str:
        # The page saves images and opens links; it has no part in the page around it.
        popups = "allow-popups allow-popups-to-escape-sandbox"
        return framed(str(self.write("html")), allowed=f"allow-scripts allow-downloads {popups}")

    def _repr_markdown_(self) -> str:
        return f"```mermaid\n{self.write('mermaid')!s}```\n"


def view(engine: Engine, name: str, **options: Any) -> nx.MultiDiGraph:
    """Return a view as a networkx MultiDiGraph; the options are those of :func:`draw`.

    Raises:
        GraphError: as :func:`draw`, and for a timeline.
    """
    if name == "timeline":
        raise GraphError("A timeline is not a graph. Use draw, and write it as svg, png or html.")
    return draw(engine, name, **options).shown


@overload
def draw(  # type: ignore[overload-overlap]  # every other name gives a graph
    engine: Engine,
    name: Literal["timeline"],
    *,
    case: Case | None = None,
    as_of: Day | None = None,
    plan: Plan | None = None,
    focus: str | None = None,
) -> Timeline: ...


@overload
def draw(
    engine: Engine,
    name: str,
    *,
    case: Case | None = None,
    as_of: Day | None = None,
    plan: Plan | None = None,
    whole: bool = False,
    section: str | None = None,
    around: str | None = None,
    hops: int = 1,
    verdict: str | None = None,
    status: str | None = None,
    focus: str | None = None,
) -> Drawing: ...


def draw(
    engine: Engine,
    name: str,
    *,
    case: Case | None = None,
    as_of: Day | None = None,
    plan: Plan | None = None,
    whole: bool = False,
    section: str | None = None,
    around: str | None = None,
    hops: int = 1,
    verdict: str | None = None,
    status: str | None = None,
    focus: str | None = None,
) -> Drawing | Timeline:
    """Build a view, and fold it unless ``whole`` is true.

    The views case, plan and timeline need ``case`` and ``as_of``; a ``plan`` that is given
    is not derived again. ``section``, ``around`` (a node, with ``hops``),
    ``verdict``, ``status`` and ``focus`` (the id of a tumor) select a part; a timeline has
    only ``focus``.

    Raises:
        GraphError: if the view or the part does not exist, or the case has no plan.
    """
    if name == "timeline":
        parts = {
            "whole": whole,
            "section": section,
            "around": around,
            "verdict": verdict,
            "status": status,
        }
        return _timeline(engine, case, as_of, plan, focus, parts)
    graph = _build(engine, name, case, as_of, plan)
    graph = select(graph, section=section, verdict=verdict, status=status, focus=focus)
    if around is not None:
        graph = around_node(graph, around, hops)
    shown = graph if whole else shrink(graph, _STEPS[name])
    if shown is not graph:
        note = f"Folded from {len(graph)} nodes to {len(shown)}."
        shown.graph["note"] = " ".join(filter(None, (graph.graph.get("note"), note)))
    return Drawing(shown, graph)


def _timeline(
    engine: Engine,
    case: Case | None,
    as_of: Day | None,
    plan: Plan | None,
    focus: str | None,
    parts: Mapping[str, object],
) -> Timeline:
    given = [f"--{name}" for name, value in parts.items() if value not in (None, False)]
    if given:
        raise GraphError(
            f"A timeline cannot be drawn with {listed(given)}. "
            "Choose one tumor with --focus, or choose the view plan."
        )
    case, plan = _planned(engine, "timeline", case, as_of, plan)
    return Timeline(chart(case, plan, focus=focus))


def _build(
    engine: Engine, name: str, case: Case | None, as_of: Day | None, plan: Plan | None
) -> nx.MultiDiGraph:
    if name not in VIEWS:
        raise unknown("view", name, VIEWS)
    if name in _OF_ENGINE:
        return _OF_ENGINE[name](engine).graph()
    case, plan = _planned(engine, name, case, as_of, plan)
    if name == "case":
        return CaseView(engine, case, plan.as_of).graph(plan.findings)
    return PlanView(engine, case, plan).graph()


def _planned(
    engine: Engine, name: str, case: Case | None, as_of: Day | None, plan: Plan | None
) -> tuple[Case, Plan]:
    """Return the case of a view, and its plan."""
    if case is None or as_of is None:
        raise GraphError(f"The {name} view needs a case and a date. Give case and as_of.")
    return case, plan or engine.derive(case, as_of=as_of)
