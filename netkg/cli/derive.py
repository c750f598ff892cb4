"""The command derive: the plan of each case."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from netkg.cli.arguments import CommandMaker, add_case, add_folders, add_format
from netkg.cli.inputs import Reader, load_engine, today
from netkg.cli.output import screen, to_json, write_answers

__all__ = ["add_derive"]


def add_derive(command: CommandMaker) -> None:
    """Add the command derive."""
    derive = command(
        "derive",
        "derive the plan of each case",
        _derive,
        examples=(
            "netkg derive examples/small-pancreatic-net.json --as-of 2026-03-31",
            "netkg derive cases.ndjson --format json > plans.json",
        ),
    )
    add_case(derive)
    add_format(derive, "text", "json", "turtle", "jsonld", "markdown")
    derive.add_argument(
        "--reasoner",
        choices=("compiled", "owlrl"),
        default="compiled",
        help="compiled criteria, or the whole OWL 2 RL closure: same answers, slow (default: "
        "%(default)s)",
    )
    add_folders(derive)


def _derive(args: argparse.Namespace) -> int:
    from netkg.render.markup import plan_markdown
    from netkg.render.terminal import plan_text

    as_of = args.as_of or today()
    engine = load_engine(args)
    reader = Reader(args.case, engine.schema, format=args.input_format)
    plans = engine.process(reader, as_of=as_of, reasoner=args.reasoner)
    color, width = screen()
    violated = False

    def answers() -> Iterator[str]:
        nonlocal violated
        for case, plan in plans:
            violated |= not plan.conforms
            if args.format == "text":
                yield plan_text(plan, color=color, width=width)
            elif args.format == "markdown":
                yield plan_markdown(plan)
            elif args.format == "json":
                yield to_json(plan.to_dict())
            else:
                from netkg.plan.to_rdf import serialize_plan

                yield serialize_plan(plan, case, format=args.format)

    write_answers(answers(), args.format, many=reader.stream.many, width=width)
    return reader.status(violated)
