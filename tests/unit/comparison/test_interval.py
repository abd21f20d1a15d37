"""Intervals of differences: right in known cases, and covering what they should."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from qantar.comparison.interval import gain, matched_difference, mean_interval, share_difference, student_quantile


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 5, 9, 30, 99, 9999])
@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
def test_student_quantile(degrees: int, level: float) -> None:
    assert student_quantile(degrees, level) == pytest.approx(stats.t.ppf(0.5 + level / 2, degrees), rel=1e-5)


def test_student_quantile_needs_a_degree() -> None:
    with pytest.raises(ValueError, match="degree"):
        student_quantile(0)


def test_mean_interval_is_the_one_of_the_textbook() -> None:
    values = np.array([3, 5, 8, 1, 0, 2, 9])
    low, high = stats.t.interval(0.95, 6, loc=values.mean(), scale=stats.sem(values))
    found = mean_interval(values)
    assert (found.low, found.value, found.high) == pytest.approx((low, values.mean(), high), rel=1e-6)
    assert found.clear


def test_one_pair_says_nothing_of_the_spread_and_none_says_nothing() -> None:
    assert math.isnan(mean_interval(np.array([4])).low)
    assert not mean_interval(np.array([4])).clear
    assert math.isnan(mean_interval(np.array([])).value)


@pytest.mark.parametrize("value", [-1, 0.1])
def test_pairs_that_are_all_alike_leave_no_interval(value: float) -> None:
    found = mean_interval(np.full(7, value))
    assert found.value == value
    assert math.isnan(found.low) and math.isnan(found.high)
    assert found.alike
    assert not found.clear
    assert not mean_interval(np.array([value])).alike, "a single pair is not alike to any"


def test_pairs_that_do_not_differ_do_so_by_exactly_nothing() -> None:
    found = mean_interval(np.zeros(20, dtype=np.int64))
    assert (found.low, found.value, found.high) == (0.0, 0.0, 0.0)


def test_interval_of_a_difference_of_shares_covers() -> None:
    random = np.random.default_rng(5)  # noqa: TID251 - data of a test, no draw of the model
    true, hits, repeats = 0.15, 0, 2000
    for _ in range(repeats):
        u = random.random(40)
        found = share_difference(u < 0.3, u + 0.02 * random.standard_normal(40) < 0.45)
        hits += found.low <= true <= found.high
    assert 0.93 < hits / repeats <= 1.0


def test_difference_of_shares_is_the_plain_one() -> None:
    in_a, in_b = np.array([True, True, False, False]), np.array([True, False, False, False])
    assert share_difference(in_a, in_b).value == -0.25


@pytest.mark.parametrize(("gained", "lost"), [(0, 8), (8, 0), (100, 0), (1, 2), (0, 0)])
def test_shares_differ_by_no_more_than_one(gained: int, lost: int) -> None:
    found = matched_difference(gained, lost, max(gained + lost, 5))
    assert -1.0 <= found.low < found.high <= 1.0
    assert found.low <= found.value <= found.high


def test_gain_is_the_ratio_of_variances() -> None:
    random = np.random.default_rng(6)  # noqa: TID251 - data of a test, no draw of the model
    common = random.standard_normal(4000)
    a, b = common + 0.5 * random.standard_normal(4000), common + 0.5 * random.standard_normal(4000)
    found = gain(a, b)
    assert found.low < 2.5 / 0.5 < found.high
    assert found.high / found.low < 1.2
    independent = gain(random.standard_normal(4000), random.standard_normal(4000))
    assert independent.low < 1.0 < independent.high


def test_gain_of_pairs_that_differ_alike_is_endless_and_of_nothing_unknown() -> None:
    a = np.array([1, 2, 3, 4])
    assert gain(a, a + 7).value == math.inf
    assert math.isnan(gain(np.ones(4), np.ones(4)).value)
    assert math.isnan(gain(np.ones(2), np.ones(2)).value)


def test_gain_has_no_interval_where_one_member_makes_all_of_the_spread() -> None:
    found = gain(np.array([0, 0, 0, 8]), np.array([0, 0, 0, 2]))
    assert found.value > 1.0
    assert math.isnan(found.low) and math.isnan(found.high)
