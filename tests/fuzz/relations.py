"""Target: changes of a case that must not change its plan, or change it in a known way."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Callable

import netkg
from netkg import Case
from netkg.api import default_engine
from tests.fuzz.answers import (
    AS_OF,
    JSON,
    content,
    difference,
    draw_case,
    renamed,
    shuffled,
    verdicts,
)
from tests.fuzz.readers import FORMATS, opened, written
from tests.fuzz.sample import Sample, require
from tests.strategies import DAYS

_DATE = re.compile(r"\b(\d{4})(?=-\d\d-\d\d\b)")
# After so many years all days of the week, leap years and differences in days recur.
_YEARS = (28, -28, 400, 800, -400)
# They match no action of the guideline.
_IRRELEVANT = ("FDGPET", "OtherTest")


# Plans of many cases together take a third of the time that they take one by one.
CASES = 8


def _require_same(one: JSON, other: JSON) -> None:
    found = difference(content(one), content(other))
    require(not found, f"another plan: {found}")


def _require_same_verdicts(before: JSON, after: JSON) -> None:
    require(before["conforms"] == after["conforms"], "only one of the cases conforms")
    found = difference(verdicts(before), verdicts(after))
    require(not found, f"another verdict or status: {found}")


class Same:
    """A relation: the plan of a case that was changed is that of the case."""

    def before(self, case: JSON) -> JSON:
        """Return the case as it is derived first."""
        return case

    def after(self, case: JSON, rng: random.Random) -> Case | JSON:
        """Return the case as it is derived afterwards."""
        return copy.deepcopy(case)

    def day(self) -> str:
        """Return the evaluation date afterwards."""
        return AS_OF

    def back(self, plan: JSON) -> JSON:
        """Return what the plan afterwards says of the case before."""
        return plan

    def compare(self, before: JSON, after: JSON) -> None:
        _require_same(before, after)


class Twice(Same):
    def compare(self, before: JSON, after: JSON) -> None:
        same = json.dumps(before) == json.dumps(after)
        require(same, "another plan when it is derived again")


class Formats(Same):
    def before(self, case: JSON) -> JSON:
        return renamed(case, "urn:x:")

    def after(self, case: JSON, rng: random.Random) -> Case | JSON:
        ending = rng.choice(list(FORMATS))
        [again] = opened(Sample(ending, written(netkg.load_case(self.before(case)), ending)))
        require(isinstance(again, Case), f"cannot be read as {ending}")
        return again


class Order(Same):
    def after(self, case: JSON, rng: random.Random) -> Case | JSON:
        return shuffled(case, rng)


class Names(Same):
    def __init__(self, rng: random.Random) -> None:
        self._prefix = rng.choice(("zz-", "Ä ", "urn:x:", "https://example.org/"))

    def after(self, case: JSON, rng: random.Random) -> Case | JSON:
        return renamed(case, self._prefix)

    def back(self, plan: JSON) -> JSON:
        return json.loads(json.dumps(plan, ensure_ascii=False).replace(self._prefix, ""))


class Shift(Same):
    def __init__(self, rng: random.Random) -> None:
        self._years = rng.choice(_YEARS)

    def after(self, case: JSON, rng: random.Random) -> Case | JSON:
        return json.loads(_moved(json.dumps(case), self._years))

    def day(self) -> str:
        return _moved(AS_OF, self._years)

    def back(self, plan: JSON) -> JSON:
        # The version of the guideline is a date as well.
        moved = json.loads(_moved(json.dumps(plan), -self._years))
        return moved | {"guideline": plan["guideline"]}


class Irrelevant(Same):
    compare = staticmethod(_require_same_verdicts)

    def after(self, case: JSON, rng: random.Random) -> Case | JSON:
        more = copy.deepcopy(case)
        for _ in range(rng.choice((1, 2, 30))):
            event = {"type": rng.choice(_IRRELEVANT), "label": "x", "date": rng.choice(DAYS)}
            event["status"] = rng.choice(("completed", "declined", "stopped"))
            if rng.random() < 0.3:
                event["target"] = rng.choice(case["tumors"])["id"]
            more["events"].insert(rng.randrange(len(more["events"]) + 1), event)
        return more


class Repeated(Same):
    compare = staticmethod(_require_same_verdicts)

    def after(self, case: JSON, rng: random.Random) -> Case | JSON:
        more = copy.deepcopy(case)
        more["events"] += [copy.deepcopy(e) for e in case["events"] if rng.random() < 0.5]
        return more


def _moved(text: str, years: int) -> str:
    return _DATE.sub(lambda year: f"{int(year[1]) + years:04}", text)


RELATIONS: dict[str, Callable[[random.Random], Same]] = {
    "formats": lambda _: Formats(),
    "irrelevant": lambda _: Irrelevant(),
    "names": Names,
    "order": lambda _: Order(),
    "repeated": lambda _: Repeated(),
    "shift": Shift,
    "twice": lambda _: Twice(),
}


def draw(rng: random.Random) -> Sample:
    cases = [draw_case(rng) | {"id": f"case-{place}"} for place in range(CASES)]
    relation, seed = rng.choice(list(RELATIONS)), rng.randrange(2**32)
    return Sample.json({"relation": relation, "seed": seed, "cases": cases})


def check(sample: Sample) -> None:
    body = sample.value()
    rng = random.Random(body["seed"])
    relation = RELATIONS[body["relation"]](rng)
    before = _plans([relation.before(case) for case in body["cases"]], AS_OF)
    after = _plans([relation.after(case, rng) for case in body["cases"]], relation.day())
    for one, other in zip(before, after, strict=True):
        relation.compare(one, relation.back(other))


def _plans(cases: list[Case | JSON], as_of: str) -> list[JSON]:
    read = [case if isinstance(case, Case) else netkg.load_case(case) for case in cases]
    return [plan.to_dict() for plan in default_engine().derive_all(read, as_of=as_of)]
