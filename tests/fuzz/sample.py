"""A sample: the bytes that a target is tried on."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

CORPUS = Path(__file__).parent / "corpus"


@dataclass(frozen=True, slots=True)
class Sample:
    """Bytes, and the ending of the file that contains them (``ttl``, or empty)."""

    ending: str
    data: bytes

    @classmethod
    def of(cls, path: Path) -> Sample:
        return cls(path.name.partition(".")[2], path.read_bytes())

    @classmethod
    def json(cls, value: Any) -> Sample:
        return cls("json", json.dumps(value).encode())

    def value(self) -> Any:
        return json.loads(self.data)


class Target(Protocol):
    """A module of this package that can be tried; ``prepare()`` is what it loads once, if any."""

    def draw(self, rng: random.Random) -> Sample: ...

    def check(self, sample: Sample) -> None: ...


class Fault(AssertionError):
    """What netkg should not have done."""


def require(holds: object, what: str) -> None:
    if not holds:
        raise Fault(what)


def corpus(target: str) -> Iterator[tuple[str, Sample]]:
    """Yield the samples on which a target once failed, by name."""
    for path in sorted((CORPUS / target).iterdir()):
        yield path.name, Sample.of(path)
