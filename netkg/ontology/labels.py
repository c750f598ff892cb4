"""Words for what the rules search a case for."""

from __future__ import annotations

import pyoxigraph as ox

from netkg.namespaces import NETKG, local_name
from netkg.ontology.schema import Schema, netkg

__all__ = ["noun", "search_words"]


def search_words(schema: Schema) -> dict[str, str]:
    """Return words for each event class, pattern and value that a rule searches for, by IRI.

    Raises:
        KnowledgeError: if a pattern is incomplete.
    """
    words = {NETKG + name: schema.label(netkg(name)) for name in schema.event_types}
    for pattern in schema.instances(netkg("EventPattern")):
        class_ = schema.required(pattern, netkg("eventClass"))
        statuses = sorted(
            local_name(status.value) for status in schema.objects(pattern, netkg("eventStatusIn"))
        )
        outcome = schema.text(pattern, netkg("eventOutcomeIs"))
        unwanted = schema.text(pattern, netkg("eventOutcomeIsNot"))
        left_out = schema.text(pattern, netkg("exceptEventClass"))
        words[pattern.value] = (
            f"{' or '.join(statuses)} {schema.label(ox.NamedNode(class_))}"
            + (f" other than {schema.label(ox.NamedNode(left_out))}" if left_out else "")
            + (f" with the outcome {schema.label(ox.NamedNode(outcome))}" if outcome else "")
            + (f" whose outcome is not {schema.label(ox.NamedNode(unwanted))}" if unwanted else "")
        )
    for pattern in schema.instances(netkg("LinkedPattern")):
        property_, value = (
            ox.NamedNode(schema.required(pattern, netkg(name)))
            for name in ("withProperty", "withValue")
        )
        if not schema.text(property_, netkg("fieldOf")):
            continue  # the derived values themselves are shown
        words[value.value] = f"{schema.label(property_)} {schema.label(value)}"
    words |= {node.value: schema.label(node) for node in schema.instances(netkg("Search"))}
    return words


def noun(label: str) -> str:
    """Return the label of a class of records or of values without the word for either.

    >>> noun("tumor record"), noun("grade value")
    ('tumor', 'grade')
    """
    return label.removesuffix(" record").removesuffix(" value")
