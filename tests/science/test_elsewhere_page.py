"""The page of the crises elsewhere shows the scenarios as they are now."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qantar.scenario.identity import scenario_hash
from qantar.scenario.load import library_names, load

PAGE = Path(__file__).parents[2] / "docs" / "elsewhere.md"


@pytest.mark.parametrize("name", [name for name in library_names() if name != "borderland"])
def test_the_table_was_made_with_the_scenario_as_it_is(name: str) -> None:
    found = re.search(rf"\(`?{name}`?, scenario ([0-9a-f]+),", PAGE.read_text(encoding="utf-8"))
    assert found is not None, f"{name} is not in docs/elsewhere.md; see how it is made there"
    assert found[1] == scenario_hash(load(name)), f"{name} has changed; make the table of docs/elsewhere.md again"
