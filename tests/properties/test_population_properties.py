"""Whatever the margins, tables of people add up."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from qantar.population.marginals import cross, largest_remainder

counts = st.lists(st.integers(0, 60), min_size=1, max_size=9)
share = st.floats(0, 1, allow_nan=False).map(lambda value: 0.0 if value < 1e-6 else value)


@given(st.lists(share, min_size=1, max_size=8).filter(any), st.integers(0, 10**9))
def test_largest_remainder_adds_up_within_one(shares: list[float], total: int) -> None:
    weights = np.array(shares)
    split = largest_remainder(weights, total)
    assert split.sum() == total
    assert (split[weights == 0] == 0).all()
    assert np.abs(split - weights / weights.sum() * total).max() < 1 + 1e-6


@settings(max_examples=300)
@given(counts, st.data(), st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_cross_meets_both_margins_within_one(rows: list[int], data: st.DataObject, key: int, level: int) -> None:
    total = sum(rows)
    cuts = sorted(data.draw(st.lists(st.integers(0, total), max_size=7)))
    columns = np.diff([0, *cuts, total])
    table = cross(np.array(rows), columns, key=key, level=level)
    assert table.sum(axis=1).tolist() == rows
    assert table.sum(axis=0).tolist() == columns.tolist()
    product = np.outer(rows, columns)
    assert (table >= product // max(total, 1)).all()
    assert (table <= -(-product // max(total, 1))).all()
    assert np.array_equal(table, cross(np.array(rows), columns, key=key, level=level))
