"""Results on object storage: the same bytes, finished batches only, and nobody's results overwritten."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from qantar.errors import DamagedError, MissingExtraError, StoreMismatchError, UsageError
from qantar.results.manifest import Identity, read_manifest
from qantar.results.open import open_results
from qantar.results.publish import Publisher
from qantar.results.remote import address_of, as_folder, staging_of
from qantar.results.store import intact
from tests import object_store
from tests.unit.results.conftest import IDENTITY, make_store


@pytest.fixture(params=["memory", "file", "s3"])
def address(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An address on a file system in memory, on one of this machine, and on an object store behind HTTP."""
    pytest.importorskip("upath", reason="universal-pathlib is not installed (pip install 'qantar[remote]')")
    monkeypatch.setenv("QANTAR_STAGING", str(tmp_path / "staging"))
    match request.param:
        case "memory":
            import fsspec

            yield "memory://bucket/results"
            fsspec.filesystem("memory").store.clear()
        case "file":
            yield f"file://{tmp_path}/elsewhere"
        case "s3":
            object_store.needed()
            with object_store.serving(monkeypatch) as bucket:
                yield f"{bucket}/results"


def made(folder: Path, members: int, address: str, *, most_batches: int = 1000) -> None:
    publisher = Publisher(folder, address)
    publisher.publish(make_store(folder, members, most_batches=most_batches).state)


def test_paths_and_addresses_are_told_apart() -> None:
    assert address_of("s3://bucket/a") == address_of(Path("s3://bucket/a")) == "s3://bucket/a"
    assert address_of("file:///tmp/a") == address_of(Path("file:///tmp/a")) == "file:///tmp/a"
    assert address_of("memory://a") == address_of(Path("memory://a")) == "memory://a"
    for local in ("results/a", "/tmp/a", "C:/results", "a:b", "./s3:/x"):
        assert address_of(local) is None
    assert as_folder("results/a") == Path("results/a")
    assert staging_of("s3://bucket/a") != staging_of("s3://bucket/b")


def test_without_the_extra_the_command_that_installs_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "upath", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'qantar\[remote\]'"):
        open_results("s3://bucket/results")


def test_what_is_published_says_the_same(address: str, tmp_path: Path) -> None:
    made(tmp_path / "s", 60, address)
    here, there = open_results(tmp_path / "s"), open_results(address)
    assert there.manifest == here.manifest
    for name in here.series.data_vars:
        np.testing.assert_array_equal(there.series[name].values, here.series[name].values)
    for table in ("members", "events", "daily"):
        pd.testing.assert_frame_equal(getattr(there, table), getattr(here, table))
    assert {**there.summary(), "store": ""} == {**here.summary(), "store": ""}
    assert all(intact(there.path, batch) for batch in there.state.batches)


def test_series_are_read_lazily(address: str, tmp_path: Path) -> None:
    made(tmp_path / "s", 60, address)
    there = open_results(address)
    chunk = as_folder(address) / "series.zarr" / "crowd_peaceful" / "c" / "0"
    assert there.series["crowd_peaceful"].sizes["member"] == 60
    for path in [path for path in chunk.rglob("*") if path.is_file()]:
        path.unlink()
    with pytest.raises(DamagedError, match="crowd_peaceful/c/0 is missing"):  # it was not read when it was opened
        _ = there.series["crowd_peaceful"].isel(member=0).values
    assert (there.series["crowd_peaceful"].isel(member=30).values >= 0).all()


def test_a_reader_sees_finished_batches_only_and_going_on_adds_the_rest(address: str, tmp_path: Path) -> None:
    made(tmp_path / "s", 60, address, most_batches=1)
    assert len(open_results(address).state.done) == 25
    assert len(open_results(address).members) == 25
    made(tmp_path / "s", 60, address)
    assert open_results(address).manifest == open_results(tmp_path / "s").manifest


def test_another_machine_goes_on_from_what_is_there(address: str, tmp_path: Path) -> None:
    made(tmp_path / "s", 60, address, most_batches=1)
    Publisher(tmp_path / "t", address).receive()
    assert len(read_manifest(tmp_path / "t").done) == 25
    made(tmp_path / "t", 60, address)
    make_store(tmp_path / "calm", 60)
    assert open_results(address).manifest == open_results(tmp_path / "calm").manifest
    assert all(intact(as_folder(address), batch) for batch in open_results(address).state.batches)


def test_somebody_else_who_published_in_the_meantime_is_not_overwritten(address: str, tmp_path: Path) -> None:
    mine = Publisher(tmp_path / "s", address)
    made(tmp_path / "other", 30, address)
    before = (as_folder(address) / "manifest.json").read_bytes()
    with pytest.raises(StoreMismatchError, match="another run has written"):
        mine.publish(make_store(tmp_path / "s", 60).state)
    assert (as_folder(address) / "manifest.json").read_bytes() == before


