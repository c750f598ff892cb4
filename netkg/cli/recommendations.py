"""The command recommendations: the statements of the guideline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from netkg.cli.arguments import WITHOUT_CASES, Command, Inputs, folders, formats, unknown_name
from netkg.cli.completion import complete_kind, complete_section, sections_of
from netkg.cli.output import out, screen, to_json

if TYPE_CHECKING:
    from netkg.ontology.guideline import Statement


@click.command(cls=Command, epilog=WITHOUT_CASES)
@formats("text", "json", "markdown")
@click.option(
    "--section",
    shell_complete=complete_section,
    help="Only this section, such as Treatment/Localized.",
)
@click.option(
    "--kind",
    shell_complete=complete_kind,
    help="Only this kind, such as recommendation or alert.",
)
@folders
def recommendations(inputs: Inputs, format: str, section: str | None, kind: str | None) -> None:
    """List the statements of the guideline.

    For example:

        netkg recommendations --section Treatment/Localized
    """
    from netkg.render.catalogue import catalogue_markdown, catalogue_text

    engine = inputs.engine
    rows = engine.statements()
    if section is not None:
        rows = _only(rows, "section", section.strip("/"), sections_of)
    if kind is not None:
        rows = _only(rows, "kind", kind, lambda row: [row.kind])
    words: dict[str, Any] = {"labels": engine.labels, "closing_notice": engine.closing_notice}
    if format == "json":
        out(to_json(rows) + "\n")
    elif format == "markdown":
        out(catalogue_markdown(rows, **words))
    else:
        out(catalogue_text(rows, **screen(), **words))


def _only(
    rows: Sequence[Statement],
    what: str,
    wanted: str,
    names: Callable[[Statement], list[str]],
) -> tuple[Statement, ...]:
    """Return the statements that have a name.

    Raises:
        UsageError: if no statement has it.
    """
    kept = tuple(row for row in rows if wanted.casefold() in map(str.casefold, names(row)))
    if not kept:
        known = sorted({name for row in rows for name in names(row)})
        raise click.UsageError(unknown_name(what, wanted, known))
    return kept
