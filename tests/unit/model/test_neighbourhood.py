"""Crowds half a tick ahead, and sums over what is nearby."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.model.geography import Pairs
from qantar.model.neighbourhood import FEW, foretold, half_on, neighbourhood, sum_around

PEOPLE = st.integers(0, 10**7).map(float)


@given(PEOPLE, PEOPLE)
def test_at_least_half_of_a_crowd_is_there_in_half_a_tick(now: float, before: float) -> None:
    assert half_on(now, before) >= 0.5 * now


@given(PEOPLE)
def test_a_crowd_that_stays_is_foretold_to_stay(now: float) -> None:
    assert half_on(now, now) == pytest.approx(now, abs=1e-6)


@pytest.mark.parametrize("rate", [-0.5, 0.2, 0.45, 1.2])
def test_a_large_crowd_goes_on_by_the_factor_of_the_last_tick(rate: float) -> None:
    before = 1e6
    now = before * math.exp(rate)
    assert half_on(now, before) == pytest.approx(now * math.exp(0.5 * rate), rel=1e-5)


def test_three_protesters_out_of_one_are_no_threefold_growth() -> None:
    line, factor = 3.0 + 0.5 * 2.0, 3.0 * math.sqrt(3.0)
    assert line < half_on(3.0, 1.0) < line + 0.25 * (factor - line)


def test_chance_makes_a_small_crowd_too_large_by_less_than_a_person() -> None:
    """Two independent counts of the same mean: half_on is convex, and the five who are counted too keep that small."""
    counts = np.arange(40)
    for mean in (1.0, 5.0, 15.0):
        chance = np.exp(counts * math.log(mean) - mean - np.array([math.lgamma(n + 1.0) for n in counts]))
        expected = sum(p * q * half_on(float(n), float(m)) for n, p in zip(counts, chance, strict=True)
                       for m, q in zip(counts, chance, strict=True))
        assert 0.0 <= expected - mean < 1.0
    assert FEW == 5.0


def test_a_sum_around_takes_the_neighbours_by_weight_and_of_a_remainder_itself() -> None:
    near = Pairs(np.array([0, 2, 4, 4]), np.array([0, 1, 0, 1]), np.array([1.0, 0.5, 0.5, 1.0]))
    nearby = neighbourhood(near, np.array([False, False, True]))
    values = np.array([10.0, 4.0, 7.0])
    assert [sum_around(nearby, values, i) for i in range(3)] == [12.0, 9.0, 7.0]


def test_districts_foretell_of_their_crowds_together_what_the_city_foretells_of_its_own() -> None:
    """Twelve out of six in one city; in districts they are few in each, one of them has none left and one had none."""
    alone = neighbourhood(Pairs(np.array([0, 1]), np.array([0]), np.ones(1)), np.zeros(1, dtype=np.bool_))
    to = np.tile(np.arange(4), 4)
    cut = neighbourhood(Pairs(np.arange(0, 17, 4), to, np.ones(16)), np.zeros(4, dtype=np.bool_))
    now, before = np.array([7, 4, 0, 1]), np.array([3, 2, 1, 0])
    districts = [foretold(cut, now, before, i) for i in range(4)]
    assert sum(districts) == pytest.approx(foretold(alone, np.array([12]), np.array([6]), 0))
    assert districts[0] == pytest.approx(7.0 * districts[3])
    assert districts[2] == 0.0
