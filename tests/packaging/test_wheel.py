"""The wheel holds all that the kit needs, nothing else, and works from an empty folder; so does one made from the sdist."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Callable
from configparser import ConfigParser
from email.parser import HeaderParser
from pathlib import Path

import pytest

from contract_kit import __version__

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "contract_kit"
SPEC = ("openapi.yaml", "facts.yaml", "probe.yaml")
Kit = Callable[..., subprocess.CompletedProcess[str]]
METADATA = f"contract_kit-{__version__}.dist-info"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def python(*arguments: str, cwd: Path, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder; with ``path``, what lies there comes before all that is installed."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_", "PYTHONPATH"))
    }
    if path is not None:
        environment |= {"PYTHONPATH": str(path)}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=environment | {"PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def built(source: Path, target: Path, kind: str) -> Path:
    """What the project's build backend makes of a source tree."""
    done = python("-c", f"from hatchling.build import build_{kind} as make; print(make({str(target)!r}))", cwd=source)
    assert done.returncode == 0, done.stderr
    return target / done.stdout.split()[-1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(ROOT, tmp_path_factory.mktemp("wheel"), "wheel")


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(wheel) as file:
        file.extractall(folder)
    return folder


@pytest.fixture
def kit(unpacked: Path, tmp_path: Path) -> Kit:
    """The command from the wheel, in an empty folder."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return python("-m", "contract_kit", *arguments, cwd=tmp_path, path=unpacked)

    return run


def named(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as file:
        return set(file.namelist())


def wanted() -> set[str]:
    """The files of the package as they lie in the checkout, the spec's, and the metadata."""
    source = {path.relative_to(PACKAGE.parent).as_posix() for path in PACKAGE.rglob("*") if path.is_file()}
    own = {name for name in source if "__pycache__" not in name and "/." not in name}
    spec = {f"contract_kit/data/{name}" for name in SPEC if (ROOT / "spec" / name).is_file()}
    about = {f"{METADATA}/{name}" for name in ("METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE")}
    return own | spec | about


def test_the_wheel_holds_the_package_the_spec_and_nothing_else(wheel: Path) -> None:
    assert wheel.name == f"contract_kit-{__version__}-py3-none-any.whl"
    assert named(wheel) == wanted()


def test_the_data_that_the_kit_reads_is_inside(unpacked: Path) -> None:
    package = unpacked / "contract_kit"
    for name in (
        "data/contract.json",
        "org/schema.json",
        "reporters/report.schema.json",
        "reporters/html/report.css",
        "reporters/html/report.js",
        "py.typed",
    ):
        assert (package / name).read_bytes() == (PACKAGE / name).read_bytes()
    for name in SPEC:
        source = ROOT / "spec" / name
        assert not source.is_file() or (package / "data" / name).read_bytes() == source.read_bytes()


def test_the_metadata_says_what_the_project_says(unpacked: Path) -> None:
    metadata = HeaderParser().parsestr((unpacked / METADATA / "METADATA").read_text(encoding="utf-8"))
    assert metadata["Name"] == "contract-kit"
    assert metadata["Version"] == __version__
    assert metadata["Requires-Python"] == PROJECT["requires-python"]
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Description-Content-Type"] == "text/markdown"
    needed = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]
    assert len(needed) == len(PROJECT["dependencies"])
    scripts = ConfigParser()
    scripts.read(unpacked / METADATA / "entry_points.txt")
    assert dict(scripts["console_scripts"]) == {"contract-kit": "contract_kit.cli:script"}


def test_it_is_the_wheel_that_runs(unpacked: Path, tmp_path: Path) -> None:
    done = python("-c", "import contract_kit; print(contract_kit.__file__)", cwd=tmp_path, path=unpacked)
    assert done.stdout.strip() == str(unpacked / "contract_kit" / "__init__.py")


def test_the_command_validates(kit: Kit, tmp_path: Path) -> None:
    body = '{"profiles": [{"source": "Instore", "identifiers": [{"type": "cuid", "value": "c-1"}]}]}'
    (tmp_path / "payload.json").write_text(body, encoding="utf-8")
    done = kit("validate", "payload.json")
    assert done.returncode == 1
    assert done.stdout.startswith("payload.json  would be refused: 3217\n  payload.json:1:26: error: source: got ")
    assert done.stderr == ""
    for format_ in ("json", "sarif", "junit", "github", "html"):
        assert kit("validate", "payload.json", "--format", format_).returncode == 1


def test_the_command_prints_the_contract(kit: Kit) -> None:
    done = kit("spec")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (ROOT / "spec" / "openapi.yaml").read_text(encoding="utf-8")
    assert kit("spec", "--format", "json").returncode == 0


def test_the_command_begins_a_profile_whose_schema_is_inside(kit: Kit, unpacked: Path, tmp_path: Path) -> None:
    assert kit("org", "init", "acme.yaml").returncode == 0
    first = (tmp_path / "acme.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# yaml-language-server: $schema={(unpacked / 'contract_kit' / 'org' / 'schema.json').as_uri()}"
    done = kit("org", "check", "acme.yaml")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("acme.yaml: a sound profile of my-brand\n")


def test_the_command_explains(kit: Kit) -> None:
    assert kit("explain", "8006").stdout.startswith("8006  error, ")
    assert kit("explain", "source-unknown").stdout.startswith("source-unknown  error, ")
    assert kit("explain", "F20").stdout.startswith("F20  stated, ")


def test_a_wheel_made_from_the_source_archive_is_the_same(wheel: Path, tmp_path: Path) -> None:
    archive = built(ROOT, tmp_path, "sdist")
    with tarfile.open(archive) as file:
        # Python 3.11.0 to 3.11.3 have no filters, later ones want one to be chosen.
        file.extraction_filter = getattr(tarfile, "data_filter", None)
        file.extractall(tmp_path)
    source = tmp_path / f"contract_kit-{__version__}"
    for name in ("Makefile", "constraints.txt", "CONTRIBUTING.md", "tools/install.py", "tests/conftest.py", "fixtures/org"):
        assert (source / name).exists()
    for name in (
        "action.yml",
        "templates/validate.yml",
        ".pre-commit-hooks.yaml",
        "Dockerfile",
        ".dockerignore",
        "mkdocs.yml",
    ):
        assert (source / name).exists()
    for path in (ROOT / "examples").rglob("*"):
        assert (source / path.relative_to(ROOT)).exists()
    assert not list(source.rglob("__pycache__"))
    assert named(built(source, tmp_path, "wheel")) == named(wheel)
