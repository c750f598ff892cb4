"""Random cases from a seed, for the tests that compare two ways to derive a plan.

Most cases conform: what the guideline calls a contradiction is avoided where the values are
drawn. One case in ten is spoiled afterwards: a wrong value or type, a missing or unknown key,
a contradiction, a day in the future. It is still JSON, so that it is read as a case with
findings. A case depends on its number and on the ontology alone.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from random_aims import Aims
from random_choices import Choices
from random_faults import spoil, spoil_field

from netkg.plan.engine import Engine

__all__ = ["AS_OF", "RandomCases"]

JSON = dict[str, Any]

AS_OF: Final = date(2026, 3, 31)
# The share of the cases that are spoiled; chance makes a few others contradict themselves.
SPOILED: Final = 0.072
UNITS: Final = ("ng/mL", "ug/L", "\u00b5g/l", "pmol / L", "mcg/L")
LABELS: Final = ("insulin", "calcium", "Calcium", "valve replacement", 'quoted "name"')
EVIDENT: Final = {"Liver": 4, "RegionalLymphNode": 4, "Bone": 2}


class RandomCases:
    """The random cases of one engine: what is drawn depends on its ontology."""

    def __init__(self, engine: Engine) -> None:
        self.choices = choices = Choices(engine.schema, AS_OF)
        self._aims = Aims(engine, choices)
        coded = choices.coded
        self._of_site = choices.implying("gradedBy", coded["primarySite"])
        self._of_histology = choices.implying("impliesDifferentiation", coded["histology"])
        self._sites = coded["primarySite"] + ["Pancreas"] * 10 + ["Ileum", "SmallIntestine"] * 2
        self._below = {
            name: choices.below(name)
            for name in ("DiagnosticTest", "LaboratoryTest", "SomatostatinReceptorImaging")
        }
        self._treatments = sorted(
            {
                *choices.below("DrugTherapy"),
                *choices.below("Operation"),
                *choices.below("Procedure"),
            }
            & {*choices.asked}
        )
        self._nodes = [name for name in coded["site"] if name == "RegionalLymphNode"]

    def case(self, number: int | str) -> JSON:
        """Return the case with this number."""
        rng = random.Random(f"case {number}")
        case = self._case(rng) | {"id": f"case-{number}"}
        return spoil(case, rng, self.choices) if rng.random() < SPOILED else case

    def cases(self, start: int, stop: int) -> Iterator[JSON]:
        """Yield the cases from one number up to another."""
        yield from map(self.case, range(start, stop))

    def case_about(self, number: int | str, words: Collection[str]) -> JSON:
        """Return a case that has to do with some names: of terms, statements or shapes."""
        rng = random.Random(f"case {number}")
        case = self._case(rng)
        for _ in range(rng.choice((1, 2, 3))):
            self._aims.aim(case, rng, frozenset(words))
        statuses = self.choices.coded["status"]
        for property_ in sorted(words):
            self._aims.measure(property_, rng.choice(case["tumors"]), rng)
        for name in sorted({*words} & {*self.choices.events}):
            type_ = rng.choice([name, *self.choices.below(name)])
            event = self._aims.happen(type_, rng.choice(statuses), case, rng)
            event |= self._some(rng, 0.4, "outcome")
            if rng.random() < 0.4:
                event["target"] = case["tumors"][0]["id"]
        self._say_less(rng, case, words)
        self._agree(rng, case)
        return spoil_field(case, rng, self.choices, words)

    def _say_less(self, rng: random.Random, case: JSON, words: Collection[str]) -> None:
        """Set coded fields to values that are named, and leave out open fields that are named."""
        tumor = rng.choice(case["tumors"])
        for kind, record in (("Case", case), ("Tumor", tumor)):
            for name, field in self.choices.schema.fields[kind].items():
                named = sorted({*words} & {*self.choices.coded.get(name, ())})
                if named and rng.random() < 0.4:
                    record[name] = named[:1] if not field.single else rng.choice(named)
                if name in words and field.open and rng.random() < 0.5:
                    record.pop(name, None)

    # -- the case ----------------------------------------------------------------------
    def _some(self, rng: random.Random, chance: float, *fields: str) -> JSON:
        """Return values for some coded or boolean fields."""
        of = {**self.choices.coded, **self.choices.booleans}
        return {name: rng.choice(of[name]) for name in fields if rng.random() < chance}

    def _case(self, rng: random.Random) -> JSON:
        chance = rng.choice((0.3, 0.75, 0.95, 1))
        extent = self._some(rng, chance, "diseaseExtent")
        localized = extent.get("diseaseExtent") == "Localized"
        count = rng.choice((1, 1, 1, 1, 2, 3))
        tumors = [self._tumor(rng, chance, place) for place in range(1, count + 1)]
        most = rng.choice((0, 0, 1) if localized else (0, 1, 1, 2, 3))
        metastases = [self._metastasis(rng, place, localized) for place in range(1, most + 1)]
        targets = [record["id"] for record in (*tumors, *metastases)]
        case = {
            "id": f"case-{rng.randrange(10**9)}",
            **extent,
            **self._some(rng, 0.1, "sex"),
            **self._some(rng, chance, "fitForSurgery", "completeRemovalFeasible"),
            **self._some(rng, chance, "longTermSSAAnticipated", "diseaseCourse", "men1Status"),
            "tumors": tumors,
        }
        if rng.random() < 0.1:
            case["ageAtDiagnosis"] = rng.choice((0, 47.5, 63, 130))
        if rng.random() < 0.1:
            case["birthDate"] = rng.choice(("1950-02-28", "1984-02-29"))
        if rng.random() < 0.3:
            case["symptoms"] = rng.sample(self.choices.coded["symptoms"], rng.randint(1, 2))
        if rng.random() < 0.04:
            near = self.choices.as_of + timedelta(rng.choice((-1, 0, 0, 1)))
            case["deceasedDate"] = near.isoformat()
        if metastases:
            case["metastases"] = metastases
        if number := rng.choice((0, 1, 2, 4, 8)):
            story = [self._event(rng, targets) for _ in range(number)]
            case["events"] = story
        for _ in range(rng.choice((0, 1, 1, 1, 2))):
            self._aims.aim(case, rng)
        self._agree(rng, case)
        return case

    # -- tumors ------------------------------------------------------------------------
    def _tumor(self, rng: random.Random, chance: float, place: int) -> JSON:
        tumor: JSON = {"id": f"t{place}"}
        if rng.random() < chance:
            tumor["primarySite"] = rng.choice(self._sites)
        tumor |= self._some(rng, chance, "location", "malignantImagingFeatures")
        tumor |= self._some(rng, chance * 0.8, "somatostatinReceptorStatus")
        tumor |= self._pathology(rng, chance, tumor.get("primarySite") in self._of_site)
        tumor |= self._some(rng, chance, "functionalStatus")
        if tumor.get("functionalStatus") != "NonFunctioning" and rng.random() < 0.5:
            syndromes = self.choices.coded["hormonalSyndrome"]
            tumor["hormonalSyndrome"] = rng.sample(syndromes, rng.choice((1, 1, 2)))
        if rng.random() < 0.7:
            tumor["measurements"] = self._measurements(rng)
        return tumor

    def _pathology(self, rng: random.Random, chance: float, by_morphology: bool) -> JSON:
        """Return histology, differentiation, grade and counts that agree with each other."""
        histologies = self.choices.coded["histology"]
        poor = rng.random() < 0.25
        wanted = "PoorlyDifferentiated" if poor else "WellDifferentiated"
        fitting = [name for name in histologies if self._of_histology.get(name, wanted) == wanted]
        low = [0, *(n for n in self.choices.numbers("ki67Percent") if n <= 20)]
        ki67 = [n for n in self.choices.numbers("ki67Percent") if n > 20 or not poor]
        found: JSON = {}
        if rng.random() < chance * 0.6:
            found["differentiation"] = wanted
        if rng.random() < chance * 0.6:
            found["histology"] = rng.choice(fitting)
        if rng.random() < chance * 0.7:
            found["ki67Percent"] = rng.choice(low if not poor and rng.random() < 0.5 else ki67)
        if rng.random() < chance * 0.3:
            found["mitosesPer2mm2"] = rng.choice(self.choices.numbers("mitosesPer2mm2"))
        if rng.random() < 0.35:
            grades = self.choices.coded["grade"]
            least = 0 if by_morphology else self._least_grade(found.get("ki67Percent", 0))
            found["grade"] = "G3" if poor else rng.choice(grades[least:])
        for name in self.choices.bounds:
            if name in found and rng.random() < 0.25:
                self._as_range(rng, found, name)
        return found

    def _as_range(self, rng: random.Random, found: JSON, name: str) -> None:
        """Record a range around a number, mostly in place of it."""
        number = found[name] if rng.random() < 0.1 else found.pop(name)
        ends = self.choices.numbers(name)
        for side in rng.choice((">", "<", "<>", "<>")):
            fitting = [
                (bound, end)
                for bound, sign in self.choices.bounds[name]
                for end in ends
                if sign[0] == side
                if (end == number and "=" in sign)
                or (end != number and (end < number) == (side == ">"))
            ]
            if fitting:
                bound, end = rng.choice(fitting)
                found[bound] = end

    def _least_grade(self, ki67: float) -> int:
        """Return the place of the lowest grade that does not contradict a Ki-67 index."""
        return 2 if ki67 > 20 else 1 if ki67 >= 3 else 0

    def _measurements(self, rng: random.Random) -> list[JSON]:
        """Return measurements: of any days, or two with a growth near a threshold."""
        diameters = self.choices.numbers("diameterMm")
        if rng.random() < 0.5:
            return [
                {"diameterMm": rng.choice(diameters)}
                | ({"date": self._day(rng).isoformat()} if rng.random() < 0.8 else {})
                for _ in range(rng.choice((1, 1, 2, 3)))
            ]
        latest = self._day(rng)
        gap, growth = rng.choice(self.choices.gaps), rng.choice(self.choices.growths)
        first = Decimal(str(rng.choice([each for each in diameters if each < 20] or diameters)))
        grown = first + growth * gap / self.choices.amount("daysPerYear")
        dated = [
            (latest - timedelta(gap), first),
            (latest, round(grown, 4)),
            *([(latest, first)] if rng.random() < 0.2 else []),
            *([(latest - timedelta(gap), first / 2)] if rng.random() < 0.2 else []),
        ]
        rng.shuffle(dated)
        return [{"date": day.isoformat(), "diameterMm": float(mm)} for day, mm in dated]

    def _day(self, rng: random.Random) -> date:
        return rng.choice(self.choices.days)

    # -- metastases ----------------------------------------------------------------------
    def _metastasis(self, rng: random.Random, place: int, localized: bool) -> JSON:
        sites = self.choices.coded["site"]
        weighted = (
            self._nodes if localized else rng.choices(sites, [EVIDENT.get(s, 1) for s in sites])
        )
        found: JSON = {"id": f"m{place}", **self._some(rng, 0.7, "pattern", "painful")}
        return found | ({"site": rng.choice(weighted)} if rng.random() < 0.85 else {})

    # -- events --------------------------------------------------------------------------
    def _event(self, rng: random.Random, targets: list[str]) -> JSON:
        types = rng.choices(
            (self.choices.events, self.choices.asked, self._treatments, *self._below.values()),
            (2, 4, 3, 1, 1, 1),
        )
        name = rng.choice(types[0])
        statuses = self.choices.coded["status"]
        event: JSON = {"type": name, "status": rng.choice([*statuses, "completed", "completed"])}
        if rng.random() < 0.75:
            day = self._day(rng)
            if event["status"] == "planned" and rng.random() < 0.5:
                day += timedelta(60)
            event["date"] = day.isoformat()
        if rng.random() < 0.35:
            event["target"] = rng.choice(targets)
        if name in self._below["SomatostatinReceptorImaging"]:
            event |= {"result": rng.choice(("Positive", "Negative"))} if rng.random() < 0.8 else {}
        elif name in self._below["LaboratoryTest"]:
            event |= self._result(rng)
        elif rng.random() < 0.3:
            event |= self._some(rng, 1, "outcome")
        if name.startswith("Other") or rng.random() < 0.05:
            event["label"] = rng.choice(LABELS)
        return event

    def _result(self, rng: random.Random) -> JSON:
        """Return the result of a laboratory test, in words, in numbers, or both."""
        found: JSON = {}
        if rng.random() < 0.6:
            found["value"] = rng.choice((80, 99.9, 100, 100.5, 1e3))
            if rng.random() < 0.7:
                found["upperReferenceLimit"] = rng.choice((80, 100, 100.0, 1e2))
            if rng.random() < 0.8:
                found["unit"] = rng.choice(UNITS[:2] if rng.random() < 0.9 else UNITS)
        if rng.random() < 0.6:
            above = found.get("value", 101) > found.get("upperReferenceLimit", 100)
            known = "upperReferenceLimit" in found
            words = ("Elevated", "NotElevated")
            found["result"] = words[not above] if known else rng.choice(words)
        return found

    # -- what must agree -------------------------------------------------------------------
    def _agree(self, rng: random.Random, case: JSON) -> None:
        """Remove values that contradict others."""
        sites = self.choices.implying("impliesExtent", self.choices.coded["site"])
        if any(each.get("site") in sites for each in case.get("metastases", ())):
            case.update({k: "Metastatic" for k, v in case.items() if v == "Localized"})
        for tumor in case["tumors"]:
            if tumor.get("functionalStatus") == "NonFunctioning" and "hormonalSyndrome" in tumor:
                del tumor[rng.choice(("functionalStatus", "hormonalSyndrome"))]
            self._agree_on_grade(rng, tumor)
        self._agree_on_receptors(case)

    def _agree_on_grade(self, rng: random.Random, tumor: JSON) -> None:
        implied = self._of_histology.get(tumor.get("histology", ""))
        differentiations = {tumor.get("differentiation"), implied} - {None}
        if len(differentiations) > 1:
            del tumor[rng.choice(("differentiation", "histology"))]
            self._agree_on_grade(rng, tumor)
            return
        by_morphology = tumor.get("primarySite") in self._of_site
        poor = differentiations == {"PoorlyDifferentiated"}
        if poor and tumor.get("ki67Percent", 100) <= 20 and not by_morphology:
            del tumor["ki67Percent"]
        least = 0 if by_morphology else self._least_grade(tumor.get("ki67Percent", 0))
        if tumor.get("grade") in self.choices.coded["grade"][: 2 if poor else least]:
            del tumor["grade"]

    def _agree_on_receptors(self, case: JSON) -> None:
        """Remove the results of imaging that a recorded receptor status contradicts."""
        recorded = {tumor.get("somatostatinReceptorStatus") for tumor in case["tumors"]}
        against = {"Positive": "Negative", "Negative": "Positive"}
        wrong = {against[status] for status in recorded & against.keys()}
        for event in case.get("events", ()):
            if event.get("result") in wrong:
                del event["result"]
