"""Rows of tables: all of them, or none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qantar.errors import StoreError
from qantar.inference.calibrate import _stored
from qantar.inference.parts import BATCH, Rows, part_file, write_rows
from qantar.inference.tables import read_table


def put(folder: Path, start: int, stop: int) -> None:
    """Write a part whose rows know their numbers."""
    numbers = np.arange(start, stop, dtype=np.float64)
    write_rows(folder, range(start, stop), Rows(numbers[:, None], np.zeros((stop - start, 1), dtype=np.float32), numbers, numbers))


def test_a_table_that_is_being_enlarged_is_read_only_without_a_gap(tmp_path: Path) -> None:
    assert _stored(tmp_path / "nowhere") is None
    put(tmp_path, 0, BATCH)
    put(tmp_path, BATCH, BATCH + 10)
    found = _stored(tmp_path)
    assert found is not None and list(found.distance) == list(range(BATCH + 10))
    put(tmp_path, 2 * BATCH, 3 * BATCH)
    assert _stored(tmp_path) is None, "the short last part of before is no full batch"
    put(tmp_path, BATCH, 2 * BATCH)
    found = _stored(tmp_path)
    assert found is not None and list(found.distance) == list(range(3 * BATCH))


def test_a_table_of_which_a_part_is_missing_is_refused(tmp_path: Path) -> None:
    put(tmp_path, 0, BATCH)
    put(tmp_path, BATCH, 2 * BATCH)
    assert len(read_table(tmp_path, 2 * BATCH)) == 2 * BATCH
    part_file(tmp_path, range(BATCH)).unlink()
    with pytest.raises(StoreError, match=r"part-00000000-00000049\.npz is missing"):
        read_table(tmp_path, 2 * BATCH)
