"""The answer to a look-up of words or of a code, as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from netkg.ontology.code_rules import CodeRule
from netkg.ontology.mappings import Mapping as CodeMapping
from netkg.ontology.term_answer import Term, TermAnswer
from netkg.render.blocks import Block, Line, Row, headed, paragraph
from netkg.render.page import draw
from netkg.suggestions import listed, sentence

__all__ = ["term_text"]

MATCHES: Final = {
    "exactMatch": "same",
    "closeMatch": "similar",
    "narrowMatch": "code narrower",
    "broadMatch": "code broader",
}
CLOSING: Final = (
    "For education only, not a medical device. The matches are without clinical review; the"
    " licenses of the codes are in docs/licenses.md."
)


def term_text(
    answer: TermAnswer,
    *,
    labels: Mapping[str, str],
    evidence: bool = False,
    color: bool = False,
    width: int = 80,
) -> str:
    """Return an answer as text; ``labels`` are those of fields and values, by their names."""
    blocks = list(_rules(answer.rules, labels))
    for term in answer.terms:
        blocks += _term(term, evidence)
    return draw([*blocks, paragraph(CLOSING, "dim")], color=color, width=width)


def _rules(rules: tuple[CodeRule, ...], labels: Mapping[str, str]) -> Iterator[Block]:
    if not rules:
        return
    rows = []
    for rule in rules:
        record = labels.get(rule.record, rule.record).removesuffix(" record")
        field = labels.get(rule.field, rule.field)
        value = labels.get(rule.value, rule.value)
        below = (*filter(None, (rule.note,)), f"Source: {rule.evidence}")
        rows.append(Row(f"{field}: {value}", ((f"of a {record}", ""),), tuple(map(Line, below))))
    yield Block(f"{rules[0].system} {rules[0].code}", tuple(rows), columns=(15,))


def _term(term: Term, evidence: bool) -> Iterator[Block]:
    about = [
        ("Name", f"netkg:{term.name}"),
        ("Definition", term.definition),
        ("Synonyms", listed(term.synonyms)),
        ("Below", " → ".join(term.broader)),
        ("Not mapped", term.unmapped),
    ]
    yield headed(sentence(term.label), [(name, text) for name, text in about if text])
    if term.codes:
        rows = tuple(_code(mapping, evidence) for mapping in term.codes)
        yield Block("Codes", rows, columns=(10, 12, 13))


def _code(mapping: CodeMapping, evidence: bool) -> Row:
    marks = [
        *(["opt-in"] if mapping.opt_in else []),
        *([f"weak: confidence {mapping.confidence:g}"] if mapping.weak else []),
    ]
    known = "; ".join(filter(None, (mapping.label, *marks)))
    words, *below = [*filter(None, (known, mapping.comment)), ""]
    below = [line for line in below if line]
    if evidence and mapping.evidence:
        below.append(f"Source: {mapping.evidence}")
    heads = ((mapping.system, ""), (mapping.code, ""), (MATCHES[mapping.predicate], "dim"))
    return Row(words, heads, tuple(map(Line, below)))
