"""The program: rules, plan queries, shapes and criteria, to run over a case."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from netkg.case.finding import ShapeResult
from netkg.compiler import runtime, shape_values
from netkg.compiler.cache import Cache
from netkg.compiler.criteria import functions_of
from netkg.compiler.generated import functions
from netkg.compiler.sources import Built, Sources, function_name, source_key
from netkg.ontology.criteria import Criterion
from netkg.ontology.files import LAST
from netkg.reasoning.facts import Facts

__all__ = ["Program"]

_LOG = logging.getLogger(__name__)


class Program:
    """The functions of all queries, in their order, of the shapes, and of the criteria."""

    def __init__(self, built: Built, criteria: Sequence[Criterion]) -> None:
        code, tables, names = built
        space = functions(code, vars(runtime), shape_values.NAMES, tables)
        self.criteria = functions_of(criteria, space)
        self._shapes: Callable[[Facts], list[ShapeResult]] = space["shapes"]
        self._functions: dict[str, list[tuple[str, Callable[..., None]]]] = {}
        for query in names:
            folder, _, name = query.partition("/")
            function = space[function_name(query)]
            self._functions.setdefault(folder, []).append((name, function))

    @classmethod
    def load(cls, sources: Sources) -> Program:
        """Return the program of some sources, from the cache if it is there.

        Raises:
            UnsupportedConstruct: for what is not implemented, with its file and line.
        """
        cache, key = Cache(), sources.key
        found: Built | None = cache.read(key)
        _LOG.info("the program is %s", "compiled" if found is None else "from the cache")
        if found is None:
            # A process that finds its program does not pay for the compiler.
            from netkg.compiler.build import build

            found = build(sources)
            if source_key(sources.folders, sources.schema) == key:
                cache.write(key, found)
        return cls(found, sources.criteria)

    def rules(self, facts: Facts) -> None:
        """Derive what the rules derive from the facts of a case."""
        self._run("rules", facts, "")

    def plan(self, facts: Facts, start: str, stop: str = LAST, **bound: int) -> None:
        """Run the plan queries with names from ``start`` up to, but not including, ``stop``."""
        self._run("plan", facts, start, stop, **bound)

    def _run(self, folder: str, facts: Facts, start: str, stop: str = LAST, **bound: int) -> None:
        values = {f"v_{name}": runtime.term(value) for name, value in bound.items()}
        is_logged = _LOG.isEnabledFor(logging.DEBUG)
        for name, function in self._functions[folder]:
            if start <= name < stop:
                before = len(facts.log)
                function(facts, **values)
                if is_logged:
                    _LOG.debug("query %s: %d facts", name, len(facts.log) - before)

    def shapes(self, graph: Facts) -> list[ShapeResult]:
        """Return the results of the shapes on what a case asserts and the types it has."""
        return self._shapes(graph)
