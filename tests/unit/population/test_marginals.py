"""Largest remainders and crossed tables, by hand-checked cases."""

from __future__ import annotations

import numpy as np
import pytest

from qantar.errors import AssemblyError
from qantar.population.marginals import LARGEST_PRODUCT, LARGEST_TOTAL, cross, largest_remainder


def test_largest_remainder_serves_the_largest_first() -> None:
    assert largest_remainder(np.array([0.5, 0.3, 0.2]), 9).tolist() == [4, 3, 2]
    assert largest_remainder(np.array([1.0, 1.0, 1.0]), 10).tolist() == [4, 3, 3]
    assert largest_remainder(np.array([1.0, 0.0]), 0).tolist() == [0, 0]


@pytest.mark.parametrize(("shares", "total"), [([0.5, -0.1], 3), ([0.0, 0.0], 3), ([], 0), ([1.0], -1)])
def test_largest_remainder_refuses_what_is_no_split(shares: list[float], total: int) -> None:
    with pytest.raises(AssemblyError, match="cannot split"):
        largest_remainder(np.array(shares), total)


def test_cross_of_a_table_without_fractions_is_the_product() -> None:
    table = cross(np.array([10, 30]), np.array([20, 20]), key=7, level=0)
    assert table.tolist() == [[5, 5], [15, 15]]


def test_cross_is_unbiased_over_keys() -> None:
    rows, columns = np.array([1, 2, 3]), np.array([1, 1, 4])
    mean = np.mean([cross(rows, columns, key=key, level=0) for key in range(4_000)], axis=0)
    expected = np.outer(rows, columns) / 6
    assert np.abs(mean - expected).max() < 4 * np.sqrt(0.25 / 4_000)


def test_cross_depends_on_key_and_level() -> None:
    rows = np.full(20, 3)
    tables = {cross(rows, rows, key=key, level=level).tobytes() for key in range(3) for level in range(3)}
    assert len(tables) == 9


def test_cross_refuses_margins_that_disagree() -> None:
    with pytest.raises(AssemblyError, match="hold 3 and 4 people"):
        cross(np.array([3]), np.array([4]), key=0, level=0)
    with pytest.raises(AssemblyError, match="negative"):
        cross(np.array([3, -1]), np.array([2]), key=0, level=0)
    with pytest.raises(AssemblyError, match="too large"):
        cross(np.array([LARGEST_TOTAL + 1]), np.array([LARGEST_TOTAL + 1]), key=0, level=0)


@pytest.mark.parametrize("total", [LARGEST_PRODUCT, 8_000_000_000, LARGEST_TOTAL])
def test_cross_of_the_largest_country_stays_exact(total: int) -> None:
    rows = np.array([total - 1_000_000_007, 1_000_000_007])
    columns = np.array([1, total - total // 2 - 1, total // 2])
    table = cross(rows, columns, key=0, level=0)
    assert table.sum(axis=1).tolist() == rows.tolist()
    assert table.sum(axis=0).tolist() == columns.tolist()
    expected = [[int(row) * int(column) // total for column in columns] for row in rows]
    assert ((table - expected >= 0) & (table - expected <= 1)).all()


def test_products_beyond_64_bits_round_like_those_within(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, columns = np.array([5, 7, 11]), np.array([3, 9, 11])
    within = cross(rows, columns, key=3, level=1)
    monkeypatch.setattr("qantar.population.marginals.LARGEST_PRODUCT", 1)
    np.testing.assert_array_equal(cross(rows, columns, key=3, level=1), within)
