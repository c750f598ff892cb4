"""The guideline document, as read from the ontology, and the notice that closes every answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import pyoxigraph as ox

from netkg.errors import KnowledgeError
from netkg.namespaces import OWL
from netkg.ontology.schema import NOTATION, Schema, netkg
from netkg.result import Keys, Result

__all__ = ["Guideline", "read_document"]

VERSION = ox.NamedNode(OWL + "versionInfo")


@dataclass(frozen=True, slots=True)
class Guideline(Result):
    """The document that an answer rests on: its version, review status and disclaimer."""

    json_keys: ClassVar[Keys] = ("iri", "version", "review_status")
    iri: str
    version: str
    review_status: str
    label: str = ""
    disclaimer: str = field(default="", compare=False, repr=False)

    @property
    def edition(self) -> str:
        """The sentence that names the document, its version and its review status."""
        return f"Guideline {self.label}, version {self.version}, {self.review_status}."

    @property
    def closing_notice(self) -> str:
        """The text that closes every answer: the edition and the disclaimer."""
        return f"{self.edition} {self.disclaimer}"


def read_document(schema: Schema) -> Guideline:
    """Read the one guideline document of an ontology.

    Raises:
        KnowledgeError: if there is not exactly one, or it has no review status.
    """
    documents = schema.instances(netkg("GuidelineDocument"))
    if len(documents) != 1:
        raise KnowledgeError(
            f"the ontology contains {len(documents)} guideline documents", expected="one"
        )
    (node,) = documents
    status = schema.one(node, netkg("reviewStatus"))
    if not isinstance(status, ox.NamedNode):
        raise KnowledgeError("lacks a review status", term=str(node), expected="one value")
    return Guideline(
        node.value,
        schema.text(node, VERSION),
        schema.text(status, NOTATION),
        schema.label(node),
        schema.text(node, netkg("disclaimer")),
    )
