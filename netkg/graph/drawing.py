"""Build a view, choose a part of it, and fold it to what one screen holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

import networkx as nx

from netkg.case.days import Day
from netkg.case.model import Case
from netkg.graph.choices import VIEWS
from netkg.graph.folding.case import case_steps
from netkg.graph.folding.fold import Fold, shrink
from netkg.graph.folding.guideline import guideline_steps
from netkg.graph.folding.ontology import ontology_steps
from netkg.graph.folding.plan import plan_steps
from netkg.graph.formats.write import write
from netkg.graph.selection import around as around_node
from netkg.graph.selection import with_attribute, within_section
from netkg.graph.views.case import case_view
from netkg.graph.views.elements import GraphError
from netkg.graph.views.guideline import guideline_view
from netkg.graph.views.ontology import ontology_view
from netkg.graph.views.plan import plan_view
from netkg.plan.model import Plan

if TYPE_CHECKING:
    from netkg.plan.engine import Engine

__all__ = ["Drawing", "draw", "view"]

_STEPS: Final[dict[str, Callable[[], tuple[Fold, ...]]]] = {
    "ontology": ontology_steps,
    "guideline": guideline_steps,
    "case": case_steps,
    "plan": plan_steps,
}


@dataclass(frozen=True, slots=True)
class Drawing:
    """A graph as it is shown, and the whole of what it was folded from."""

    shown: nx.MultiDiGraph
    whole: nx.MultiDiGraph

    def _repr_html_(self) -> str:
        page = str(write(self.shown, "html", whole=self.whole))
        size = 'style="border: 0; width: 100%; height: 600px"'
        return f'<iframe sandbox="allow-scripts" srcdoc="{escape(page)}" {size}></iframe>'

    def _repr_markdown_(self) -> str:
        return f"```mermaid\n{write(self.shown, 'mermaid')!s}```\n"


def view(
    engine: Engine,
    name: str,
    *,
    case: Case | None = None,
    as_of: Day | None = None,
    whole: bool = False,
    section: str | None = None,
    around: str | None = None,
    hops: int = 1,
    verdict: str | None = None,
    status: str | None = None,
    focus: str | None = None,
) -> nx.MultiDiGraph:
    """Give a view as a networkx MultiDiGraph (see :func:`draw`)."""
    return draw(
        engine,
        name,
        case=case,
        as_of=as_of,
        whole=whole,
        section=section,
        around=around,
        hops=hops,
        verdict=verdict,
        status=status,
        focus=focus,
    ).shown


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
) -> Drawing:
    """Build a view, and fold it unless the ``whole`` is asked for.

    ``case`` and ``as_of`` are needed for the views case and plan; ``plan``
    spares deriving it again. ``section``, ``around`` (a node, with ``hops``),
    ``verdict``, ``status`` and ``focus`` (the id of a tumour) choose a part.

    Raises:
        GraphError: if there is no such view or part, or no plan to draw.
    """
    graph = _build(engine, name, case, as_of, plan)
    if section is not None:
        graph = within_section(graph, section)
    for attribute, value in (("verdict", verdict), ("status", status), ("focus", focus)):
        if value is not None:
            graph = with_attribute(graph, attribute, value)
    if around is not None:
        graph = around_node(graph, around, hops)
    shown = graph if whole else shrink(graph, _STEPS[name]())
    if shown is not graph:
        told = f"{len(shown)} nodes stand for {len(graph)}; the whole is drawn on request."
        shown.graph["note"] = " ".join(filter(None, (graph.graph.get("note"), told)))
    return Drawing(shown, graph)


def _build(
    engine: Engine, name: str, case: Case | None, as_of: Day | None, plan: Plan | None
) -> nx.MultiDiGraph:
    if name not in VIEWS:
        raise GraphError(f"there is no view {name!r}; expected one of {', '.join(VIEWS)}")
    if name == "ontology":
        return ontology_view(engine)
    if name == "guideline":
        return guideline_view(engine)
    if case is None or as_of is None:
        raise GraphError(f"the {name} view needs a case and a day")
    plan = plan or engine.derive(case, as_of=as_of)
    if name == "case":
        return case_view(engine, case, plan.findings, as_of=plan.as_of)
    return plan_view(engine, case, plan)
