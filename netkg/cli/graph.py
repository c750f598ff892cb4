"""The command graph: pictures and graph files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from netkg.cli.arguments import DONE, MISUSED, VIOLATED, CommandMaker, add_case, add_folders
from netkg.cli.inputs import Reader, load_engine, today
from netkg.cli.output import OutputError, flush, out, say, screen
from netkg.errors import InputError
from netkg.graph.choices import FORMATS, SUFFIXES, VIEWS
from netkg.reasoning.verdicts import VERDICTS

if TYPE_CHECKING:
    from netkg.case.model import Case
    from netkg.plan.engine import Engine

__all__ = ["add_graph"]

_MANY = 5


def add_graph(command: CommandMaker) -> None:
    """Add the command graph."""
    graph = command(
        "graph",
        "draw the guideline, the ontology, a case or its plan as a graph",
        _graph,
        examples=(
            "netkg graph --out guideline.html",
            "netkg graph --section Treatment/Localized --format svg > localized.svg",
            "netkg graph --around TX-19 --hops 2 --format mermaid",
            "netkg graph --view ontology --whole --out ontology.graphml",
            "netkg graph examples/small-pancreatic-net.json --as-of 2026-03-31 --out plan.html",
            "netkg graph examples/small-pancreatic-net.json --view case --out case.png",
            "netkg graph examples/cohort.ndjson --case ID --status due --out due.gexf",
        ),
    )
    add_case(graph, optional=True)
    graph.add_argument("--case", dest="pick", metavar="ID", help="the case to draw, of several")
    graph.add_argument(
        "--view",
        choices=VIEWS,
        help="what to draw (default: guideline without CASE, plan with one)",
    )
    graph.add_argument(
        "--format",
        choices=FORMATS,
        help="dot, svg and png for Graphviz; html for a browser; graphml and gexf for Gephi and "
        "yEd; cytoscape and cx2 for Cytoscape; json for networkx (default: by the name of FILE, "
        "else dot)",
    )
    graph.add_argument("--out", type=Path, metavar="FILE", help="write to FILE, not to stdout")
    graph.add_argument(
        "--whole",
        "--all",
        action="store_true",
        help="draw everything (default: folded to about 60 nodes, which one screen holds)",
    )
    graph.add_argument("--section", help="only this section, such as Treatment/Localized")
    graph.add_argument(
        "--around", metavar="NODE", help="only what is near a node: an id or a label, such as TX-19"
    )
    graph.add_argument(
        "--hops",
        type=_hops,
        metavar="N",
        help="how many edges away is near (with --around; default: 1)",
    )
    graph.add_argument(
        "--verdict",
        choices=VERDICTS,
        help="only statements with this verdict (plan)",
    )
    graph.add_argument("--status", help="only statements with this status, such as due (plan)")
    graph.add_argument("--focus", metavar="ID", help="only what is said of this tumour (plan)")
    add_folders(graph)


def _graph(args: argparse.Namespace) -> int:
    view = args.view or ("guideline" if args.case is None else "plan")
    if wrong := _misfit(args, view):
        say(wrong)
        return MISUSED
    format = args.format or _by_name(args.out)
    if format == "png" and args.out is None and sys.stdout is not None and sys.stdout.isatty():
        say("png is not for a terminal: name a file with --out, or send the output to one")
        return MISUSED
    engine = load_engine(args)
    case = _case(args, engine) if args.case is not None else None
    return _draw(args, engine, view, format, case)


def _misfit(args: argparse.Namespace, view: str) -> str:
    """Tell which arguments do not go together."""
    of_case = view in ("case", "plan")
    if of_case and args.case is None:
        return f"the {view} view draws a case: name the file of one"
    if not of_case and args.case is not None:
        return f"the {view} view draws no case: leave out {args.case}, or choose case or plan"
    if args.case is None and (args.as_of or args.pick or args.input_format):
        return "--as-of, --case and --input-format are for a case: name the file of one"
    if args.hops is not None and args.around is None:
        return "--hops tells how far to go from a node: name it with --around"
    return ""


def _by_name(path: Path | None) -> str:
    """Give the format that a file name asks for.

    Raises:
        InputError: if its ending is not known.
    """
    if path is None:
        return "dot"
    ending = path.suffix.removeprefix(".").casefold()
    if ending not in SUFFIXES:
        raise InputError(
            "tells no format by its ending",
            source=str(path),
            expected=f"--format, or one of {', '.join(f'.{name}' for name in SUFFIXES)}",
        )
    return SUFFIXES[ending]


def _case(args: argparse.Namespace, engine: Engine) -> Case:
    """Read the one case there is, or the one that was picked.

    Raises:
        InputError: if there is none, or more than one to choose from.
    """
    reader = Reader(args.case, engine.schema, format=args.input_format)
    found: list[Case] = []
    ids: list[str] = []
    for case in reader:
        ids.append(case.id)
        if args.pick is None or case.id == args.pick:
            found.append(case)
        if len(found) > 1 and (args.pick is not None or len(ids) > _MANY):
            break
    if len(found) == 1:
        return found[0]
    some = ", ".join(ids[:_MANY]) + (", …" if len(ids) > _MANY else "")
    if not found:
        if args.pick is None:
            raise InputError("holds no case that can be drawn", source=args.case)
        raise InputError(
            f"holds no case {args.pick!r}", source=args.case, expected=f"one of {some}"
        )
    if args.pick is not None:
        raise InputError(f"holds the case {args.pick!r} more than once", source=args.case)
    raise InputError(
        "holds more than one case, and one is drawn at a time",
        source=args.case,
        expected=f"--case with one of {some}",
    )


def _draw(
    args: argparse.Namespace, engine: Engine, view: str, format: str, case: Case | None
) -> int:
    from netkg import graph

    as_of = args.as_of or today()
    plan = engine.derive(case, as_of=as_of) if case is not None else None
    if view == "plan" and case is not None and plan is not None and not plan.conforms:
        from netkg.render.terminal import findings_text

        color, width = screen()
        out(
            findings_text(
                case.id,
                plan.findings,
                color,
                width=width,
                closing_notice=engine.closing_notice,
            )
        )
        return VIOLATED
    drawing = graph.draw(
        engine,
        view,
        case=case,
        as_of=as_of,
        plan=plan,
        whole=args.whole,
        section=args.section,
        around=args.around,
        hops=1 if args.hops is None else args.hops,
        verdict=args.verdict,
        status=args.status,
        focus=args.focus,
    )
    _write(graph.write(drawing.shown, format, whole=drawing.whole), args.out)
    return DONE


def _write(body: str | bytes, path: Path | None) -> None:
    if path is not None:
        path.write_bytes(body.encode("utf-8") if isinstance(body, str) else body)
    elif isinstance(body, str):
        out(body)
    else:
        flush()
        try:
            sys.stdout.buffer.write(body)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(f"standard output: {error.strerror or error}") from error


def _hops(words: str) -> int:
    if words.isascii() and words.isdecimal() and len(words) < 3:
        return int(words)
    raise argparse.ArgumentTypeError(f"{words!r} is not a number of edges, such as 2")
