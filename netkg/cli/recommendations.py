"""The command recommendations: what the guideline says."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from netkg.cli.arguments import DONE, MISUSED, CommandMaker, add_folders, add_format
from netkg.cli.inputs import load_engine
from netkg.cli.output import out, say, screen, to_json

__all__ = ["add_recommendations"]


def add_recommendations(command: CommandMaker) -> None:
    """Add the command recommendations."""
    show = command(
        "recommendations",
        "list what the guideline says",
        _recommendations,
        examples=("netkg recommendations --section Treatment/Localized",),
    )
    add_format(show, "text", "json", "markdown")
    show.add_argument("--section", help="only this section, such as Treatment/Localized")
    show.add_argument("--kind", help="only this kind, such as recommendation or alert")
    add_folders(show)


def _recommendations(args: argparse.Namespace) -> int:
    from netkg.render.catalogue import catalogue_markdown, catalogue_text, statement_json

    engine = load_engine(args)
    rows = engine.statements()
    if args.section is not None:
        wanted = args.section.strip("/").casefold()
        kept = [row for row in rows if f"{row.section}/".casefold().startswith(f"{wanted}/")]
        if not kept:
            return _unknown("section", args.section, (row.section for row in rows))
        rows = tuple(kept)
    if args.kind is not None:
        kinds = {row.kind for row in rows}
        if args.kind not in kinds:
            return _unknown("kind", args.kind, kinds)
        rows = tuple(row for row in rows if row.kind == args.kind)
    color, width = screen()
    if args.format == "json":
        document = {"guideline": engine.catalogue.document.to_dict()}
        out(to_json([statement_json(row) | document for row in rows]) + "\n")
    elif args.format == "markdown":
        out(catalogue_markdown(rows, labels=engine.labels, closing_notice=engine.closing_notice))
    else:
        out(
            catalogue_text(
                rows,
                labels=engine.labels,
                color=color,
                width=width,
                closing_notice=engine.closing_notice,
            )
        )
    return DONE


def _unknown(what: str, found: str, known: Iterable[str]) -> int:
    names = ", ".join(sorted(set(known)))
    say(f"there is no {what} {found!r} here; expected one of {names}")
    return MISUSED
