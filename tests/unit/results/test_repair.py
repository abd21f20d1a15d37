"""What is damaged is found, computed again and the same; what is sound stays as it is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from qantar.errors import DamagedError, StoreMismatchError
from qantar.results.batch import Batch
from qantar.results.lock import writing
from qantar.results.open import Ensemble, open_results
from qantar.results.repair import CLUSTER_DIED, WORKER_DIED, repair
from qantar.results.store import accept, intact, prepare, write_batch
from tests import fakes
from tests.unit.results.conftest import IDENTITY, make_store
from tests.unit.results.test_store import tree


def results(folder: Path) -> dict[str, bytes]:
    """Content of every file but the log and the locks."""
    return {name: content for name, content in tree(folder).items() if not name.startswith(("lock", "log"))}


def mend(folder: Path) -> None:
    with writing(folder):
        repair(folder, IDENTITY, fakes.FRAME, fakes.context(), "")


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-3])


DAMAGES: dict[str, tuple[Callable[[Path], object], list[range]]] = {
    "chunk gone": (lambda f: shutil.rmtree(f / "series.zarr/deaths/c/1"), [range(25, 50)]),
    "series gone": (lambda f: shutil.rmtree(f / "series.zarr/deaths"), [range(25), range(25, 50), range(50, 60)]),
    "chunk cut": (lambda f: truncate(f / "series.zarr/crowd_peaceful/c/2/0/0"), [range(50, 60)]),
    "part gone": (lambda f: (f / "events/part-00000000-00000024.parquet").unlink(), [range(25)]),
    "part cut": (lambda f: truncate(f / "members/part-00000025-00000049.parquet"), [range(25, 50)]),
    "table gone": (lambda f: shutil.rmtree(f / "daily"), [range(25), range(25, 50), range(50, 60)]),
    "metadata broken": (lambda f: (f / "series.zarr/zarr.json").write_text("{"), []),
    "metadata gone": (lambda f: (f / "series.zarr/deaths/zarr.json").unlink(), []),
    "coordinates gone": (lambda f: shutil.rmtree(f / "series.zarr/member/c"), []),
    "context broken": (lambda f: (f / "context.json").write_text("{"), []),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_repaired_folder_is_what_it_was(tmp_path: Path, damage: str) -> None:
    make_store(tmp_path / "s", 60)
    before = results(tmp_path / "s")
    harm, lost = DAMAGES[damage]
    harm(tmp_path / "s")
    assert results(tmp_path / "s") != before
    mend(tmp_path / "s")
    assert open_results(tmp_path / "s").state.missing() == lost
    make_store(tmp_path / "s", 60)
    assert results(tmp_path / "s") == before
    assert all(intact(tmp_path / "s", batch) for batch in open_results(tmp_path / "s").state.batches)


def test_a_sound_folder_loses_nothing(store: Ensemble) -> None:
    before = results(store.path)
    mend(store.path)
    assert results(store.path) == before


def test_all_batches_of_a_damaged_chunk_are_computed_together(tmp_path: Path) -> None:
    for members in (5, 10, 15):
        make_store(tmp_path / "s", members)
    (tmp_path / "s" / "events" / "part-00000005-00000009.parquet").unlink()
    mend(tmp_path / "s")
    assert open_results(tmp_path / "s").state.missing() == [range(15)]
    assert {**make_store(tmp_path / "s", 15).summary(), "store": ""} == {**make_store(tmp_path / "t", 15).summary(), "store": ""}


@pytest.mark.parametrize(("reason", "again"), [(f"{WORKER_DIED} 3 times", True), (f"{CLUSTER_DIED} again", True), ("a bug", False)])
def test_members_whose_worker_died_are_tried_again(tmp_path: Path, reason: str, again: bool) -> None:
    store = make_store(tmp_path / "s", 30, most_batches=1)
    batch = Batch(fakes.FRAME, range(25, 30))
    for member in batch.members:
        batch.put_failure(member, reason) if member == 27 else batch.put(fakes.simulate(None, member=member))
    accept(store.path, store.state, write_batch(store.path, batch))
    mend(store.path)
    assert open_results(store.path).state.missing() == ([range(25, 30)] if again else [])
    if again:
        make_store(store.path, 30)
        make_store(tmp_path / "calm", 30)
        assert results(store.path) == results(tmp_path / "calm")


def test_the_folder_of_another_run_is_left_alone(store: Ensemble) -> None:
    (store.path / "context.json").unlink()
    before = results(store.path)
    with writing(store.path), pytest.raises(StoreMismatchError, match="seed is 0 there, 1 was asked for"):
        repair(store.path, replace(IDENTITY, seed=1), fakes.FRAME, fakes.context(), "")
    assert results(store.path) == before


def test_a_folder_without_results_needs_no_repair(tmp_path: Path) -> None:
    mend(tmp_path)
    assert results(tmp_path) == {}


def test_going_on_in_a_broken_folder_says_how_to_mend_it(store: Ensemble) -> None:
    (store.path / "series.zarr" / "zarr.json").write_text("{")
    with pytest.raises(DamagedError, match="--repair"):
        prepare(store.path, IDENTITY, 60, fakes.FRAME, fakes.context(), "")
