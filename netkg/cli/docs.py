"""The command docs: the reference pages."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from netkg.cli.arguments import DONE, MISUSED, VIOLATED, CommandMaker, add_folders
from netkg.cli.output import note, out, say

__all__ = ["add_docs"]

_PAGES: Final = Path("docs", "reference")
_EPILOG: Final = """\
exit status:
  0    done, or with --check: every page is up to date
  1    with --check: some are not, and standard output names them
  2    misuse, or a file that cannot be read or written

examples:
  netkg docs
  netkg docs --check
  netkg docs --ontology my/ontology --out my/reference

For education only, not a medical device.
"""


def add_docs(command: CommandMaker) -> None:
    """Add the command docs."""
    docs = command("docs", "write reference pages from the ontology, shapes and queries", _docs)
    docs.epilog = _EPILOG
    docs.add_argument(
        "--out",
        type=Path,
        default=_PAGES,
        metavar="DIR",
        help="the folder of the pages (default: %(default)s; links to the sources fit there)",
    )
    docs.add_argument(
        "--check", action="store_true", help="write nothing, and tell which pages are out of date"
    )
    add_folders(docs)


def _docs(args: argparse.Namespace) -> int:
    from netkg.docs.build import pages
    from netkg.docs.folder import check_pages, write_pages
    from netkg.docs.knowledge import Knowledge

    if args.out.exists() and not args.out.is_dir():
        say(f"{args.out}: is not a folder; expected the folder of the pages")
        return MISUSED
    made = pages(Knowledge(args.ontology, args.shapes))
    changes = (check_pages if args.check else write_pages)(made, args.out)
    out("".join(f"{line}\n" for line in changes.lines()))
    if args.check and changes:
        say(f"pages in {args.out} are out of date; run netkg docs --out {args.out}")
        return VIOLATED
    note(f"{len(made)} pages in {args.out} are up to date")
    return DONE
