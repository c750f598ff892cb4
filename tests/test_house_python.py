"""Check the layers and conventions of the Python of the project."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from house_files import ROOT, SOURCES, name

# A package imports only from the rows above its own.
LAYERS = (
    ("errors", "namespaces", "suggestions"),
    ("limits",),
    ("result",),
    ("worker",),
    ("ontology",),
    ("case",),
    ("reasoning", "validation"),
    ("compiler",),
    ("plan",),
    ("cohort", "proof", "comparison"),
    ("render",),
    ("tables",),
    ("__init__",),  # it names what draws answers; all else in it is loaded when it is used
    ("query", "graph"),
    ("export",),
    ("json_schema",),
    ("docs",),
    ("api",),
    ("cli",),
    ("__main__",),
)
# Only these packages know these libraries.
HOMES = {
    "duckdb": ("cohort",),
    "networkx": ("graph",),
    "openpyxl": ("tables",),
    "owlrl": ("reasoning",),
    "pandas": ("result",),
    "pint": ("tables",),
    "pyarrow": ("cohort", "tables"),
    "pyshacl": ("validation",),
    "rapidfuzz": ("ontology", "tables"),
    "ucumvert": ("tables",),
    "yaml": ("ontology", "tables"),
}
# Modules that may import inside a function, and why. None of these imports goes up.
LAZY = {
    "netkg/__init__.py": "a notebook alone needs what draws answers",
    "netkg/case/loading.py": "only a graph needs what reads RDF",
    "netkg/case/reading.py": "plain JSON does not pay for what reads RDF",
    "netkg/case/sources.py": "only what is compressed needs another process",
    "netkg/cli": "--help takes a tenth of a second instead of half a second",
    "netkg/compiler/program.py": "what finds its program in the cache needs no compiler",
    "netkg/result/frames.py": "pandas is optional",
    "netkg/graph/formats/write.py": "each format has imports of its own, and one is written",
    "netkg/plan/backends.py": "only the reference needs pySHACL, which is slow to import",
    "netkg/plan/engine.py": "few engines need owlrl or a check, which are slow to import",
    "netkg/query/ask.py": "a question about the ontology needs no engine",
    "netkg/query/dataset.py": "only the check of a folder needs rdflib",
    "netkg/render/page.py": "rich and Jinja are slow to import, and few answers need both",
    "netkg/tables/numbers.py": "only a column with another unit pays for what converts it",
    "netkg/worker": "what needs no other process does not pay for what starts one",
}


# -- Python -----------------------------------------------------------------------------------
def module_name(path: Path) -> str:
    """Name a module by its place below the package, a package by its folder."""
    return path.relative_to(ROOT / "netkg").parts[0].removesuffix(".py")


def imported(path: Path, node: ast.AST) -> Iterator[str]:
    """Yield the modules that an import statement names."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.module, f"{name(path)}:{node.lineno}: a relative import"
        for alias in node.names:
            below = ROOT.joinpath(*node.module.split("."), alias.name)
            is_module = below.with_suffix(".py").is_file() or (below / "__init__.py").is_file()
            yield f"{node.module}.{alias.name}" if is_module else node.module


