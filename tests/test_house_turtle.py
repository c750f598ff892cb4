"""Check that the Turtle and the SPARQL of the project follow its conventions."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
import yaml
from house_files import MODULES, NETKG, ROOT, SHAPES, SOURCES, name, project
from rdflib import Graph, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS, XSD
from rdflib.plugins.sparql import prepareQuery

from tools.format_turtle import formatted

HOME = "https://w3id.org/netkg/"
# What the fuzz harness tries is as its users wrote it.
OTHERS = {"corpus", "node_modules"}
FIXTURES = sorted(p for p in (ROOT / "tests").rglob("*.ttl") if not OTHERS & set(p.parts))
QUERIES = sorted((ROOT / "queries").rglob("*.rq"))
# Those of the quality of any ontology are in tests/test_quality.py, too.
OWN_QUERIES = [path for path in QUERIES if path.parent.name != "quality"]
# How a header begins; that of the whole ontology says more.
HEADER = (
    *("a", "dcterms:title", "dcterms:description"),
    *("dcterms:license", "owl:versionIRI", "owl:versionInfo"),
)
WHOLE = (
    *("a", "dcterms:title", "dcterms:description", "dcterms:creator", "dcterms:publisher"),
    *("dcterms:created", "dcterms:modified", "dcterms:bibliographicCitation"),
    *("dcterms:license", "owl:versionIRI", "owl:versionInfo"),
)
CONTENTS = ROOT / "ontology" / "netkg.ttl"


def version() -> str:
    return str(project()["project"]["version"])


def test_every_kind_of_file_is_there() -> None:
    for files in (MODULES, SHAPES, FIXTURES, QUERIES, SOURCES):
        assert len(files) > 4


# -- Turtle: layout ---------------------------------------------------------------------------
def bare(text: str) -> str:
    """Blank out strings, IRIs and comments, so that only the syntax is left."""
    return re.sub(r'"(?:[^"\\\n]|\\.)*"|<[^<>\s]*>|^\s*#.*$', '""', text, flags=re.MULTILINE)


@pytest.mark.parametrize("path", [*MODULES, *SHAPES, *FIXTURES], ids=name)
def test_prefixes_are_explicit_alphabetical_and_used(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    declared = [
        match[1] for line in lines if (match := re.match(r"@prefix (\S*): <\S+> \.$", line))
    ]
    assert len(declared) == sum(line.lower().startswith(("@prefix", "prefix")) for line in lines)
    assert not any(line.lower().startswith(("@base", "base")) for line in lines)
    assert declared
    assert declared == sorted(set(declared))
    body = bare("\n".join(lines[len(declared) :]))
    used = set(re.findall(r"(?<![\w:-])([\w-]*):(?=[\w-])", body))
    assert used == set(declared)


@pytest.mark.parametrize("path", [*MODULES, *SHAPES, *FIXTURES], ids=name)
def test_turtle_is_laid_out(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert len(text.splitlines()) <= 400
    assert formatted(text) == text, "run make format"


def test_the_formatter_changes_the_layout_and_nothing_else() -> None:
    text = '''# a note
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix ex: <https://example.org/> .
ex:a rdfs:label "; # . ["@en; a ex:B; # trailing
ex:list (1 2.5
[ex:c ex:d])  .
[] ex:text """one
   two"""@en.  # the end
'''
    result = formatted(text)
    assert isomorphic(Graph().parse(data=text), Graph().parse(data=result))
    assert [*re.findall(r"# .*", result)] == ["# a note", '# . ["@en ;', "# trailing", "# the end"]
    assert result.index("a ex:B") < result.index("rdfs:label")
    assert formatted(result) == result
    with pytest.raises(ValueError, match="not Turtle"):
        formatted("ex:a ex:b ex:c")


def blocks(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield the subject of each block with its predicates in the order written."""
    lines = path.read_text(encoding="utf-8").splitlines()
    subject, found = "", list[str]()
    fresh = False
    for line in lines:
        if line == ".":
            yield subject, found
        elif line and not line.startswith((" ", "@", "#", "]", ")")):
            subject, found, fresh = line.strip(), [], True
        elif re.match(r"    [^\s\])}#]", line):
            if fresh:
                found.append(line.split()[0])
            fresh = line.endswith(";")
        elif line.startswith(("    ]", "    )")):
            fresh = line.endswith(";")


