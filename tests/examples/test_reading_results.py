"""Each way to read results that the docs show works on a folder that a run made, without Qantar."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from qantar.cli.main import run_command_line

PAGE = Path(__file__).parents[2] / "docs" / "schema" / "results.md"
SHOWN = PAGE.read_text(encoding="utf-8").partition("## How to read it")[2]


def block(heading: str, language: str) -> str:
    """The first block of a language under a heading."""
    part = SHOWN.partition(f"### {heading}\n")[2]
    found = re.search(rf"^```{language}\n(.*?)^```$", part, re.M | re.S)
    assert found, f"{PAGE.name} shows no {language} under {heading}"
    return found[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which ``results/DIR`` holds three members of Borderland, exported."""
    path = tmp_path_factory.mktemp("reader")
    store = str(path / "results" / "DIR")
    assert run_command_line(["run", "borderland", "--members", "3", "--workers", "1", "--quiet", "--out", store]) == 0
    assert run_command_line(["export", store, "--to", "csv"]) == 0
    return path


@pytest.mark.parametrize("heading", ["xarray", "pandas"])
def test_python_reads_it(heading: str, folder: Path) -> None:
    refuse = "import sys\nsys.modules['qantar'] = None\n"
    printed = _run([sys.executable, "-c", refuse + block(heading, "python")], folder)
    assert ("people" if heading == "xarray" else "2024-03-04") in printed


def test_duckdb_reads_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    duckdb = pytest.importorskip("duckdb")
    monkeypatch.chdir(folder)
    with duckdb.connect() as connection:
        rows = connection.execute(block("DuckDB", "sql")).fetchall()
    assert len(rows) == 7
    assert all(low <= middle <= high for _, (low, middle, high) in rows)


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed; Debian has it as r-base-core")
def test_base_r_reads_it(folder: Path) -> None:
    printed = _run(["Rscript", "--vanilla", "-e", block("R", "r")], folder)
    assert "2024-03-04" in printed
    assert "Erzgrund" in printed


def _run(command: list[str], folder: Path) -> str:
    found = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    assert found.returncode == 0, found.stderr
    return found.stdout
