"""What is wrong with a case in ways that only RDF and JSON-LD make possible."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Final

import pyoxigraph as ox

from netkg.case.accounting import named
from netkg.case.attribution import Part
from netkg.case.context import CONTEXT_IRI
from netkg.case.draft import RECORDS, Draft
from netkg.case.lists import Subject
from netkg.case.literals import compact
from netkg.namespaces import NETKG, XSD, local_name
from netkg.suggestions import listed

__all__ = [
    "report_doubled",
    "report_list",
    "report_literal",
    "report_own_record",
    "report_property",
    "report_shared",
]

_PREFIX: Final = "netkg:"
# The properties that link to records: what they link to, and the path of its identity.
_LINKED: Final = {
    "tumors": ("tumor", "tumors.id"),
    "metastases": ("metastasis", "metastases.id"),
    "events": ("event", "events"),
    "measurements": ("measurement", "tumors.measurements"),
}
_MOST_NAMES: Final = 3


def report_property(
    draft: Draft, focus: str, record: str, key: str, *, at: str, others: int = 0
) -> None:
    """Report an unknown property of a record, with the one that was probably meant.

    ``key`` is the local name of a term of netkg; the IRI of another property; or a name that a
    JSON-LD context does not define. ``others`` counts the properties that are not reported
    one by one.
    """
    known, name = draft.schema.fields[record], local_name(key.removeprefix(_PREFIX))
    if name not in known:
        draft.report_key(focus, record, key, at=at, others=others)
        return
    path = draft.schema.path(record, key)
    wrong = f"The case format has no key {path}."
    remedy = f"Did you mean {NETKG}{name}?"
    if key == name:
        wrong = f"The @context of the JSON-LD does not define {name}."
        remedy = f'Add "{name}": "{NETKG}{name}" to it, or use {CONTEXT_IRI}.'
    elif key.startswith(_PREFIX):
        wrong = f"The prefix {_PREFIX} of {key} is not defined."
        remedy = f'Define it as {NETKG} (in the @context of JSON-LD: "netkg": "{NETKG}").'
    draft.report(focus, path, compact(key), NETKG + name, f"{wrong} {remedy}", at=at)


def report_literal(
    draft: Draft, focus: str, path: str, term: ox.Literal, right: str, *, at: str
) -> None:
    """Report a literal with the right text and the wrong datatype; ``right`` is what to write."""
    kind = "a string"
    if term.datatype.value != XSD + "string" and not term.language:
        kind = f"an xsd:{local_name(term.datatype.value)}"
    found = compact(term.value)
    message = f"The value of {path} is {kind} (found {found}). Write {right}."
    draft.report(focus, path, found, right, message, at=at)


def report_list(draft: Draft, focus: str, path: str, fault: str, *, at: str) -> None:
    """Report a malformed list, which was not read."""
    message = (
        f"The list in {path} is malformed, because {fault}, and it was not read. "
        "Repeat the property for each value instead."
    )
    draft.report(focus, path, fault, "a list that ends with rdf:nil", message, at=at)


def report_own_record(draft: Draft, record: str) -> None:
    """Report a case that is one of its own records."""
    fields = (field for own in draft.schema.fields.values() for field in own.values())
    name, path = next(_LINKED[each.name] for each in fields if each.range == NETKG + record)
    message = f"The case is listed as its own {name}. Give the {name} an IRI of its own."
    expected = "an IRI other than that of the case"
    draft.report(draft.id, path, compact(draft.id), expected, message, at=draft.node.value)


def report_shared(draft: Draft, node: Subject, part: Part, *, at: str) -> None:
    """Report a record that belongs to several cases."""
    owners = part.shared[node]
    link = next(iter(part.records.get(node, {})), "")
    id_, (name, path) = named(node), _LINKED.get(link, ("case", "id"))
    # There may be very many, the same list for each of them.
    others = [named(each) for each in islice(owners, _MOST_NAMES + 1) if each != part.node]
    others = others[:_MOST_NAMES]
    if more := len(owners) - 1 - len(others):
        others.append(f"{more:,} more")
    if node == part.node:
        wrong = f"The case {id_} is also a record of {listed(others)}"
        remedy = "Give the record an IRI of its own"
    elif node == owners[0]:
        wrong = f"The {name} {id_} is a case of its own"
        remedy = f"Give the {name} an IRI of its own"
    else:
        wrong = f"The {name} {id_} belongs to {listed([named(part.node), *others])}"
        remedy = f"Give each case {'an' if name[0] == 'e' else 'a'} {name} of its own"
    focus = id_ if link in RECORDS and id_ in draft.names.values() else draft.id
    expected = "a record of one case"
    draft.report(focus, path, compact(id_), expected, f"{wrong}. {remedy}.", at=at)


def report_doubled(draft: Draft, node: Subject, tumors: Iterable[Subject], *, at: str) -> None:
    """Report a measurement that belongs to several tumors of one case."""
    id_ = named(node)
    message = (
        f"The measurement {id_} belongs to the tumors {listed(sorted(map(named, tumors)))}. "
        "Give each tumor a measurement of its own."
    )
    expected = "a measurement of one tumor"
    draft.report(draft.id, "tumors.measurements", compact(id_), expected, message, at=at)
