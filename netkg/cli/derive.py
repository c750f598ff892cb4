"""The command derive: the plan of each case."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import click

from netkg.cli.arguments import Choice, Command, Inputs, formats, reads_cases, refuse
from netkg.cli.arguments import jobs as jobs_option
from netkg.cli.output import shown_as

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from netkg.case.model import Case
    from netkg.plan.engine import Engine, Reasoner
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
@click.option(
    "--inferred",
    is_flag=True,
    help="As Turtle or JSON-LD: also what is inferred from the case, such as the types of tumors.",
)
@jobs_option
def derive(
    inputs: Inputs, format: Any, reasoner: Any, full: bool, inferred: bool, jobs: int
) -> int:
    """Derive the plan of each case.

    CASE is a file of one case or of many; - is standard input.

    For example:

        netkg derive examples/small-pancreatic-net.json --as-of 2026-03-31
        netkg derive examples/small-pancreatic-net.json --as-of 2026-03-31 --full
        netkg derive cases.ndjson --format json > plans.json
        netkg derive case.json --format turtle --inferred > plan.ttl
        netkg derive cases.ndjson --format json --jobs 2 > plans.json
    """
    refuse(
        inferred and format not in ("turtle", "jsonld"),
        "--inferred adds triples. Add --format turtle or jsonld, or leave out --inferred.",
    )
    refuse(
        inferred and reasoner == "owlrl",
        "--inferred is about the compiled criteria. Leave out --reasoner.",
    )
    answers = partial(
        answers_of,
        as_of=inputs.evaluation_date,
        format=format,
        reasoner=reasoner,
        full=full,
        inferred=inferred,
    )
    reader = inputs.open()
    if jobs == 1:
        return reader.write(answers(inputs.engine, reader), format)
    from netkg.cli.jobs import shared

    return reader.write(shared(inputs, reader, jobs, answers), format)


def answers_of(
    engine: Engine,
    cases: Iterable[Case],
    *,
    as_of: date,
    format: Any,
    reasoner: Reasoner,
    full: bool,
    inferred: bool,
) -> Iterator[tuple[bool, str]]:
    """Yield whether each case conforms, and its plan as it is written."""
    if inferred:
        # What plans were derived from takes longer to collect.
        from netkg.plan.to_rdf import serialize_plan

        for each in engine.examine_all(cases, as_of=as_of):
            yield (
                each.plan.conforms,
                serialize_plan(each.plan, each.case, format=format, inferred=each.inferred),
            )
        return
    for case, plan in engine.process(cases, as_of=as_of, reasoner=reasoner):
        yield (
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
