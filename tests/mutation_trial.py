"""Try a mutation of the sources: does it matter, and do both engines follow it?

A mutation matters if the reference gives another answer with it than without it, for one case
at least. The compiled program does not take part in this, so that a change that it overlooks
is not hidden. ``python tests/mutation_trial.py`` counts the mutations that matter by kind.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from answers import answer, compiled, first_difference, reference
from random_cases import AS_OF, RandomCases
from source_mutations import KINDS, Mutation, Sources

from netkg.case.loading import load_case
from netkg.errors import NetkgError
from netkg.ontology.files import Folders, default_folders
from netkg.plan.engine import Engine

__all__ = ["CHOSEN", "Outcome", "Trial"]

JSON = dict[str, Any]
Load: TypeAlias = Callable[[Folders], Engine]

# Random cases that together make most things happen (``python tests/random_coverage.py 3000 2``).
CHOSEN: Final = (
    *(11, 27, 39, 47, 49, 59, 72, 73, 129, 176, 188, 227, 259, 309, 318),
    *(339, 345, 376, 382, 384, 475, 478, 533, 534, 550, 671, 686, 709, 731, 953),
    *(962, 1010, 1026, 1140, 1149, 1243, 1287, 1291, 1300, 1436, 1452, 1553, 1783, 1798, 1810),
    *(1863, 1921, 1923, 2045, 2082, 2139, 2154, 2176, 2287, 2469, 2495, 2534, 2563, 2624, 2826),
)
# How many cases are drawn with the choices of the mutated ontology.
DRAWN: Final = 20
EXAMPLES: Final = Path(__file__).resolve().parent.parent / "examples"
SHOWN: Final = (
    *("small-pancreatic-net", "men1-two-tumors", "advanced-ileal-net"),
    *("mistakes/number-as-text", "mistakes/misspelled-key", "cautions/exactly-20-mm"),
)


@dataclass(frozen=True, slots=True)
class Failure:
    """That an engine raised something for a case."""

    kind: str

    def __repr__(self) -> str:
        return f"raised {self.kind}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a mutation.

    ``refused`` is why the reference does not load it, ``matters`` the first case with another
    answer and the differences there, ``failing`` how many cases raise something,
    ``unequal`` where the compiled program differs from the reference; each is empty if not.
    """

    refused: str = ""
    matters: str = ""
    failing: int = 0
    unequal: str = ""


