"""The files of the project, by their kinds."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
NETKG = "https://w3id.org/netkg/ns#"
MODULES = sorted((ROOT / "ontology").rglob("*.ttl"))
SHAPES = sorted((ROOT / "shapes").rglob("*.ttl"))
SOURCES = sorted((ROOT / "netkg").rglob("*.py"))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
