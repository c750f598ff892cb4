"""Generate synthetic cases: from a seed, with frequencies and gaps like those of a registry.

They are made up. Their ids begin with ``synthetic``. What is drawn, and from which source, is in
``marginals.json``; each case depends on its number, the seed and the options alone.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from importlib.resources import files
from typing import Any, Final

from netkg.ontology.ranges import Bounds, range_bounds
from netkg.ontology.schema import Schema, netkg

__all__ = ["Generator"]

JSON = dict[str, Any]
LATEST: Final = 3650


@dataclass(frozen=True)
class Generator:
    """Generator of synthetic cases.

    ``invalid`` is the share of cases that are spoiled, ``events`` and ``tumors`` the mean numbers
    of a case. No event is later than the day ``as_of``, except in some of the spoiled cases.
    """

    schema: Schema
    as_of: date
    seed: int = 0
    invalid: float = 0.0
    events: float = 4.0
    tumors: float = 1.1

    def cases(self, count: int, first: int = 0) -> Iterator[JSON]:
        """Yield some cases as plain objects."""
        for number in range(first, first + count):
            yield self.case(number)

    def case(self, number: int) -> JSON:
        """Return the case with this number."""
        draw = random.Random(f"{self.seed}/{number}")
        # What is drawn of ranges by itself does not change the rest of a case.
        ranges = random.Random(f"{self.seed}/{number}/ranges")
        case = _Draft(self, draw, ranges).case(f"synthetic-{self.seed}-{number}")
        if draw.random() < self.invalid:
            _FAULTS[draw.randrange(len(_FAULTS))](case, draw, self.as_of)
        return case

    @cached_property
    def marginals(self) -> Mapping[str, Any]:
        """The frequencies from which values are drawn."""
        text = files("netkg.cohort").joinpath("marginals.json").read_text(encoding="utf-8")
        found: Mapping[str, Any] = json.loads(text)
        return found

    @cached_property
    def bounds(self) -> Bounds:
        """The fields that record a range of a number."""
        return range_bounds(self.schema)

    @cached_property
    def types(self) -> Sequence[str]:
        """The classes of events."""
        return sorted(self.schema.event_types)

    @cached_property
    def imaging(self) -> frozenset[str]:
        """The classes of events whose results are positive or negative."""
        receptor = netkg("SomatostatinReceptorImaging")
        return frozenset(
            name
            for name in self.types
            if receptor in self.schema.superclasses(netkg(name)) or netkg(name) == receptor
        )

    @cached_property
    def laboratory(self) -> frozenset[str]:
        """The classes of events that measure a value."""
        test = netkg("LaboratoryTest")
        return frozenset(
            name for name in self.types if test in self.schema.superclasses(netkg(name))
        )


class _Draft:
    """One case while it is drawn."""

    def __init__(self, generator: Generator, draw: random.Random, ranges: random.Random) -> None:
        self._own = generator
        self._draw = draw
        self._ranges = ranges
        self._marginals = generator.marginals
        self._missing: Mapping[str, float] = self._marginals["missing"]["shares"]

    def case(self, id_: str) -> JSON:
        draw = self._draw
        case: JSON = {"id": id_}
        extent = self._chosen(self._marginals["extent"]["weights"])
        self._put(case, "sex", lambda: self._chosen(self._marginals["sex"]["weights"]))
        self._put(case, "birthDate", lambda: self._day(365 * 25, 365 * 90))
        for name in ("fitForSurgery", "completeRemovalFeasible", "longTermSSAAnticipated"):
            self._put(case, name, lambda: draw.random() < 0.7)
        self._put(case, "diseaseExtent", lambda: extent)
        self._put(case, "diseaseCourse", lambda: draw.choice(self._values("diseaseCourse")))
        self._put(case, "men1Status", lambda: "Positive" if draw.random() < 0.05 else "Negative")
        self._put(
            case, "symptoms", lambda: draw.sample(self._values("symptoms"), draw.choice((1, 1, 2)))
        )
        case["tumors"] = [
            self._tumor(place) for place in range(self._number(self._own.tumors - 1) + 1)
        ]
        case["metastases"] = self._metastases(extent)
        targets = [each["id"] for each in (*case["tumors"], *case["metastases"])]
        # A status on record and the result of imaging could contradict each other.
        is_recorded = any("somatostatinReceptorStatus" in each for each in case["tumors"])
        number = self._number(self._own.events)
        case["events"] = [self._event(targets, is_recorded) for _ in range(number)]
        if draw.random() < 0.03:
            case["deceasedDate"] = self._day(0, 400)
        return {key: value for key, value in case.items() if value != []}

    # -- records ---------------------------------------------------------------------------
    def _tumor(self, place: int) -> JSON:
        draw, marginals = self._draw, self._marginals
        tumor: JSON = {"id": f"t{place + 1}"}
        site = tumor["primarySite"] = self._chosen(marginals["primarySite"]["weights"])
        ki67 = self._amount("ki67Percent", most=100)
        is_poor = ki67 > 20 and draw.random() < 0.6
        grade = "G1" if ki67 < 3 else "G2" if ki67 <= 20 else "G3"
        if site == "Lung":
            self._put(tumor, "location", lambda: draw.choice(("Peripheral", "Central")))
        self._put(
            tumor, "differentiation", lambda: f"{'Poorly' if is_poor else 'Well'}Differentiated"
        )
        if draw.random() < 0.3:
            tumor["histology"] = "NeuroendocrineCarcinoma" if is_poor else "NeuroendocrineTumor"
        self._put(tumor, "ki67Percent", lambda: ki67)
        self._put(tumor, "mitosesPer2mm2", lambda: round(ki67 * 0.8, 1))
        if site not in ("Lung", "Thymus") and not 2 < ki67 < 3:
            self._put(tumor, "grade", lambda: grade)
        functioning = self._chosen(marginals["functionalStatus"]["weights"]) == "Functioning"
        self._put(
            tumor, "functionalStatus", lambda: "Functioning" if functioning else "NonFunctioning"
        )
        if functioning and draw.random() < 0.8:
            by_site = marginals["hormonalSyndrome"]["bySite"]
            tumor["hormonalSyndrome"] = [self._chosen(by_site.get(site, by_site[""]))]
        weights = marginals["somatostatinReceptorStatus"]["weights"]
        self._put(tumor, "somatostatinReceptorStatus", lambda: self._chosen(weights))
        self._put(tumor, "malignantImagingFeatures", lambda: draw.random() < 0.2)
        self._put(tumor, "measurements", self._measurements)
        for name in self._own.bounds:
            if name in tumor and self._ranges.random() < marginals["range"]["share"]:
                self._as_range(tumor, name)
        return tumor

    def _as_range(self, record: JSON, name: str) -> None:
        """Record a range around a number in place of it."""
        number, ends = record.pop(name), self._marginals["range"]["ends"]
        fitting = [
            (sign[0], bound, end)
            for bound, sign in self._own.bounds[name]
            for end in ends
            if {">": number > end, "<": number < end}[sign[0]] or (number == end and "=" in sign)
        ]
        sides = sorted({side for side, _, _ in fitting})
        for side in self._ranges.choice((sides, sides[:1], sides[-1:])):
            _, bound, end = self._ranges.choice([each for each in fitting if each[0] == side])
            record[bound] = end

    def _measurements(self) -> list[JSON]:
        size = self._amount("diameterMm", most=200)
        found = []
        for place in range(self._draw.choice((1, 1, 2, 3))):
            measurement: JSON = {
                "diameterMm": size if place == 0 else self._amount("diameterMm", most=200)
            }
            self._put(measurement, "date", lambda: self._day(0, LATEST))
            found.append(measurement)
        return found

    def _metastases(self, extent: str) -> list[JSON]:
        draw = self._draw
        sites = {
            "Localized": ["RegionalLymphNode"] if draw.random() < 0.2 else [],
            "NoEvidenceOfDisease": [],
            "PotentiallyResectableLiverMetastases": ["Liver"],
        }.get(
            extent,
            [
                "Liver",
                *draw.sample(
                    ["Bone", "Peritoneum", "DistantLymphNode", "Lung"], draw.choice((0, 1, 1, 2))
                ),
            ],
        )
        found = []
        for place, site in enumerate(sites):
            metastasis: JSON = {"id": f"m{place + 1}", "site": site}
            self._put(metastasis, "pattern", lambda: draw.choice(("Few", "Multifocal")))
            if site == "Bone":
                self._put(metastasis, "painful", lambda: draw.random() < 0.5)
            found.append(metastasis)
        return found

    def _event(self, targets: Sequence[str], is_recorded: bool) -> JSON:
        draw, own = self._draw, self._own
        event: JSON = {"type": draw.choice(own.types)}
        status = event["status"] = self._chosen(self._marginals["eventStatus"]["weights"])
        if status != "planned":
            self._put(event, "date", lambda: self._day(0, LATEST))
        self._put(event, "target", lambda: draw.choice(targets))
        if status == "completed" and event["type"] in own.imaging and not is_recorded:
            event["result"] = "Positive" if draw.random() < 0.8 else "Negative"
        elif status == "completed" and event["type"] in own.laboratory and draw.random() < 0.7:
            limit = draw.choice((3, 5, 36, 100))
            value = round(limit * draw.choice((0.5, 1, 1.01, 3.5)), 2)
            event |= {"value": value, "upperReferenceLimit": limit, "unit": "ng/mL"}
        if status in ("completed", "stopped") and draw.random() < 0.1:
            event["outcome"] = draw.choice(("Failed", "Effective"))
        return event

    # -- values ----------------------------------------------------------------------------
    def _put(self, record: JSON, name: str, value: Callable[[], Any]) -> None:
        """Set a value of a record, unless it is one of those that lack it."""
        if self._draw.random() >= self._missing.get(name, 0.0):
            record[name] = value()

    def _values(self, name: str) -> list[str]:
        return sorted(self._own.schema.values[self._own.schema.fields["Case"][name].range])

    def _chosen(self, weights: Mapping[str, float]) -> str:
        return self._draw.choices([*weights], [*weights.values()])[0]

    def _number(self, mean: float) -> int:
        """Return a number of records with this mean, as of a Poisson process."""
        number, chance, least = 0, self._draw.random(), math.exp(-mean)
        while chance > least:
            number += 1
            chance *= self._draw.random()
        return number

    def _amount(self, name: str, most: float) -> float:
        about = self._marginals[name]
        if self._draw.random() < about["boundaryShare"]:
            return float(self._draw.choice(about["boundaries"]))
        value = about["median"] * math.exp(self._draw.gauss(0, about["deviation"]))
        return round(min(value, most), 1) or 0.1

    def _day(self, least: int, most: int) -> str:
        """Return a day before the day of evaluation; some are just as many months before."""
        if most == LATEST and self._draw.random() < 0.1:
            months = self._draw.choice((2, 3, 6, 12, 18, 24))
            return (self._own.as_of - timedelta(days=round(months * 30.4375))).isoformat()
        return (self._own.as_of - timedelta(days=self._draw.randint(least, most))).isoformat()


# -- faults --------------------------------------------------------------------------------
def _unknown_value(case: JSON, draw: random.Random, _: date) -> None:
    case["tumors"][0]["primarySite"] = draw.choice(("Pankreas", "pancreas", "C25.4"))


def _beyond(case: JSON, draw: random.Random, _: date) -> None:
    case["tumors"][0]["ki67Percent"] = draw.choice((-1, 100.5, 250))


def _in_future(case: JSON, draw: random.Random, as_of: date) -> None:
    day = (as_of + timedelta(days=draw.randint(1, 400))).isoformat()
    case.setdefault("events", []).append({"type": "CTScan", "status": "completed", "date": day})


def _without_status(case: JSON, _: random.Random, __: date) -> None:
    case.setdefault("events", []).append({"type": "CTScan"})


def _unknown_type(case: JSON, _: random.Random, __: date) -> None:
    case.setdefault("events", []).append({"type": "Scan", "status": "completed"})


def _unknown_target(case: JSON, _: random.Random, __: date) -> None:
    case.setdefault("events", []).append({"type": "CTScan", "status": "completed", "target": "t99"})


def _two_of_one_id(case: JSON, _: random.Random, __: date) -> None:
    case["tumors"].append(dict(case["tumors"][0]))


def _contradiction(case: JSON, _: random.Random, __: date) -> None:
    case["tumors"][0] |= {
        "functionalStatus": "NonFunctioning",
        "hormonalSyndrome": ["CarcinoidSyndrome"],
    }


def _without_tumor(case: JSON, _: random.Random, __: date) -> None:
    del case["tumors"]


_FAULTS: Final = (
    *(_unknown_value, _beyond, _in_future, _without_status, _unknown_type, _unknown_target),
    *(_two_of_one_id, _contradiction, _without_tumor),
)
