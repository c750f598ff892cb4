"""Run generated code: this is the only module that does."""

from __future__ import annotations

from collections.abc import Mapping
from types import CodeType
from typing import Any

__all__ = ["functions"]


def functions(code: CodeType | str, *names: Mapping[str, Any]) -> dict[str, Any]:
    """Return the functions that generated code defines, by their names.

    ``names`` are what they call and look up.
    """
    space: dict[str, Any] = {}
    for each in names:
        space.update(each)
    exec(compile(code, "<netkg>", "exec") if isinstance(code, str) else code, space)
    return space
