"""The statements and gaps of a guideline, as read from the ontology."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import ClassVar, Literal, cast

import pyoxigraph as ox

from netkg.errors import KnowledgeError
from netkg.namespaces import SKOS, local_name
from netkg.ontology.amounts import figures
from netkg.ontology.compiler import Compiler
from netkg.ontology.criteria import Criterion
from netkg.ontology.document import Guideline, read_document
from netkg.ontology.schema import DEFINITION, IDENTIFIER, NOTATION, SUBCLASS, Schema, netkg
from netkg.result import Keys, Result

__all__ = ["Catalogue", "Gap", "Group", "Level", "RecordItem", "Statement"]

Level = Literal["case", "tumor"]
# How the actions of a statement combine.
Group = Literal["any", "all"]
SCOPE_NOTE = ox.NamedNode(SKOS + "scopeNote")
BROADER = ox.NamedNode(SKOS + "broader")
TRUE = ox.Literal(True)
# The kinds of statements whose actions are to be carried out.
_ASKING = ("recommendation", "principle")


@dataclass(frozen=True, slots=True)
class RecordItem:
    """A field that a principle wants on record, and the class of records that lack it."""

    path: str
    missing: ox.NamedNode
    scope: str


@dataclass(frozen=True, slots=True)
class Statement(Result):
    """One statement of the guideline, with its population compiled.

    ``level`` is None for definitions and evidence, which carry no verdict; ``caveats``
    are warnings to its reader, ``reading_notes`` name what is interpretation; ``months``
    is the interval of a repeated statement; ``repeated`` is also true for those that
    take their interval from others; ``stratum`` is the place in the order in which
    supersession is resolved (0: superseded by none).
    """

    json_keys: ClassVar[Keys] = (
        *("id", "kind", "level", "label", "definition", "section", "modality", "citations"),
        *("actions", "group", "months", "repeated", "certainty", "caveats", "reading_notes"),
        "guideline",
    )
    id: str
    node: ox.NamedNode
    position: int
    kind: str
    level: Level | None
    modality: str
    label: str
    definition: str
    section: str
    citations: tuple[str, ...]
    group: Group
    actions: tuple[str, ...]
    preferred: str | None
    months: tuple[int, int] | None
    repeated: bool
    record_items: tuple[RecordItem, ...]
    reading_notes: tuple[str, ...]
    caveats: tuple[str, ...]
    certainty: str | None
    supports: str | None
    population: Criterion | None
    stratum: int
    guideline: Guideline
    is_treatment: bool
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap in the guideline, with its condition compiled, and the statements near to it."""

    id: str
    position: int
    level: Level
    label: str
    definition: str
    condition: Criterion
    not_covered_by: tuple[str, ...] = ()


