"""Run netkg from the command line.

Data goes to standard output, messages go to standard error. Only this package reads the
clock, and only where ``--as-of`` is not given. The module of a command is imported when
that command is used, and the engine when the command runs, so that ``--help`` is quick.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from keyword import iskeyword
from pathlib import Path
from typing import Final

import click
import lazy_loader

from netkg import __version__
from netkg.cli.arguments import DONE, MISUSED, unknown_name
from netkg.cli.commands import Documented
from netkg.cli.output import OutputError, drop, flush, out, say, use_utf8
from netkg.errors import Contradiction, KnowledgeError, NetkgError

# Each command with its help in one line, in the order in which the help shows them. A
# command has the name of its module, with an underscore if Python reserves that.
COMMANDS: Final = {
    "derive": "Derive the plan of each case.",
    "validate": "Validate each case and report errors and warnings.",
    "explain": "Explain the verdict of a statement, and prove it down to the facts of the case.",
    "whatif": "Show what a change of each case does to its plan.",
    "diff": "Compare the plans of two cases, or of one case on two dates.",
    "query": "Query the ontology, cases or their plans in SPARQL.",
    "graph": "Draw the guideline, the ontology, a case or its plan as a graph, or a timeline.",
    "export": "Export cases with all that is inferred, or the ontology, to other tools.",
    "recommendations": "List the statements of the guideline.",
    "term": "Look up a term of netkg by its words or by a code, with its codes.",
    "import": "Import cases from a table: CSV, TSV, Excel or Parquet.",
    "cohort": "Derive the plans of all cases of a registry, as tables.",
    "convert": "Convert cases between NDJSON, Parquet, N-Quads and TriG.",
    "template": "Write a workbook to fill in, with drop-down lists of the allowed values.",
    "check": "Check an ontology and shapes, and list everything that would be refused.",
    "compile": "Compile rules, queries, shapes and populations, and list or show what they become.",
    "docs": "Write reference pages from the ontology, shapes and queries.",
}
COMPLETION: Final = "_NETKG_COMPLETE"
INTERRUPTED: Final = 130
BROKEN_PIPE: Final = 141

MODULES: Final = {name: f"{name}_" if iskeyword(name) else name for name in COMMANDS}

__getattr__, *_ = lazy_loader.attach(__name__, submodules=MODULES.values())


class Commands(Documented, click.Group):
    """A group that imports a command when it is used."""

    def list_commands(self, _: click.Context) -> list[str]:
        """Return the names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """Return a command by its name."""
        if cmd_name not in COMMANDS:
            raise click.UsageError(unknown_name("command", cmd_name, COMMANDS), ctx)
        module = MODULES[cmd_name]
        command: click.Command = getattr(__getattr__(module), module)
        return command

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "show_default": True},
)
@click.version_option(__version__, message="netkg %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Derive a management plan for neuroendocrine tumors from a guideline.

    For example:

        netkg derive examples/small-pancreatic-net.json --as-of 2026-03-31
        netkg derive cases.ndjson --format json > plans.json
        netkg validate - < case.json
        netkg explain examples/small-pancreatic-net.json TX-06 --as-of 2026-03-31
        netkg whatif examples/small-pancreatic-net.json --set fitForSurgery=false
        netkg query --list
        netkg graph --out guideline.html
        netkg recommendations --section Treatment/Localized

    To complete commands, options and names with the Tab key in bash (or zsh or fish), run:

        eval "$(_NETKG_COMPLETE=bash_source netkg)"
    """
    if ctx.invoked_subcommand is None:
        out(ctx.get_help() + "\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    No input causes a traceback; set the environment variable NETKG_DEBUG to see that of a
    fault in netkg itself.
    """
    use_utf8()
    try:
        status = _run(sys.argv[1:] if argv is None else argv)
        flush()
    except BrokenPipeError:
        drop()
        return BROKEN_PIPE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        if isinstance(error, OutputError):
            drop()
        say(_message(error))
        return MISUSED
    return status


def _run(argv: Sequence[str]) -> int:
    if instruction := os.environ.get(COMPLETION):
        from netkg.cli.completion import complete

        return complete(cli, COMPLETION, instruction)
    try:
        with cli.make_context("netkg", list(argv)) as ctx:
            return cli.invoke(ctx) or DONE
    except click.exceptions.Exit as stop:
        return stop.exit_code


def _message(error: Exception) -> str:
    """Return the message of an error for people."""
    match error:
        case click.UsageError(ctx=click.Context() as ctx):
            words = error.format_message()
            if isinstance(error, click.NoSuchOption):
                options = [name for param in ctx.command.get_params(ctx) for name in param.opts]
                words = unknown_name("option", error.option_name, options, listed=False)
            return f"{words}{'' if words[-1] in '.?' else '.'} See '{ctx.command_path} --help'."
        case KnowledgeError():
            return f"the ontology, the shapes or a query is at fault: {error}"
        case Contradiction():
            return f"the reasoner found a contradiction: {error}"
        case NetkgError() | OutputError():
            return str(error)
        case OSError():
            return f"{error.filename or 'standard input or output'}: {error.strerror or error}"
    if os.environ.get("NETKG_DEBUG"):
        raise error
    # The text of the error may contain values of a case, which a report should not.
    *_, last = traceback.extract_tb(error.__traceback__)
    return (
        f"a fault in netkg itself, please report it: {type(error).__name__} in"
        f" {Path(last.filename).name}, line {last.lineno}."
        " Set NETKG_DEBUG=1 to see the details, which may contain values of the case."
    )
