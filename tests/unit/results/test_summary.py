"""The object of ``--json`` says what the written contract says, and nothing that differs between repeats."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from qantar.results.open import Ensemble
from qantar.results.record import daily_record, record_totals
from qantar.results.summary import DAILY_KEYS, _control, quantiles
from tests import fakes


def test_it_has_exactly_these_parts(store: Ensemble) -> None:
    found = store.summary()
    assert list(found) == [
        "scenario",
        "version",
        "seed",
        "members",
        "endings",
        "daily",
        "totals",
        "control_returned",
        "events",
        "record",
        "store",
    ]
    assert found["members"] == 30
    assert list(found["daily"]) == ["2022-01-01", "2022-01-02"]
    assert set(found["daily"]["2022-01-01"]) == {"participants", "violent", "deaths", "detained", "regions"}
    assert set(found["totals"]) == {"deaths", "detained", "injured"}
    assert set(found["control_returned"]) == {"q05", "q50", "q95", "never"}
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_its_numbers_are_those_of_the_series(store: Ensemble) -> None:
    found, series = store.summary(), store.series
    for key in DAILY_KEYS:
        expected = np.quantile(series[key].values[:, 1], [0.05, 0.5, 0.95])
        assert list(found["daily"]["2022-01-02"][key].values()) == pytest.approx(list(expected))
    north = np.array(fakes.PLACE_REGIONS) == "north"
    expected = np.median(series["place_deaths"].values[:, -1][:, north].sum(axis=1))
    assert found["totals"]["deaths"]["by_region"]["north"]["q50"] == pytest.approx(expected)
    assert sum(found["endings"].values()) == pytest.approx(1)
    assert found["control_returned"]["never"] == 0


def test_a_palace_that_falls_on_quiet_streets_has_not_lost_them() -> None:
    nothing = float("nan")
    members = pd.DataFrame(
        {
            "ending": ["palace coup", "palace coup", "quiet", "failed", "status quo restored"],
            "control_returned_hours": [nothing, nothing, nothing, nothing, 30.0],
            "peak_participants": [5_000, 5_001, 100, nothing, 9_000],
        }
    )
    assert _control(members, 5_000.0) == {"q05": 30.0, "q50": 30.0, "q95": 30.0, "never": 0.25}


def test_events_are_counted_by_member(store: Ensemble) -> None:
    found, events = store.summary()["events"], store.events
    for kind, told in found.items():
        of_kind = events[events["kind"] == kind]
        assert told["share"] == of_kind["member"].nunique() / 30
        assert told["hour"]["q50"] == pytest.approx(of_kind.groupby("member")["hour"].min().median())


def test_repeats_differ_in_nothing_but_the_store(make: Callable[..., Ensemble], tmp_path: Path) -> None:
    first, second = make(tmp_path / "a", 9).summary(), make(tmp_path / "b", 9).summary()
    assert first.pop("store") != second.pop("store")
    assert json.dumps(first) == json.dumps(second)


def test_an_empty_store_has_no_summary(make: Callable[..., Ensemble], tmp_path: Path) -> None:
    from qantar.errors import StoreError

    empty = make(tmp_path / "s", 5, most_batches=0)
    with pytest.raises(StoreError, match="no finished member"):
        empty.summary()


def test_no_members_no_quantiles() -> None:
    assert quantiles(np.array([])) == {"q05": None, "q50": None, "q95": None}


def row(**changes: Any) -> dict[str, Any]:
    return {
        "date": "2022-01-04",
        "as_of": "2022-01-05",
        "key": "deaths",
        "region": None,
        "place": None,
        "value": 1.0,
        "source": "s",
        "use": "target",
        **changes,
    }


def test_the_latest_target_stands_for_a_day() -> None:
    rows = [
        row(value=3, use="weak", as_of="2023-01-01"),
        row(value=2, as_of="2022-08-01"),
        row(value=1),
        row(value=9, region="north", as_of="2024-01-01"),
    ]  # fmt: skip
    for order in (rows, rows[::-1]):
        assert daily_record(order, ["2022-01-04", "2022-01-05"], ["deaths"]) == {
            "2022-01-04": {"deaths": 2.0},
            "2022-01-05": {"deaths": None},
        }


def test_totals_list_every_account_of_the_last_date() -> None:
    rows = [
        row(value=164),
        row(value=238, as_of="2022-08-16"),
        row(value=5, date="2022-01-03"),
        row(value=151, region="north"),
        row(key="participants", value=7),
    ]
    found = record_totals(rows)
    assert [(entry["region"], entry["value"]) for entry in found] == [(None, 238), (None, 164), ("north", 151)]
    assert set(found[0]) >= {"value", "as_of", "source"}
