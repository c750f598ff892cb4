"""The view of a case: what it asserts about patient, tumors, metastases and events."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import networkx as nx
import pyoxigraph as ox

from netkg.case.finding import Finding
from netkg.case.model import Case
from netkg.case.values import json_value
from netkg.graph.views.elements import EVENT_KINDS, GraphBuilder
from netkg.namespaces import NETKG, local_name
from netkg.ontology.schema import DEFINITION, netkg
from netkg.reasoning.wording import Wording

if TYPE_CHECKING:
    from netkg.plan.engine import Engine

__all__ = ["CaseView"]

_RECORDS: Final = {"tumors": "tumor", "metastases": "metastasis"}
_COLUMNS: Final = ("case", "records", "values and events", "findings")
# The kind of a node of each severity of a finding.
_FINDINGS: Final = {"Violation": "finding", "Warning": "remark", "Info": "information"}
_LINKS: Final = frozenset({"tumors", "metastases", "events", "measurements", "target"})


class CaseView:
    """Builder of the whole graph of a case, with its findings."""

    def __init__(self, engine: Engine, case: Case, as_of: str) -> None:
        self._case = case
        self._schema = engine.schema
        self._words = Wording(engine.labels)
        self._said: dict[str, list[tuple[str, ox.NamedNode | ox.Literal]]] = defaultdict(list)
        for triple in case.triples:
            if isinstance(triple.subject, (ox.NamedNode, ox.BlankNode)) and isinstance(
                triple.object, (ox.NamedNode, ox.Literal)
            ):
                predicate = local_name(triple.predicate.value)
                self._said[triple.subject.value].append((predicate, triple.object))
        self._builder = GraphBuilder(
            view="case",
            title=f"Case {case.id}, as of {as_of}",
            columns=_COLUMNS,
            document=engine.catalogue.document,
            case=case.id,
            asOf=as_of,
        )
        self._ids: dict[str, str] = {}

    def graph(self, findings: tuple[Finding, ...]) -> nx.MultiDiGraph:
        """Return the graph."""
        case = self._case
        root = self._builder.node(
            "case", case.id or "case without id", "case", 0, iri=case.node.value
        )
        self._ids[case.node.value] = root
        self._values(case.node.value, root, 1)
        for key, kind in _RECORDS.items():
            for node in case.tumors if key == "tumors" else case.metastases:
                name = case.names.get(node.value, "")
                # A case that violates the shapes may give one id twice.
                twice = f"{kind} {name}" in self._builder.graph
                id_ = self._builder.node(
                    f"{kind} {name}" + f" at {node.value}" * twice,
                    name if name.casefold().startswith(kind) else f"{kind} {name}",
                    kind,
                    1,
                    iri=node.value,
                    called=name,
                )
                self._ids[node.value] = id_
                self._builder.edge(root, id_, self._words.term(key))
                self._values(node.value, id_, 2)
                self._measurements(node.value, id_)
        self._events(root)
        for number, finding in enumerate(findings, start=1):
            self._finding(number, finding)
        return self._builder.graph

    def _values(self, subject: str, owner: str, column: int) -> None:
        suffix = self._suffix(subject)
        for field, value in sorted(self._said[subject], key=lambda pair: (pair[0], str(pair[1]))):
            if field in _LINKS or field == "type":
                continue
            said = self._words.value(field, json_value(str(value), {}))
            id_ = self._builder.node(
                f"{owner}, {field} {said}",
                f"{self._words.term(field)}: {said}{suffix}",
                "fact",
                column,
                field=field,
                value=said,
                definition=self._schema.definition(field),
            )
            self._builder.edge(owner, id_, "has")

    def _measurements(self, tumor: str, owner: str) -> None:
        nodes = [v.value for field, v in self._said[tumor] if field == "measurements"]
        said = sorted((self._words.record(_body(self._case, node)), node) for node in nodes)
        for number, (label, node) in enumerate(said, start=1):
            id_ = self._builder.node(
                f"{owner}, measurement {number}",
                label + self._suffix(tumor),
                "measurement",
                2,
                iri=node,
                field="measurements",
            )
            self._ids[node] = id_
            self._builder.edge(owner, id_, "measured as")

    def _suffix(self, subject: str) -> str:
        """Return what distinguishes the values of several tumors or metastases."""
        several = max(len(self._case.tumors), len(self._case.metastases)) > 1
        name = self._case.names.get(subject, "")
        return f" ({name})" if several and subject != self._case.node.value and name else ""

    def _events(self, root: str) -> None:
        nodes = [v.value for field, v in self._said[self._case.node.value] if field == "events"]
        nodes += [n for n in self._case.records if n not in nodes and n not in self._ids]
        said = sorted((self._words.record(_body(self._case, node)), node) for node in nodes)
        for number, (label, node) in enumerate(said, start=1):
            types = [local_name(v.value) for field, v in self._said[node] if field == "type"]
            known = [name for name in types if name in self._schema.event_types]
            top = self._top(known[0]) if known else ""
            title = self._schema.label(netkg(top)) if top else "other records"
            group = self._builder.node(
                f"events {title}",
                title,
                "group",
                1,
                definition=self._schema.text(netkg(top), DEFINITION) if top else "",
            )
            self._builder.edge(root, group, "events")
            id_ = self._builder.node(
                f"event {number}",
                label or "event",
                EVENT_KINDS.get(top, "event"),
                2,
                iri=node,
                type=", ".join(map(self._words.term, known)),
                definition=self._schema.definition(known[0]) if known else "",
                order=number,
            )
            self._ids[node] = id_
            self._builder.edge(group, id_, "includes")
            for field, value in self._said[node]:
                if field == "target" and value.value in self._ids:
                    self._builder.edge(id_, self._ids[value.value], "concerns")

    def _top(self, name: str) -> str:
        above = {local_name(class_.value) for class_ in self._schema.superclasses(netkg(name))}
        return next((top for top in EVENT_KINDS if top in above), "")

    def _finding(self, number: int, finding: Finding) -> None:
        names = {name: node for node, name in reversed(list(self._case.names.items()))}
        node = names.get(finding.focus, "")
        about = " ".join(filter(None, (finding.severity, finding.statement)))
        owner = self._ids.get(node, "case")
        id_ = self._builder.node(
            f"finding {number}",
            f"{about}: {self._words.term(finding.field)}{self._suffix(node)}",
            _FINDINGS[finding.severity],
            3,
            says=f"found {finding.found}",
            severity=finding.severity,
            field=finding.field,
            found=finding.found,
            expected=finding.expected,
            definition=finding.message,
            statement=finding.statement or "",
        )
        self._builder.edge(owner, id_, "is inconsistent with")


def _body(case: Case, node: str) -> dict[str, object]:
    body = case.records.get(node)
    return body if isinstance(body, dict) else {"type": NETKG if body is None else str(body)}
