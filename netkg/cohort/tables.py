"""The tables of a cohort: their columns, and the words in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, get_args

import pyarrow as pa

from netkg.plan.status import Status

__all__ = ["COUNTS", "SCHEMAS", "STATUSES", "VERDICTS"]

_TEXT, _ID, _WORD = (pa.dictionary(n, pa.string()) for n in (pa.int32(), pa.int16(), pa.int8()))
_TEXTS: Final = pa.list_(pa.string())
STATUSES: Final[tuple[str, ...]] = get_args(Status)
VERDICTS: Final = ("applicable", "not-applicable", "undetermined")
COUNTS: Final = (*VERDICTS, *STATUSES)
SCHEMAS: Final[Mapping[str, pa.Schema]] = {
    "verdicts": pa.schema(
        [("case", _TEXT), ("id", _ID), ("focus", _TEXT), ("verdict", _WORD), ("status", _WORD)]
        + [(name, _TEXTS) for name in ("superseded_by", "challenged_by")]
    ),
    "cases": pa.schema(
        [("case", pa.string()), ("conforms", pa.bool_()), ("gaps", _TEXTS)]
        + [(name.replace("-", "_"), pa.int32()) for name in COUNTS]
    ),
    "findings": pa.schema(
        [("case", pa.string())]
        + [(n, _TEXT) for n in ("severity", "focus", "field", "found", "expected", "statement")]
    ),
    "rejects": pa.schema([("source", pa.string()), ("line", pa.int64()), ("reason", pa.string())]),
}
