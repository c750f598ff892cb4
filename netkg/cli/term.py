"""The command term: our terms and the codes of standard terminologies."""

from __future__ import annotations

import click

from netkg.cli.arguments import WITHOUT_CASES, Command, Inputs, folder, formats
from netkg.cli.output import out, screen, to_json


@click.command(cls=Command, epilog=WITHOUT_CASES)
@click.argument("words", nargs=-1, required=True)
@folder("ontology")
@formats("text", "json")
@click.pass_context
def term(ctx: click.Context, inputs: Inputs, words: tuple[str, ...], format: str) -> None:
    """Look up a term of netkg by its words or by a code, with its codes.

    WORDS are a name, a label or a synonym, or a code: bare, with a prefix, or an IRI.
    With --verbose, the text names the file in which each code was seen.

    For example:

        netkg term octreotide
        netkg term C3809
        netkg term ICD-O-3:8240/3 --format json
    """
    from netkg.ontology.term_answer import look_up
    from netkg.ontology.terminology import Terminology
    from netkg.render.term import term_text

    terminology = Terminology.load(inputs.ontology)
    answer = look_up(" ".join(words), terminology)
    if format == "json":
        out(to_json(answer) + "\n")
        return
    evidence = bool(ctx.meta.get("verbose"))
    labels = terminology.schema.labels
    out(term_text(answer, labels=labels, evidence=evidence, **screen()))