def imports(path: Path) -> Iterator[str]:
    """Yield what a module imports, whether at its top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        yield from imported(path, node)


def place(module: str) -> str:
    """Return the row entry of a module: the package or file at the root that it is in."""
    return (module.partition(".")[2] or "__init__").split(".")[0]


def upward(path: Path, own: str) -> list[str]:
    """List the imports of a module that do not lead down."""
    rank = {module: number for number, row in enumerate(LAYERS) for module in row}
    assert own in rank, f"{own} has no place in the layers"
    return [
        module
        for module in imports(path)
        if module.partition(".")[0] == "netkg"
        and place(module) != own
        # The front door leads to everything, so that nobody inside may go through it; the
        # command line is outside, and takes the version from it.
        and ((module == "netkg" and own != "cli") or rank[place(module)] >= rank[own])
    ]


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_module_imports_only_from_lower_layers(path: Path) -> None:
    assert upward(path, module_name(path)) == []


def test_every_layer_names_modules_that_exist() -> None:
    named = {module for row in LAYERS for module in row}
    assert named == {module_name(path) for path in SOURCES}
    assert len(named) <= 26


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def test_no_module_imports_itself_by_way_of_others() -> None:
    known = {dotted(path) for path in SOURCES}
    graph = {dotted(path): {m for m in imports(path) if m in known} for path in SOURCES}
    for module, needed in graph.items():
        needed.discard(module)
    list(TopologicalSorter(graph).static_order())


def hidden(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the import statements inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Import | ast.ImportFrom):
                    yield inner


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_imports_inside_functions_have_a_reason(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [node for node in hidden(tree) if "importlib.metadata" not in imported(path, node)]
    allowed = any(name(path) == key or name(path).startswith(f"{key}/") for key in LAZY)
    assert allowed or not found, f"{name(path)} imports inside a function"


def test_every_reason_is_needed() -> None:
    for key in LAZY:
        files = [ROOT / key] if key.endswith(".py") else list((ROOT / key).rglob("*.py"))
        assert any(list(hidden(ast.parse(file.read_text(encoding="utf-8")))) for file in files), key


# What imports a module that is named by a text, which no reader of imports sees.
LOADERS = {
    *("__import__", "eval", "exec", "import_module", "load", "modules", "resolve_name"),
    *("run_module", "run_path", "spec_from_file_location"),
}
LOADING = {"importlib", "pkgutil", "runpy"}
LOADERS_OF = {"lazy_loader", "sys"}
# What runs code that netkg generated itself.
GENERATED = "netkg/compiler/generated.py"


def by_text(path: Path, tree: ast.AST) -> Iterator[str]:
    """Yield what in a module could import by a text."""
    front_door = path.name == "__init__.py"
    for node in ast.walk(tree):
        for module in imported(path, node):
            if module.split(".")[0] in LOADING and module not in LOADED_FROM:
                yield module
            if module == "lazy_loader" and not front_door:
                yield module
        if isinstance(node, ast.Name) and node.id in LOADERS - {"load", "modules"}:
            yield node.id
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in {*LOADING, *LOADERS_OF}:
            yield from {node.attr} & LOADERS


# These parts of importlib load no module.
LOADED_FROM = {"importlib.metadata", "importlib.resources"}


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_no_module_is_imported_by_a_text(path: Path) -> None:
    found = list(by_text(path, ast.parse(path.read_text(encoding="utf-8"))))
    assert found == (["exec"] if name(path) == GENERATED else [])


@pytest.mark.parametrize(
    "source",
    [
        "import importlib\nimportlib.import_module('netkg.render')",
        "from importlib import import_module as load\nload('netkg.cli')",
        "__import__('netkg.render')",
        "import lazy_loader\nlazy_loader.load('netkg.render')",
        "import sys\nsys.modules['netkg.render']",
        "from pkgutil import resolve_name as of\nof('netkg.render')",
    ],
)
def test_an_import_by_a_text_is_found(source: str) -> None:
    assert list(by_text(Path("module.py"), ast.parse(source)))


@pytest.mark.parametrize(
    "source",
    [
        "import netkg.render.pages",
        "from netkg.render import pages",
        "from netkg import render",
        "def f():\n    from netkg.render.pages import page",
        "from netkg import derive",
    ],
)
def test_an_import_that_goes_up_is_found(source: str, tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(source)
    assert upward(module, "plan")


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_foreign_libraries_are_known_to_one_package_each(path: Path) -> None:
    foreign = {module.split(".")[0] for module in imports(path)}
    own = module_name(path)
    assert {library for library in foreign if own not in HOMES.get(library, (own,))} == set()
    if own == "cli":
        assert not foreign & {"pyoxigraph", "rdflib"}
    # What is drawn at random comes from a seed, and makes up cases.
    drawn = set() if name(path) == "netkg/cohort/generate.py" else {"random"}
    assert not foreign & {*drawn, "requests", "urllib3"}


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_no_query_is_in_python(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            # SQL is written there: it has no pattern after SELECT *.
            pattern = r"\b(SELECT|CONSTRUCT|ASK|WHERE)\s*([{?]|\*\s*(WHERE|FROM)?\s*\{)"
            assert not re.search(pattern, node.value)


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_modules_are_short_and_well_named(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 325
    assert not {"utils", "util", "helpers", "helper", "common", "misc"} & set(
        path.with_suffix("").parts
    )


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_what_is_public_is_documented(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "the module has no docstring"
    for node in public(tree):
        text = ast.get_docstring(node)
        assert text, f"{name(path)}:{node.lineno}: {node.name} has no docstring"
        first = text.splitlines()[0]
        assert first.endswith("."), f"{node.name}: the first line is one sentence"
        verb = first.split()[0].rstrip(",.")
        assert verb[0].isupper(), f"{node.name}: {first}"
        # The docstring of a class or a property is a noun phrase.
        if isinstance(node, ast.FunctionDef) and not is_property(node):
            assert not re.search(r"(?<!s)s$|ing$", verb), f"{node.name}: not imperative: {first}"


def is_property(node: ast.FunctionDef) -> bool:
    return any("property" in ast.unparse(each) for each in node.decorator_list)


def public(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    """Yield public functions and classes, and public methods of public classes."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef) and "overload" in map(
            ast.unparse, node.decorator_list
        ):
            continue  # the implementation has the docstring
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public(node)
