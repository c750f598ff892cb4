"""Write the catalogue of queries: what each asks, and what the rules derive."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from netkg.docs.knowledge import Knowledge
from netkg.docs.modules import ROOT
from netkg.docs.pages import Page, code, escape, mark
from netkg.ontology.files import read_queries
from netkg.ontology.query_header import OVER, TYPES, read_header
from netkg.ontology.schema import netkg
from netkg.query.library import Competency, read_library

__all__ = ["queries_page"]

_RUN: Final = {
    "rules": (
        "Rules",
        "They make plain what a case implies, one after the other, before any criterion is read.",
    ),
    "plan": (
        "Plan",
        "They turn verdicts into a plan: what gives way, what is done, what is due.",
    ),
}


def queries_page(knowledge: Knowledge) -> Page:
    """Write the page of all queries."""
    page = Page("queries.md", "Queries")
    page.add(
        "Every query is a file of SPARQL that is whole as it stands. The first kind answers"
        " questions and is run with `netkg query`; the program itself runs the others."
    )
    folder = knowledge.queries / "competency"
    asked = read_library(folder) if any(folder.glob("*.rq")) else ()
    page.items(
        [
            *(["[Questions](#questions)"] if asked else []),
            *(f"[{heading}](#{name})" for name, (heading, _) in _RUN.items()),
        ]
    )
    if asked:
        page.heading("Questions", "questions")
        page.table(
            ("Query", "Question", "Asks"),
            (
                (f"[{code(query.id)}](#{query.id})", escape(query.question), _over(query))
                for query in asked
            ),
        )
        for query in asked:
            _question(page, query)
    for name, (heading, about) in _RUN.items():
        page.heading(heading, name)
        page.add(about)
        page.table(("Query", "What it does", "Derives"), _rows(knowledge, page, name))
    return page


def _over(query: Competency) -> str:
    return escape(OVER.get(query.over, query.over))


def _question(page: Page, query: Competency) -> None:
    page.heading(f"{query.id}: {escape(query.question)}", query.id, level=3)
    page.add(escape(query.summary))
    file = f"queries/competency/{query.name}.rq"
    page.items(
        [
            f"**run it**: {code(_command(query))}",
            f"**asks**: {_over(query)}",
            f"**source**: [{code(file)}]({ROOT}/{file})",
        ]
    )
    page.table(
        ("Parameter", "Type", "What it means", "Default"),
        (
            (
                code(parameter.name),
                escape(f"{parameter.type}: {TYPES.get(parameter.type, parameter.type)}"),
                escape(parameter.meaning),
                "must be given" if parameter.default is None else code(parameter.default),
            )
            for parameter in query.parameters
        ),
    )
    page.table(
        ("Column", "What it shows"),
        ((code(column.name), escape(column.meaning)) for column in query.columns),
    )


def _command(query: Competency) -> str:
    needed = [f" {p.name}=…" for p in query.parameters if p.default is None]
    case = "" if query.over == "ontology" else " CASE"
    return f"netkg query {query.slug or query.id or query.name}{''.join(needed)}{case}"


def _rows(knowledge: Knowledge, page: Page, folder: str) -> Iterator[tuple[str, ...]]:
    for name, text in read_queries(knowledge.queries / folder):
        header = read_header(text, place=name)
        rest = [f"{each.name}: {each.meaning}" for each in header.parameters]
        template = text.partition("WHERE")[0].partition("[] a netkg:Derivation")[0]
        names = dict.fromkeys(re.findall(r"netkg:(\w+)", template))
        terms = [knowledge.name(page, netkg(each)) for each in names]
        file = f"queries/{folder}/{name}.rq"
        yield (
            f"{mark(f'{folder}-{name}')}[{code(name)}]({ROOT}/{file})",
            "<br>".join(map(escape, [header.summary, *rest])),
            ", ".join(terms),
        )