@pytest.mark.parametrize("path", [*MODULES, *SHAPES], ids=name)
def test_a_term_is_defined_in_one_block(path: Path) -> None:
    defined = [subject for subject, predicates in blocks(path) if "a" in predicates]
    repeated = [s for s, n in Counter(defined).items() if n > 1 and s != "[]"]
    assert not repeated


# -- Turtle: headers --------------------------------------------------------------------------
def module_iri(path: Path) -> str:
    """Return the IRI that a module must have, from the path of its file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    if parts[0] == "shapes":
        return f"{HOME}shapes/{parts[-1]}"
    if parts[1] == "guidelines":
        return f"{HOME}guideline/{'/'.join(parts[2:])}"
    return HOME if parts[1:] == ("netkg",) else HOME + "/".join(parts[1:])


@pytest.mark.parametrize("path", [*MODULES, *SHAPES], ids=name)
def test_a_module_has_its_header(path: Path, graphs: dict[Path, Graph]) -> None:
    graph, iri = graphs[path], URIRef(module_iri(path))
    assert list(graph.subjects(RDF.type, OWL.Ontology)) == [iri]
    (title,), (description,), (version_iri,), (info,) = (
        list(graph.objects(iri, predicate))
        for predicate in (DCTERMS.title, DCTERMS.description, OWL.versionIRI, OWL.versionInfo)
    )
    assert str(title).startswith("netkg: ")
    assert str(description).endswith(".")
    assert str(version_iri) == f"{str(iri).removesuffix('/')}/{version()}"
    assert str(info) == version()
    first = next(predicates for subject, predicates in blocks(path) if subject == f"<{iri}>")
    expected = WHOLE if path == CONTENTS else HEADER
    assert tuple(first[: len(expected)]) == expected


def test_the_citation_is_that_of_the_project(graphs: dict[Path, Graph]) -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    header, iri = graphs[CONTENTS], URIRef(HOME)
    (author,), (place,) = citation["authors"], citation["identifiers"]
    modified = str(header.value(iri, DCTERMS.modified))
    assert str(header.value(iri, DCTERMS.bibliographicCitation)) == (
        f"{author['name']} ({modified[:4]}). {citation['title']},"
        f" version {citation['version']}. {place['value']}"
    )
    assert author["name"] == str(header.value(iri, DCTERMS.creator))
    assert citation["version"] == version()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", modified)
    assert str(header.value(iri, DCTERMS.created)) <= modified


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_terms_name_the_module_that_contains_them(path: Path, graphs: dict[Path, Graph]) -> None:
    assert {str(iri) for iri in graphs[path].objects(None, RDFS.isDefinedBy)} <= {module_iri(path)}


def test_the_table_of_contents_is_complete(graphs: dict[Path, Graph]) -> None:
    imported = [str(iri) for iri in graphs[CONTENTS].objects(URIRef(HOME), OWL.imports)]
    assert sorted(imported) == sorted(module_iri(path) for path in MODULES if path != CONTENTS)
    text = CONTENTS.read_text(encoding="utf-8")
    for layer in re.split(r"^ +## .*$", text, flags=re.MULTILINE)[1:]:
        stems = re.findall(r"owl:imports <(.*)>", layer)
        assert stems == sorted(stems)


def catalog() -> dict[str, Path]:
    """Return the file of each module, by the catalog that editors read."""
    folder = CONTENTS.parent
    entries = ElementTree.parse(folder / "catalog-v001.xml").getroot()
    return {str(entry.get("name")): folder / str(entry.get("uri")) for entry in entries}


def test_the_catalog_leads_to_every_module() -> None:
    assert catalog() == {module_iri(path): path for path in MODULES}


def test_no_module_imports_itself_by_way_of_others(graphs: dict[Path, Graph]) -> None:
    # An editor reads a circle of modules before it knows what their properties are.
    files = catalog()
    circles = TopologicalSorter(
        {path: [files[str(i)] for i in graphs[path].objects(None, OWL.imports)] for path in MODULES}
    )
    assert len(list(circles.static_order())) == len(MODULES)


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_opens_alone(path: Path, graphs: dict[Path, Graph]) -> None:
    """With what it imports, each property and each class of its axioms is declared."""
    files, todo, read = catalog(), [path], set[Path]()
    while todo:
        file = todo.pop()
        if file not in read:
            read.add(file)
            todo += [files[str(iri)] for iri in graphs[file].objects(None, OWL.imports)]
    declared = {term for file in read for term in graphs[file].subjects(RDF.type)}
    used = set(graphs[path].predicates()) | set(graphs[path].objects(None, RDF.type))
    for predicate in (RDFS.subClassOf, RDFS.range, OWL.onProperty, OWL.someValuesFrom):
        used |= set(graphs[path].objects(None, predicate))
    builtin = tuple(map(str, (OWL, RDF, RDFS, XSD)))
    assert {str(t) for t in used - declared if not str(t).startswith(builtin)} == set()


# -- terms ------------------------------------------------------------------------------------
def defined(ontology: Graph) -> set[str]:
    return {str(term).removeprefix(NETKG) for term in ontology.subjects(RDFS.isDefinedBy)}


def in_turtle(graph: Graph) -> set[str]:
    return {
        str(term).removeprefix(NETKG)
        for triple in graph
        for term in triple
        if isinstance(term, URIRef) and term.startswith(NETKG)
    }


def in_text(path: Path) -> set[str]:
    return set(re.findall(r"netkg:([\w-]*\w)", path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", SHAPES, ids=name)
def test_shapes_use_only_terms_that_are_defined(
    path: Path, graphs: dict[Path, Graph], ontology: Graph
) -> None:
    assert in_turtle(graphs[path]) - defined(ontology) == set()


@pytest.mark.parametrize("path", OWN_QUERIES, ids=name)
def test_queries_use_only_terms_that_are_defined(path: Path, ontology: Graph) -> None:
    found = set(re.findall(r"(?<![\w-])netkg:([\w-]+)", bare(path.read_text(encoding="utf-8"))))
    assert found
    assert found - defined(ontology) == set()


def words_of(path: Path) -> set[str]:
    """Return every word of a Python file that could be the local name of a term."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    texts = {
        n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)
    }
    return {text.removeprefix(NETKG) for text in texts}


