"""Run a cohort on Spark: the same rows as on one machine.

These tests need pyspark and Java (``make test-spark``).
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from cohort_answers import as_lines, derive_cohort, differences, rows_in, summary_of
from random_cases import AS_OF

from netkg import __version__
from netkg.api import default_engine
from netkg.cohort.generate import Generator
from netkg.cohort.parts import find_sources
from netkg.cohort.totals import Run
from netkg.errors import InputError

pytestmark = pytest.mark.spark
pytest.importorskip("pyspark", reason="pyspark is not installed: run make test-spark")
if shutil.which("java") is None:
    pytest.skip("Java is not installed, which Spark needs", allow_module_level=True)

from netkg.cohort.spark import run_on_spark  # noqa: E402 (only now is it certain to exist)


def run(inputs: Path, out: Path) -> Run:
    engine = default_engine()
    return Run(find_sources([str(inputs)]), out, AS_OF, engine.folders, __version__)


@pytest.mark.filterwarnings("ignore")
def test_spark_gives_the_rows_of_one_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pyspark.sql import SparkSession

    from netkg.cohort.convert import write_parquet

    engine = default_engine()
    cases = Generator(engine.schema, AS_OF, seed=5, invalid=0.2).cases(400)
    path = tmp_path / "cases.parquet"
    trees = (("cases", number, case, "") for number, case in enumerate(cases, start=1))
    assert not list(write_parquet(trees, path, engine.schema))
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    session = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    derive_cohort([path], tmp_path / "machine")
    totals = run_on_spark(run(path, tmp_path / "spark"), engine, session.getOrCreate())
    assert totals.cases["planned"] > 200 < totals.read
    assert differences(rows_in(tmp_path / "spark"), rows_in(tmp_path / "machine")) == []
    ours, theirs = (summary_of(tmp_path / name) for name in ("machine", "spark"))
    assert ours["contentHash"] == theirs["contentHash"]


def test_spark_asks_for_parquet(tmp_path: Path) -> None:
    path = tmp_path / "cases.ndjson"
    path.write_bytes(b"\n".join(as_lines([{"id": "a"}])))
    with pytest.raises(InputError, match="Run netkg convert first"):
        run_on_spark(run(path, tmp_path / "out"), default_engine())
