"""Integer margins, and tables that meet two of them exactly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qantar.errors import AssemblyError
from qantar.population.rounding import Counts, close_cells, cross_totals

LARGEST_PRODUCT = 3_000_000_000
"""Above this many people a product of two margins would leave 64 bits and is taken in Python's integers."""
LARGEST_TOTAL = 1 << 60
"""Above this many people the remainders themselves would leave 64 bits."""


def largest_remainder(shares: NDArray[np.float64], total: int) -> Counts:
    """Split a total into integers that follow the shares.

    Args:
        shares: float64[category], not negative, not all zero; they need not sum to 1.
        total: number of people.

    Returns:
        int64[category] with the sum `total`, each less than 1 away from its share of it. Equal
        remainders are served in the order of the categories.

    Notes:
        Hamilton's method; zero shares get nobody.
    """
    if total < 0 or shares.size == 0 or (shares < 0).any() or not shares.sum() > 0:
        raise AssemblyError(f"cannot split {total} people by the shares {shares.tolist()}")
    expected = shares / shares.sum() * total
    counts: Counts = np.floor(expected).astype(np.int64)
    missing = total - int(counts.sum())
    order = np.argsort(counts - expected, kind="stable")
    counts[order[:missing]] += 1
    return counts


def cross(rows: Counts, columns: Counts, *, key: int, level: int) -> Counts:
    """Cross two integer margins as if they were independent, in whole people.

    Args:
        rows: int64[row], people per row.
        columns: int64[column], people per column, with the same sum.
        key: 32-bit number of the place or region, so that its table does not depend on any other.
        level: number of the table within that place or region.

    Returns:
        int64[row, column]: both margins exact, each cell the floor or the ceiling of
        rows[i] columns[j] / total, and equal to it in expectation over keys.

    Raises:
        AssemblyError: the margins disagree, hold negative numbers, or are too large.

    Notes:
        A two-way table always has such a rounding (Causey, Cox and Ernst 1985, JASA 80, 903-909);
        the way to it is Cox (1987), see `qantar.population.rounding`.
    """
    total = int(rows.sum())
    if total != int(columns.sum()):
        raise AssemblyError(f"two margins of one table hold {total} and {int(columns.sum())} people")
    if total > LARGEST_TOTAL:
        raise AssemblyError(f"a table of {total} people is too large; at most {LARGEST_TOTAL} can be crossed exactly")
    if (rows < 0).any() or (columns < 0).any():
        raise AssemblyError("a margin holds a negative number of people")
    if total > LARGEST_PRODUCT:
        return _cross_large(rows, columns, total, (key, level))
    crossed: Counts = cross_totals(np.ascontiguousarray(rows), np.ascontiguousarray(columns), key, level)
    return crossed


def _cross_large(rows: Counts, columns: Counts, total: int, draws: tuple[int, int]) -> Counts:
    """Do the same with products of any length; the table of a country's regions and classes is small."""
    products = [[int(row) * int(column) for column in columns] for row in rows]
    counts = np.array([[product // total for product in line] for line in products], dtype=np.int64)
    rest = np.array([[product % total for product in line] for line in products], dtype=np.int64)
    close_cells(rest, counts, total, *draws)
    return counts
