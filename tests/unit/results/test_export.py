"""Exported tables and foreign readers say what the store says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
import xarray as xr
import zarr

from qantar.errors import StoreError
from qantar.results.export import export_csv
from qantar.results.open import Ensemble
from qantar.results.remote import open_series
from tests.fakes import simulate_some_fail


def test_csv_is_tidy_and_complete(store: Ensemble, tmp_path: Path) -> None:
    files = {path.name: pd.read_csv(path) for path in export_csv(store, tmp_path / "csv")}
    assert list(files) == [
        "daily_national.csv", "daily_region.csv", "daily_place.csv", "hourly_national.csv", "events.csv", "members.csv",
        "places.csv", "regions.csv", "orders.csv", "record.csv",
    ]  # fmt: skip
    national = files["daily_national.csv"]
    assert list(national["participants"]) == list(store.series["participants"].values.ravel())
    assert len(files["daily_region.csv"]) == 30 * 2 * 2
    assert list(files["events.csv"]["text"]) == list(store.events["text"])
    assert list(pd.to_datetime(files["events.csv"]["time"])) == list(store.events["time"])
    assert list(files["members.csv"]["ending"]) == list(store.members["ending"])


def test_csv_of_hours_and_places_says_what_the_series_say(store: Ensemble, tmp_path: Path) -> None:
    files = {path.name: pd.read_csv(path) for path in export_csv(store, tmp_path / "csv")}
    hours = files["hourly_national.csv"]
    np.testing.assert_array_equal(hours["national_crowd"], store.series["national_crowd"].values.ravel())
    np.testing.assert_allclose(hours["national_legitimacy"], store.series["national_legitimacy"].values.ravel(), rtol=1e-6)
    assert list(pd.to_datetime(hours["time"][:48])) == list(store.series["time"].values)
    places = files["daily_place.csv"].set_index(["member", "date", "place"])
    for (member, date, place), row in list(places.iterrows())[::37]:
        values = store.series.sel(member=member, place=place).isel(day=["2022-01-01", "2022-01-02"].index(date))
        assert row["participants"] == values["place_participants"]
        assert row["deaths"] == values["place_deaths"]
    assert places["participants"].sum() == store.series["place_participants"].sum()
    assert list(files["record.csv"]["value"]) == [row["value"] for row in store.context["record"]]


def test_a_store_without_a_finished_member_has_nothing_to_export(make: Callable[..., Ensemble], tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no finished member"):
        export_csv(make(tmp_path / "s", 30, most_batches=0), tmp_path / "csv")
    assert not (tmp_path / "csv").exists()


def test_csv_leaves_failed_members_out(make: Callable[..., Ensemble], tmp_path: Path) -> None:
    store = make(tmp_path / "s", 8, simulate=simulate_some_fail)
    files = {path.name: pd.read_csv(path) for path in export_csv(store, tmp_path / "csv")}
    for name in ("hourly_national.csv", "daily_place.csv", "daily_national.csv"):
        assert set(files[name]["member"]) == set(range(7))
    assert set(files["members.csv"]["member"]) == set(range(8))


def test_xarray_alone_reads_the_series(store: Ensemble) -> None:
    with xr.open_zarr(store.path / "series.zarr", chunks=None) as data:
        assert list(data.coords) and data["date"].dtype.kind == "M"
        assert data["participants"].attrs["units"] == "people"
        for name, values in data.data_vars.items():
            np.testing.assert_array_equal(values.values, store.series[name].values, err_msg=str(name))
        assert str(data["place_region"].sel(place="gamma").values) == "south"


def test_series_on_this_machine_are_read_outside_python(store: Ensemble, monkeypatch: pytest.MonkeyPatch) -> None:
    async def none_of_them(*_: object, **__: object) -> None:
        raise RuntimeError("read outside Python")

    monkeypatch.setattr("zarrs.ZarrsCodecPipeline.read", none_of_them)
    with pytest.raises(RuntimeError, match="read outside Python"):
        np.asarray(open_series(store.path / "series.zarr")["participants"])


def test_metadata_of_the_group_and_of_its_arrays_agree(make: Callable[..., Ensemble], tmp_path: Path) -> None:
    make(tmp_path / "s", 20)
    make(tmp_path / "s", 60)
    for consolidated in (True, False):
        group = zarr.open_group(tmp_path / "s" / "series.zarr", mode="r", use_consolidated=consolidated)
        assert {array.shape[0] for name, array in group.arrays() if array.metadata.dimension_names[0] == "member"} == {60}


def test_duckdb_reads_the_tables(store: Ensemble) -> None:
    with duckdb.connect() as connection:
        rows = f"read_parquet('{store.path}/daily/*.parquet')"
        question = f"select region, sum(deaths) from {rows} where date = '2022-01-02' group by region"
        found = dict(connection.execute(question).fetchall())
    series = store.series.isel(day=1)
    assert found[""] == int(series["deaths"].sum())
    assert found["north"] + found["south"] == found[""]


def test_series_are_lazy(store: Ensemble) -> None:
    assert not store.series["crowd_peaceful"].variable._in_memory
