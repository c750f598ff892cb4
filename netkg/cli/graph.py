"""The command graph: pictures and graph files."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from netkg.cli.arguments import (
    CASE,
    DONE,
    Choice,
    Command,
    Inputs,
    as_of,
    engine,
    folders,
    input_format,
    refuse,
)
from netkg.cli.completion import complete_section
from netkg.cli.output import chosen_format, findings_as_text, note, out
from netkg.errors import InputError
from netkg.graph.choices import FORMATS, OF_CASE, SUFFIXES, VIEWS, not_for_timeline
from netkg.reasoning.verdicts import VERDICTS
from netkg.render.file import write_file
from netkg.suggestions import closest, did_you_mean

if TYPE_CHECKING:
    from netkg.case.model import Case

_MANY: Final = 5
# The format of a view that is not a graph, without a file.
_DEFAULT: Final = {"timeline": "svg"}


@click.command(cls=Command)
@click.argument("case", type=CASE, required=False)
@as_of
@input_format
@click.option("--case", "pick", metavar="ID", help="The case to draw, if CASE contains several.")
@click.option(
    "--view",
    type=Choice(VIEWS),
    help="What to draw (default: guideline without CASE, plan with one).",
)
@click.option(
    "--format",
    type=Choice(FORMATS),
    help="svg and png for slides; html for a browser; graphml and gexf for Gephi and yEd; "
    "cytoscape and cx2 for Cytoscape; dot for Graphviz; json for networkx "
    "(default: by the name of FILE, else dot). A timeline is svg, the default, png or html.",
)
@click.option(
    "--out",
    "file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write to this file, which is replaced only by a complete one.",
)
@click.option(
    "--whole",
    "--all",
    is_flag=True,
    help="Draw everything (default: folded to about 60 nodes, which fit on one screen).",
)
@click.option(
    "--section",
    shell_complete=complete_section,
    help="Only this section, such as Treatment/Localized.",
)
@click.option(
    "--around",
    metavar="NODE",
    help="Only what is near a node: an id or a label, such as TX-19.",
)
@click.option(
    "--hops",
    type=click.IntRange(0, 99),
    help="How many edges away is near, with --around (default: 1).",
)
@click.option("--verdict", type=Choice(VERDICTS), help="Only statements with this verdict (plan).")
@click.option("--status", help="Only statements with this status, such as due (plan).")
@click.option("--focus", metavar="ID", help="Only what concerns this tumor (plan, timeline).")
@engine
@folders
def graph(
    inputs: Inputs,
    pick: str | None,
    view: str | None,
    format: str | None,
    file: Path | None,
    hops: int | None,
    **part: Any,
) -> int:
    """Draw the guideline, the ontology, a case or its plan as a graph, or a timeline.

    CASE is a file of one case or of several; - is standard input.

    For example:

        netkg graph --out guideline.html
        netkg graph --section Treatment/Localized --format svg > localized.svg
        netkg graph --around TX-19 --hops 2 --format mermaid
        netkg graph --view model --out model.svg
        netkg graph --view ontology --whole --out ontology.graphml
        netkg graph examples/small-pancreatic-net.json --as-of 2026-03-31 --out plan.html
        netkg graph examples/small-pancreatic-net.json --view case --out case.png
        netkg graph examples/small-pancreatic-net.json --view timeline --out timeline.svg
        netkg graph examples/cohort.ndjson --case ID --status due --out due.gexf
    """
    case = inputs.case
    view = view or ("plan" if case else "guideline")
    of_case = view in OF_CASE
    refuse(of_case and not case, f"The {view} view needs a case. Add the name of a file as CASE.")
    refuse(
        case and not of_case,
        f"The {view} view does not draw a case. Leave out {case}, "
        "or choose the view case, plan or timeline.",
    )
    refuse(
        not case and (inputs.as_of or pick or inputs.input_format),
        "--as-of, --case and --input-format need a case. Add the name of a file as CASE.",
    )
    refuse(
        hops is not None and part["around"] is None,
        "--hops is the distance from a node. Name the node with --around.",
    )
    others = {name: value for name, value in {**part, "hops": hops}.items() if name != "focus"}
    refusal = not_for_timeline(others, "--") if view == "timeline" else ""
    refuse(refusal, refusal)
    format = chosen_format(format, file, SUFFIXES, default=_DEFAULT.get(view, "dot"))
    refuse(
        file is None and format == "png" and sys.stdout is not None and sys.stdout.isatty(),
        "A terminal cannot show png. Write it to a file with --out.",
    )
    from netkg.graph import draw

    if file is not None:
        inputs.check_output(file)
    engine, day = inputs.engine, inputs.evaluation_date
    reader = inputs.open() if case else None
    found = _only(reader, pick, case) if reader else None
    plan = engine.derive(found, as_of=day) if found else None
    if view in ("plan", "timeline") and reader and plan and not plan.conforms:
        out(findings_as_text(plan.case, plan.findings, engine))
        note(f"No {view} is drawn. Fix the violations, or draw the case itself with --view case.")
        return reader.status(True)
    drawing = draw(engine, view, case=found, as_of=day, plan=plan, hops=hops, **part)
    body = drawing.write(format)
    if format == "mermaid":
        from netkg.graph.formats.mermaid import too_large

        if warning := too_large(str(body)):
            note(warning)
    if file is None:
        out(body)
    else:
        write_file(file, body)
        named = SUFFIXES.get(file.suffix.removeprefix(".").casefold(), format)
        if named != format:
            note(f"{file} has the format {format}, although its ending names {named}.")
    if reader and plan and not plan.conforms:
        note("The case violates the shapes. The drawing shows where.")
        return reader.status(True)
    return reader.status(False) if reader else DONE


def _only(cases: Iterable[Case], pick: str | None, source: str) -> Case:
    """Return the only case, or the one that is picked.

    Raises:
        InputError: if there is none, or more than one.
    """
    read = list(cases if pick else islice(cases, _MANY))
    found = [case for case in read if pick in (None, case.id)]
    if len(found) != 1:
        ids = [case.id for case in read]
        what = "several cases" if found else "no case"
        problem = f"contains {what}" + (f" with the id {pick!r}" if pick else "")
        hint = "" if found else did_you_mean(closest(pick or "", ids))
        choice = f"Choose one case with --case, such as {', '.join(ids[:_MANY])}." if ids else ""
        raise InputError(problem, source=source, hint=hint or choice)
    return found[0]
