"""The line that sums up a case at the top of a plan.

Which values it shows, and in which order, is data of the ontology.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from netkg.case.model import Case
from netkg.case.values import json_value
from netkg.namespaces import NETKG, local_name
from netkg.ontology.schema import Schema, netkg
from netkg.plan.model import Summary, SummaryPart
from netkg.reasoning.evaluator import Evaluator
from netkg.reasoning.fact import Fact
from netkg.reasoning.reasons import EvidenceFinder
from netkg.reasoning.wording import Wording, leaves
from netkg.suggestions import listed

__all__ = ["SummaryWriter"]


@dataclass(frozen=True, slots=True)
class _Item:
    """How the summary shows a property (``netkg:SummaryItem``)."""

    property: str
    leading: str
    basis: bool


class SummaryWriter:
    """Write the summaries of cases, in the terms of one ontology."""

    def __init__(self, schema: Schema, words: Wording) -> None:
        self._schema = schema
        self._words = words
        self._items = {level: self._read_items(level) for level in ("TumorLevel", "CaseLevel")}

    def _read_items(self, level: str) -> tuple[_Item, ...]:
        schema = self._schema
        nodes = [
            node
            for node in schema.instances(netkg("SummaryItem"))
            if schema.one(node, netkg("level")) == netkg(level)
        ]
        nodes.sort(key=lambda node: schema.integer(node, netkg("position")))
        return tuple(
            _Item(
                schema.required(node, netkg("showsProperty")),
                schema.text(node, netkg("leadingWords")),
                schema.text(node, netkg("showsBasis")) == "true",
            )
            for node in nodes
        )

    def summary(
        self, case: Case, evaluator: Evaluator, evidence: EvidenceFinder, day: str
    ) -> Summary:
        """Return the case on one line."""
        parts, groups = [], []
        for node in case.tumors:
            own = list(self._parts(case, node.value, "TumorLevel", evaluator, evidence))
            name = f"{case.names[node.value]}: " if len(case.tumors) > 1 else ""
            if own:
                groups.append(name + ", ".join(map(_said, own)))
            parts += own
        own = list(self._parts(case, case.node.value, "CaseLevel", evaluator, evidence))
        groups += [", ".join(map(_said, own))] if own else []
        line = "; ".join([*groups, f"as of {day}"])
        return Summary(
            line[:1].upper() + line[1:] if len(case.tumors) == 1 else line, (*parts, *own)
        )

    def _parts(
        self, case: Case, node: str, level: str, evaluator: Evaluator, evidence: EvidenceFinder
    ) -> Iterator[SummaryPart]:
        facts, items = evaluator.facts, self._items[level]
        shown = {local_name(item.property) for item in items}
        for item in items:
            field = local_name(item.property)
            terms = sorted(facts.values(node, item.property))
            if not terms:
                continue
            if field == "metastases":
                sites = sorted({self._metastasis(m.value, evaluator) for m in case.metastases})
                value: object = sorted(case.names[iri.value] for iri in case.metastases)
                yield SummaryPart(case.id, field, value, f"{item.leading} {listed(sites)}", "")
                continue
            values = [json_value(term, case.names) for term in terms]
            words = listed([self._words.stated(field, value) for value in values])
            basis = (
                self._basis(evidence.fact(node, item.property, terms[0]), shown)
                if item.basis
                else ""
            )
            yield SummaryPart(
                case.names.get(node, case.id),
                field,
                values[0] if len(values) == 1 else values,
                f"{item.leading} {words}".lstrip(),
                basis,
            )

    def _metastasis(self, node: str, evaluator: Evaluator) -> str:
        words = [
            self._words.value(name, json_value(term, {}))
            for name in ("site", "pattern")
            for term in evaluator.facts.values(node, NETKG + name)
        ]
        return " ".join(words[1:] + words[:1]) or "site not recorded"

    def _basis(self, fact: Fact, shown: set[str]) -> str:
        """Return the values on record that a derived value rests on."""
        found: dict[str, None] = {}
        for leaf in leaves(fact):
            if leaf.value == fact.value:
                found["as recorded"] = None
            elif leaf.field not in shown and not isinstance(leaf.value, Mapping):
                words = self._words.value(leaf.field, leaf.value)
                numeric = isinstance(leaf.value, int | float)
                found[f"{self._words.term(leaf.field)} {words}" if numeric else words] = None
        return listed(found)


def _said(part: SummaryPart) -> str:
    return f"{part.words} ({part.basis})" if part.basis else part.words
