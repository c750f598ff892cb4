"""HermiT, Pellet and the OWL API, which owlready2 contains: what they find in an ontology."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest
from interop_tools import LIMIT, require_java

__all__ = ["CLASSIFIERS", "Found", "hermit", "pellet", "profiles", "write"]

HERE = Path(__file__).parent
OWL = "http://www.w3.org/2002/07/owl#"
_AXIOM = re.compile(r"(SubClassOf|EquivalentClasses|Type)\( <([^>]*)> <([^>]*)> \)")


@dataclass(frozen=True)
class Found:
    """What a reasoner found: the classes without a possible member, and the members of each."""

    unsatisfiable: frozenset[str]
    members: frozenset[tuple[str, str]]


def program(name: str) -> Path:
    """Return the folder of a reasoner; skip the test without it."""
    owlready2 = pytest.importorskip("owlready2", reason="owlready2 is not installed")
    return Path(owlready2.__file__).parent / name


def java(classpath: Iterable[Path], *arguments: str | Path) -> str:
    """Run Java, and return its standard output."""
    command = [require_java(), "-Xmx3g", "-cp", ":".join(map(str, classpath)), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False)
    assert done.returncode == 0, f"{done.stderr[-3000:]}{done.stdout[-1000:]}"
    return done.stdout


def write(triples: Iterable[ox.Triple], folder: Path) -> Path:
    """Write triples to a file that every reasoner here reads."""
    file = folder / "ontology.owl"
    ox.serialize(triples, file, format=ox.RdfFormat.RDF_XML)
    return file


def hermit(file: Path) -> Found:
    """Classify an ontology with HermiT, and realize its individuals."""
    home = program("hermit")
    output = java(
        [home, home / "HermiT.jar"],
        "org.semanticweb.HermiT.cli.CommandLine",
        *("-c", "-O", "-D", "-I", file.as_uri()),
    )
    above: dict[str, set[str]] = {}
    types: dict[str, set[str]] = {}
    for kind, first, second in _AXIOM.findall(output):
        if kind == "Type":
            types.setdefault(first, set()).add(second)
        else:
            above.setdefault(first, set()).add(second)
            if kind == "EquivalentClasses":
                above.setdefault(second, set()).add(first)
    assert above
    assert types
    return _found(above, types)


def pellet(file: Path) -> Found:
    """Classify an ontology with Pellet, and realize its individuals."""
    output = java(
        program("pellet").glob("*.jar"),
        *("pellet.Pellet", "realize", "--loader", "Jena", "--ignore-imports", file.as_uri()),
    )
    above: dict[str, set[str]] = {}
    types: dict[str, set[str]] = {}
    path: list[str] = []
    # A class, or several that are the same, and their members, below the class above them.
    for line in output.splitlines():
        depth = (len(line) - len(line.lstrip())) // 3
        names, _, members = line.strip().partition(" - ")
        first, *same = names.split(" = ")
        if not first.startswith(("http:", "https:", "owl:")):
            continue
        del path[depth:]
        for name in (first, *same):
            above.setdefault(name, set()).update({first, *same, *path[-1:]})
            for member in members.strip("()").split(", "):
                if member:
                    types.setdefault(member, set()).add(name)
        path.append(first)
    assert above
    assert types
    return _found(above, types)


def _found(above: dict[str, set[str]], types: dict[str, set[str]]) -> Found:
    def closed(start: set[str]) -> set[str]:
        seen, todo = set(start), list(start)
        while todo:
            for each in above.get(todo.pop(), set()) - seen:
                seen.add(each)
                todo.append(each)
        return seen

    nothing = {f"{OWL}Nothing", "owl:Nothing"}
    everything = {f"{OWL}Thing", "owl:Thing"}
    return Found(
        frozenset(name for name in above if nothing & closed({name}) and name not in nothing),
        frozenset(
            (node, class_) for node, known in types.items() for class_ in closed(known) - everything
        ),
    )


CLASSIFIERS = {"HermiT": hermit, "Pellet": pellet}


def profiles(catalog: Path, *files: Path) -> dict[tuple[Path, str], list[str]]:
    """Return what violates OWL 2 DL and OWL 2 RL in each file, as the OWL API finds it.

    What a file imports is read with it, from the place that the catalog names.
    """
    if shutil.which("javac") is None:
        pytest.skip("there is no JDK here, which the profile checker needs")
    source = HERE / "interop" / "Profiles.java"
    output = java(program("pellet").glob("*.jar"), source, catalog, *files)
    found: dict[tuple[Path, str], list[str]] = {}
    for line in output.splitlines():
        file, profile, violation = line.split("\t", 2)
        violations = found.setdefault((Path(file), profile), [])
        if not violation.isdecimal():  # the number of files read
            violations.append(violation)
    return found
