"""The command derive: the plan of each case."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import click

from netkg.cli.arguments import Choice, Command, Inputs, formats, reads_cases
from netkg.cli.output import shown_as

if TYPE_CHECKING:
    from netkg.case.model import Case
    from netkg.plan.model import Plan


@click.command(cls=Command)
@reads_cases
@formats("text", "json", "turtle", "jsonld", "markdown")
@click.option(
    "--reasoner",
    type=Choice(("compiled", "owlrl")),
    default="compiled",
    help="Compiled criteria, or the whole OWL 2 RL closure: same answers, slow.",
)
@click.option(
    "--full",
    is_flag=True,
    help="As text or Markdown: after the first screen, every statement with its reasons.",
)
def derive(inputs: Inputs, format: Any, reasoner: Any, full: bool) -> int:
    """Derive the plan of each case.

    CASE is a file of one case or of many; - is standard input.

    For example:

        netkg derive examples/small-pancreatic-net.json --as-of 2026-03-31
        netkg derive examples/small-pancreatic-net.json --as-of 2026-03-31 --full
        netkg derive cases.ndjson --format json > plans.json
    """
    reader = inputs.open()
    plans = inputs.engine.process(reader, as_of=inputs.evaluation_date, reasoner=reasoner)
    answers = (
        (
            plan.conforms,
            shown_as(
                format,
                plan,
                text=partial(_text, full=full),
                markdown=partial(_markdown, full=full),
                turtle=partial(_rdf, case=case, format="turtle"),
                jsonld=partial(_rdf, case=case, format="jsonld"),
            ),
        )
        for case, plan in plans
    )
    return reader.write(answers, format)


# Each form imports what draws it, and only that.
def _text(plan: Plan, *, full: bool, color: bool, width: int) -> str:
    from netkg.render.terminal import plan_text

    return plan_text(plan, full=full, color=color, width=width)


def _markdown(plan: Plan, *, full: bool) -> str:
    from netkg.render.pages import plan_page

    return plan_page(plan, full=full).markdown()


def _rdf(plan: Plan, case: Case, format: Literal["turtle", "jsonld"]) -> str:
    from netkg.plan.to_rdf import serialize_plan

    return serialize_plan(plan, case, format=format)
