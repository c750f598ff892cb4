"""Compare two plans: what appeared, what disappeared, what changed, and why.

The plans may be of one case at two times, of one case with and without a
change, or of two cases. Nothing is looked up: all that is told stands in the
plans. Every class here is plain data that turns itself into JSON:

``before``, ``after``
    the two sides: ``case``, ``asOf``, ``conforms``, ``guideline``, and
    ``setAside`` (what of the case happened only later: ``subject``,
    ``field``, ``value``).
``guideline``, ``disclaimer``
    as in a plan.
``comparable``
    false if a side does not conform; then only findings are compared.
``notice``
    a sentence on what could not be done, else empty.
``changes``
    what differs in the cases, or was changed: ``kind`` (``set``, ``unset``,
    ``add``, ``remove``), ``subject``, ``field``, ``before``, ``after``.
``tumours``
    ``same`` (pairs of ids that are taken for one tumour), ``onlyBefore``,
    ``onlyAfter``.
``appeared``, ``disappeared``, ``changed``
    the statements that apply only after, that applied only before, and that
    differ otherwise, one row a focus: the keys of the statement, ``before``
    and ``after`` (the focus as in a plan, or null), ``what`` (the keys of it
    that differ) and ``why``: the facts of each side on which the other side
    does not rest (``before``, ``after``; trees as in ``because``), the
    ``statements`` that set it aside or threaten to on one side only
    (``id``, and of either side ``verdict``, ``status`` and ``supersededBy``),
    ``day`` (true if a window lies otherwise for no reason but the day), and
    ``recordsBefore``, ``recordsAfter``: the events that count for its actions
    on that side only.
``unchanged``, ``onOtherFacts``
    how many verdicts are the same, and which of these rest on other facts.
``findings``, ``gaps``
    ``appeared``, ``disappeared``, ``unchanged``.
``nextQuestions``
    the fields of which it changed what they decide: ``field``, ``before``,
    ``after`` (ids of statements).
"""

from __future__ import annotations

from netkg.comparison.comparing import compare, pair
from netkg.comparison.leaves import alike
from netkg.comparison.outcome import (
    Change,
    Comparison,
    Difference,
    Displacer,
    QuestionChange,
    Side,
    Split,
    Why,
)

__all__ = [
    "Change",
    "Comparison",
    "Difference",
    "Displacer",
    "QuestionChange",
    "Side",
    "Split",
    "Why",
    "alike",
    "compare",
    "pair",
]
