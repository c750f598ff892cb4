"""Measure how the time of a plan grows with the records of a case.

    python benchmarks/growth.py [--count 500] [KIND...]

For each kind of record, a case with N, 2N and 4N of them is derived, and a Markdown table
shows the seconds and the exponent from 2N to 4N: 1 is proportional, 2 the square. Without
kinds, the two cases with a target follow. Seconds are those of the processor, so that other
work on the machine counts little.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import partial
from time import process_time
from typing import Any, Final

from netkg.api import default_engine, load_case

JSON = dict[str, Any]
DAY: Final = date(2026, 3, 31)
TUMOR: Final[JSON] = {
    "primarySite": "Pancreas",
    "differentiation": "WellDifferentiated",
    "ki67Percent": 5,
    "functionalStatus": "NonFunctioning",
}
DONE: Final[JSON] = {"status": "completed"}
EVENTS: Final[dict[str, JSON]] = {
    "receptor imaging": DONE | {"type": "Gallium68DotaPeptidePET", "result": "Positive"},
    "chromogranin A": DONE | {"type": "ChromograninATest", "value": 90, "upperReferenceLimit": 100},
    "scans": DONE | {"type": "CTScan"},
    "analogs, active": {"type": "OctreotideLAR", "status": "active"},
    "analogs, failed": {"type": "Lanreotide", "status": "stopped", "outcome": "Failed"},
    "operations, completed": DONE | {"type": "TumorResection"},
    "operations, planned": {"type": "CompleteResection", "status": "planned"},
    "radionuclide, planned": {"type": "Lutetium177Dotatate", "status": "planned"},
    "chemotherapy, declined": {"type": "CisplatinEtoposide", "status": "declined"},
    "not named": {"type": "SelectiveInternalRadiotherapy", "status": "planned"},
    "unknown type": DONE | {"type": "Scan"},
}


def case(**more: Any) -> JSON:
    """Return a case with one tumor, unless others are given."""
    return {
        "id": "case",
        "fitForSurgery": True,
        "diseaseExtent": "UnresectableOrAdvanced",
        "tumors": [{"id": "t1", **TUMOR}],
        **more,
    }


def dated(number: int) -> JSON:
    """Return a day in the past; the days repeat after ten years."""
    return {"date": (DAY - timedelta(days=1 + number % 3650)).isoformat()}


def of_events(kinds: Iterable[str], count: int, **more: Any) -> JSON:
    """Return a case with events of some kinds in turn."""
    bodies = [EVENTS[kind] for kind in kinds]
    return case(events=[bodies[n % len(bodies)] | dated(n) | more for n in range(count)])


def of_measurements(count: int) -> JSON:
    """Return a case with measurements of one tumor."""
    found = [{"diameterMm": 10 + n % 20} | dated(n) for n in range(count)]
    return case(diseaseExtent="Localized", tumors=[TUMOR | {"measurements": found}])


def of_metastases(count: int) -> JSON:
    """Return a case with metastases."""
    sites = ("Liver", "Bone", "RegionalLymphNode")
    return case(metastases=[{"site": sites[n % 3], "pattern": "Few"} for n in range(count)])


def of_tumors(count: int, events: int = 0) -> JSON:
    """Return a case with tumors, and with events that concern all of them."""
    kinds = [kind for kind in EVENTS if kind != "unknown type"]
    return of_events(kinds, events) | {"tumors": [TUMOR | {"id": f"t{n}"} for n in range(count)]}


KINDS: Final[dict[str, Callable[[int], JSON]]] = {
    **{kind: partial(of_events, [kind]) for kind in EVENTS},
    "scans with a target": lambda count: of_events(["scans"], count, target="t1"),
    "measurements": of_measurements,
    "metastases": lambda count: of_metastases(count // 2),
    "tumors": lambda count: of_tumors(count // 5),
    "tumors, little known": lambda count: case(tumors=[{}] * (count // 5)),
}


def seconds(tree: JSON) -> float:
    """Return the seconds of the processor from an object to the JSON form of its plan."""
    engine = default_engine()
    start = process_time()
    engine.derive(load_case(tree, engine=engine), as_of=DAY).to_dict()
    return process_time() - start


def row(kind: str, count: int) -> str:
    """Return a row of the table."""
    times = [seconds(KINDS[kind](count * factor)) for factor in (1, 2, 4)]
    exponent = math.log2(times[2] / times[1])
    return f"| {kind} | {' | '.join(f'{each:.2f}' for each in times)} | {exponent:.1f} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=500, metavar="N")
    parser.add_argument("kinds", nargs="*", metavar="KIND")
    arguments = parser.parse_args()
    seconds(case())
    print("| records | N | 2N | 4N | exponent |\n|---|---:|---:|---:|---:|")  # noqa: T201
    for kind in arguments.kinds or KINDS:
        print(row(kind, arguments.count), flush=True)  # noqa: T201
    if not arguments.kinds:
        kinds = [kind for kind in EVENTS if kind != "unknown type"]
        many = seconds(of_events(kinds, 10_000))
        print(f"\n10,000 events: {many:.1f} s (target: 10 s)", flush=True)  # noqa: T201
        both = seconds(of_tumors(100, 1_000))
        print(f"100 tumors with 1,000 events: {both:.1f} s (target: 20 s)")  # noqa: T201


if __name__ == "__main__":
    main()
