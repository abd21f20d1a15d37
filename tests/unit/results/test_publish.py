"""What is published is whole: nothing is called done that is not there."""

from __future__ import annotations

from pathlib import Path

from qantar.results.publish import _fixed
from tests.unit.results.conftest import make_store
from tests.unit.results.test_whole import all_fail_but_the_last


def test_series_of_members_are_no_coordinates_though_the_first_chunk_is_missing(tmp_path: Path) -> None:
    store = make_store(tmp_path / "s", 30, simulate=all_fail_but_the_last)
    assert not (store.path / "series.zarr" / "deaths" / "c" / "0").exists()
    names = _fixed(store.path)
    assert "series.zarr/member/c/0" in names and "series.zarr/deaths/zarr.json" in names
    assert not [name for name in names if name.startswith("series.zarr/deaths/c/")]