class Trial:
    """The cases on which mutations are tried, and their answers without one."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self._original = reference(default_folders())
        drawn = RandomCases(self._original)
        self.cases: list[tuple[str, JSON]] = [
            *((name, self._shown(name)) for name in SHOWN),
            *((f"random case {number}", drawn.case(number)) for number in CHOSEN),
        ]
        self._known = self._answers(self._original, self.cases)

    def _shown(self, name: str) -> Any:
        return EXAMPLES / f"{name}.json"

    def outcome(self, mutation: Mutation, *, load: Load = compiled) -> Outcome:
        """Return what comes of a mutation for the reference, and for the program of ``load``."""
        with tempfile.TemporaryDirectory() as folder:
            folders = self.sources.write(Path(folder), mutation)
            wanted, refused = loaded(reference, folders)
            given, refusal = loaded(load, folders)
            if wanted is None or given is None:
                return Outcome(refused=refused, unequal=self._refusals(refused, refusal))
            more = self._relevant(wanted, mutation)
            cases = [*self.cases, *more]
            before = [*self._known, *self._answers(self._original, more)]
            after, found = (self._answers(engine, cases) for engine in (wanted, given))
            return Outcome(
                matters=first(cases, before, after),
                failing=sum(isinstance(each, Failure) for each in after),
                unequal=first(cases, found, after, failures=True),
            )

    def matters(self, mutation: Mutation) -> bool:
        """Return whether a mutation makes a difference to the reference."""
        return bool(self.quickly(mutation).matters)

    def quickly(self, mutation: Mutation) -> Outcome:
        """Return what the reference says of a mutation.

        The cases that have to do with it come first, and the others only if these do not differ.
        """
        with tempfile.TemporaryDirectory() as folder:
            engine, refused = loaded(reference, self.sources.write(Path(folder), mutation))
            if engine is None:
                return Outcome(refused=refused)
            cases = self._relevant(engine, mutation)
            before, after = (self._answers(each, cases) for each in (self._original, engine))
            found = first(cases, before, after) or first(
                self.cases, self._known, self._answers(engine, self.cases)
            )
            failing = sum(isinstance(each, Failure) for each in after)
            return Outcome(matters=found, failing=failing)

    def _refusals(self, refused: str, refusal: str) -> str:
        if bool(refused) == bool(refusal):
            return ""
        return f"the reference: {refused or 'loads'}; the compiled program: {refusal or 'loads'}"

    def _relevant(self, engine: Engine, mutation: Mutation) -> list[tuple[str, JSON]]:
        """Return cases that are drawn with the thresholds and patterns of a mutated engine."""
        drawn = RandomCases(engine)
        words = self.sources.words(mutation)
        names = [f"of {mutation}, {number}" for number in range(DRAWN)]
        return [(f"random case {name!r}", drawn.case_about(name, words)) for name in names]

    def _answers(self, engine: Engine, cases: Sequence[tuple[str, Any]]) -> list[Any]:
        """Return the answer on each case, or what is raised instead."""
        read = [load_case(tree, schema=engine.schema) for _, tree in cases]
        try:
            return [answer(examined) for examined in engine.examine_all(read, as_of=AS_OF)]
        except Exception:
            return [self._alone(engine, case) for case in read]

    def _alone(self, engine: Engine, case: Any) -> Any:
        try:
            return answer(engine.examine(case, as_of=AS_OF))
        except Exception as error:
            return Failure(type(error).__name__)


def loaded(load: Load, folders: Folders) -> tuple[Engine | None, str]:
    """Return an engine, or why it cannot be loaded."""
    try:
        return load(folders), ""
    except NetkgError as error:
        return None, f"refuses: {error}"


def first(
    cases: Sequence[tuple[str, Any]], one: list[Any], other: list[Any], *, failures: bool = False
) -> str:
    """Describe the first case on which two lists of answers differ.

    A case for which an engine raises something only counts if ``failures`` do, and if just one
    of the two does.
    """
    for (name, _), left, right in zip(cases, one, other, strict=True):
        failed = [isinstance(each, Failure) for each in (left, right)]
        if any(failed):
            if failures and not all(failed):
                shown = [repr(e) if isinstance(e, Failure) else "a plan" for e in (left, right)]
                return f"{name}: {shown[0]}, not {shown[1]}"
        elif found := first_difference(left, right):
            return f"{name}:\n{found}"
    return ""


def tried(trial: Trial, kinds: Sequence[str], count: int | None) -> Iterator[tuple[str, str]]:
    """Yield each mutation of some kinds with what the reference says of it."""
    for kind in kinds:
        for mutation in trial.sources.mutations(kind, count):
            found = trial.quickly(mutation)
            said = "matters" if found.matters else "refused" if found.refused else "no difference"
            if found.failing:
                said = f"{said}, {found.failing} cases fail"
            yield kind, f"{said}: {mutation} {found.refused}"


def main() -> None:
    """Print what the reference says of each mutation, and how many matter of each kind."""
    kinds = [word for word in sys.argv[1:] if word in KINDS] or list(KINDS)
    count = next((int(word) for word in sys.argv[1:] if word.isdecimal()), None)
    counts: Counter[tuple[str, str]] = Counter()
    for kind, line in tried(Trial(Sources()), kinds, count):
        counts[kind, line.partition(":")[0].partition(",")[0]] += 1
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    for (kind, said), number in sorted(counts.items()):
        sys.stdout.write(f"{kind}: {said}: {number}\n")


if __name__ == "__main__":
    main()
