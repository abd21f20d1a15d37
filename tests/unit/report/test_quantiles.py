"""Quantiles and shares say how far a finite number of members leaves them open."""

import math

import numpy as np
import pytest

from qantar.report.quantiles import by_column, quantiles, share


def test_levels_are_the_median_and_the_ends_of_the_90_percent_interval():
    found = quantiles(np.arange(101))
    assert (found.low, found.middle, found.high) == (5, 50, 95)
    assert found.holds(5) and found.holds(95) and not found.holds(96)


def test_error_of_the_median_of_normal_draws_is_what_theory_says():
    draws = np.random.default_rng(3).normal(0, 1, (400, 900))  # noqa: TID251 - data of a test, no draw of the model
    claimed = np.median([found.middle_error for found in by_column(draws.T)])
    seen = np.std([np.median(row) for row in draws])
    assert claimed == pytest.approx(math.sqrt(math.pi / 2 / 900), rel=0.15)
    assert claimed == pytest.approx(seen, rel=0.25)


def test_error_shrinks_with_more_members():
    draws = np.random.default_rng(5).gamma(2, 10, 4_000)  # noqa: TID251 - data of a test, no draw of the model
    assert quantiles(draws).high_error < quantiles(draws[:100]).high_error


def test_members_without_a_value_are_left_out():
    assert quantiles(np.array([1.0, math.nan, 3.0])).middle == 2
    assert not quantiles(np.array([math.nan])).known
    assert not quantiles(np.array([])).known


@pytest.mark.parametrize("count", [0, 100])
def test_a_share_of_nobody_or_everybody_is_not_certain(count):
    found = share([True] * count + [False] * (100 - count))
    assert found.value in (0, 1)
    assert 0 < found.error < 0.03


def test_error_of_a_share_is_binomial():
    assert share([True] * 400 + [False] * 600).error == pytest.approx(math.sqrt(0.4 * 0.6 / 1000), rel=0.01)