def test_python_uses_only_terms_that_are_defined(ontology: Graph) -> None:
    found = {
        (match[1], name(path))
        for path in SOURCES
        for match in re.finditer(
            r"""(?:netkg\(|NETKG \+ )["']([\w-]+)["']""", path.read_text(encoding="utf-8")
        )
    }
    assert found
    known = defined(ontology)
    assert {pair for pair in found if pair[0] not in known} == set()


def test_every_property_is_used_or_has_a_note(ontology: Graph, graphs: dict[Path, Graph]) -> None:
    kinds = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    properties = {
        str(p).removeprefix(NETKG) for kind in kinds for p in ontology.subjects(RDF.type, kind)
    }
    assert properties
    used = {
        str(term).removeprefix(NETKG)
        for graph in graphs.values()
        for _, predicate, object_ in graph
        for term in (predicate, object_)
    }
    for path in QUERIES:
        used |= in_text(path)
    for path in SOURCES:
        used |= words_of(path)
    noted = {
        str(term).removeprefix(NETKG)
        for note in (SKOS.scopeNote, SKOS.editorialNote)
        for term in ontology.subjects(note)
    }
    assert properties - used - noted == set()


def test_labels_are_words(ontology: Graph) -> None:
    labels = {str(label): str(term) for term, label in ontology.subject_objects(RDFS.label)}
    assert labels
    strange = re.compile(r"(?<![A-Z])[a-z]{3,}[A-Z]|_|\.$")
    assert {label: term for label, term in labels.items() if strange.search(label)} == {}


