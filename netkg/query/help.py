"""Help on queries: the list of the library, and the manual of one query."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from netkg.ontology.query_header import ANY, EACH, OVER, TYPES, Parameter
from netkg.query.dataset import GRAPH_BASE, GRAPHS, Dataset
from netkg.query.library import Competency
from netkg.query.parameters import choices
from netkg.render.blocks import Block, Line, Row, paragraph
from netkg.render.page import draw

__all__ = ["contents", "manual", "preface"]

_MANY: Final = 100
_PREFACE: Final = """\
A query sees four named graphs, and by default their union:
{graphs}
The prefixes dcterms, graph, netkg, nets, owl, prov, rdf, rdfs, sh, skos and xsd need
not be declared. Updates, SERVICE and FROM are refused. There is no time limit.

A query of your own can have typed parameters too, if its header declares them:
  #+ param: name type [= default] Meaning.
"""


def contents(queries: Sequence[Competency], *, width: int) -> str:
    """Return the list of queries by what they ask, with one newline at its end."""
    blocks = (
        Block(f"Over {about}", tuple(_entry(query) for query in queries if query.over == scope))
        for scope, about in OVER.items()
    )
    return draw((block for block in blocks if block.rows), width=width)


def preface() -> str:
    """Return what applies to every query: the graphs, the prefixes, what is refused."""
    rows = [f"  graph:{name:<9} {about}" for name, about in GRAPHS.items()]
    rows.append(f"where graph: is <{GRAPH_BASE}>.")
    return _PREFACE.format(graphs="\n".join(rows))


def manual(query: Competency, dataset: Dataset, *, width: int) -> str:
    """Return what one query asks, its parameters and columns, and an example."""
    asked = (query.question, query.summary)
    blocks = [
        paragraph(query.name),
        Block("", tuple(map(Row, filter(None, asked))), indent=0),
        *([paragraph(f"Asks {OVER[query.over]}.")] if query.over else []),
    ]
    lines = [line for parameter in query.parameters for line in _parameter(parameter, dataset)]
    title = "parameters:" if query.parameters else "no parameters"
    blocks.append(Block("", (Row(title, below=tuple(lines)),), indent=0))
    columns = (Row(column.meaning, ((f"  {column.name}", ""),)) for column in query.columns)
    if query.columns:
        blocks.append(Block("", (Row("columns:"), *columns), indent=0))
    # The example is one line, whatever its length, so that it can be copied.
    return f"{draw(blocks, width=width)}\nexample:\n  {_example(query, dataset)}\n"


def _entry(query: Competency) -> Row:
    names = [p.name if p.default is None else f"[{p.name}]" for p in query.parameters]
    lines = [query.question, *([f"parameters: {' '.join(names)}"] if names else [])]
    return Row(f"{query.id}  {query.slug}", below=tuple(Line(words, indent=6) for words in lines))


def _parameter(parameter: Parameter, dataset: Dataset) -> Iterator[Line]:
    default = {
        None: "required",
        ANY: "optional",
        EACH: "optional; without it, a column",
    }.get(parameter.default, f"default: {parameter.default}")
    yield Line(f"{parameter.name} ({parameter.type}, {default})", indent=2)
    yield Line(parameter.meaning, indent=8)
    known = choices(parameter, dataset)
    is_listed = 0 < len(known) <= _MANY
    words = f"One of: {', '.join(known)}." if is_listed else f"Expected: {TYPES[parameter.type]}."
    yield Line(words, indent=8)


def _example(query: Competency, dataset: Dataset) -> str:
    words = ["netkg query", query.id or query.name]
    for parameter in query.parameters:
        given = re.search(r"such as ([\w./-]*\w)", parameter.meaning)
        if parameter.default in (None, EACH) or given:
            known = choices(parameter, dataset)
            words.append(f"{parameter.name}={given[1] if given else (known or ['...'])[0]}")
    return " ".join(words + (["cases.ndjson"] if query.over in ("case", "plan") else []))
