"""Hold the files of the project to its conventions."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SH, SKOS
from rdflib.plugins.sparql import prepareQuery

from netkg.case.context import context
from netkg.ontology.compiler import Compiler
from netkg.ontology.guideline import Catalogue
from netkg.ontology.schema import Field, Schema

ROOT = Path(__file__).parent.parent
NETKG = "https://w3id.org/netkg/ns#"
NETS = "https://w3id.org/netkg/shapes#"
HOME = "https://w3id.org/netkg/"
MODULES = sorted((ROOT / "ontology").rglob("*.ttl"))
SHAPES = sorted((ROOT / "shapes").rglob("*.ttl"))
FIXTURES = sorted((ROOT / "tests").rglob("*.ttl"))
QUERIES = sorted((ROOT / "queries").rglob("*.rq"))
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
HEADER_ORDER = (
    DCTERMS.title,
    DCTERMS.description,
    DCTERMS.license,
    OWL.versionIRI,
    OWL.versionInfo,
)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def version() -> str:
    return str(project()["project"]["version"])


@pytest.fixture(scope="module")
def graphs() -> dict[Path, Graph]:
    return {path: Graph().parse(path) for path in [*MODULES, *SHAPES]}


@pytest.fixture(scope="module")
def ontology(graphs: dict[Path, Graph]) -> Graph:
    whole = Graph()
    for path in MODULES:
        whole += graphs[path]
    return whole


@pytest.fixture(scope="module")
def schema() -> Schema:
    return Schema.load()


@pytest.fixture(scope="module")
def catalogue(schema: Schema) -> Catalogue:
    return Catalogue(schema, Compiler(schema))


def test_every_kind_of_file_is_there() -> None:
    for files in (MODULES, SHAPES, FIXTURES, QUERIES, SOURCES):
        assert len(files) > 4


# -- Turtle: how it is written ----------------------------------------------------------------
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
    for number, line in enumerate(text.splitlines(), start=1):
        place = f"{name(path)}:{number}"
        assert line == line.rstrip(), f"{place}: blanks at the end"
        assert "\t" not in line, f"{place}: a tab"
        assert (len(line) - len(line.lstrip())) % 4 == 0, f"{place}: indent by four"
        if line.endswith(".") and not line.startswith(("@prefix", "#")):
            assert line == ".", f"{place}: the closing dot has a line of its own"


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


ORDER = (
    ("a",),
    ("rdfs:subClassOf", "rdfs:subPropertyOf"),
    ("rdfs:range",),
    ("rdfs:label",),
    ("skos:altLabel",),
    ("skos:definition",),
    ("skos:example",),
    ("skos:scopeNote", "skos:editorialNote"),
    ("",),  # axioms and marks of all sorts
    ("dcterms:source",),
    ("dcterms:isPartOf",),
    ("rdfs:isDefinedBy",),
)
RANKS = {predicate: rank for rank, row in enumerate(ORDER) for predicate in row}


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_predicates_stand_in_their_order(path: Path) -> None:
    found = list(blocks(path))
    assert found
    for subject, predicates in found:
        assert predicates, f"{subject} says nothing"
        if subject != "[]" and "rdfs:label" in predicates:
            ranks = [RANKS.get(predicate, RANKS[""]) for predicate in predicates]
            assert ranks == sorted(ranks), f"{subject}: {', '.join(predicates)}"


@pytest.mark.parametrize("path", [*MODULES, *SHAPES], ids=name)
def test_a_term_is_defined_in_one_block(path: Path) -> None:
    defined = [subject for subject, predicates in blocks(path) if "a" in predicates]
    repeated = [s for s, n in Counter(defined).items() if n > 1 and s != "[]"]
    assert not repeated


# -- Turtle: headers --------------------------------------------------------------------------
def module_iri(path: Path) -> str:
    """Give the IRI that a module must have by the place of its file."""
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
    said = [list(graph.objects(iri, predicate)) for predicate in HEADER_ORDER]
    assert [len(values) for values in said] == [1] * len(HEADER_ORDER)
    title, description, licence, version_iri, info = (values[0] for values in said)
    assert str(title).startswith("netkg: ")
    assert str(description).endswith(".")
    assert str(licence) == "https://creativecommons.org/licenses/by/4.0/"
    assert str(version_iri) == f"{str(iri).removesuffix('/')}/{version()}"
    assert str(info) == version()
    first = next(predicates for subject, predicates in blocks(path) if subject == f"<{iri}>")
    assert first[:6] == [
        "a",
        "dcterms:title",
        "dcterms:description",
        "dcterms:license",
        "owl:versionIRI",
        "owl:versionInfo",
    ]


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_terms_name_the_module_in_which_they_stand(path: Path, graphs: dict[Path, Graph]) -> None:
    assert {str(iri) for iri in graphs[path].objects(None, RDFS.isDefinedBy)} <= {module_iri(path)}


def test_the_table_of_contents_is_complete(graphs: dict[Path, Graph]) -> None:
    contents = ROOT / "ontology" / "netkg.ttl"
    imported = [str(iri) for iri in graphs[contents].objects(URIRef(HOME), OWL.imports)]
    assert sorted(imported) == sorted(module_iri(path) for path in MODULES if path != contents)
    text = contents.read_text(encoding="utf-8")
    for layer in re.split(r"^ +## .*$", text, flags=re.MULTILINE)[1:]:
        stems = re.findall(r"owl:imports <(.*)>", layer)
        assert stems == sorted(stems)


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


@pytest.mark.parametrize("path", [*MODULES, *SHAPES], ids=name)
def test_turtle_uses_only_terms_that_are_defined(
    path: Path, graphs: dict[Path, Graph], ontology: Graph
) -> None:
    assert in_turtle(graphs[path]) - defined(ontology) == set()


@pytest.mark.parametrize("path", QUERIES, ids=name)
def test_queries_use_only_terms_that_are_defined(path: Path, ontology: Graph) -> None:
    found = set(re.findall(r"(?<![\w-])netkg:([\w-]+)", bare(path.read_text(encoding="utf-8"))))
    assert found
    assert found - defined(ontology) == set()


def words_of(path: Path) -> set[str]:
    """Give every word of a Python file that could be the local name of a term."""
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


def test_every_property_is_used_or_says_what_it_is_for(
    ontology: Graph, graphs: dict[Path, Graph]
) -> None:
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


def test_definitions_are_one_sentence_and_differ(ontology: Graph) -> None:
    texts = [(str(text), str(term)) for term, text in ontology.subject_objects(SKOS.definition)]
    assert texts
    for text, term in texts:
        assert text.endswith("."), f"{term}: no full stop"
        assert not re.search(r"[.!?]\s", text), f"{term}: more than one sentence"
        assert text[0].isupper() or text.startswith("mTOR"), f"{term}: begin with a capital"
    repeated = {text for text, count in Counter(text for text, _ in texts).items() if count > 1}
    assert not repeated


# -- SPARQL -----------------------------------------------------------------------------------
def header_and_query(path: Path) -> tuple[list[str], str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    length = next(n for n, line in enumerate(lines) if not line.startswith("#+ "))
    return lines[:length], "\n".join(lines[length:])


@pytest.mark.parametrize("path", QUERIES, ids=name)
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
    assert not re.search(r"^\s*#", query, re.MULTILINE), "say it in the header"


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
    numbers = [match[1] for p in paths if (match := re.fullmatch(r"(\d\d)-[a-z0-9-]+", p.stem))]
    assert len(numbers) == len(paths)
    assert len(set(numbers)) == len(numbers)


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


# -- the ontology and the shapes say the same of the case format ------------------------------
def fields(schema: Schema) -> list[Field]:
    return [field for record in schema.fields.values() for field in record.values()]


@pytest.fixture(scope="module")
def case_shapes(graphs: dict[Path, Graph]) -> Graph:
    whole = Graph()
    for path in SHAPES:
        if path.parent.name == "case":
            whole += graphs[path]
    return whole


def target_of(record: str, schema: Schema) -> tuple[URIRef, URIRef]:
    """Give how the shapes find a record: the case by its class, others by what leads to them."""
    if record == "Case":
        return SH.targetClass, URIRef(NETKG + "Case")
    (leading,) = {f.name for f in fields(schema) if f.range == NETKG + record}
    return SH.targetObjectsOf, URIRef(NETKG + leading)


def test_every_field_has_a_shape_that_fits_it(schema: Schema, case_shapes: Graph) -> None:
    assert fields(schema)
    for field in fields(schema):
        shape = URIRef(f"{NETS}{field.record}-{field.name}")
        assert (shape, RDF.type, SH.PropertyShape) in case_shapes, f"{field.path} has no shape"
        assert str(case_shapes.value(shape, SH.path)) == NETKG + field.name
        assert str(case_shapes.value(shape, URIRef(NETS + "field"))) == field.path
        assert (shape, *target_of(field.record, schema)) in case_shapes
        assert (case_shapes.value(shape, SH.maxCount) is not None) == field.single
        class_, datatype = (
            case_shapes.value(shape, SH["class"]),
            case_shapes.value(shape, SH.datatype),
        )
        if field.range in schema.values and field.name != "target":
            assert str(class_) == field.range
        elif datatype is not None:
            assert str(datatype) == field.range
        else:
            assert class_ is None


def test_every_shape_of_a_record_has_a_field(schema: Schema, case_shapes: Graph) -> None:
    known = {f"{field.record}-{field.name}" for field in fields(schema)}
    # An event is typed by its class, which is no field of the ontology.
    known |= {"ClinicalEvent-type", "ClinicalEvent-knownType"}
    found = {str(s).removeprefix(NETS) for s in case_shapes.subjects(RDF.type, SH.PropertyShape)}
    assert found == known


@pytest.mark.parametrize("record", ["Case", "ClinicalEvent", "Measurement", "Metastasis", "Tumor"])
def test_a_closed_shape_allows_exactly_the_fields(
    record: str, schema: Schema, case_shapes: Graph
) -> None:
    shape = URIRef(NETS + record)
    assert case_shapes.value(shape, SH.closed)
    allowed = case_shapes.items(case_shapes.value(shape, SH.ignoredProperties))
    names = {str(term).removeprefix(NETKG) for term in allowed} - {str(RDF.type), "unknownType"}
    assert names == set(schema.fields[record])


def test_findings_rest_on_statements(case_shapes: Graph, catalogue: Catalogue) -> None:
    known = {NETKG + statement.id for statement in catalogue.statements}
    found = {str(statement) for statement in case_shapes.objects(None, URIRef(NETS + "restsOn"))}
    assert found
    assert found <= known


# -- content ----------------------------------------------------------------------------------
def test_the_statements_are_all_there(catalogue: Catalogue) -> None:
    ids = [statement.id for statement in catalogue.statements]
    assert len(ids) == len(set(ids)) == 66
    assert len(catalogue.verdict_bearing) == 57
    assert [statement.position for statement in catalogue.statements] == list(range(1, 67))
    assert len({statement.label for statement in catalogue.statements}) == 66


def test_a_statement_is_named_by_its_id(catalogue: Catalogue, ontology: Graph) -> None:
    for statement in catalogue.statements:
        assert statement.node.value == NETKG + statement.id
    for class_ in ontology.objects(None, URIRef(NETKG + "appliesTo")):
        assert str(class_).endswith("-Population")


def test_preferred_actions_are_actions(catalogue: Catalogue) -> None:
    preferring = [statement for statement in catalogue.statements if statement.preferred]
    assert preferring
    for statement in preferring:
        assert statement.preferred in statement.actions


def test_gaps_sections_and_status_are_in_order(catalogue: Catalogue, ontology: Graph) -> None:
    assert [gap.position for gap in catalogue.gaps] == list(range(1, 11))
    assert len({gap.id for gap in catalogue.gaps}) == 10
    assert sorted(catalogue.pressing.values()) == list(range(1, 11))
    section, position = URIRef(NETKG + "Section"), URIRef(NETKG + "position")
    places = [int(ontology.value(s, position)) for s in ontology.subjects(RDF.type, section)]
    assert sorted(places) == list(range(1, len(places) + 1))
    assert {statement.section for statement in catalogue.statements} <= set(
        catalogue.section_labels
    )


def test_every_event_type_has_a_label_of_its_own(schema: Schema) -> None:
    assert schema.event_types
    labels = Counter(schema.label(ox.NamedNode(NETKG + event)) for event in schema.event_types)
    assert not set(labels) & schema.event_types
    assert max(labels.values()) == 1


def test_every_action_is_an_event_type(catalogue: Catalogue, schema: Schema) -> None:
    actions = {action for statement in catalogue.statements for action in statement.actions}
    assert actions
    assert actions <= schema.event_types


# -- the whole --------------------------------------------------------------------------------
def test_the_wheel_holds_what_the_program_reads() -> None:
    wheel = project()["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["packages"] == ["netkg"]
    assert wheel["force-include"] == {
        folder: f"netkg/data/{folder}" for folder in ("ontology", "queries", "shapes")
    }


# Hosts that the files may name: of vocabularies, licences, conventions, sources and examples.
HOSTS = {
    "creativecommons.org",
    "doi.org",
    "dx.doi.org",
    "example.org",
    "explorationpub.com",
    "graphviz.org",
    "journals.rcsi.science",
    "keepachangelog.com",
    "pubs.sciepub.com",
    "purl.org",
    "semver.org",
    "tgh.amegroups.org",
    "w3id.org",
    "wjgnet.com",
    "www.apache.org",
    "www.daml.org",
    "www.w3.org",
}
# Written by others and kept as they published it.
VENDORED = {"netkg/graph/formats/assets/cytoscape.min.js"}
# Where a path may begin: on any machine with Unix, and in one case on none.
ROOTS = {"bin", "dev", "does", "etc", "proc", "tmp", "usr"}


def traces(text: str) -> Iterator[str]:
    """Yield what tells of a place: absolute paths, foreign hosts, work left undone."""
    for match in re.finditer(
        r"(?:(?<![\w.:/<})\]*~-])|file:/*)/([A-Za-z][a-z0-9_.-]*)/[\w.-]+", text
    ):
        if match[1] not in ROOTS:
            yield match[0]
    for match in re.finditer(r"\bhttps?://([\w.-]+\w)", text):
        if "." in match[1] and match[1] not in HOSTS:
            yield match[0]
    yield from re.findall(r"\b(?:[T]ODO|[F]IXME)\b", text)


def test_no_file_tells_of_the_place_where_it_was_written() -> None:
    folders = (
        ".ci",
        "benchmarks",
        "docs",
        "examples",
        "netkg",
        "ontology",
        "queries",
        "shapes",
        "tests",
    )
    files = [
        path
        for folder in (*folders, "tests")
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
    ]
    files += [path for path in ROOT.iterdir() if path.is_file()]
    files = [
        path for path in files if "__pycache__" not in path.parts and name(path) not in VENDORED
    ]
    assert len(files) > 100
    found = {name(path): list(traces(path.read_text(encoding="utf-8"))) for path in files}
    assert {path: marks for path, marks in found.items() if marks} == {}


@pytest.mark.parametrize("before", ["", " ", '"', "'", "=", "(", "`", "file://", "$ cd "])
def test_an_absolute_path_is_such_a_trace(before: str) -> None:
    assert list(traces(before + "/".join(("", "srv", "someone", "case.json"))))
    assert not list(traces(before + "/".join(("", "usr", "bin", "env"))))
    assert not list(traces("/".join(("ontology", "guidelines", "document"))))


def test_a_foreign_host_is_such_a_trace() -> None:
    assert list(traces("https:" + "//packages.example.net/simple"))
    assert list(traces("https:" + "//doi.org.example.net/10"))
    assert not list(traces("https://doi.org/10.1186/1477-7819-12-220"))


def test_the_published_json_ld_context_is_the_built_in_one() -> None:
    published = json.loads((ROOT / "ontology" / "context.jsonld").read_text(encoding="utf-8"))
    assert published == {"@context": context(Schema.load())}
