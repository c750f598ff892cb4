"""Tell what can be asked: the list of the library, and the manual of one query."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from typing import Final

from netkg.ontology.query_header import ANY, OVER, TYPES, Parameter
from netkg.query.dataset import GRAPH_BASE, GRAPHS, Dataset
from netkg.query.library import Competency
from netkg.query.parameters import choices

__all__ = ["contents", "manual", "preface"]

_INDENT: Final = "        "
_MANY: Final = 100
_PREFACE: Final = """\
A query sees four named graphs, and by default their union:
{graphs}
The prefixes dcterms, graph, netkg, nets, owl, prov, rdf, rdfs, sh, skos and xsd need
not be declared. Updates, SERVICE and FROM are refused. There is no limit of time.

A query of one's own can have typed parameters too, if its header says so:
  #+ param: name type [= default] Meaning.
"""


def contents(queries: Iterable[Competency], *, width: int) -> str:
    """List queries by what they ask, with one newline at the end."""
    queries = tuple(queries)
    blocks = []
    for scope, about in OVER.items():
        lines = [line for query in queries if query.over == scope for line in _entry(query, width)]
        if lines:
            blocks.append("\n".join([*_wrap(f"OVER {about.upper()}", width), "", *lines]))
    return "\n\n".join(blocks) + "\n"


def preface() -> str:
    """Tell what is true of every query: the graphs, the prefixes, what is refused."""
    rows = [f"  graph:{name:<9} {about}" for name, about in GRAPHS.items()]
    rows.append(f"where graph: stands for <{GRAPH_BASE}>.")
    return _PREFACE.format(graphs="\n".join(rows))


def manual(query: Competency, dataset: Dataset, *, width: int) -> str:
    """Describe one query: what it asks, its parameters and columns, and an example."""
    lines = [query.name, ""]
    for words in (query.question, query.summary):
        lines += _wrap(words, width) if words else []
    if query.over:
        lines += ["", *_wrap(f"Asks {OVER[query.over]}.", width)]
    lines += ["", "parameters:" if query.parameters else "no parameters"]
    for parameter in query.parameters:
        lines += _parameter(parameter, dataset, width)
    if query.columns:
        wide = max(len(column.name) for column in query.columns)
        lines += ["", "columns:"]
        for column in query.columns:
            head = f"  {column.name:<{wide}}  "
            lines += _wrap(column.meaning, width, " " * len(head), head)
    return "\n".join([*lines, "", "example:", f"  {_example(query, dataset)}"]) + "\n"


def _entry(query: Competency, width: int) -> list[str]:
    lines = [f"  {query.id}  {query.slug}", *_wrap(query.question, width, _INDENT)]
    names = [p.name if p.default is None else f"[{p.name}]" for p in query.parameters]
    return lines + (_wrap(f"parameters: {' '.join(names)}", width, _INDENT) if names else [])


def _parameter(parameter: Parameter, dataset: Dataset, width: int) -> list[str]:
    default = {None: "required", ANY: "may be left out"}.get(
        parameter.default, f"{parameter.default} by default"
    )
    known = choices(parameter, dataset)
    if 0 < len(known) <= _MANY:
        allowed = f"One of: {', '.join(known)}."
    else:
        allowed = f"Give {TYPES[parameter.type]}."
    return [
        f"  {parameter.name} ({parameter.type}, {default})",
        *_wrap(parameter.meaning, width, _INDENT),
        *_wrap(allowed, width, _INDENT),
    ]


def _example(query: Competency, dataset: Dataset) -> str:
    words = ["netkg query", query.id or query.name]
    for parameter in query.parameters:
        told = re.search(r"such as ([\w./-]*\w)", parameter.meaning)
        if parameter.default is None or told:
            known = choices(parameter, dataset)
            words.append(f"{parameter.name}={told[1] if told else (known or ['...'])[0]}")
    return " ".join(words + (["cases.ndjson"] if query.over in ("case", "plan") else []))


def _wrap(words: str, width: int, indent: str = "", head: str | None = None) -> list[str]:
    return textwrap.wrap(
        words,
        width,
        initial_indent=indent if head is None else head,
        subsequent_indent=indent,
        break_on_hyphens=False,
        break_long_words=False,
    )
