"""The tutorial runs from top to bottom, and converts to a notebook with the same code."""

from __future__ import annotations

import re
from pathlib import Path

import matplotlib as mpl
import pytest

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial.md"


def code_blocks() -> list[tuple[int, str]]:
    """Return (line, code) of every Python block of the tutorial."""
    text = TUTORIAL.read_text(encoding="utf-8")
    return [(text[: found.start()].count("\n") + 1, found[1]) for found in re.finditer(r"^```python\n(.*?)^```$", text, re.M | re.S)]


def test_tutorial_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    mpl.use("Agg")
    names: dict[str, object] = {}
    for line, code in code_blocks():
        exec(compile("\n" * line + code, str(TUTORIAL), "exec"), names)
    printed = capsys.readouterr().out
    assert "400,000 people" in printed
    assert "left out: " in printed
    assert (tmp_path / "participants.png").stat().st_size > 0


def test_tutorial_becomes_a_notebook() -> None:
    jupytext = pytest.importorskip("jupytext", reason="jupytext is not installed; it comes with the development requirements")
    notebook = jupytext.read(TUTORIAL)
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert cells == [code.rstrip("\n") for _, code in code_blocks()]
