"""The schema of results holds what the written contract says, and refuses what it does not know."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qantar.engine.ending import Ending
from qantar.errors import StoreError
from qantar.results.run import Run
from qantar.results.schema import EVENT_COLUMNS, VARIABLES, build_events, build_series, no_events
from tests import fakes

CONTRACT = Path(__file__).parents[3] / "docs" / "schema" / "results.md"


@pytest.fixture
def coords() -> dict[str, Any]:
    return {
        "place": fakes.PLACES,
        "region": fakes.REGIONS,
        "time": fakes.FRAME.times,
        "date": np.array(fakes.FRAME.dates, dtype="datetime64[D]"),
    }


def test_every_variable_is_in_the_written_contract_with_its_dimensions_type_and_unit() -> None:
    text = CONTRACT.read_text(encoding="utf-8")
    for variable in VARIABLES.values():
        row = f"| `{variable.name}` | {', '.join(variable.dims)} | {variable.dtype} | {variable.unit} | {variable.long_name} |"
        assert row in text, variable


def test_every_event_column_is_in_the_written_contract() -> None:
    text = CONTRACT.read_text(encoding="utf-8")
    assert [name for name in EVENT_COLUMNS if f"| `{name}` |" not in text] == []


def test_series_carry_dimensions_types_units_and_names() -> None:
    series = fakes.simulate(None).series
    assert list(series.data_vars) == list(VARIABLES)
    for name, variable in VARIABLES.items():
        assert series[name].dims == variable.dims
        assert str(series[name].dtype) == variable.dtype
        assert series[name].attrs == {"units": variable.unit, "long_name": variable.long_name}


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("sadness", np.zeros(2), "is not a variable"),
        ("participants", np.zeros(3, dtype=np.int64), "has shape (3,), expected ('day',) = (2,)"),
        ("participants", np.zeros(2), "is float64, expected int64"),
        ("sites_held", np.full(fakes.N_TICKS, 2**40), "do not fit int32"),
    ],
)
def test_series_refuse(coords: dict[str, Any], name: str, array: np.ndarray[Any, Any], message: str) -> None:
    with pytest.raises(StoreError, match=re.escape(message)):
        build_series({name: array}, coords)


def test_all_mistakes_of_series_are_named_at_once(coords: dict[str, Any]) -> None:
    with pytest.raises(StoreError) as found:
        build_series({"sadness": np.zeros(2), "deaths": np.zeros(9, dtype=np.int64)}, coords)
    assert "sadness" in str(found.value)
    assert "deaths" in str(found.value)


def test_series_need_every_coordinate(coords: dict[str, Any]) -> None:
    del coords["date"]
    with pytest.raises(StoreError, match="'date' is missing"):
        build_series({}, coords)


def test_events_need_exactly_their_columns() -> None:
    with pytest.raises(StoreError, match="mood"):
        build_events({**{name: [] for name in EVENT_COLUMNS}, "mood": []})


def test_a_failed_run_must_say_why(coords: dict[str, Any]) -> None:
    series = build_series({}, coords)
    with pytest.raises(StoreError, match="reason"):
        Run(0, 0, Ending.FAILED, "", None, series, no_events(), lambda: "h", "v")
    assert Run(0, 0, Ending.FAILED, "why", None, series, no_events(), lambda: "h", "v").failed


def test_a_run_refuses_series_outside_the_schema(coords: dict[str, Any]) -> None:
    series = build_series({}, coords).assign(mood=("day", [1, 2]))
    with pytest.raises(StoreError, match="mood"):
        Run(0, 0, Ending.QUIET, "", None, series, no_events(), lambda: "h", "v")
