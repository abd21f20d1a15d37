"""What is published is whole: nothing is called done that is not there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from qantar.errors import StoreError
from qantar.results.lock import holder
from qantar.results.open import open_results
from qantar.results.publish import Publisher, _fixed
from qantar.results.remote import as_folder, make_staging, staging_of
from qantar.results.store import intact
from tests.unit.results.conftest import make_store
from tests.unit.results.test_whole import all_fail_but_the_last


@pytest.fixture
def address() -> Iterator[str]:
    """An address on a file system in memory."""
    pytest.importorskip("upath", reason="universal-pathlib is not installed (pip install 'qantar[remote]')")
    import fsspec

    yield "memory://bucket/results"
    fsspec.filesystem("memory").store.clear()


def test_series_of_members_are_no_coordinates_though_the_first_chunk_is_missing(tmp_path: Path) -> None:
    store = make_store(tmp_path / "s", 30, simulate=all_fail_but_the_last)
    assert not (store.path / "series.zarr" / "deaths" / "c" / "0").exists()
    names = _fixed(store.path)
    assert "series.zarr/member/c/0" in names and "series.zarr/deaths/zarr.json" in names
    assert not [name for name in names if name.startswith("series.zarr/deaths/c/")]


@pytest.mark.parametrize("lost", ["series.zarr/deaths/c/1/0", "events/part-00000025-00000029.parquet"])
def test_a_batch_of_which_a_file_is_missing_is_not_published(address: str, tmp_path: Path, lost: str) -> None:
    store = make_store(tmp_path / "s", 30)
    (store.path / lost).unlink()
    with pytest.raises(StoreError, match=rf"members 25 to 29 cannot be published: .*{lost} is missing.*--repair"):
        Publisher(store.path, address).publish(store.state)
    assert not (as_folder(address) / "manifest.json").exists()


def test_a_chunk_of_members_that_all_failed_needs_no_file(address: str, tmp_path: Path) -> None:
    store = make_store(tmp_path / "s", 30, simulate=all_fail_but_the_last)
    Publisher(store.path, address).publish(store.state)
    assert all(intact(as_folder(address), batch) for batch in open_results(address).state.batches)


def test_what_is_damaged_at_an_address_is_put_there_again_though_all_is_sound_here(address: str, tmp_path: Path) -> None:
    store = make_store(tmp_path / "s", 30)
    Publisher(store.path, address).publish(store.state)
    (as_folder(address) / "series.zarr" / "deaths" / "c" / "0" / "0").write_bytes(b"damaged")
    again = Publisher(store.path, address)
    again.receive()
    again.publish(store.state, anew=True)
    assert all(intact(as_folder(address), batch) for batch in open_results(address).state.batches)


def test_a_folder_in_the_temporary_folder_is_this_user_s_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QANTAR_STAGING", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = staging_of("s3://bucket/results")
    assert f"-{os.getuid()}-" in folder.name
    folder.mkdir(mode=0o755)
    make_staging(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    (tmp_path / "link").symlink_to(folder)
    with pytest.raises(StoreError, match="QANTAR_STAGING"):
        make_staging(tmp_path / "link")
    monkeypatch.setattr(os, "getuid", lambda: folder.stat().st_uid + 1)
    assert staging_of("s3://bucket/results") != folder
    with pytest.raises(StoreError, match="QANTAR_STAGING"):
        make_staging(folder)


def test_no_other_run_comes_in_before_all_is_published_and_removed(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from qantar.ensembles.local import Options, run_ensemble
    from qantar.scenario.load import load

    held = []
    close = Publisher.close

    def look(publisher: Publisher) -> None:
        held.append((holder(staging_of(address)) is not None, len(open_results(address).state.done)))
        close(publisher)

    monkeypatch.setenv("QANTAR_STAGING", str(tmp_path))
    monkeypatch.setattr(Publisher, "close", look)
    country = load("borderland").set("clock.end", "2024-03-08T00:00")
    run_ensemble(country, members=1, out=address, options=Options(workers=1))
    assert held == [(True, 1)]
    assert {path.name for path in staging_of(address).iterdir()} == {"lock", "lock.workers"}, "who awaits a lock shall find it"
