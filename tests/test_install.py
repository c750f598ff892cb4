"""Build the wheel, install it into an empty environment, and use it from elsewhere, offline."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DAY = ("--as-of", "2026-03-31")
FORMATS = ("text", "json", "turtle", "jsonld", "markdown")
UNSHARE = ("unshare", "--map-root-user", "--net", "--")
NO_SOCKETS = """\
import socket

def refuse(*args, **options):
    raise OSError("the network is off")

socket.getaddrinfo = refuse
socket.socket.connect = socket.socket.connect_ex = refuse
"""

pytestmark = pytest.mark.slow


def way_offline() -> str:
    """Find how this system takes the network from a process."""
    if shutil.which("unshare"):
        done = subprocess.run([*UNSHARE, "true"], capture_output=True)
        if done.returncode == 0:
            return "unshare"
    return "sitecustomize"


OFFLINE = way_offline()
offline = pytest.mark.parametrize("way", [OFFLINE], ids=[f"offline-by-{OFFLINE}"])


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the programs of an environment with only the wheel."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    command = [str(programs / "python"), "-m", "pip", "install", "--quiet", "--no-input"]
    done = subprocess.run([*command, str(wheel)], capture_output=True, text=True, env=clean())
    if done.returncode:
        pytest.skip(f"pip cannot install the dependencies: {done.stderr.strip()[-500:]}")
    return programs


def clean() -> dict[str, str]:
    """Return an environment in which Python finds only what is installed."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Make a folder with the example and nothing of the project."""
    shutil.copy(ROOT / "examples" / "small-pancreatic-net.json", tmp_path / "case.json")
    shutil.copy(ROOT / "examples" / "mistakes" / "two-grades.json", tmp_path / "mistake.json")
    return tmp_path


def run(program: Path, *args: str, way: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run an installed program without the network."""
    environment = clean()
    if way == "sitecustomize":
        hook = cwd / "hook"
        hook.mkdir(exist_ok=True)
        (hook / "sitecustomize.py").write_text(NO_SOCKETS)
        environment["PYTHONPATH"] = str(hook)
    before = UNSHARE if way == "unshare" else ()
    return subprocess.run(
        [*before, str(program), *args],
        cwd=cwd,
        env=environment,
        capture_output=True,
        encoding="utf-8",
    )


def here(*args: str) -> str:
    """Return the answer of the checkout."""
    command = [sys.executable, "-m", "netkg", *args]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, encoding="utf-8")
    return done.stdout


# -- the wheel ---------------------------------------------------------------------------
def test_wheel_contains_all_that_is_read_at_run_time(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    data = [
        f"netkg/data/{path.relative_to(ROOT).as_posix()}"
        for folder, ending in (("ontology", "ttl"), ("shapes", "ttl"), ("queries", "rq"))
        for path in (ROOT / folder).rglob(f"*.{ending}")
    ]
    assert len(data) > 60
    assert set(data) <= names
    modules = [path.relative_to(ROOT).as_posix() for path in (ROOT / "netkg").rglob("*.py")]
    assert {*modules, "netkg/py.typed"} <= names


def test_wheel_contains_its_licenses_and_only_the_package(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.partition("/")[0] for name in names}
    (info,) = tops - {"netkg"}
    licenses = ("LICENSE", "LICENSE-ontology", "netkg/graph/formats/assets/cytoscape.LICENSE")
    assert {f"{info}/licenses/{license}" for license in licenses} <= set(names)
    assert "netkg/graph/formats/assets/cytoscape.min.js" in names
    assert not [name for name in names if "__pycache__" in name or "/test" in name]
    assert f"{info}/entry_points.txt" in names


# -- what is installed ---------------------------------------------------------------------
@offline
def test_network_is_off(installed: Path, elsewhere: Path, way: str) -> None:
    code = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=5)"
    done = run(installed / "python", "-c", code, way=way, cwd=elsewhere)
    assert done.returncode == 1
    assert "unreachable" in done.stderr or "the network is off" in done.stderr


@offline
def test_package_is_that_of_the_wheel(installed: Path, elsewhere: Path, way: str) -> None:
    code = "import netkg; print(netkg.__file__)"
    done = run(installed / "python", "-c", code, way=way, cwd=elsewhere)
    assert Path(done.stdout.strip()).is_relative_to(installed.parent)


@offline
@pytest.mark.parametrize("form", FORMATS)
def test_derive_answers_as_in_the_checkout(
    installed: Path, elsewhere: Path, way: str, form: str
) -> None:
    args = ("derive", "case.json", *DAY, "--format", form)
    done = run(installed / "netkg", *args, way=way, cwd=elsewhere)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == here("derive", str(elsewhere / "case.json"), *args[2:])


@offline
def test_owlrl_derives_the_same_plan(installed: Path, elsewhere: Path, way: str) -> None:
    args = ("derive", "case.json", *DAY, "--format", "json")
    done = run(installed / "netkg", *args, "--reasoner", "owlrl", way=way, cwd=elsewhere)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == run(installed / "netkg", *args, way=way, cwd=elsewhere).stdout


@offline
def test_validate_reports_the_mistake(installed: Path, elsewhere: Path, way: str) -> None:
    done = run(installed / "netkg", "validate", "mistake.json", *DAY, way=way, cwd=elsewhere)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("two-grades: does not conform")


@offline
def test_recommendations_are_listed(installed: Path, elsewhere: Path, way: str) -> None:
    done = run(installed / "netkg", "recommendations", way=way, cwd=elsewhere)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == here("recommendations")


@offline
def test_version_is_shown(installed: Path, elsewhere: Path, way: str) -> None:
    done = run(installed / "netkg", "--version", way=way, cwd=elsewhere)
    assert done.stdout == "netkg 0.1.0\n"
