"""The targets, each a module of this package."""

from __future__ import annotations

from importlib import import_module
from typing import Final, cast

from tests.fuzz.sample import Target

TARGETS: Final = ("readers", "guard", "worker", "derivation", "comparison", "relations")


def target(name: str) -> Target:
    """Return a target by its name."""
    return cast(Target, import_module(f"tests.fuzz.{name}"))
