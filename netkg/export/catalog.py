"""The catalog that leads an editor such as Protégé from IRIs to files."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import quoteattr

__all__ = ["catalog"]


def catalog(entries: Iterable[tuple[str, str]]) -> str:
    """Return an OASIS XML catalog of pairs of an IRI and the path of a file.

    >>> print(catalog([("https://w3id.org/netkg/core", "core.ttl")]))
    <?xml version="1.0" encoding="UTF-8"?>
    <catalog prefer="public" xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">
        <uri name="https://w3id.org/netkg/core" uri="core.ttl"/>
    </catalog>
    <BLANKLINE>
    """
    return "\n".join(
        (
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<catalog prefer="public" xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">',
            *(f"    <uri name={quoteattr(iri)} uri={quoteattr(path)}/>" for iri, path in entries),
            "</catalog>",
            "",
        )
    )
