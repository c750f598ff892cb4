"""The sources that statements cite, with their titles and links."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from netkg.namespaces import DCTERMS, RDFS
from netkg.ontology.schema import NOTATION, Schema, netkg

__all__ = ["Sources"]

_TITLE: Final = ox.NamedNode(DCTERMS + "title")
_LINK: Final = ox.NamedNode(RDFS + "seeAlso")


class Sources:
    """The entries of the reference list, by their numbers."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._nodes = {
            schema.text(node, NOTATION): node for node in schema.instances(netkg("Reference"))
        }

    def node(self, number: str) -> ox.NamedNode:
        """Return the entry with this number."""
        return self._nodes[number]

    def title(self, number: str) -> str:
        """Return the number and the title of an entry."""
        title = self._schema.text(self._nodes[number], _TITLE)
        return f"[{number}] {title or 'unresolved reference'}"

    def listed(self, numbers: Iterable[str]) -> str:
        """Return the number, title and link, if there is one, of each entry on a line."""
        return "\n".join(
            " ".join((self.title(number), self._schema.text(self._nodes[number], _LINK))).strip()
            for number in numbers
        )
