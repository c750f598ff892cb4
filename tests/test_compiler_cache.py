"""Check that programs are kept between processes, and never trusted."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from netkg.case.loading import load_case
from netkg.compiler import build
from netkg.compiler.cache import Cache, key_of
from netkg.compiler.sources import Built, Sources, function_name, source_key
from netkg.ontology.files import chosen_folders, default_folders
from netkg.ontology.schema import Schema
from netkg.plan.engine import Engine

DAY = date(2026, 3, 31)
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NETKG_CACHE", str(tmp_path / "programs"))
    return tmp_path / "programs"


def derived(example: Path) -> object:
    engine = Engine.load()
    return engine.derive(load_case(example, schema=engine.schema), as_of=DAY).to_dict()


def fail(*_: object) -> None:
    raise AssertionError("the program was compiled")


@pytest.fixture
def case(example: object) -> Path:
    return example("small-pancreatic-net.json")  # type: ignore[operator, no-any-return]


def test_a_second_engine_takes_the_program_of_the_first(
    folder: Path, case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = derived(case)
    (kept,) = folder.iterdir()
    monkeypatch.setattr("netkg.compiler.build.build", fail)
    assert derived(case) == first
    kept.unlink()
    with pytest.raises(AssertionError, match="compiled"):
        derived(case)


PROGRAM = {"table": ("a", None), "names": frozenset({"b"})}


@POSIX
def test_only_the_user_can_read_and_write_what_is_kept(folder: Path) -> None:
    Cache().write("key", PROGRAM)
    assert Cache().read("key") == PROGRAM
    for path in (folder, *folder.iterdir()):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda content: content[:-1],
    "changed": lambda content: content[:40] + bytes([content[40] ^ 1]) + content[41:],
    "empty": lambda _: b"",
    "another": lambda content: content[:32] + b"0" * 40,
    "not marshaled": lambda _: hashlib.sha256(b"no").digest() + b"no",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_program_is_not_read(damage: str, folder: Path) -> None:
    Cache().write("key", PROGRAM)
    (kept,) = folder.iterdir()
    kept.write_bytes(DAMAGES[damage](kept.read_bytes()))
    assert Cache().read("key") is None
    Cache().write("key", PROGRAM)
    assert Cache().read("key") == PROGRAM


@POSIX
@pytest.mark.parametrize("mode", [0o777, 0o770, 0o720])
def test_a_folder_that_others_can_write_is_not_used(mode: int, folder: Path) -> None:
    Cache().write("key", PROGRAM)
    folder.chmod(mode)
    assert Cache().read("key") is None
    Cache().write("other", PROGRAM)
    assert [path.stem for path in folder.iterdir()] == ["key"]


@POSIX
def test_a_program_that_others_can_write_is_not_read(folder: Path) -> None:
    Cache().write("key", PROGRAM)
    (kept,) = folder.iterdir()
    kept.chmod(0o666)
    assert Cache().read("key") is None


@POSIX
def test_a_link_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    folder.symlink_to(tmp_path / "elsewhere")
    Cache().write("key", PROGRAM)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_without_a_folder_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    for name in (str(tmp_path / "file" / "programs"), ""):
        monkeypatch.setenv("NETKG_CACHE", name)
        Cache().write("key", PROGRAM)
        assert Cache().read("key") is None


def test_the_oldest_programs_are_removed(folder: Path) -> None:
    cache = Cache()
    for number in range(20):
        cache.write(f"{number:02}", {"number": number})
        os.utime(folder / f"{number:02}.program", (number, number))
    cache.write("last", {})
    assert sorted(path.stem for path in folder.iterdir()) == [
        *(f"{number:02}" for number in range(5, 20)),
        "last",
    ]
    assert cache.read("19") == {"number": 19}
    assert cache.read("00") is None


def test_the_key_depends_on_every_source(tmp_path: Path) -> None:
    own = default_folders()
    for name in ("ontology", "shapes", "queries"):
        shutil.copytree(getattr(own, name), tmp_path / name)
    files = sorted(tmp_path.rglob("*.ttl")) + sorted(tmp_path.rglob("*.rq"))
    first = key_of(files)
    assert key_of(files) == first
    assert key_of(files[1:]) != first
    files[7].write_text(files[7].read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert key_of(files) != first


def test_a_program_of_sources_that_changed_meanwhile_is_not_kept(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = default_folders()
    folders = {part: tmp_path / part for part in ("ontology", "shapes", "queries")}
    for part, copy in folders.items():
        shutil.copytree(getattr(own, part), copy)
    rule = next((folders["queries"] / "rules").glob("*.rq"))

    original = build.build

    def built(sources: Sources) -> Built:
        found = original(sources)
        rule.write_text(rule.read_text(encoding="utf-8") + "\n# saved\n", encoding="utf-8")
        return found

    monkeypatch.setattr(build, "build", built)
    Engine(chosen_folders(**folders))
    assert not folder.exists() or not list(folder.iterdir())


def test_the_key_has_the_ontology_that_was_read(tmp_path: Path) -> None:
    copy = tmp_path / "ontology"
    shutil.copytree(default_folders().ontology, copy)
    folders = chosen_folders(ontology=copy)
    schema = Schema.load(copy)
    first = source_key(folders, schema)
    path = copy / "intervals.ttl"
    path.write_text(path.read_text(encoding="utf-8") + "\n# saved\n", encoding="utf-8")
    # The schema is still what it was when it was read.
    assert source_key(folders, schema) == first
    assert source_key(folders, Schema.load(copy)) != first


def test_two_queries_never_share_a_function() -> None:
    names = ["rules/50-a", "rules/50_a", "rules/50.a", "plan/50-a", "rules/50-ä"]
    assert len(set(map(function_name, names))) == len(names)
    assert function_name("rules/26-receptor-status") == "rules_26_receptor_status"


def test_a_change_of_a_source_is_another_program(tmp_path: Path, folder: Path) -> None:
    own = default_folders()
    folders = {part: tmp_path / part for part in ("ontology", "shapes", "queries")}
    for part, copy in folders.items():
        shutil.copytree(getattr(own, part), copy)
    keys = {Engine(chosen_folders(**folders)).sources.key}
    rule = next((folders["queries"] / "rules").glob("*.rq"))
    for path in (tmp_path / "ontology/intervals.ttl", tmp_path / "shapes/case/case.ttl", rule):
        path.write_text(path.read_text(encoding="utf-8") + "\n# a remark\n", encoding="utf-8")
        keys.add(Engine(chosen_folders(**folders)).sources.key)
    assert len(keys) == len(list(folder.iterdir())) == 4
