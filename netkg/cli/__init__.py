"""Run netkg from the command line.

Data goes to standard output, words go to standard error. Only this package
reads the clock, and only where ``--as-of`` is not given. The engine is
imported inside the commands, so that ``--help`` and ``--version`` are quick.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Final

from netkg.cli.arguments import MISUSED, build_parser
from netkg.cli.derive import add_derive
from netkg.cli.diff import add_diff
from netkg.cli.docs import add_docs
from netkg.cli.explain import add_explain
from netkg.cli.graph import add_graph
from netkg.cli.output import OutputError, drop, flush, logged, say, use_utf8
from netkg.cli.query import add_query
from netkg.cli.recommendations import add_recommendations
from netkg.cli.validate import add_validate
from netkg.cli.whatif import add_whatif
from netkg.errors import Contradiction, KnowledgeError, NetkgError

__all__ = ["main"]

# The commands, in the order in which the help shows them.
COMMANDS: Final = (
    add_derive,
    add_validate,
    add_explain,
    add_whatif,
    add_diff,
    add_query,
    add_graph,
    add_recommendations,
    add_docs,
)

INTERRUPTED: Final = 130
BROKEN_PIPE: Final = 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status.

    No input makes a traceback; set the environment variable NETKG_DEBUG to
    see the one of a fault in netkg itself.
    """
    use_utf8()
    try:
        status = _run(argv)
        flush()
    except BrokenPipeError:
        drop()
        return BROKEN_PIPE
    except KeyboardInterrupt:
        return INTERRUPTED
    except OutputError as error:
        drop()
        return _fail(str(error))
    except NetkgError as error:
        return _fail(_sentence(error))
    except OSError as error:
        return _fail(f"{error.filename or 'input'}: {error.strerror or error}")
    except Exception as error:
        if os.environ.get("NETKG_DEBUG"):
            raise
        return _fail(f"a fault in netkg itself, please report it: {type(error).__name__}: {error}")
    return status


def _run(argv: Sequence[str] | None) -> int:
    try:
        args, unknown = build_parser(COMMANDS).parse_known_args(argv)
        if unknown:
            args.parser.error(f"unrecognized arguments: {' '.join(unknown)}")
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else MISUSED
    with logged(args.verbose + args.verbose_before, quiet=args.quiet):
        status: int = args.run(args)
    return status


def _fail(words: str) -> int:
    say(words)
    return MISUSED


def _sentence(error: NetkgError) -> str:
    if isinstance(error, KnowledgeError):
        return f"the ontology, the shapes or a query is at fault: {error}"
    if isinstance(error, Contradiction):
        return f"the reasoner found a contradiction: {error}"
    return str(error)
