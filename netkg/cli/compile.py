"""The command compile: what the sources become, for people to read."""

from __future__ import annotations

import click

from netkg.cli.arguments import WITHOUT_CASES, Command, Inputs, folders, refuse, unknown_name
from netkg.cli.output import out


@click.command("compile", cls=Command, epilog=WITHOUT_CASES)
@folders
@click.option(
    "--show",
    "names",
    multiple=True,
    metavar="NAME",
    help="Print a statement (TX-06), a rule (rules/26), a plan query (plan/21) or a class.",
)
@click.option("--python", is_flag=True, help="Also the function of a rule or plan query.")
def compile(inputs: Inputs, names: tuple[str, ...], python: bool) -> None:
    """Compile rules, queries, shapes and populations, and list or show what they become.

    What is not implemented is refused, with its file and line. Shapes are compiled, not shown.

    For example:

        netkg compile
        netkg compile --show TX-06
        netkg compile --show rules/26 --python
        netkg compile --ontology my/ontology --shapes my/shapes
    """
    refuse(python and not names, "--python shows a function. Add --show and a name.")
    from netkg.render.compiled import Compiled

    compiled = Compiled(inputs.engine)
    if not names:
        out(f"{compiled.summary}\n")
        return
    full = [compiled.full_name(name) for name in names]
    for name in full:
        unknown = unknown_name("name", name, compiled.names, listed=False)
        refuse(name not in compiled.names, f"{unknown} netkg compile lists the names.")
        refuse(
            python and name not in compiled.rules,
            f"--python shows the function of a rule or plan query, and {name} is neither.",
        )
    out("\n\n".join(compiled.shown(name, python=python) for name in full) + "\n")
