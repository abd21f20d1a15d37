"""The house keeps its layers: what may import what, and who reads the version from where."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import grimp
import pytest
from importlinter.api import read_configuration
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

import qantar

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def imports() -> grimp.ImportGraph:
    """Who imports whom, with imports inside functions and for type checkers."""
    return grimp.build_graph("qantar", cache_dir=None)


def test_contracts_are_kept(capsys: pytest.CaptureFixture[str]) -> None:
    status = lint_imports(str(ROOT / "pyproject.toml"), no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_every_room_has_its_layer() -> None:
    contracts = read_configuration(str(ROOT / "pyproject.toml"))["contracts_options"]
    named = {name for layer in contracts[0]["layers"] for name in re.findall(r"\w+", layer)}
    rooms = {path.name for path in (ROOT / "src" / "qantar").iterdir() if (path / "__init__.py").exists()}
    assert rooms <= named


def test_nobody_inside_imports_the_public_names(imports: grimp.ImportGraph) -> None:
    assert imports.find_modules_that_directly_import("qantar") == set()


def test_every_folder_of_code_is_a_package() -> None:
    folders = {path.parent for path in (ROOT / "src" / "qantar").rglob("*.py")}
    assert [folder for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_one_version() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.search(r"^version: (\S+)$", citation, re.M)[1] == qantar.__version__
    assert metadata.version("qantar") == qantar.__version__


def test_pins_name_no_address() -> None:
    pins = sorted((ROOT / "requirements").glob("*.txt"))
    assert [pin.stem for pin in pins] == ["dev", "object-store", "run", "test"]
    for pin in pins:
        lines = [line for line in pin.read_text(encoding="utf-8").splitlines() if not line.startswith("    --hash=sha256:")]
        assert [line for line in lines if not re.fullmatch(r"[a-z0-9-]+==\S+( ; .+?)? \\", line)] == []


def test_pins_hold_what_the_package_needs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pinned = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8"), re.M))
    needed = {re.split(r"[^\w.-]", need)[0].replace(".", "-") for need in project["dependencies"]}
    assert needed <= pinned
