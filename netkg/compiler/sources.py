"""The sources of a program, and what they are built to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import CodeType
from typing import Any, Final, TypeAlias

import pyoxigraph as ox

from netkg.compiler.cache import key_of
from netkg.compiler.criteria import in_order
from netkg.ontology.compiler import Compiler
from netkg.ontology.criteria import Criterion
from netkg.ontology.files import Folders
from netkg.ontology.schema import Schema
from netkg.validation.validator import Validator

__all__ = ["FOLDERS", "Built", "Sources", "function_name", "source_key"]

# The folders of queries that are part of a program.
FOLDERS: Final = ("rules", "plan")
# The code of a program, the tables that it looks things up in, and the names of its queries.
Built: TypeAlias = tuple[CodeType, Mapping[str, Any], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Sources:
    """What a program is compiled from.

    ``key`` is the hash of all, and ``more`` are triples that complete the ontology.
    """

    folders: Folders
    schema: Schema
    compiler: Compiler
    validator: Validator
    key: str
    more: Sequence[ox.Triple] = ()

    @property
    def criteria(self) -> list[Criterion]:
        """The criteria of the classes of records and their parts, in the order of the program."""
        return in_order(self.compiler.criteria.values())


def source_key(folders: Folders, schema: Schema) -> str:
    """Return the hash of the ontology as it was read, the shapes, the queries, and the compiler.

    Files can change while they are read: only what has one key before and after is kept.
    """
    files = [*(folders.shapes / "case").rglob("*.ttl")]
    for folder in FOLDERS:
        files += (folders.queries / folder).glob("*.rq")
    return key_of(files, schema.digest)


def function_name(query: str) -> str:
    """Return the name of the function of a query, such as ``rules_26_receptor_status``."""
    # No two queries share a name: what is neither a letter, a digit nor a dash is written out.
    plain = re.sub(r"[^A-Za-z0-9/-]", lambda found: f"_u{ord(found[0]):x}_", query)
    return re.sub("[/-]", "_", plain)
