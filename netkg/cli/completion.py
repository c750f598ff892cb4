"""Complete words for the shell: statements, sections, kinds and queries.

A completion function returns the words that begin like the incomplete one. If anything is
wrong, the shell gets no completions rather than an error.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem, shell_complete

from netkg.cli.arguments import DONE

if TYPE_CHECKING:
    from netkg.ontology.guideline import Statement


def complete(cli: click.Command, variable: str, instruction: str) -> int:
    """Answer a request of the shell: for its script, or for the completions of a word."""
    with contextlib.suppress(Exception):
        return shell_complete(cli, {}, "netkg", variable, instruction)
    return DONE


def sections_of(row: Statement) -> list[str]:
    """Return the section of a statement, and the sections that contain it."""
    path = row.section.split("/")
    return ["/".join(path[:end]) for end in range(1, len(path) + 1)]


def _completer(names: Callable[[Statement], list[str]]) -> Callable[..., list[str]]:
    """Return a function that completes a word to a name which the statements have."""

    def complete(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
        from netkg.ontology.compiler import Compiler
        from netkg.ontology.guideline import Catalogue
        from netkg.ontology.schema import Schema

        schema = Schema.load(ctx.params.get("ontology"))
        statements = Catalogue(schema, Compiler(schema)).statements
        known = {name for row in statements for name in names(row)}
        return sorted(name for name in known if name.startswith(incomplete))

    return complete


complete_statement = _completer(lambda row: [row.id] if row.level else [])
complete_section = _completer(sections_of)
complete_kind = _completer(lambda row: [row.kind])


def complete_query(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the names of queries and, after a name, its parameters; and files."""
    from netkg.query.ask import find, library

    names = [name for query in library() for name in (query.id, query.slug)]
    if words := ctx.params.get("words"):
        names = [f"{each.name}=" for each in find(words[0], library()).parameters]
    found = [CompletionItem(name) for name in names if name.startswith(incomplete)]
    return [*found, CompletionItem(incomplete, type="file")]
