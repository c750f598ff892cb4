"""Target: changes of a case that must not change its plan, or change it in a known way."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Callable
from typing import Any

import netkg
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


def _plan(case: JSON, as_of: str = AS_OF) -> JSON:
    return netkg.derive(case, as_of=as_of).to_dict()


def _require_same(one: JSON, other: JSON) -> None:
    found = difference(content(one), content(other))
    require(not found, f"another plan: {found}")


def formats(case: JSON, rng: random.Random) -> None:
    case = renamed(case, "urn:x:")
    read, plan = netkg.load_case(case), _plan(case)
    for ending in FORMATS:
        [again] = opened(Sample(ending, written(read, ending)))
        require(isinstance(again, netkg.Case), f"cannot be read as {ending}")
        _require_same(plan, netkg.derive(again, as_of=AS_OF).to_dict())


def order(case: JSON, rng: random.Random) -> None:
    _require_same(_plan(case), _plan(shuffled(case, rng)))


def names(case: JSON, rng: random.Random) -> None:
    prefix = rng.choice(("zz-", "Ä ", "urn:x:", "https://example.org/"))
    plan = json.dumps(_plan(renamed(case, prefix)), ensure_ascii=False)
    _require_same(_plan(case), json.loads(plan.replace(prefix, "")))


def shift(case: JSON, rng: random.Random) -> None:
    years = rng.choice(_YEARS)
    later = json.loads(_moved(json.dumps(case), years))
    plan = _plan(later, _moved(AS_OF, years))
    # The version of the guideline is a date as well.
    back = json.loads(_moved(json.dumps(plan), -years)) | {"guideline": plan["guideline"]}
    _require_same(_plan(case), back)


def _moved(text: str, years: int) -> str:
    return _DATE.sub(lambda year: f"{int(year[1]) + years:04}", text)


def irrelevant(case: JSON, rng: random.Random) -> None:
    more = copy.deepcopy(case)
    for _ in range(rng.choice((1, 2, 30))):
        event = {"type": rng.choice(_IRRELEVANT), "label": "x", "date": rng.choice(DAYS)}
        event["status"] = rng.choice(("completed", "declined", "stopped"))
        if rng.random() < 0.3:
            event["target"] = rng.choice(case["tumors"])["id"]
        more["events"].insert(rng.randrange(len(more["events"]) + 1), event)
    _require_same_verdicts(case, more)


def repeated(case: JSON, rng: random.Random) -> None:
    more = copy.deepcopy(case)
    for event in case["events"]:
        if rng.random() < 0.5:
            more["events"].append(copy.deepcopy(event))
    _require_same_verdicts(case, more)


def _require_same_verdicts(case: JSON, more: JSON) -> None:
    before, after = _plan(case), _plan(more)
    require(before["conforms"] == after["conforms"], "only one of the cases conforms")
    found = difference(verdicts(before), verdicts(after))
    require(not found, f"another verdict or status: {found}")


def twice(case: JSON, rng: random.Random) -> None:
    one, other = json.dumps(_plan(case)), json.dumps(_plan(copy.deepcopy(case)))
    require(one == other, "another plan when it is derived again")


Relation = Callable[[JSON, random.Random], None]
RELATIONS: dict[str, Relation] = {
    each.__name__: each for each in (formats, order, names, shift, irrelevant, repeated, twice)
}


def draw(rng: random.Random) -> Sample:
    body: dict[str, Any] = {"relation": rng.choice(list(RELATIONS)), "seed": rng.randrange(2**32)}
    return Sample.json({**body, "case": draw_case(rng)})


def check(sample: Sample) -> None:
    body = sample.value()
    RELATIONS[body["relation"]](body["case"], random.Random(body["seed"]))