def test_a_whole_ensemble_of_a_country(address: str, tmp_path: Path) -> None:
    from qantar.ensembles.local import Options, run_ensemble
    from qantar.scenario.load import load

    country = load("borderland").set("clock.end", "2024-03-08T00:00")
    run_ensemble(country, members=2, seed=4, out=address, options=Options(workers=1))
    run_ensemble(country, members=3, seed=4, out=address, options=Options(workers=1))
    here = run_ensemble(country, members=3, seed=4, out=tmp_path / "here", options=Options(workers=1))
    there = open_results(address)
    assert len(there.state.done) == 3
    for name in there.series.data_vars:
        np.testing.assert_array_equal(there.series[name].values, open_results(here).series[name].values)
    with pytest.raises(UsageError, match="seed is 4 there, 5 was asked for"):
        run_ensemble(country, members=3, seed=5, out=address, options=Options(workers=1))
    assert IDENTITY.seed == 0


def killed(folder: Path, members: int, *, batches: int, identity: Identity = IDENTITY) -> None:
    """What a machine has that was killed before it published anything of this."""
    make_store(folder, members, identity=identity, most_batches=batches)


def repeated(folder: Path, members: int, address: str, *, identity: Identity = IDENTITY) -> None:
    """What a run does on a machine that may have some of it."""
    publisher = Publisher(folder, address)
    publisher.check(identity, {})
    publisher.receive()
    publisher.publish(make_store(folder, members, identity=identity).state)


def test_results_of_another_run_are_not_overwritten_by_what_a_killed_one_left_here(address: str, tmp_path: Path) -> None:
    other = replace(IDENTITY, seed=1)
    killed(tmp_path / "s", 60, batches=0, identity=other)
    made(tmp_path / "t", 30, address)
    with pytest.raises(StoreMismatchError, match="seed is 0 there, 1 was asked for"):
        repeated(tmp_path / "s", 60, address, identity=other)
    assert open_results(address).manifest == open_results(tmp_path / "t").manifest
    with pytest.raises(StoreMismatchError, match=r"seed is 1 there, 0 was asked for.*QANTAR_STAGING"):
        repeated(tmp_path / "s", 60, address)


def test_a_machine_that_was_killed_early_drops_nothing_that_another_one_published(address: str, tmp_path: Path) -> None:
    made(tmp_path / "s", 60, address, most_batches=1)
    repeated(tmp_path / "t", 100, address)
    repeated(tmp_path / "s", 60, address)
    there = open_results(address).state
    assert (there.members, len(there.done)) == (100, 100)
    assert all(intact(tmp_path / "s", batch) and intact(as_folder(address), batch) for batch in there.batches)


@pytest.mark.parametrize(("here", "there"), [(60, 70), (70, 60)])
def test_both_sides_may_have_what_the_other_lacks(address: str, tmp_path: Path, here: int, there: int) -> None:
    made(tmp_path / "t", 55, address)
    Publisher(tmp_path / "s", address).receive()
    killed(tmp_path / "s", here, batches=9)
    repeated(tmp_path / "t", there, address)
    repeated(tmp_path / "s", 80, address)
    found = open_results(address)
    assert found.state.done == tuple(range(80))
    assert all(intact(as_folder(address), batch) for batch in found.state.batches)
    assert len(list((as_folder(address) / "events").glob("*.parquet"))) == len(found.state.batches)
    assert {**found.summary(), "store": ""} == {**make_store(tmp_path / "calm", 80).summary(), "store": ""}


def test_a_stale_folder_here_is_refused_by_an_ensemble(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from qantar.ensembles.local import Options, run_ensemble
    from qantar.scenario.load import load

    country = load("borderland").set("clock.end", "2024-03-08T00:00")
    one = Options(workers=1)
    run_ensemble(country, members=1, seed=1, out=staging_of(address), options=one)  # and killed before it published
    monkeypatch.setenv("QANTAR_STAGING", str(tmp_path / "another"))
    run_ensemble(country, members=2, seed=2, out=address, options=one)
    monkeypatch.setenv("QANTAR_STAGING", str(tmp_path / "staging"))
    with pytest.raises(StoreMismatchError, match="seed is 2 there, 1 was asked for"):
        run_ensemble(country, members=1, seed=1, out=address, options=one)
    assert (open_results(address).state.identity.seed, len(open_results(address).state.done)) == (2, 2)


def test_damaged_results_at_an_address_are_repaired(address: str) -> None:
    from qantar.ensembles.local import Options, run_ensemble
    from qantar.scenario.load import load

    country = load("borderland").set("clock.end", "2024-03-08T00:00")
    run_ensemble(country, members=2, out=address, options=Options(workers=1))
    before = open_results(address).manifest
    for name in ("series.zarr/deaths/c/0/0", "events/part-00000000-00000001.parquet"):
        (as_folder(address) / name).unlink()
    run_ensemble(country, members=2, out=address, options=Options(workers=1, repair=True))
    assert open_results(address).manifest == before
    assert all(intact(as_folder(address), batch) for batch in open_results(address).state.batches)
