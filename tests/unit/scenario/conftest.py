"""A folder of the user's own for the tests of the scenario language."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from qantar.errors import ScenarioError
from qantar.scenario.load import load
from qantar.scenario.template import create_scenario

Edit = Callable[[str, str, str], None]
Wrong = Callable[[], list[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A fresh copy of the template country."""
    create_scenario(tmp_path / "my-country")
    return tmp_path / "my-country"


@pytest.fixture
def edit(folder: Path) -> Edit:
    """Replace a text that stands once in a file of the folder."""

    def replace(name: str, old: str, new: str) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    return replace


@pytest.fixture
def wrong(folder: Path) -> Wrong:
    """The mistakes of the folder, each as ``file:line:column: message`` with the bare name of the file."""

    def mistakes() -> list[str]:
        with pytest.raises(ScenarioError) as caught:
            load(folder)
        assert all(mistake.line > 0 and mistake.column > 0 for mistake in caught.value.mistakes)
        return [str(mistake).removeprefix(f"{folder}/") for mistake in caught.value.mistakes]

    return mistakes
