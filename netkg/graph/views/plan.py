"""The view of a plan: from asserted facts over derived facts to statements and actions.

Treatments come first, as on the first screen of a plan: those given, those to begin or to
choose from, and those that depend on an open question, which is next to them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import networkx as nx

from netkg.case.model import Case
from netkg.graph.views.cautions import add_cautions, closing_words
from netkg.graph.views.elements import GraphBuilder
from netkg.graph.views.parts import FINISHED, part_of, place_of
from netkg.graph.views.sources import Sources
from netkg.graph.views.treatments import Treatments
from netkg.namespaces import NETKG
from netkg.plan.model import Action, Dependency, Focus, Plan, Recommendation, by_record
from netkg.reasoning.fact import Fact
from netkg.reasoning.wording import Wording
from netkg.render.first_screen import FirstScreen
from netkg.render.screen_parts import Names
from netkg.render.screen_record import planned_for
from netkg.render.words import section_names, status_word, when
from netkg.suggestions import listed

if TYPE_CHECKING:
    from netkg.plan.engine import Engine

__all__ = ["PlanView"]

_REACH: Final = {"applicable": "reached", "not-applicable": "blocked", "undetermined": "unknown"}
_FACT_EDGE: Final = {"applicable": "speaks for", "not-applicable": "rules out"}


class PlanView:
    """Builder of the whole graph of a plan, of a case that conforms."""

    def __init__(self, engine: Engine, case: Case, plan: Plan) -> None:
        self._engine = engine
        self._plan = plan
        self._words = Wording(engine.labels)
        self._names = Names(plan)
        self._sources = Sources(engine.schema)
        self._screen = FirstScreen(plan)
        self._events = by_record(plan.recorded)
        self._several = len(case.tumors) > 1
        self._case_nodes = {case.node.value}
        self._facts: dict[tuple[str, ...], str] = {}
        self._statements = {row.id: row for row in engine.catalogue.statements}
        self._deepest = max(
            (_depth(fact) for row in plan.recommendations for f in row.foci for fact in f.because),
            default=0,
        )
        columns = ["in the case", "derived", *["derived from it"] * (self._deepest - 1)]
        columns = columns[: self._deepest + 1]
        columns[-1] += " / question" if plan.depends_on else ""
        self._builder = GraphBuilder(
            view="plan",
            title=f"Plan of {plan.case}{' (deceased)' * plan.closed}, as of {plan.as_of}",
            columns=[*columns, "statement", "action"],
            document=plan.guideline,
            case=plan.case,
            asOf=plan.as_of,
            findings=len(plan.findings),
            gaps=", ".join(plan.gaps),
            note=closing_words(self._screen),
        )
        self._treatments = Treatments(self._builder, plan, self._names, self._words, engine.schema)

    def graph(self) -> nx.MultiDiGraph:
        """Return the graph."""
        plan = self._plan
        # Every format lists the nodes in the order in which they are read.
        places = [(row, focus) for row in plan.recommendations for focus in row.foci]
        for row, focus in sorted(places, key=lambda place: self._place(*place)):
            self._focus(row, focus)
        for row in plan.recommendations:
            for focus in row.foci:
                self._relations(row, focus)
        for id_ in plan.gaps:
            self._builder.node(
                id_,
                f"{id_} {plan.labels.get(id_, '')}".rstrip(),
                "gap",
                self._deepest + 1,
                iri=NETKG + id_,
                definition=plan.descriptions.get(id_, ""),
                part="Caution",
                order=place_of("Caution", 999_999),
            )
        add_cautions(self._builder, self._screen, self._deepest + 1)
        self._describe_actions()
        return self._builder.graph

    # -- statements ----------------------------------------------------------------
    def _id(self, row: Recommendation, focus: str) -> str:
        return f"{row.id} at {focus}" if self._several and row.level == "tumor" else row.id

    def _place(self, row: Recommendation, focus: Focus) -> int:
        """Return the place of a statement: by its part, then by what presses or decides most."""
        part, status = self._part(row, focus), focus.status or ""
        if part == "Depends on":
            asked = enumerate(self._plan.depends_on)
            first = min((n for n, each in asked if _decides(each, row, focus)), default=0)
            first += 400 * (not row.is_treatment)
        elif part == "Given":
            first = FINISHED.index(status)
        else:
            first = self._engine.catalogue.pressing.get(status, 0)
        return place_of(part, first * 1000 + self._names.place[row.id])

    def _part(self, row: Recommendation, focus: Focus) -> str:
        """Return the part that shows a statement; nothing is asked once all steps are closed."""
        part = part_of(row, focus)
        return "Closed" if self._plan.closed and part == "Depends on" else part

    def _focus(self, row: Recommendation, focus: Focus) -> None:
        id_ = self._builder.node(
            self._id(row, focus.focus),
            f"{row.id} {row.label}",
            row.kind,
            self._deepest + 1,
            says=self._says(row, focus),
            verdict=focus.verdict,
            status=focus.status or "",
            reach=_REACH[focus.verdict],
            statement=row.id,
            focus=focus.focus,
            iri=NETKG + row.id,
            definition=row.definition,
            section=row.section,
            sectionLabel=section_names(row.section, self._plan.labels),
            citations=", ".join(row.citations),
            sources=self._sources.listed(row.citations),
            modality=row.modality,
            level=row.level,
            caveats=" ".join(row.caveats),
            readingNotes=" ".join(row.reading_notes),
            part=self._part(row, focus),
            **({"treatment": True} if row.is_treatment else {}),
            order=self._place(row, focus),
        )
        for fact in focus.because:
            self._builder.edge(self._fact(fact), id_, _FACT_EDGE[focus.verdict])
        self._questions(row, focus, id_)
        self._treatments.link(focus, id_)
        for action in focus.actions or self._actions_of(row):
            self._action(id_, action, focus)

    def _says(self, row: Recommendation, focus: Focus) -> str:
        if focus.verdict == "applicable":
            said = self._when(focus)
            if focus.superseded_by:
                said = f"superseded by {', '.join(focus.superseded_by)}"
        else:
            said = {"not-applicable": "does not apply"}.get(focus.verdict, "undetermined")
        return f"{said} · {focus.focus}" if self._several and row.level == "tumor" else said

    def _when(self, focus: Focus) -> str:
        """Return the status, with the day on which a window that has begun ends, or of a plan."""
        word = status_word(focus.kind, focus.status or "")
        if word == "planned":
            return self._planned_for(focus.actions)
        day, _ = when(word, focus.actions, self._plan.as_of)
        joint = {"overdue": "since", "due": "by"}.get(word)
        return f"{word} {joint} {day}" if day and joint else word

    def _planned_for(self, actions: Iterable[Action]) -> str:
        events = (self._events[id(r)] for action in actions for r in action.records)
        return planned_for((e for e in events if e.status == "planned"), self._plan.as_of)

    def _actions_of(self, row: Recommendation) -> tuple[Action, ...]:
        """Return the actions of a statement that does not apply."""
        statement = self._statements[row.id]
        return tuple(
            Action(name, statement.group, False, False, None, None, None)
            for name in statement.actions
        )

    def _relations(self, row: Recommendation, focus: Focus) -> None:
        here = self._id(row, focus.focus)
        rows = {other.id: other for other in self._plan.recommendations}
        for kind, ids in (
            ("supersedes", focus.superseded_by),
            ("would supersede", focus.challenged_by),
        ):
            for id_ in ids:
                self._builder.edge(self._id(rows[id_], focus.focus), here, kind)

    def _questions(self, row: Recommendation, focus: Focus, id_: str) -> None:
        """Link a statement that is undetermined to the questions that decide it."""
        for number, each in enumerate(self._plan.depends_on):
            if _decides(each, row, focus):
                self._builder.edge(self._question(each, number), id_, "decides")

    def _question(self, each: Dependency, number: int) -> str:
        of_tumors = self._several and any(path.startswith("tumors.") for path in each.fields)
        (field, *others) = each.fields
        # As the statements that they decide: those for treatment first.
        treats = any(self._names.rows[id_].is_treatment for id_ in each.decides)
        return self._builder.node(
            f"question {', '.join(each.fields)}",
            f"{listed([self._words.field(path) for path in each.fields], 'or')}?",
            "question",
            self._deepest,
            says=listed(name for name in each.foci if name in self._names.tumors)
            if of_tumors
            else "",
            field=", ".join(each.fields),
            definition="" if others else self._engine.schema.definition(field),
            iri="" if others else NETKG + field.rsplit(".", 1)[-1],
            order=place_of("Depends on", number + 400 * (not treats)),
        )

    # -- actions -------------------------------------------------------------------
    def _action(self, statement: str, action: Action, focus: Focus) -> None:
        is_field = action.type[:1].islower()
        name = self._words.term(action.type)
        node = self._builder.node(
            f"action {action.type}",
            f"record {name}" if is_field else name,
            "action",
            self._deepest + 2,
            iri=NETKG + action.type.rsplit(".", 1)[-1],
            definition=self._engine.schema.definition(action.type),
        )
        self._builder.edge(
            statement,
            node,
            "asks for one of" if action.group == "any" else "asks for",
            group=action.group,
            done=action.done,
            planned=action.planned,
            last=action.last or "",
            dueFrom=action.due_from or "",
            dueBy=action.due_by or "",
            reach=_REACH[focus.verdict],
            inForce=focus.verdict == "applicable" and focus.status not in ("superseded", "closed"),
        )

    def _describe_actions(self) -> None:
        """Add to each action whether the plan reaches it, and its state."""
        graph = self._builder.graph
        for id_, data in graph.nodes(data=True):
            if data["kind"] != "action":
                continue
            edges = [edge for _, _, edge in graph.in_edges(id_, data=True)]
            reaches = {edge["reach"] for edge in edges}
            data["reach"] = next(r for r in ("reached", "unknown", "blocked") if r in reaches)
            wanted = [edge for edge in edges if edge["inForce"]]
            last = max((edge.get("last", "") for edge in edges), default="")
            if wanted and all(edge["done"] for edge in wanted):
                data["state"] = "done"
            elif any(edge["planned"] for edge in wanted):
                data["state"] = "planned"
            elif wanted:
                data["state"] = "open"
            else:
                data["state"] = "not asked for"
            said = "not done" if data["state"] == "open" else data["state"]
            if last:
                said = f"last {last}" if said in ("done", "not done") else f"{said}, last {last}"
            data["says"] = said

    # -- facts -----------------------------------------------------------------------
    def _fact(self, fact: Fact) -> str:
        fact = fact.to_show
        key = (fact.node, fact.field, fact.term, fact.searched or "", repr(fact.value))
        if key in self._facts:
            return self._facts[key]
        if treatment := self._treatments.node(fact.value):
            return treatment
        depth = _depth(fact)
        kind = "derived fact" if depth else "fact" if fact.asserted else "absence"
        of_case = fact.node in self._case_nodes or fact.field in ("events", "metastases")
        label = self._words.fact(fact, fact.subject if self._several and not of_case else "")
        if fact.field == "id":
            label = "the case" if of_case else f"tumor {fact.subject}"
        id_ = self._facts[key] = self._builder.node(
            f"fact {len(self._facts) + 1}",
            label,
            kind,
            depth,
            subject=fact.subject,
            field=fact.field,
            value=label.split(": ", 1)[-1] if fact.value is not None else "",
            asserted=fact.asserted,
            definition=self._engine.schema.definition(fact.field) if fact.field != "id" else "",
        )
        for premise in fact.derived_from:
            self._builder.edge(self._fact(premise), id_, "gives")
        return id_


def _depth(fact: Fact) -> int:
    premises = fact.to_show.derived_from
    return 1 + max(map(_depth, premises)) if premises else 0


def _decides(question: Dependency, row: Recommendation, focus: Focus) -> bool:
    """Return whether a question decides a statement at a focus, alone or with others."""
    missing = {path for paths in focus.missing for path in paths}
    return row.id in question.decides and not missing.isdisjoint(question.fields)
