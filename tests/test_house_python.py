"""Hold the Python of the project to its layers and conventions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import Graph

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "ontology").rglob("*.ttl"))
SHAPES = sorted((ROOT / "shapes").rglob("*.ttl"))
SOURCES = sorted((ROOT / "netkg").rglob("*.py"))


# A package imports only from the rows above its own.
LAYERS = (
    ("errors", "namespaces"),
    ("ontology",),
    ("case",),
    ("reasoning", "validation"),
    ("plan",),
    ("proof", "comparison"),
    ("render",),
    ("query", "graph"),
    ("docs",),
    ("api",),
    ("__init__",),
    ("cli",),
    ("__main__",),
)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.fixture(scope="module")
def graphs() -> dict[Path, Graph]:
    return {path: Graph().parse(path) for path in [*MODULES, *SHAPES]}


@pytest.fixture(scope="module")
def ontology(graphs: dict[Path, Graph]) -> Graph:
    whole = Graph()
    for path in MODULES:
        whole += graphs[path]
    return whole


# -- Python -----------------------------------------------------------------------------------
def module_name(path: Path) -> str:
    """Name a module by its place below the package, a package by its folder."""
    return path.relative_to(ROOT / "netkg").parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Yield what a module imports, whether at its top or hidden in a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "netkg":
                yield from (
                    f"netkg.{a.name}"
                    if [
                        *(ROOT / "netkg").glob(f"{a.name}.py"),
                        *(ROOT / "netkg" / a.name).glob("*"),
                    ]
                    else "netkg.__init__"
                    for a in node.names
                )
            else:
                yield node.module


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_module_imports_only_from_lower_layers(path: Path) -> None:
    layer = {module: number for number, row in enumerate(LAYERS) for module in row}
    own = module_name(path)
    assert own in layer, f"{own} has no place in the layers"
    for imported in imports(path):
        package, _, rest = imported.partition(".")
        other = (rest or "__init__").split(".")[0]
        if package == "netkg" and other != own:
            assert layer[other] < layer[own], f"{own} must not import {other}"


def test_every_layer_names_modules_that_exist() -> None:
    named = {module for row in LAYERS for module in row}
    assert named == {module_name(path) for path in SOURCES}


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_foreign_libraries_are_known_to_one_module_each(path: Path) -> None:
    foreign = {imported.split(".")[0] for imported in imports(path)}
    own = module_name(path)
    assert "pyshacl" not in foreign or own == "validation"
    assert "owlrl" not in foreign or own == "reasoning"
    if own in ("cli", "render", "results"):
        assert not foreign & {"pyoxigraph", "rdflib"}
    assert not foreign & {"random", "requests", "urllib3"}


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_no_query_stands_in_python(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            assert not re.search(r"\b(SELECT|CONSTRUCT|ASK|WHERE)\s*[{?*]", node.value)


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_modules_are_short_and_well_named(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 325
    assert not {"utils", "util", "helpers", "helper", "common", "misc"} & set(
        path.with_suffix("").parts
    )


@pytest.mark.parametrize("path", [p for p in SOURCES if p.read_text().strip()], ids=name)
def test_what_is_public_is_documented_in_the_imperative(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "the module has no docstring"
    for node in public(tree):
        text = ast.get_docstring(node)
        assert text, f"{name(path)}:{node.lineno}: {node.name} has no docstring"
        first = text.splitlines()[0]
        assert first.endswith("."), f"{node.name}: the first line is one sentence"
        verb = first.split()[0].rstrip(",.")
        assert verb[0].isupper(), f"{node.name}: {first}"
        assert not re.search(r"(?<!s)s$|ing$", verb), f"{node.name}: not imperative: {first}"


def public(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    """Yield public functions and classes, and public methods of public classes."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public(node)
