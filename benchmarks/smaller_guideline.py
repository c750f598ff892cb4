"""Copies of the sources with fewer statements, as the guideline of a smaller topic would have."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from pathlib import Path

import rdflib
from rdflib import DCTERMS

from netkg.namespaces import NETKG
from netkg.ontology.files import default_folders

__all__ = ["smaller_sources"]

# A definition, which stays: what has the source of a statement that is gone gets this one.
DEFINITION = rdflib.URIRef(NETKG + "DX-05")


def smaller_sources(folder: Path, kept: Collection[str]) -> None:
    """Copy the ontology and the shapes with some statements only, and with what is about these."""
    own = default_folders()
    for name, source in (("ontology", own.ontology), ("shapes", own.shapes)):
        shutil.copytree(source, folder / name)
    for path in folder.glob("shapes/case/cautions*"):
        path.unlink()  # These rest on statements.
    files = {path: rdflib.Graph().parse(path) for path in folder.rglob("*.ttl")}
    level = rdflib.URIRef(NETKG + "level")
    removed = {
        node
        for graph in files.values()
        for node, name in graph.subject_objects(DCTERMS.identifier)
        if (node, level, None) in graph and str(name) not in kept
    }
    # What says something of a statement that is gone goes with it; a document and a term stay.
    while True:
        more = {
            subject
            for path, graph in files.items()
            if path.parent.parent.name == "guidelines" and path.name != "document.ttl"
            for subject, _, other in graph
            if other in removed and subject not in removed
        }
        if not more:
            break
        removed |= more
    for path, graph in files.items():
        for node in removed:
            graph.remove((node, None, None))
            for subject, property_ in [*graph.subject_predicates(node)]:
                graph.remove((subject, property_, node))
                if property_ == DCTERMS.source:
                    graph.add((subject, property_, DEFINITION))
        graph.serialize(path, format="turtle")
