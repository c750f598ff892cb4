"""The treatments on record in the view of a plan, and the statements for which they count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from netkg.graph.views.elements import GraphBuilder
from netkg.namespaces import NETKG
from netkg.ontology.schema import Schema
from netkg.plan.model import Focus, Plan, RecordedEvent
from netkg.reasoning.wording import Wording
from netkg.render.screen_parts import Names

__all__ = ["Treatments"]

# The kind of node of a treatment that was not given.
_NOT_GIVEN: Final = {"planned": "planned treatment", "declined": "declined treatment"}


class Treatments:
    """The nodes of the treatments on record; those the same in all words are one node."""

    def __init__(
        self, builder: GraphBuilder, plan: Plan, names: Names, words: Wording, schema: Schema
    ) -> None:
        """Add the nodes to a graph."""
        self._builder = builder
        self._words = words
        self._nodes: dict[tuple[str, str | None], str] = {}
        times = Counter(map(self._key, plan.treatments))
        for number, event in enumerate(plan.treatments):
            words_, target = key = self._key(event)
            says = [target or ""] if names.several or target not in names.tumors else []
            says += [f"{times[key]} times"] if times[key] > 1 else []
            self._nodes[key] = builder.node(
                f"treatment {words_}" + (f", {target}" if target else ""),
                words_,
                _NOT_GIVEN.get(event.status, "given treatment"),
                0,
                says=", ".join(filter(None, says)),
                subject=plan.case,
                field="events",
                asserted=True,
                treatment=True,
                date=event.date or "",
                eventStatus=event.status,
                definition=schema.definition(event.type),
                iri=NETKG + event.type,
                order=number - len(plan.treatments),
            )

    def node(self, record: Any) -> str | None:
        """Return the node of a record, None unless it is a treatment."""
        if not isinstance(record, Mapping):
            return None
        return self._nodes.get((self._words.record(record), record.get("target")))

    def link(self, focus: Focus, id_: str) -> None:
        """Link the treatments on record to a statement for which they count."""
        if focus.status in (None, "superseded", "closed"):
            return
        for node in (self.node(record) for action in focus.actions for record in action.records):
            if node is not None:
                self._builder.edge(node, id_, "counts for")

    def _key(self, event: RecordedEvent) -> tuple[str, str | None]:
        """Return an event in words, as facts are, and what it concerns."""
        body: dict[str, Any] = {
            "date": event.date,
            "type": event.type,
            "label": event.remark,
            "status": event.status,
            "result": event.result,
            "outcome": event.outcome,
        }
        return self._words.record(body), event.target
