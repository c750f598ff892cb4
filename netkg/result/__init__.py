"""What every answer offers, and answers as text and as data frames.

```
frames     rows as a pandas DataFrame
answers    the base class of answers: their JSON form, their rows, how they are drawn
text       answers as JSON, and escapes for characters that hide
```
"""

from netkg.result.answers import (
    ABOUT_CASE,
    ALWAYS,
    JSON,
    ColumnTypes,
    IsoDay,
    Keys,
    Member,
    Result,
    as_json,
    columns_of,
    draw_with,
    json_form,
    members,
    to_dataframe,
    type_of,
)
from netkg.result.text import counted, escape_turtle, escape_xml, json_text

__all__ = [
    "ABOUT_CASE",
    "ALWAYS",
    "JSON",
    "ColumnTypes",
    "IsoDay",
    "Keys",
    "Member",
    "Result",
    "as_json",
    "columns_of",
    "counted",
    "draw_with",
    "escape_turtle",
    "escape_xml",
    "json_form",
    "json_text",
    "members",
    "to_dataframe",
    "type_of",
]
