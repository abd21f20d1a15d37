"""A store keeps what it is given, goes on, grows, and refuses strangers."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from qantar.errors import DamagedError, StoreError, StoreMismatchError
from qantar.results.arrays import read_series
from qantar.results.batch import Batch
from qantar.results.layout import CHUNK
from qantar.results.manifest import Identity, Manifest, Receipt, read_manifest
from qantar.results.open import Ensemble, open_results
from qantar.results.schema import VARIABLES
from qantar.results.store import claim, intact, prepare, write_batch
from tests import fakes
from tests.unit.results.conftest import make_store

Make = Callable[..., Ensemble]


def tree(folder: Path) -> dict[str, bytes]:
    """Content of every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_what_is_put_in_comes_out(store: Ensemble) -> None:
    run = fakes.simulate(None, member=27)
    for name in VARIABLES:
        np.testing.assert_array_equal(store.series[name].sel(member=27).values, run.series[name].values)
    pd.testing.assert_frame_equal(store.events[store.events["member"] == 27].reset_index(drop=True), run.events)
    row = store.members.loc[27]
    assert row["ending"] == run.ending.value
    assert row["deaths"] == int(run.series["national_deaths"][-1])


def test_daily_rows_are_the_country_and_its_regions(store: Ensemble) -> None:
    daily = store.daily[store.daily["member"] == 4].set_index(["date", "region"])
    series = store.series.sel(member=4)
    for day, date in enumerate(series["date"].values):
        assert daily.loc[(date, ""), "participants"] == int(series["participants"][day])
        south = series["place_participants"][day].values[np.array(fakes.PLACE_REGIONS) == "south"].sum()
        assert daily.loc[(date, "south"), "participants"] == south
        assert daily.loc[(date, "north"), "regions"] == int(series["region_in_protest"].sel(region="north")[day])


def test_twenty_and_then_thirty_more_are_fifty_at_once_byte_for_byte(make: Make, tmp_path: Path) -> None:
    at_once = make(tmp_path / "once", 50)
    make(tmp_path / "twice", 20)
    before = read_series(tmp_path / "twice", 0, 19)
    extended = make(tmp_path / "twice", 50)
    assert tree(tmp_path / "twice" / "series.zarr") == tree(tmp_path / "once" / "series.zarr")
    after = read_series(tmp_path / "twice", 0, 19)
    assert all(before[name].tobytes() == after[name].tobytes() for name in VARIABLES)
    for table in ("members", "events", "daily"):
        pd.testing.assert_frame_equal(getattr(extended, table), getattr(at_once, table))
    assert {**extended.summary(), "store": ""} == {**at_once.summary(), "store": ""}


def test_an_unfinished_store_shows_what_is_done_and_goes_on(make: Make, tmp_path: Path) -> None:
    part = make(tmp_path / "s", 60, most_batches=1)
    assert part.series.sizes["member"] == CHUNK
    assert len(part.members) == CHUNK
    assert part.state.missing() == [range(25, 50), range(50, 60)]
    whole = make(tmp_path / "s", 60)
    assert whole.state.missing() == []
    assert whole.manifest == make(tmp_path / "t", 60).manifest


def test_a_batch_that_was_written_but_not_accepted_does_not_count(make: Make, tmp_path: Path) -> None:
    make(tmp_path / "s", 25)
    stray = Batch(fakes.FRAME, range(25, 40))
    for member in stray.members:
        stray.put(fakes.simulate(None, member=member))
    manifest = prepare(tmp_path / "s", read_manifest(tmp_path / "s").identity, 60, fakes.FRAME, fakes.context(), "")
    write_batch(tmp_path / "s", stray)
    assert manifest.missing()[0] == range(25, 50)
    assert len(open_results(tmp_path / "s").events) == len(make(tmp_path / "t", 25).events)
    whole = make(tmp_path / "s", 60)
    assert sorted(path.name for path in (tmp_path / "s" / "events").iterdir()) == [
        f"part-{batch.first:08d}-{batch.last:08d}.parquet" for batch in whole.state.batches
    ]
    assert whole.manifest == make(tmp_path / "u", 60).manifest


def test_half_written_files_are_swept(make: Make, tmp_path: Path) -> None:
    make(tmp_path / "s", 25)
    leftover = tmp_path / "s" / "series.zarr" / "deaths" / "c" / "0" / "0.abc.partial"
    leftover.write_text("half")
    make(tmp_path / "s", 26)
    assert not leftover.exists()


def test_a_store_whose_making_was_interrupted_is_made_anew(make: Make, tmp_path: Path) -> None:
    half = tmp_path / "s" / "series.zarr.abc.partial" / "deaths"
    half.mkdir(parents=True)
    (half / "zarr.json").write_text("{")
    (tmp_path / "s" / "series.zarr").mkdir()
    assert make(tmp_path / "s", 5).manifest == make(tmp_path / "t", 5).manifest
    assert not half.parent.exists()


@pytest.mark.parametrize(
    ("change", "word"),
    [({"seed": 1}, "seed is 0 there, 1 was asked for"), ({"scenario_hash": "f"}, "scenario hash"), ({"palace": "simulated"}, "palace"),
     ({"parameters": "prior"}, "parameters"), ({"version": "9"}, "version")],
)  # fmt: skip
def test_another_run_is_refused_and_named(make: Make, identity: Identity, tmp_path: Path, change: dict[str, object], word: str) -> None:
    make(tmp_path / "s", 5)
    before = tree(tmp_path / "s")
    with pytest.raises(StoreMismatchError, match=word) as found:
        make(tmp_path / "s", 5, identity=replace(identity, **change))  # type: ignore[arg-type]
    assert found.value.exit_code == 2
    assert {name: content for name, content in tree(tmp_path / "s").items() if "lock" not in name} == {
        name: content for name, content in before.items() if "lock" not in name
    }


