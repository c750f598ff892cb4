"""The command recommendations: the statements of the guideline."""

from __future__ import annotations

from typing import Any

import click

from netkg.cli.arguments import Command, Inputs, folders, formats, unknown_name
from netkg.cli.completion import complete_kind, complete_section, sections_of
from netkg.cli.output import out, screen, to_json


@click.command(cls=Command)
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
def recommendations(format: str, section: str | None, kind: str | None, **given: Any) -> None:
    """List the statements of the guideline.

    For example:

        netkg recommendations --section Treatment/Localized
    """
    from netkg.render.catalogue import catalogue_markdown, catalogue_text, statement_json

    engine = Inputs(**given).engine
    rows = engine.statements()
    if section is not None:
        wanted = section.strip("/").casefold()
        known = sections_of(rows)
        rows = tuple(row for row in rows if f"{row.section}/".casefold().startswith(f"{wanted}/"))
        if not rows:
            raise click.UsageError(unknown_name("section", section, known))
    if kind is not None:
        known = sorted({row.kind for row in rows})
        rows = tuple(row for row in rows if row.kind == kind)
        if not rows:
            raise click.UsageError(unknown_name("kind", kind, known))
    words: dict[str, Any] = {"labels": engine.labels, "closing_notice": engine.closing_notice}
    if format == "json":
        document = {"guideline": engine.catalogue.document.to_dict()}
        out(to_json([statement_json(row) | document for row in rows]) + "\n")
    elif format == "markdown":
        out(catalogue_markdown(rows, **words))
    else:
        color, width = screen()
        out(catalogue_text(rows, color=color, width=width, **words))
