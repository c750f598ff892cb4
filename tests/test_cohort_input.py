"""Lines that are not plain: a cohort answers each as the reader of one case does.

Nothing passes silently. The lines of a table are one chunk, and each is compared by the id of its
case, or by its number if it cannot be read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import Any

import pytest
from cohort_answers import Answers, by_chunk, differences, one_by_one
from random_cases import AS_OF

from netkg.api import default_engine
from netkg.cohort.chunk import ChunkRunner
from netkg.limits import limited
from netkg.plan.engine import Engine

pytestmark = pytest.mark.many

EVENT = '{"type": "CTScan", "status": "completed"'
X = "x" * 100_000

# What is written into a case.
CASES = (
    # An unknown key.
    *('"zzz": 1', '"zzz" : 1', '"zzz":1', '"zzz": null', '"zzz":null', '"zzz" : null'),
    *('"zzz":  null', '"zzz":\tnull', '"zzz": 1, "sex": null', '"zzz" : 1,"sex":null'),
    *('"zzz": ":null"', '"zzz": ": null,"', '"zzz":":null"', '"zzz":": null,"', '"Sex": "male"'),
    *('"sex ": "male"', '"": 1', '"grade": "G1"', '"type": null', '"@id": "x"', '"@context": {}'),
    # The same key twice.
    *('"sex": "male", "sex": "male"', '"sex": "male", "sex": "female"', '"id": "y"'),
    *('"sex": "male", "sex": null', '"sex": null, "sex": "male"', '"sex":null,"sex":null'),
    *('"symptoms": [], "symptoms": null', '"tumors": null', '"tumors": []'),
    # Escapes.
    *(r'"s\u0065x": "male"', r'"sex": "m\u0061le"', r'"sex": "male\n"', r'"zz\"z\":": 1'),
    # Absent values, and one in place of a list.
    *('"sex": null', '"symptoms": []', '"symptoms": [null]', '"symptoms": "Flushing"'),
    *('"symptoms": ["Flushing", null]', '"symptoms": ["Flushing", "Flushing"]', '"events": null'),
    *('"metastases": {"site": "Liver"}', '"metastases": [null]', '"metastases": [[]]'),
    *('"metastases": ["Liver"]', '"metastases": [{"site": "Liver"}, 1]', '"metastases": [{}]'),
    # What is not JSON.
    *(
        '"sex": "male",',
        '"symptoms": ["Flushing",]',
        '"sex": NaN',
        "\"sex\": 'male'",
        'sex: "male"',
    ),
    *(
        '"sex": "male" // c',
        '"sex": "male" "men1Status": "Positive"',
        '"sex": "a\tb"',
        '"sex": tru',
    ),
)
# What is written into a tumor.
TUMORS = (
    *('"zzz": 1', '"zzz": null', '"sex": "male"', '"grade": "G1", "grade": null', '"id": "t2"'),
    # Numbers: what is written is what counts.
    *('"grade": "G1", "ki67Percent": 2.9999999999999999', '"ki67Percent": 100.0000000000000001'),
    *('"grade": "G2", "ki67Percent": 20.000000000000001', '"ki67Percent": -0.0000000000000001'),
    *('"grade": "G2", "ki67Percent": 2e1', '"grade": "G2", "ki67Percent": 0.2E2'),
    *('"ki67Percent": 1e1', '"ki67Percent": 1E1', '"ki67Percent": 1e5', '"ki67Percent": 0.5e1'),
    *('"ki67Percent": NaN', '"ki67Percent": nan', '"ki67Percent": Infinity', '"ki67Percent": -inf'),
    *('"ki67Percent": 2.9999999999999999', '"ki67Percent": 3.0000000000000001'),
    *('"ki67Percent": 4.9500000000000001', '"ki67Percent": 20.0000001', '"ki67Percent": 0.0000001'),
    *('"ki67Percent": -0', '"ki67Percent": -0.0', '"ki67Percent": 100.000000000001'),
    *('"ki67Percent": 100.0000001', '"ki67Percent": -1e-7', '"ki67Percent": 12345678901234567890'),
    *('"ki67Percent": 5.', '"ki67Percent": .5', '"ki67Percent": +5', '"ki67Percent": 05'),
    *('"ki67Percent": 1_0', '"ki67Percent": 0x1', '"ki67Percent": "5"', '"ki67Percent": true'),
    *('"ki67Percent": [5]', '"ki67Percent": [5, 6]', '"ki67Percent": {"value": 5}', '"grade": 2'),
    *('"measurements": [5]', '"measurements": {"diameterMm": 5}', '"measurements": [{}]'),
    *('"measurements": [{"diameterMm": 5, "zzz": null}]', '"measurements": [null]'),
    *('"measurements": [{"diameterMm": 5, "diameterMm": null}]', '"grade": ["G1"]'),
    '"measurements": [{"diameterMm": 12345678901234567}]',
)
# What is written into a metastasis; its tumor is t1.
METASTASES = (
    *('"id": "t1"', '"id": "T1"', '"id": "metastasis-2"', '"id": "tumor-1"', '"id": ""', '"id": 1'),
    *('"id": "a b"', '"id": "a/b#c?d"', '"id": "#a"', '"id": "a%20b"', '"id": "\u00e9\U0001f600"'),
    *(
        '"id": "https://example.org/1"',
        '"id": "urn:x"',
        '"id": "_:b"',
        '"id": ":"',
        '"id": "<{|}>^`"',
    ),
    *('"id": "https://w3id.org/netkg/ns#Liver"', '"id": " "', '"site": "Liver", "site": null'),
    *('"zzz": null', '"site": null, "site": "Liver"', '"painful": 1', '"painful": "true"'),
)
# What is written into an event.
EVENTS = (
    *('"target": "t1"', '"target": "t2"', '"target": "T1"', '"target": " t1"', '"target": ""'),
    *('"target": null', '"target": 1', '"target": ["t1"]', '"target": {"id": "t1"}'),
    *('"target": "https://example.org/1"', r'"target": "t\u0031"', '"target": "tumor-1"'),
    *('"date": "2026-02-30"', '"date": "0000-01-01"', '"date": "0001-01-01"', '"date": 20260101'),
    *('"date": "2026-3-1"', '"date": "2026-03-01 "', '"date": "2026-03-01T00:00:00"'),
    *('"date": "9999-12-31"', '"date": "10000-01-01"', '"date": "-0001-01-01"', '"date": "now"'),
    *('"date": "2024-02-29"', '"date": "2025-02-29"', '"date": "1900-02-29"', '"date": ""'),
    *('"date": "infinity"', '"date": "\uff12026-03-01"', '"type": null', '"status": null'),
    *('"label": ":null"', '"label":":null"', '"label": ": null,"', '"label": ",]"', '"label": ""'),
    *('"label": ":null", "zzz": 1', '"label":": null","zzz":null', '"label":":null","label":null'),
    *('"label": "1234567890123456789"', '"label": "1e5"', '"label": "{\'a\': 1,}"', '"label": 5'),
    *(r'"label": "\ud83d\ude00"', r'"label": "\ud83d"', '"label": "\U0001f600"', '"value": 5'),
    *(r'"label": "\"zzz\": 1"', '"value": 0.1, "unit": " "', '"label": true', '"label": ["a"]'),
)
# Lines as a whole; an id that begins with "w" is that of the line.
WHOLE = (
    *(b"", b" ", b"\t\r", b"null", b"1", b'"x"', b"[]", b'[{"id": "a"}]', b"{}", b"\x00", b"<a/>"),
    *(b'{"tumors": [{}]}', b'{"id": null, "tumors": [{}]}', b'{"id": "", "tumors": [{}]}'),
    *(b'{"id": 1, "tumors": [{}]}', b'{"id": ["w0"], "tumors": [{}]}', b'{"id": "w1"}'),
    *(b'{"id": "w2", "tumors": [{}]', b'{"id": "w3", "tumors": [{}]}}', b'{"id": "w4"}, '),
    *(b'{"id": "w5", "tumors": [{}]} {"id": "w5"}', b'{"id": "w6", "tumors": [{}]}{"id": "w6"}'),
    *(b'{"id": "w7", "tumors": [{}]} x', b'\xef\xbb\xbf{"id": "w8", "tumors": [{}]}'),
    *(b"\xef\xbb\xbf", b"\x0c", b"\xc2\xa0", b'{"id": "w9", "tumors": [{}]}\x0c', b"\xfe\xff"),
    *(b'{"id": "w10", "tumors": [{"id": "\xff"}]}', b'{"id": "w11", "tumors": [{}]}\r'),
    *(b'{"id": "w12", "tumors": [{"id": "\xed\xa0\x80"}]}', b' {"id": "w13", "tumors": [{}]} '),
    *(b'{"id": "w14", "tumors": [{"id": "a"}, {"id": "a"}]}', b'{"id":"w15","tumors":[{},{}]}'),
    *(b'{"id": "w16", "tumors": [{"id": "tumor-2"}, {}]}', b'{"id": "w17", "tumors": {}}'),
    *(b'{"id": "w18", "tumors": [{"id": "tumor-2"}, {}, {}]}', b'{"id": "w19", "tumors": [1]}'),
    *(b'{"id": "w20", "tumors": [{"id": "a"}, 1]}', b'{"id": "w21", "tumors": "a"}'),
    *(b'{"id": "w22", "tumors": [{"id": "a"}, "b"]}', b'{"id": "w23", "tumors": [[{}]]}'),
    *(b'{"id": "w24", "tumors": [{}], "tumors": []}', b'{"id": "w25", "tumors": [{}, null]}'),
    *(b'{"id": "w26", "events": [{"type": "CTScan", "status": "completed"}], "tumors": [{}]}',),
    *(b'{"id": "https://w3id.org/netkg/ns#Pancreas", "tumors": [{"primarySite": "Pancreas"}]}',),
    *(b'{"id": "https://example.org/a", "tumors": [{}]}', b'{"id": "a b:c", "tumors": [{}]}'),
    *(b'{"@id": "w27", "@type": "Case"}', b'{"@graph": [{"id": "w28", "tumors": [{}]}]}'),
    *(
        rb'{"id": "w30", "tumors": [{"id": "\u0061"}]}',
        rb'{"id": "w32", "tumors": [{"id": "a\"b"}]}',
        rb'{"id": "w\u0033\u0031", "tumors": [{}]}',
    ),
    b'{"@context": "https://w3id.org/netkg/context", "id": "w29", "tumors": [{}]}',
    b'{"id": "tumor-1", "tumors": [{}], "events": [{"type": "CTScan", "status": "completed"}]}',
)


def many(count: int, text: str) -> str:
    return ", ".join(text.replace("N", str(n)) for n in range(count))


# Cases with many records, or with long texts.
LARGE = {
    "255 tumors": f'"tumors": [{many(255, "{}")}]',
    "256 tumors": f'"tumors": [{many(256, "{}")}]',
    "1,001 tumors": f'"tumors": [{many(1001, "{}")}]',
    "256 metastases": f'"tumors": [{{}}], "metastases": [{many(256, "{}")}]',
    "256 measurements": f'"tumors": [{{"measurements": [{many(256, chr(123) + chr(125))}]}}]',
    "255 diameters": f'"tumors": [{{"measurements": [{many(255, """{"diameterMm": N}""")}]}}]',
    "257 diameters": f'"tumors": [{{"measurements": [{many(257, """{"diameterMm": N}""")}]}}]',
    "900 events": f'"tumors": [{{}}], "events": [{many(900, EVENT + "}")}]',
    "3,584 events": f'"tumors": [{{}}], "events": [{many(3584, EVENT + "}")}]',
    "too many pairs": f'"tumors": [{many(101, "{}")}], "events": [{many(2000, EVENT + "}")}]',
    "a text of the greatest length": f'"tumors": [{{}}], "events": [{EVENT}, "label": "{X}"}}]',
    "a text that is too long": f'"tumors": [{{}}], "events": [{EVENT}, "label": "{X}y"}}]',
    "a text of 200,000 characters": f'"tumors": [{{}}], "events": [{EVENT}, "unit": "{X}{X}"}}]',
    "a long id": f'"tumors": [{{"id": "{X}y"}}]',
}
# Values of every type, for every field.
VALUES = (
    *("null", "[]", "{}", '""', '"x"', '"Positive"', "true", '"true"', "1", '"1"', "-0", "2.50"),
    *("1e5", "4.9500000000000001", "[1]", '["Flushing"]', '"2026-01-15"', '"2026-02-30"', "[{}]"),
    *("[null]", '{"id": "a"}', "NaN"),
)


def lines_of(parts: Iterable[str], before: str, after: str) -> list[bytes]:
    """Return a line for each part, in a case whose id is its place."""
    return [f'{{"id": "{n}", {before}{part}{after}}}'.encode() for n, part in enumerate(parts)]


TUMOR = '"tumors": [{"id": "t1", "primarySite": "Pancreas"'
TABLES: dict[str, tuple[tuple[Any, ...], list[bytes]]] = {
    "case": (CASES, lines_of(CASES, f"{TUMOR}}}], ", "")),
    "tumor": (TUMORS, lines_of(TUMORS, f"{TUMOR}, ", "}]")),
    "metastasis": (METASTASES, lines_of(METASTASES, f'{TUMOR}}}], "metastases": [{{', "}, {}]")),
    "event": (EVENTS, lines_of(EVENTS, f'{TUMOR}}}], "events": [{EVENT}, ', "}]")),
    "whole": (WHOLE, [*WHOLE]),
    "large": (tuple(LARGE), lines_of(LARGE.values(), "", "")),
}
EACH = [
    pytest.param(table, n, id=f"{table}-{part!a}")
    for table, (parts, _) in TABLES.items()
    for n, part in enumerate(parts)
]


@cache
def both(table: str) -> tuple[Answers, Answers]:
    """Return what a chunk gives for the lines of a table, and the same one by one."""
    _, lines = TABLES[table]
    return by_chunk(lines), one_by_one(lines, default_engine())


def of_line(answers: Answers, number: int, case: str) -> Answers:
    """Return the rows of one line: of its case, or the reason why it cannot be read."""
    found: Answers = {
        name: Counter({row: n for row, n in answers[name].items() if row[0] == case})
        for name in ("verdicts", "cases", "findings")
    }
    rejects = {row: n for row, n in answers["rejects"].items() if row[1] == number}
    return {**found, "rejects": Counter(rejects)}


@pytest.mark.parametrize(("table", "place"), EACH)
def test_a_line_is_answered_as_by_the_reader_of_one_case(table: str, place: int) -> None:
    line = TABLES[table][1][place]
    case = line.partition(b'"id": "')[2].partition(b'"')[0].decode("utf-8", "replace")
    found, wanted = (of_line(each, place + 1, case) for each in both(table))
    assert differences(found, wanted) == []


@pytest.mark.parametrize("table", TABLES)
def test_no_line_is_without_an_answer(table: str) -> None:
    found, wanted = both(table)
    assert found["counts"].total() == wanted["counts"].total()
    blank = sum(not line.strip(b" \t\r\xef\xbb\xbf") for line in TABLES[table][1])
    assert found["counts"].total() == len(TABLES[table][1]) - blank


def test_the_tables_have_lines_of_every_kind() -> None:
    for table in TABLES:
        counts = both(table)[1]["counts"]
        assert counts["planned"] >= 3, table
        assert counts["invalid"] + counts["rejected"] >= 3, table


# -- every field -----------------------------------------------------------------------------
def every_field(engine: Engine) -> list[bytes]:
    """Return a line for each field of each record and each of the values."""
    lines = []
    for record, fields in engine.schema.fields.items():
        for name in [*fields, *(["id"] if record in ("Tumor", "Metastasis") else [])]:
            for value in VALUES:
                start = f'{{"id": "{record}.{name}: {len(lines)}", '
                lines.append((start + with_field(record, name, value) + "}").encode())
    return lines


def with_field(record: str, name: str, value: str) -> str:
    """Return the rest of a case in which a field of a record has a value."""
    tumors, part = f"{TUMOR}}}]", f'"{name}": {value}'
    if record == "Case":
        return part if name == "tumors" else f"{tumors}, {part}"
    if record == "Tumor":
        return f'"tumors": [{{{part}}}]'
    if record == "Measurement":
        rest = "" if name == "diameterMm" else '"diameterMm": 5, '
        return f'"tumors": [{{"measurements": [{{{rest}{part}}}]}}]'
    if record == "Metastasis":
        return f'{tumors}, "metastases": [{{{part}}}]'
    event = '"type": "CTScan", ' + ("" if name == "status" else '"status": "completed", ')
    return f'{tumors}, "events": [{{{event}{part}}}]'


def test_values_of_every_type_are_answered_in_every_field(engine: Engine) -> None:
    lines = every_field(engine)
    found, wanted = by_chunk(lines), one_by_one(lines, engine)
    assert differences(found, wanted) == []
    assert min(wanted["counts"][name] for name in ("planned", "invalid", "rejected")) > 20


@pytest.mark.parametrize(
    "number", ["999999", "1000000", "-1000000", "99999999.999999", "999999999", "9999999999"]
)
def test_a_large_number_is_answered(number: str, engine: Engine) -> None:
    event = '{"type": "ChromograninATest", "status": "completed", "unit": "u", "value": '
    lines = lines_of([number], '"tumors": [{}], "events": [' + event, "}]")
    assert differences(by_chunk(lines), one_by_one(lines, engine)) == []


UNITS = [
    *(
        ("ng/mL", "ng\u00a0/mL"),
        ("ng/mL", "NG / ML"),
        ("\u00b5g/L", "\u03bcg/L"),
        ("mcg/L", "ug/L"),
    ),
    *(("ng/mL", "ng\u200b/mL"), ("u\u2009/l", "U/L"), ("U/L", ""), ("\u0130U/l", "iu/l")),
    *(("\u0391\u03a3", "\u03b1\u03c2"), ("[iU]/L", "IU/L"), ("\u212aU/L", "kU/L")),
]


@pytest.mark.parametrize(("one", "other"), UNITS, ids=ascii)
def test_units_are_the_same_or_not_as_in_one_case(one: str, other: str, engine: Engine) -> None:
    test = '{"type": "ChromograninATest", "status": "completed", "value": 5, "unit": '
    events = ", ".join(f'{test}"{unit}", "date": "2026-01-01"}}' for unit in (one, other))
    lines = lines_of([events], '"tumors": [{}], "events": [', "]")
    assert differences(by_chunk(lines), one_by_one(lines, engine)) == []


@pytest.mark.parametrize(
    ("limits", "rest"),
    [
        ({"text": 20}, f'"tumors": [{{}}], "events": [{EVENT}, "label": "{X[:21]}"}}]'),
        ({"tumors": 2}, '"tumors": [{}, {}, {}]'),
        ({"tumors": 2}, '"tumors": [{}], "metastases": [{}, {}, {}]'),
        ({"events": 2}, f'"tumors": [{{}}], "events": [{EVENT}}}, {EVENT}}}, {EVENT}}}]'),
        (
            {"measurements": 1},
            '"tumors": [{"measurements": [{"diameterMm": 5}, {"diameterMm": 6}]}]',
        ),
        ({"pairs": 1}, f'"tumors": [{{}}, {{}}], "events": [{EVENT}}}]'),
    ],
    ids=["text", "tumors", "metastases", "events", "measurements", "pairs"],
)
def test_the_limits_are_those_of_the_reader_of_one_case(
    limits: dict[str, int], rest: str, engine: Engine
) -> None:
    lines = lines_of([rest], "", "")
    with limited(**limits):
        found, wanted = by_chunk(lines, own=ChunkRunner(engine, AS_OF)), one_by_one(lines, engine)
    assert wanted["counts"] == {"rejected": 1}
    assert differences(found, wanted) == []
