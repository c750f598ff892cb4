"""Describe the shapes and the queries."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

import pyoxigraph as ox

from netkg.docs.knowledge import Knowledge, Module
from netkg.docs.page import Page, escape
from netkg.namespaces import NETS, SH, local_name
from netkg.ontology.files import read_queries
from netkg.ontology.schema import TYPE, netkg
from netkg.query.library import Competency, read_competency, read_library

__all__ = ["command", "derived", "home", "read_folders", "shape_folders", "shape_rows"]

_RUN_BY_THE_PROGRAM: Final = ("rules", "plan", "quality")
_KINDS: Final = {ox.NamedNode(SH + "NodeShape"), ox.NamedNode(SH + "PropertyShape")}
_RESTS_ON: Final = ox.NamedNode(NETS + "restsOn")
_TEXTS: Final = {
    "description": SH + "description",
    "message": SH + "message",
    "severity": SH + "severity",
    "remedy": NETS + "remedy",
    "expected": NETS + "expected",
    "field": NETS + "field",
}


def shape_folders(page: Page) -> Mapping[str, list[Module]]:
    """Return the files of shapes by their folders."""
    files = sorted(page.knowledge.shape_files, key=lambda file: file.file)
    by_folder = groupby(files, key=lambda file: file.file.rpartition("/")[0])
    return {folder: list(found) for folder, found in by_folder}


def shape_rows(page: Page, file: Module) -> Iterator[Mapping[str, str]]:
    """Yield what a template shows of each shape of a file."""
    shapes = page.knowledge.shapes
    for node in file.terms:
        if _KINDS & set(shapes.objects(node, TYPE)):
            texts = {key: shapes.text(node, ox.NamedNode(iri)) for key, iri in _TEXTS.items()}
            yield {
                **texts,
                "name": local_name(node.value),
                "description": escape(texts["description"] or texts["message"]),
                "severity": local_name(texts["severity"] or "Violation"),
                "statements": page.statements(shapes.objects(node, _RESTS_ON)),
            }


# -- queries ------------------------------------------------------------------------------
def read_folders(knowledge: Knowledge) -> Mapping[str, Sequence[Competency]]:
    """Return the queries of each folder, in the order of their names."""
    questions = knowledge.queries / "competency"
    found = {"competency": read_library(questions) if any(questions.glob("*.rq")) else ()}
    for folder in _RUN_BY_THE_PROGRAM:
        found[folder] = tuple(
            read_competency(text, name=name, place=name)
            for name, text in read_queries(knowledge.queries / folder)
        )
    return found


def home(folder: str, query: Competency) -> str:
    """Return the path of the page of a query."""
    return f"queries/{query.id or f'{folder}-{query.name}'}.md"


def command(query: Competency) -> str:
    """Return the command that runs a question, with a place for each value that it needs."""
    needed = [f" {p.name}=…" for p in query.parameters if p.default is None]
    case = "" if query.over == "ontology" else " CASE"
    return f"netkg query {query.slug or query.id or query.name}{''.join(needed)}{case}"


def derived(page: Page, query: Competency) -> str:
    """Return the terms in the triples that a query adds, except the record of their origin."""
    template = query.text.partition("WHERE")[0].partition("[] a netkg:Derivation")[0]
    names = dict.fromkeys(re.findall(r"netkg:(\w+)", template))
    return ", ".join(page.name(netkg(each)) for each in names)
