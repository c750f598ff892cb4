"""Drawings: a view, or a part of it, folded to fit one screen; and timelines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, overload

import networkx as nx

from netkg.case.days import Day, as_day
from netkg.case.model import Case
from netkg.graph.choices import VIEWS, not_for_timeline
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
    hops: int | None = None,
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
    hops: int | None = None,
    verdict: str | None = None,
    status: str | None = None,
    focus: str | None = None,
) -> Drawing | Timeline:
    """Build a view, and fold it unless ``whole`` is true.

    The views case, plan and timeline need ``case`` and ``as_of``; a ``plan`` that is given
    is not derived again. ``section``, ``around`` (a node, with what is up to ``hops`` edges
    away, by default one), ``verdict``, ``status`` and ``focus`` (the id of a tumor) select a
    part; a timeline has only ``focus``.

    Raises:
        GraphError: if the view or the part does not exist, the case has no plan, or the plan
            is that of another case or day.
    """
    if name == "timeline":
        parts = {"whole": whole, "section": section, "around": around, "hops": hops}
        if refusal := not_for_timeline({**parts, "verdict": verdict, "status": status}):
            raise GraphError(refusal)
        case, plan = _planned(engine, name, case, as_of, plan)
        _check_tumor(case, focus)
        return Timeline(chart(case, plan, focus=focus))
    if hops is not None and around is None:
        raise GraphError("hops is the distance from a node. Name the node with around.")
    graph = _build(engine, name, case, as_of, plan)
    if case is not None:
        _check_tumor(case, focus)
    graph = select(graph, section=section, verdict=verdict, status=status, focus=focus)
    if around is not None:
        graph = around_node(graph, around, 1 if hops is None else hops)
    shown = graph if whole else shrink(graph, _STEPS[name])
    if shown is not graph:
        note = f"Folded from {len(graph)} nodes to {len(shown)}."
        shown.graph["note"] = " ".join(filter(None, (graph.graph.get("note"), note)))
    return Drawing(shown, graph)


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
    plan = plan or engine.derive(case, as_of=as_of)
    of, day = (plan.case, plan.as_of), as_day(as_of).isoformat()
    if of != (case.id, day):
        raise GraphError(
            f"The plan is that of {of[0]!r} as of {of[1]}, and the {name} view is for "
            f"{case.id!r} as of {day}. Leave out plan, or use the plan of this case and day."
        )
    # A case that violates the shapes is drawn with its findings.
    if name != "case" and not plan.conforms:
        raise GraphError(
            f"{plan.case}: the case violates the shapes, so it has no {name}. "
            "Fix the violations, or draw the case itself."
        )
    return case, plan


def _check_tumor(case: Case, focus: str | None) -> None:
    """Refuse a focus that is not a tumor of the case."""
    tumors = [case.names.get(tumor.value, "") for tumor in case.tumors]
    if focus is not None and focus not in tumors:
        raise unknown("tumor", focus, tumors)
