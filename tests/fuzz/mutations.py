"""Damage a text at random."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

LONGEST = 20_000
NUMBERS = (
    *(b"0", b"-0", b"1e400", b"-1", b"1e-400", b"0.1e1", b"00", b"+5", b"5.", b".5", b"NaN"),
    *(b"9" * 400, b"0." + b"0" * 400 + b"1", b"18446744073709551616", b"2.5000000000000001"),
)
CHARACTERS = (
    *(
        b"\x00",
        b"\xef\xbb\xbf",
        b"\xc2\x85",
        b"\xe2\x80\xa8",
        b"\xed\xa0\x80",
        b"\xff",
        b"\xf0\x9f",
    ),
    *(b"\\ud800", b"\\u0000", b"\\uD83D\\uDE42", b"\\U0000D800", b"\\", b'"', b"'", b'"""', b"%41"),
    *(b"\n", b"\r", b"\x0b", b"\x1c", b"#", b"<", b">", b"&", b";", b"@", b":", b"e\xcc\x81"),
)
PAIRS = ((b"[", b"]"), (b"(", b")"), (b"{", b"}"), (b"<< ", b" >>"), (b"<<( ", b" )>>"))


def _span(rng: random.Random, text: bytes) -> tuple[int, int]:
    start = rng.randrange(len(text) + 1)
    return start, min(len(text), start + rng.choice((1, 2, 5, 20, 100)))


def _flip(rng: random.Random, text: bytes, others: Sequence[bytes]) -> bytes:
    if not text:
        return b"x"
    at = rng.randrange(len(text))
    return text[:at] + bytes([text[at] ^ (1 << rng.randrange(8))]) + text[at + 1 :]


def _delete(rng: random.Random, text: bytes, others: Sequence[bytes]) -> bytes:
    start, end = _span(rng, text)
    return text[:start] + text[end:]


def _repeat(rng: random.Random, text: bytes, others: Sequence[bytes]) -> bytes:
    start, end = _span(rng, text)
    return text[:end] + text[start:end] * rng.choice((1, 1, 2, 50)) + text[end:]


def _truncate(rng: random.Random, text: bytes, others: Sequence[bytes]) -> bytes:
    return text[: rng.randrange(len(text) + 1)]


def _splice(rng: random.Random, text: bytes, others: Sequence[bytes]) -> bytes:
    other = rng.choice(others)
    return text[: rng.randrange(len(text) + 1)] + other[rng.randrange(len(other) + 1) :]


def _move(rng: random.Random, text: bytes, others: Sequence[bytes]) -> bytes:
    start, end = _span(rng, text)
    rest = text[:start] + text[end:]
    to = rng.randrange(len(rest) + 1)
    return rest[:to] + text[start:end] + rest[to:]


def _nest(rng: random.Random, text: bytes, others: Sequence[bytes]) -> bytes:
    (opening, closing), depth = rng.choice(PAIRS), rng.choice((1, 1, 3, 30, 120, 400))
    start, end = _span(rng, text)
    inside = opening * depth + text[start:end] + closing * depth
    return text[:start] + inside + text[end:]


def _character(rng: random.Random, text: bytes, others: Sequence[bytes]) -> bytes:
    at = rng.randrange(len(text) + 1)
    return text[:at] + rng.choice(CHARACTERS) + text[at:]


def _number(rng: random.Random, text: bytes, others: Sequence[bytes]) -> bytes:
    digits = [at for at in range(len(text)) if text[at : at + 1].isdigit()]
    at = rng.choice(digits) if digits else 0
    return text[:at] + rng.choice(NUMBERS) + text[at + 1 :]


def _token(tokens: Sequence[bytes]) -> Callable[[random.Random, bytes, Sequence[bytes]], bytes]:
    def replace(rng: random.Random, text: bytes, others: Sequence[bytes]) -> bytes:
        old, new = rng.choice(tokens), rng.choice(tokens)
        places = text.count(old)
        if places:
            before, _, after = text.partition(old)
            return before + new + after if rng.random() < 0.5 else text.replace(old, new)
        at = rng.randrange(len(text) + 1)
        return text[:at] + new + text[at:]

    return replace


WAYS = (_flip, _delete, _repeat, _truncate, _splice, _move, _nest, _character, _number)


def mutated(
    rng: random.Random, text: bytes, *, others: Sequence[bytes], tokens: Sequence[bytes]
) -> bytes:
    """Return a text with one to four damages; ``tokens`` are the words of its language."""
    words = _token(tokens)
    for _ in range(rng.choice((1, 1, 1, 2, 2, 4))):
        way = words if rng.random() < 0.4 else rng.choice(WAYS)
        text = way(rng, text, others)[:LONGEST]
    return text
