"""Draw explanations: the tree of a proof for a terminal, and as nested lists in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from netkg.plan.model import Focus, Recommendation
from netkg.proof.model import Explanation, IntervalUsed, Proof, ProofStep, Source
from netkg.render.escape import plain
from netkg.render.markup import element, escape_markdown, findings_html, findings_markdown
from netkg.render.terminal import LEAST_WIDTH, Painter, findings_text, hang
from netkg.render.values import shown
from netkg.render.words import decided_by, references, sentence

__all__ = [
    "explanation_html",
    "explanation_markdown",
    "explanation_text",
    "proof_html",
    "proof_markdown",
]

_MARKS: Final = {"true": "✓", "false": "✗", "unknown": "?"}
_JOINED: Final = {
    "intersectionOf": {
        "true": "all of these hold",
        "false": "not all hold",
        "unknown": "not all are known to hold",
    },
    "unionOf": {
        "true": "one of them holds",
        "false": "none of these holds",
        "unknown": "none is known to hold",
    },
}
_RECORDS: Final = frozenset({"events", "measurements", "metastases"})
_TONES: Final = {"true": "done", "false": "overdue", "unknown": "due"}


@dataclass(frozen=True, slots=True)
class Line:
    """Hold one line of the tree: a mark, words, notes below it, and the lines under it."""

    mark: str
    words: str
    tone: str
    notes: tuple[str, ...]
    below: tuple[Line, ...]


def explanation_text(
    explanation: Explanation, *, color: bool, width: int, whole: bool = False
) -> str:
    """Draw an explanation as text of at most this many columns where words can be broken.

    ``whole`` draws the operands, too, that do not settle the verdict.
    """
    plan, row = explanation.plan, explanation.statement
    if row is None:
        return findings_text(
            plan.case,
            plan.findings,
            color,
            width=width,
            closing_notice=plan.guideline.closing_notice,
        )
    paint, width = Painter(color), max(width, LEAST_WIDTH)
    lines = [paint(line, "bold") for line in hang(_title(row), width, 0)]
    lines += hang(f"{plain(plan.case)}, as of {plan.as_of}", width, 0)
    lines += ["", *hang(plain(row.definition), width, 0)]
    for note in _notes(row):
        lines += hang(f"note: {plain(note)}", width, 2)
    for explained in explanation.foci:
        state = plain(_state(explained.focus))
        lines += ["", *(paint(line, "bold") for line in hang(state, width, 0))]
        if explained.focus.missing:
            lines += hang(f"missing: {plain(decided_by(explained.focus.missing))}", width, 0)
        tree = Formatter(explanation.words, whole).line(explained.proof.step)
        lines += _drawn(tree, width, paint, "", "")
    lines += ["", *hang(plan.guideline.closing_notice, width, 0)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def explanation_markdown(explanation: Explanation, *, whole: bool = False) -> str:
    """Draw an explanation as Markdown, the proof as nested lists."""
    plan, row = explanation.plan, explanation.statement
    if row is None:
        blocks = [f"# {escape_markdown(plan.case)}", findings_markdown(plan.findings).rstrip()]
    else:
        blocks = [
            f"# {escape_markdown(_title(row))}",
            f"{escape_markdown(plan.case)}, as of {plan.as_of}",
            escape_markdown(row.definition),
        ]
        blocks += [f"> {escape_markdown(note)}" for note in _notes(row)]
    for explained in explanation.foci:
        blocks.append(f"## {escape_markdown(_state(explained.focus))}")
        if explained.focus.missing:
            blocks.append(f"Missing: {escape_markdown(decided_by(explained.focus.missing))}")
        tree = Formatter(explanation.words, whole).line(explained.proof.step)
        blocks.append("\n".join(_listed(tree, 0)))
    blocks.append(f"> {escape_markdown(plan.guideline.closing_notice)}")
    return "\n\n".join(blocks) + "\n"


def explanation_html(explanation: Explanation, *, whole: bool = False) -> str:
    """Draw an explanation as one HTML element, the proof as nested lists."""
    plan, row = explanation.plan, explanation.statement
    if row is None:
        return element([f"<h2>{escape(plan.case)}</h2>", findings_html(plan.findings)])
    parts = [
        f"<h2>{escape(_title(row))}</h2>",
        f"<p>{escape(plain(plan.case))}, as of {escape(plan.as_of)}</p>",
        f"<p>{escape(plain(row.definition))}</p>",
        *(f"<p>Note: {escape(plain(note))}</p>" for note in _notes(row)),
    ]
    for explained in explanation.foci:
        parts.append(f"<h3>{escape(plain(_state(explained.focus)))}</h3>")
        if explained.focus.missing:
            parts.append(f"<p>Missing: {escape(decided_by(explained.focus.missing))}</p>")
        tree = Formatter(explanation.words, whole).line(explained.proof.step)
        parts.append(f"<ul>{_item_html(tree)}</ul>")
    notice = escape(plan.guideline.closing_notice)
    return element([*parts, f'<p class="disclaimer">{notice}</p>'])


def proof_markdown(proof: Proof) -> str:
    """Draw one proof as Markdown, every step of it, as nested lists."""
    tree = Formatter({}, whole=True).line(proof.step)
    blocks = [
        f"# {escape_markdown(_name(proof))}",
        "\n".join(_listed(tree, 0)),
        f"> {escape_markdown(proof.guideline.closing_notice)}",
    ]
    return "\n\n".join(blocks) + "\n"


def proof_html(proof: Proof) -> str:
    """Draw one proof as one HTML element, every step of it, as nested lists."""
    tree = Formatter({}, whole=True).line(proof.step)
    parts = [f"<h2>{escape(_name(proof))}</h2>", f"<ul>{_item_html(tree)}</ul>"]
    notice = escape(proof.guideline.closing_notice)
    return element([*parts, f'<p class="disclaimer">{notice}</p>'])


# -- words ---------------------------------------------------------------------------------
def _title(row: Recommendation) -> str:
    cited = f"; {references(row.citations)}" if row.citations else ""
    return f"{row.id}  {sentence(row.label)} [{row.modality}; {row.section}{cited}]"


def _name(proof: Proof) -> str:
    words = f"{proof.statement} at {proof.focus}: {proof.verdict} ({proof.case}, {proof.as_of})"
    return plain(words)


def _notes(row: Recommendation) -> tuple[str, ...]:
    return (*row.caveats, *row.reading_notes)


def _state(focus: Focus) -> str:
    parts = [focus.verdict, *([focus.status] if focus.status else [])]
    text = f"{focus.focus}: {', '.join(parts)}"
    if focus.superseded_by:
        text += f" by {', '.join(focus.superseded_by)}"
    if focus.challenged_by:
        text += f"; would give way to {', '.join(focus.challenged_by)}, which is undetermined"
    return text


def _located(source: Source) -> str:
    cited = f", {references(source.citations)}" if source.citations else ""
    return f"{source.statement}, {source.section}{cited}"


def _bounds(interval: IntervalUsed) -> str:
    name, low, high = interval.property, interval.lower, interval.upper
    unit = f" {interval.unit}" if interval.unit else ""
    if low is not None and low == high:
        bounds = f"{name} = {shown(low)}"
    elif low is not None and high is not None:
        signs = [
            "≤" if closed else "<" for closed in (interval.lower_closed, interval.upper_closed)
        ]
        bounds = f"{shown(low)} {signs[0]} {name} {signs[1]} {shown(high)}"
    elif high is not None:
        bounds = f"{name} {'≤' if interval.upper_closed else '<'} {shown(high)}"
    else:
        bounds = f"{name} {'≥' if interval.lower_closed else '>'} {shown(low)}"
    return f"{bounds}{unit} is {interval.category}"


# -- the tree --------------------------------------------------------------------------------
class Formatter:
    """Put steps into words; what was derived above is not derived once more."""

    def __init__(self, searched: Mapping[str, str], whole: bool) -> None:
        self._searched = searched
        self._whole = whole
        self._told: set[tuple[str, str, str]] = set()

    def line(self, step: ProofStep, above: ProofStep | None = None) -> Line:
        """Give the line of a step, with those below it that settle what it says."""
        words = _words(step, self._searched, above)
        mark = _MARKS[step.verdict] if step.verdict else "·"
        tone = _TONES[step.verdict] if step.verdict else "dim"
        if step.kind == "derived":
            key = (step.node, step.name, shown(step.value))
            if key in self._told:
                return Line(mark, f"{words} as above", tone, (), ())
            self._told.add(key)
        settling = [each for each in step.premises if self._whole or _settles(each, step)]
        notes = tuple(_step_notes(step, above, [p for p in step.premises if p not in settling]))
        return Line(mark, words, tone, notes, tuple(self.line(each, step) for each in settling))


def _settles(premise: ProofStep, step: ProofStep) -> bool:
    """Say whether a premise is what makes the verdict of its step."""
    if step.kind == "some" and step.verdict == "true" and premise.kind == "complete":
        # One record is enough, whatever the others are.
        return False
    return premise.verdict is None or premise.verdict == step.verdict


def _aside(premise: ProofStep, above: ProofStep) -> str:
    words = premise.label if premise.kind == "class" else premise.expression
    return f"{_MARKS[premise.verdict or 'unknown']} {_of(premise, above)}{words}"


def _of(step: ProofStep, above: ProofStep | None) -> str:
    """Name the record that a step is about, where it is another than above."""
    return "" if above is None or step.subject == above.subject else f"{step.subject}: "


def _words(step: ProofStep, searched: Mapping[str, str], above: ProofStep | None) -> str:
    if step.kind == "absent":
        return _absent(step, searched, above)
    of = _of(step, above)
    if step.kind == "class":
        return f"{of}{step.label}"
    if step.kind in _JOINED:
        return of + _JOINED[step.kind][step.verdict or "unknown"]
    if step.kind == "some":
        return f"{of}{step.label}: some that is {step.expression.split(' some ', 1)[1]}"
    if step.kind == "value":
        return f"{of}{step.label}: {step.expression.split(' ', 1)[1].removeprefix('value ')}"
    if step.kind == "instance":
        return f"{step.subject} is a {step.label}"
    if step.kind == "asserted":
        return f"{of}{step.name} {shown(step.value)}, in the case"
    if step.kind == "record":
        return f"{of}{step.name}: {_record(step.value)}, in the case"
    if step.kind == "derived":
        return f"{of}{step.name} {shown(step.value)}, derived"
    if step.records or not step.premises:
        count = f"all {len(step.records)} looked through" if step.records else "there is none"
        return f"{of}{step.name}: {count}"
    return f"{of}{step.name}: no value but"


def _absent(step: ProofStep, searched: Mapping[str, str], above: ProofStep | None) -> str:
    """Tell an absence, of whom, and among which records.

    An event is looked for among those of the case, also where only those that
    concern one tumour count.
    """
    count = len(step.records)
    what = step.name if step.name in _RECORDS else "records" if count > 1 else "record"
    among = f" among the {count} {what}" if count else ""
    if not step.searched_for:
        sought = searched.get(step.name) or f"{step.name} recorded"
        return f"{_of(step, above)}no {sought}{among}"
    sought = searched.get(step.searched_for) or step.searched_for
    if above is not None and above.subject != step.subject:
        sought = f"{sought} that concerns {above.subject}"
    return f"no {sought}{among or ' recorded'}"


def _record(record: Mapping[str, Any]) -> str:
    """Tell a record, its kind, state and day first.

    >>> _record({"date": "2025-07-15", "diameterMm": 14, "type": "Measurement"})
    'Measurement, 2025-07-15, diameterMm 14'
    """
    first = {key: record[key] for key in ("type", "status", "date") if key in record}
    return shown(first | dict(record))


def _step_notes(
    step: ProofStep, above: ProofStep | None, aside: Sequence[ProofStep]
) -> Iterator[str]:
    yield from (f"axiom: {axiom}" for axiom in step.axioms)
    # Where a category is had, the step below tells the interval that gave it.
    for each in step.intervals if step.verdict != "true" else ():
        located = f" ({_located(each.source) if each.source else 'a reading'})"
        yield f"interval {each.name}: {_bounds(each)}{located}"
    yield from (f"rule {rule.name}: {rule.summary}" for rule in step.rules)
    if step.open_fields:
        yield f"open: {' or '.join(step.open_fields)} would settle it"
    if above is None or step.source != above.source:
        yield f"source: {_located(step.source)}"
    judged = [premise for premise in aside if premise.verdict]
    if judged:
        yield "aside: " + "; ".join(_aside(premise, step) for premise in judged)


def _drawn(line: Line, width: int, paint: Painter, head: str, rest: str) -> Iterator[str]:
    """Draw a line behind its head, and the lines below it behind the stems of the tree."""
    mark, stem = paint(line.mark, line.tone), "│ " if line.below else "  "
    yield from _hung(line.words, width, f"{head}{mark} ", f"{rest}{stem}", len(head) + 2)
    for note in line.notes:
        start = f"{rest}{stem}"
        yield from (paint(drawn, "dim") for drawn in _hung(note, width, start, start, len(start)))
    for place, below in enumerate(line.below):
        last = place == len(line.below) - 1
        elbow, on = ("└─", "  ") if last else ("├─", "│ ")
        yield from _drawn(below, width, paint, f"{rest}{elbow}", f"{rest}{on}")


def _hung(words: str, width: int, head: str, rest: str, column: int) -> Iterator[str]:
    """Wrap words behind a head of this many columns, and further lines behind the stems."""
    for place, line in enumerate(hang(plain(words), max(width, column + 30), column)):
        yield (f"{rest:<{column}}" if place else head) + line[column:]


def _listed(line: Line, depth: int) -> Iterator[str]:
    pad = "  " * depth
    yield f"{pad}- {line.mark} {escape_markdown(line.words)}"
    for note in line.notes:
        yield f"{pad}  <br>*{escape_markdown(note)}*"
    for below in line.below:
        yield from _listed(below, depth + 1)


def _item_html(line: Line) -> str:
    notes = "".join(f"<br><em>{escape(plain(note))}</em>" for note in line.notes)
    below = "".join(map(_item_html, line.below))
    inner = f"<ul>{below}</ul>" if below else ""
    return f"<li>{line.mark} {escape(plain(line.words))}{notes}{inner}</li>"
