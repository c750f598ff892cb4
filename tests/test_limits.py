"""Tests of the limits: how they are changed, and where they are documented."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from netkg import ask
from netkg.errors import InputError
from netkg.limits import Limits, limited, limits

GUIDE = Path(__file__).parent.parent / "docs" / "safety.md"


def test_the_guide_lists_the_limits() -> None:
    rows = [
        f"| `{each.name}` | {each.default:,} | {each.metadata['about']} |"
        for each in fields(Limits)
    ]
    assert "\n".join(rows) in GUIDE.read_text(encoding="utf-8")


def test_a_limit_is_changed_within_a_block_only() -> None:
    before = limits()
    with limited(rows=5):
        with limited(depth=7):
            assert (limits().rows, limits().depth) == (5, 7)
        assert limits().depth == before.depth
    assert limits() == before


@pytest.mark.parametrize(
    "wrong",
    [
        *({"row": 5}, {"rows": 0}, {"rows": -1}, {"rows": "many"}),
        {"timeout": float("nan")},
        {"depth": 3.5},
        {"size": 0.1},
        {"rows": float("inf")},
        {"rows": True},
        {"timeout": -1},
    ],
)
def test_a_limit_is_a_positive_number(wrong: dict[str, float]) -> None:
    with pytest.raises(InputError), limited(**wrong):
        pass


@pytest.mark.parametrize("timeout", [1e12, float("inf"), 3])
def test_a_timeout_may_be_as_long_as_one_likes(timeout: float) -> None:
    with limited(timeout=timeout, memory=512.0):
        assert limits().memory == 512
        assert ask("ASK {}").truth is True
