"""The view of the guideline: section, population, statement, action and citation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import networkx as nx
import pyoxigraph as ox

from netkg.graph.views.elements import GraphBuilder
from netkg.graph.views.sources import Sources
from netkg.namespaces import local_name
from netkg.ontology.conditions import Conditions
from netkg.ontology.guideline import Gap, Statement
from netkg.ontology.schema import DEFINITION, NOTATION, netkg
from netkg.render.words import section_names, section_paths
from netkg.suggestions import sentence

if TYPE_CHECKING:
    from netkg.plan.engine import Engine

__all__ = ["GAPS", "STATEMENT", "GuidelineView"]

GAPS: Final = "gaps"
_COLUMNS: Final = (
    "stage",
    "section",
    "subsection",
    "population",
    "statement",
    "action",
    "source",
)
STATEMENT: Final = 4
_POPULATION, _ACTION, _SOURCE = 3, 5, 6


class GuidelineView:
    """Builder of the whole graph of the guideline."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._schema = engine.schema
        self._conditions = Conditions(engine.schema)
        catalogue = engine.catalogue
        self._builder = GraphBuilder(
            view="guideline",
            title=sentence(catalogue.document.label),
            columns=_COLUMNS,
            document=catalogue.document,
        )
        self._sections = {
            self._schema.text(node, NOTATION): node
            for node in self._schema.instances(netkg("Section"))
        }
        self._sources = Sources(engine.schema)

    def graph(self) -> nx.MultiDiGraph:
        """Return the graph."""
        catalogue = self._engine.catalogue
        known = {statement.id: statement for statement in catalogue.statements}
        for statement in catalogue.statements:
            self._statement(statement)
        for statement in catalogue.statements:
            others = self._schema.objects(statement.node, netkg("supersedes"))
            for other in sorted(local_name(node.value) for node in others):
                if other in known:
                    self._builder.edge(statement.id, other, "supersedes")
            if statement.supports in known:
                self._builder.edge(statement.id, statement.supports, "is evidence for")
        for gap in catalogue.gaps:
            self._gap(gap)
        return self._builder.graph

    def _statement(self, statement: Statement) -> None:
        section = self._section(statement.section)
        words = "; ".join(self._population(statement))
        id_ = self._builder.node(
            statement.id,
            f"{statement.id} {statement.label}",
            statement.kind,
            STATEMENT,
            iri=statement.node.value,
            definition=statement.definition,
            section=statement.section,
            sectionLabel=self._section_label(statement.section),
            citations=", ".join(statement.citations),
            sources=self._sources.listed(statement.citations),
            modality=statement.modality,
            level=statement.level or "",
            population=words,
            everyMonths="" if statement.months is None else "{} to {}".format(*statement.months),
            certainty=statement.certainty or "",
            readingNotes=" ".join(statement.reading_notes),
            caveats=" ".join(statement.caveats),
            order=statement.position,
        )
        if words:
            population = self._builder.node(
                f"{statement.section}: {words}",
                words,
                "population",
                _POPULATION,
                section=statement.section,
                sectionLabel=self._section_label(statement.section),
                definition=f"All cases or tumors with these conditions: {words}.",
                order=statement.position,
            )
            self._builder.edge(section, population, "addresses")
            self._builder.edge(population, id_, "falls under")
        else:
            self._builder.edge(section, id_, "contains")
        for action in statement.actions:
            node = self._asked(f"action {action}", action)
            self._builder.edge(
                id_,
                node,
                "asks for one of" if statement.group == "any" else "asks for",
                group=statement.group,
                preferred=action == statement.preferred,
            )
        for item in statement.record_items:
            field = item.path.rsplit(".", 1)[-1]
            node = self._asked(f"record {item.path}", field, label="record ")
            self._builder.edge(id_, node, "asks to record")
        for citation in statement.citations:
            self._builder.edge(id_, self._reference(citation), "cites")

    def _population(self, statement: Statement) -> tuple[str, ...]:
        class_ = self._schema.one(statement.node, netkg("appliesTo"))
        if not isinstance(class_, ox.NamedNode):
            return ()
        words = self._conditions.of(class_)
        every = {
            self._schema.label(netkg(name)): f"every {self._conditions.label(netkg(name))}"
            for name in self._schema.fields
        }
        kept = tuple(word for word in words if word not in every)
        return kept or tuple(every[word] for word in words)

    def _section(self, path: str) -> str:
        """Add a section and those above it; return the id of the lowest."""
        schema = self._schema
        above = ""
        for depth, here in enumerate(section_paths(path)):
            node = self._sections[here]
            id_ = self._builder.node(
                here,
                schema.label(node),
                "section",
                min(depth, _POPULATION - 1),
                iri=node.value,
                definition=schema.text(node, DEFINITION),
                section=here,
                sectionLabel=self._section_label(here),
                order=schema.integer(node, netkg("position")),
            )
            if above:
                self._builder.edge(above, id_, "contains")
            above = id_
        return above

    def _section_label(self, path: str) -> str:
        return section_names(path, self._engine.labels)

    def _asked(self, id_: str, name: str, *, label: str = "") -> str:
        """Add an action, or a field to record, with its label after this one; return its id."""
        node = netkg(name)
        return self._builder.node(
            id_,
            f"{label}{self._schema.label(node)}",
            "action",
            _ACTION,
            iri=node.value,
            definition=self._schema.text(node, DEFINITION),
        )

    def _reference(self, notation: str) -> str:
        node = self._sources.node(notation)
        return self._builder.node(
            f"reference {notation}",
            self._sources.title(notation),
            "citation",
            _SOURCE,
            iri=node.value,
            definition=self._schema.text(node, DEFINITION),
            resolvable=self._schema.text(node, netkg("resolvable")) == "true",
            order=int(notation) if notation.isdecimal() else 0,
        )

    def _gap(self, gap: Gap) -> None:
        schema = self._schema
        silent = self._builder.node(
            GAPS,
            "gaps in the guideline",
            "section",
            0,
            definition="Situations that the guideline does not mention.",
            order=10_000,
        )
        condition = schema.one(netkg(gap.id), netkg("gapCondition"))
        words = "; ".join(self._conditions.of(cast(ox.NamedNode, condition)))
        place = 10_000 + gap.position
        population = self._builder.node(
            f"{GAPS}: {words}", words, "population", _POPULATION, order=place
        )
        id_ = self._builder.node(
            gap.id,
            f"{gap.id} {gap.label}",
            "gap",
            STATEMENT,
            iri=netkg(gap.id).value,
            definition=gap.definition,
            population=words,
            level=gap.level,
            order=place,
        )
        self._builder.edge(silent, population, "addresses")
        self._builder.edge(population, id_, "falls into")