def test_definitions_are_one_sentence(ontology: Graph) -> None:
    texts = [(str(text), str(term)) for term, text in ontology.subject_objects(SKOS.definition)]
    assert texts
    for text, term in texts:
        assert text.endswith("."), f"{term}: no full stop"
        assert not re.search(r"[.!?]\s", text), f"{term}: more than one sentence"
        assert text[0].isupper() or text.startswith("mTOR"), f"{term}: begin with a capital"


def test_no_shape_and_no_query_uses_a_deprecated_term(ontology: Graph) -> None:
    deprecated = {str(term).removeprefix(NETKG) for term in ontology.subjects(OWL.deprecated)}
    for path in (*SHAPES, *QUERIES):
        assert in_text(path).isdisjoint(deprecated), name(path)
    replacements = set(ontology.objects(None, DCTERMS.isReplacedBy))
    assert replacements <= set(ontology.subjects(RDFS.isDefinedBy))


# -- SPARQL -----------------------------------------------------------------------------------
def header_and_query(path: Path) -> tuple[list[str], str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    length = next(n for n, line in enumerate(lines) if not line.startswith("#+ "))
    return lines[:length], "\n".join(lines[length:])


@pytest.mark.parametrize("path", OWN_QUERIES, ids=name)
def test_a_query_has_a_header(path: Path) -> None:
    header, query = header_and_query(path)
    assert re.fullmatch(r"#\+ summary: [A-Z].*\.", header[0])
    for line in header[1:]:
        assert re.fullmatch(
            r"#\+ (question: .+\?|over: (ontology|case|plan)|param: \w+ \S+( .+\.)?"
            r"|column: \w+ [A-Z].*\.)",
            line,
        ), line
    for line in header:
        if match := re.match(r"#\+ param: (\w+) ", line):
            assert re.search(rf"[?${{]{match[1]}\b", query), f"{match[1]} does not occur"
    lines = query.splitlines()
    for number, line in enumerate(lines):
        if line.lstrip().startswith("#"):
            before = lines[number - 1]
            branch = before[: -len(before.lstrip())] + "} UNION {"
            assert re.fullmatch(r" *(\} UNION |MINUS )?\{", before), (
                f"{line}: move it to the header"
            )
            assert branch in lines or "MINUS" in before, f"{line}: this needs no comment"


@pytest.mark.parametrize("path", QUERIES, ids=name)
def test_a_query_parses_in_both_engines(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    prepareQuery(text)
    ox.Store().query(text)


@pytest.mark.parametrize("path", QUERIES, ids=name)
def test_a_query_is_laid_out(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    declared = re.findall(r"^PREFIX (\S*): <\S+>$", text, re.MULTILINE)
    assert len(declared) == len(re.findall(r"^\s*prefix\b", text, re.MULTILINE | re.IGNORECASE))
    assert declared == sorted(set(declared))
    _, query = header_and_query(path)
    body = "\n".join(line for line in bare(query).splitlines() if not line.startswith("PREFIX"))
    assert set(re.findall(r"(?<![\w:?-])([\w-]*):(?=[\w-])", body)) == set(declared)
    assert not re.search(r"SELECT\s+(DISTINCT\s+)?\*", body, re.IGNORECASE)
    assert not re.search(r"\bSERVICE\b", body, re.IGNORECASE)
    if re.search(r"^SELECT\b", body, re.MULTILINE):
        assert "ORDER BY" in body
    assert all(line == line.rstrip() and "\t" not in line for line in text.splitlines())


@pytest.mark.parametrize("folder", ["plan", "rules"])
def test_rules_construct_and_have_numbers_of_their_own(folder: str) -> None:
    paths = sorted((ROOT / "queries" / folder).glob("*.rq"))
    assert paths
    assert all(re.search(r"^CONSTRUCT\b", path.read_text(), re.MULTILINE) for path in paths)
    # A rule between others has a letter: proofs name rules, so that no number changes.
    form = r"(\d\d[a-z]?)-[a-z0-9-]+"
    numbers = [match[1] for p in paths if (match := re.fullmatch(form, p.stem))]
    assert len(numbers) == len(paths)
    assert len(set(numbers)) == len(numbers)


def imports(path: Path) -> Iterator[str]:
    """Yield what a module imports, at its top or in a function."""
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