def test_a_folder_with_other_files_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.partial").write_text("do not lose me")
    with pytest.raises(StoreMismatchError, match=r"thesis\.partial"):
        claim(tmp_path)
    assert (tmp_path / "thesis.partial").exists()


@pytest.mark.parametrize("name", ["log.txt", "context.json", "map.geojson", "manifest.json", "series.zarr"])
def test_what_a_killed_run_left_half_written_is_no_other_file(make: Make, tmp_path: Path, name: str) -> None:
    (tmp_path / f"{name}.0123abcd.partial").write_text("half")
    assert make(tmp_path, 1).state.done == (0,)
    assert not list(tmp_path.glob("*.partial"))
    (tmp_path / "manifest.json").unlink()
    (tmp_path / f"{name}.mine").write_text("do not lose me")
    with pytest.raises(StoreMismatchError, match=rf"{name}\.mine"):
        claim(tmp_path)


def test_what_is_no_store_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="not a results folder"):
        open_results(tmp_path)
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(StoreError, match="not a manifest"):
        open_results(tmp_path)


def test_a_newer_schema_is_refused(store: Ensemble) -> None:
    path = store.path / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "schema_version": 99}))
    with pytest.raises(StoreError, match="schema 99, newer than"):
        open_results(store.path)


def test_damage_is_noticed(store: Ensemble) -> None:
    assert all(intact(store.path, batch) for batch in store.state.batches)
    (store.path / "series.zarr" / "deaths" / "c" / "1" / "0").unlink()
    assert [intact(store.path, batch) for batch in store.state.batches] == [True, False]


def test_what_cannot_even_be_read_is_damaged(store: Ensemble) -> None:
    chunk = store.path / "series.zarr" / "deaths" / "c" / "0" / "0"
    chunk.write_bytes(chunk.read_bytes()[:-3])
    next((store.path / "events").glob("part-*-*29.parquet")).unlink()
    assert [intact(store.path, batch) for batch in store.state.batches] == [False, False]


def test_failed_members_are_rows_and_count_nowhere_else(make: Make, tmp_path: Path) -> None:
    def some_fail(scenario: object, *, seed: int, member: int) -> object:
        return fakes.simulate_some_fail(scenario, seed=seed, member=member)

    store = make(tmp_path / "s", 8, simulate=some_fail)
    row = store.members.loc[7]
    assert (row["ending"], row["reason"]) == ("failed", "hazard was negative")
    assert (store.series["participants"].sel(member=7) == -1).all()
    assert np.isnan(store.series["national_cause"].sel(member=7)).all()
    assert 7 not in set(store.events["member"]) | set(store.daily["member"])
    sound = make(tmp_path / "t", 7).summary()
    found = store.summary()
    assert found["endings"]["failed"] == 1 / 8
    assert (found["daily"], found["totals"], found["events"]) == (sound["daily"], sound["totals"], sound["events"])


def test_batches_keep_to_the_grid_of_chunks(identity: Identity) -> None:
    manifest = Manifest(identity, 60, (Receipt(0, 19, "h", 0), Receipt(25, 49, "h", 0)))
    assert manifest.missing() == [range(20, 25), range(50, 60)]


def test_a_run_of_another_country_does_not_get_in() -> None:
    other = replace(fakes.FRAME, places=("a", "b", "c", "d"))
    with pytest.raises(StoreError, match="other places"):
        Batch(other, range(5)).put(fakes.simulate(None, member=3))
    with pytest.raises(StoreError, match="does not belong"):
        Batch(fakes.FRAME, range(5)).put(fakes.simulate(None, member=9))


def test_a_file_is_durable_before_it_takes_the_place_of_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: set[int] = set()
    put, sync = Path.replace, os.fsync

    def look(handle: int) -> None:
        synced.add(os.fstat(handle).st_ino)
        sync(handle)

    def replace_file(path: Path, target: Path) -> Path:
        assert path.is_dir() or path.stat().st_ino in synced, f"{target} is not durable"
        return put(path, target)

    make_store(tmp_path / "s", 5)
    monkeypatch.setattr(os, "fsync", look)
    monkeypatch.setattr(Path, "replace", replace_file)
    make_store(tmp_path / "s", 10)
    make_store(tmp_path / "t", 5)


def test_members_are_not_added_to_a_damaged_chunk(tmp_path: Path) -> None:
    make_store(tmp_path / "s", 5)
    chunk = tmp_path / "s" / "series.zarr" / "deaths" / "c" / "0" / "0"
    chunk.write_bytes(chunk.read_bytes()[:-3])
    with pytest.raises(DamagedError, match="--repair"):
        make_store(tmp_path / "s", 10)
    assert len(read_manifest(tmp_path / "s").done) == 5


def test_folders_that_are_new_are_made_durable_with_their_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: set[Path] = set()
    monkeypatch.setattr("qantar.results.files.sync_directory", synced.add)
    make_store(tmp_path / "s", 30)
    series = tmp_path / "s" / "series.zarr"
    for name in VARIABLES:
        assert {series / name, series / name / "c", series / name / "c" / "1"} <= synced, name
