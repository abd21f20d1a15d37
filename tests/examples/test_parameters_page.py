"""The table of parameters in the docs is the one that the code and the library declare."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from qantar.scenario.parameters import Parameters

GENERATOR = Path(__file__).parents[2] / "docs" / "_generate.py"


def test_parameters_page_is_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("generate_parameters", GENERATOR)
    assert spec is not None
    assert spec.loader is not None
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)
    page = generator.page()
    assert generator.PAGE.read_text(encoding="utf-8") == page, "run: python docs/_generate.py"
    for group in Parameters.model_fields:
        assert f"\n## {group}\n" in page