class Catalogue:
    """The statements and gaps of a guideline, in the order of the document.

    Raises:
        KnowledgeError: if a statement lacks what its kind needs, or the
            supersession table has a cycle.
    """

    def __init__(self, schema: Schema, compiler: Compiler) -> None:
        self._schema = schema
        self._compiler = compiler
        # The stratum of each statement that others supersede.
        self.strata = self._order_of_supersession()
        self.document = read_document(schema)
        self.statements = self._statements()
        self.gaps = self._gaps()
        self.pressing: Mapping[str, int] = {
            schema.text(node, NOTATION): schema.integer(node, netkg("pressingRank"))
            for node in schema.instances(netkg("StepStatus"))
        }
        # The individual for the name of each verdict, status and review status.
        self.concepts: Mapping[str, ox.NamedNode] = {
            schema.text(node, NOTATION): node
            for class_ in ("VerdictValue", "StepStatus", "ReviewStatus")
            for node in schema.instances(netkg(class_))
        }
        self.names: Mapping[str, str] = {node.value: name for name, node in self.concepts.items()}
        self.section_labels: Mapping[str, str] = {
            schema.text(node, NOTATION): schema.label(node)
            for node in schema.instances(netkg("Section"))
        }

    @property
    def verdict_bearing(self) -> tuple[Statement, ...]:
        """The statements that have a verdict."""
        return tuple(statement for statement in self.statements if statement.level is not None)

    @property
    def populations(self) -> frozenset[ox.NamedNode]:
        """The classes that statements apply to, and those that fall into gaps."""
        return frozenset(
            cast(ox.NamedNode, quad.object)
            for name in ("appliesTo", "gapCondition")
            for quad in self._schema.store.quads_for_pattern(None, netkg(name), None)
        )

    @property
    def triples(self) -> Iterator[ox.Triple]:
        """What plan queries ask for and the ontology does not say: strata, and who asks.

        Recommendations on treatment ask once for a class of events.
        """
        for node, stratum in self.strata.items():
            yield ox.Triple(node, netkg("stratum"), ox.Literal(stratum))
        for statement in self.statements:
            once = statement.kind == "recommendation" and not statement.repeated
            for action in statement.actions if once and statement.is_treatment else ():
                yield ox.Triple(netkg(action), netkg("askedForBy"), statement.node)

    def _is_treatment(self, node: ox.NamedNode, kind: str) -> bool:
        """Return whether a statement is in a section on treatment, and asks for an action."""
        schema = self._schema
        section = schema.one(node, netkg("inSection"))
        while isinstance(section, ox.NamedNode):
            if TRUE in schema.objects(section, netkg("silenceIsReported")):
                return kind in _ASKING and any(schema.objects(node, netkg("action")))
            section = schema.one(section, BROADER)
        return False

    # -- reading -------------------------------------------------------------------
    def _statements(self) -> tuple[Statement, ...]:
        found = [
            self._statement(node, kind)
            for kind in self._schema.subjects(SUBCLASS, netkg("Statement"))
            if isinstance(kind, ox.NamedNode)
            for node in self._schema.instances(kind)
        ]
        if not found:
            raise KnowledgeError("the ontology contains no statement")
        return tuple(sorted(found, key=lambda statement: (statement.position, statement.id)))

    def _actions(self, node: ox.NamedNode) -> tuple[str, ...]:
        """Return the actions of a statement: the one named first, then by name."""
        first = self._schema.one(node, netkg("firstAction"))
        actions = {local_name(each.value) for each in self._schema.objects(node, netkg("action"))}
        return tuple(sorted(actions, key=lambda name: (first != netkg(name), name)))

    def _statement(self, node: ox.NamedNode, kind: ox.NamedNode) -> Statement:
        schema = self._schema
        level = self._level(node)
        population = schema.one(node, netkg("appliesTo"))
        if (level is None) != (population is None):
            raise KnowledgeError(
                "has a population without a level, or a level without a population",
                term=local_name(node.value),
                expected="both or neither",
            )
        least, greatest = (schema.text(node, netkg(n)) for n in ("leastMonths", "greatestMonths"))
        any_of = schema.one(node, netkg("actionGroup")) == netkg("AnyOf")
        graded = schema.one(node, netkg("certainty")) is not None
        return Statement(
            id=schema.required(node, IDENTIFIER),
            node=node,
            position=schema.integer(node, netkg("position")),
            kind=schema.text(kind, NOTATION),
            level=level,
            modality=self._notation(node, "modality"),
            label=schema.label(node),
            definition=schema.text(node, DEFINITION),
            section=self._notation(node, "inSection"),
            citations=tuple(
                sorted(
                    schema.text(cited, NOTATION)  # type: ignore[arg-type]
                    for cited in schema.objects(node, netkg("citation"))
                )
            ),
            group="any" if any_of else "all",
            actions=self._actions(node),
            preferred=local_name(schema.text(node, netkg("preferredAction"))) or None,
            months=(int(least), int(greatest)) if least and greatest else None,
            repeated=bool(least) or any(schema.objects(node, netkg("takesIntervalOf"))),
            record_items=self._record_items(node),
            reading_notes=tuple(
                sorted(n.value for n in schema.objects(node, netkg("readingNote")))
            ),
            caveats=self._caveats(node),
            certainty=self._notation(node, "certainty") if graded else None,
            supports=local_name(schema.text(node, netkg("supports"))) or None,
            population=self._compiler.compile(cast(ox.NamedNode, population))
            if population is not None
            else None,
            stratum=self.strata.get(node, 0),
            guideline=self.document,
            is_treatment=self._is_treatment(node, schema.text(kind, NOTATION)),
            evidence=self._evidence(node),
        )

    def _evidence(self, node: ox.NamedNode) -> tuple[str, ...]:
        """Return the figures of the evidence for a statement, in words."""
        schema = self._schema
        sources = schema.subjects(netkg("supports"), node)
        return tuple(
            f"{', '.join(found)} ({schema.required(source, IDENTIFIER)})"
            for source in sorted(sources, key=str)
            if isinstance(source, ox.NamedNode)
            if (found := [f"{measure} {number}" for measure, number in figures(schema, source)])
        )

    def _caveats(self, node: ox.NamedNode) -> tuple[str, ...]:
        """Return the remarks on a statement, and the faults of the text that affect it."""
        remarks = [note.value for note in self._schema.objects(node, SCOPE_NOTE)]
        faults = [
            self._schema.text(fault, DEFINITION)
            for fault in self._schema.subjects(netkg("affects"), node)
        ]
        return tuple(sorted(remarks) + sorted(faults))

    def _record_items(self, node: ox.NamedNode) -> tuple[RecordItem, ...]:
        items, schema = [], self._schema
        for object_ in schema.objects(node, netkg("asksFor")):
            item = cast(ox.NamedNode, object_)
            field = ox.NamedNode(schema.required(item, netkg("field")))
            missing = ox.NamedNode(schema.required(item, netkg("missingWhen")))
            path = self._compiler.openness.field(field, item).path
            items.append(RecordItem(path, missing, self._compiler.scope(missing)))
        return tuple(sorted(items, key=lambda item: item.path))

    def _gaps(self) -> tuple[Gap, ...]:
        found, schema = [], self._schema
        for node in schema.instances(netkg("Gap")):
            level = self._level(node)
            if level is None:
                raise KnowledgeError(
                    "lacks a level", term=local_name(node.value), expected="one value"
                )
            condition = ox.NamedNode(schema.required(node, netkg("gapCondition")))
            found.append(
                Gap(
                    schema.required(node, IDENTIFIER),
                    schema.integer(node, netkg("position")),
                    level,
                    self._schema.label(node),
                    self._schema.text(node, DEFINITION),
                    self._compiler.compile(condition),
                    tuple(
                        sorted(
                            schema.text(cast(ox.NamedNode, statement), IDENTIFIER)
                            for statement in schema.objects(node, netkg("notCoveredBy"))
                        )
                    ),
                )
            )
        return tuple(sorted(found, key=lambda gap: gap.position))

    def _level(self, node: ox.NamedNode) -> Level | None:
        level = self._schema.one(node, netkg("level"))
        if level is None:
            return None
        return "case" if level == netkg("CaseLevel") else "tumor"

    def _notation(self, node: ox.NamedNode, property_: str) -> str:
        value = self._schema.one(node, netkg(property_))
        if not isinstance(value, ox.NamedNode):
            raise KnowledgeError(
                f"lacks {property_}", term=local_name(node.value), expected="one value"
            )
        return self._schema.required(value, NOTATION)

    # -- supersession ----------------------------------------------------------------
    def _order_of_supersession(self) -> dict[ox.NamedNode, int]:
        superseders: dict[ox.NamedNode, set[ox.NamedNode]] = {}
        for quad in self._schema.store.quads_for_pattern(None, netkg("supersedes"), None):
            superseders.setdefault(cast(ox.NamedNode, quad.object), set()).add(
                cast(ox.NamedNode, quad.subject)
            )
        strata: dict[ox.NamedNode, int] = {}
        try:
            for node in TopologicalSorter(superseders).static_order():
                if node in superseders:
                    strata[node] = 1 + max(strata.get(above, 0) for above in superseders[node])
        except CycleError as error:
            # Each node of the cycle is superseded by the one after it.
            names = " → ".join(local_name(node.value) for node in reversed(error.args[1]))
            raise KnowledgeError(
                f"the supersession table has a cycle ({names})",
                expected="no statement that supersedes itself through others",
            ) from None
        return strata
