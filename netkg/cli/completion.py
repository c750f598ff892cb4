"""Complete words for the shell: statements, sections, kinds and queries.

A completion function returns the words that begin like the incomplete one. If anything is
wrong, the shell gets no completions rather than an error.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import click

from netkg.cli.arguments import DONE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from click.shell_completion import CompletionItem

    from netkg.ontology.guideline import Statement

__all__ = [
    "complete",
    "complete_kind",
    "complete_query",
    "complete_section",
    "complete_statement",
    "sections_of",
]


def complete(cli: click.Command, variable: str, instruction: str) -> int:
    """Answer a request of the shell: for its script, or for the completions of a word."""
    from click.shell_completion import shell_complete

    with contextlib.suppress(Exception):
        return shell_complete(cli, {}, "netkg", variable, instruction)
    return DONE


def complete_statement(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Return the ids of statements with a verdict."""
    return _beginning(incomplete, (row.id for row in _statements(ctx) if row.level))


def complete_section(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Return the sections of the guideline."""
    return _beginning(incomplete, sections_of(_statements(ctx)))


def complete_kind(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Return the kinds of statements."""
    return _beginning(incomplete, (row.kind for row in _statements(ctx)))


def complete_query(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the names of queries and, after a name, its parameters; and files."""
    from click.shell_completion import CompletionItem

    from netkg.query.ask import find, library

    if words := ctx.params.get("words"):
        names = [f"{each.name}=" for each in find(words[0], library()).parameters]
    else:
        names = [name for query in library() for name in (query.id, query.slug)]
    return [
        *map(CompletionItem, _beginning(incomplete, names)),
        CompletionItem(incomplete, type="file"),
    ]


def sections_of(statements: Iterable[Statement]) -> list[str]:
    """Return the sections of statements, and the sections that contain them."""
    parts = {tuple(row.section.split("/")) for row in statements}
    return sorted({"/".join(path[:end]) for path in parts for end in range(1, len(path) + 1)})


def _beginning(incomplete: str, names: Iterable[str]) -> list[str]:
    return sorted({name for name in names if name.startswith(incomplete)})


def _statements(ctx: click.Context) -> tuple[Statement, ...]:
    from netkg.ontology.compiler import Compiler
    from netkg.ontology.guideline import Catalogue
    from netkg.ontology.schema import Schema

    schema = Schema.load(ctx.params.get("ontology"))
    return Catalogue(schema, Compiler(schema)).statements
