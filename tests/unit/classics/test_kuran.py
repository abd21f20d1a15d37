"""Kuran (1991): the two societies of the paper, and how often a small change is a large one."""

from __future__ import annotations

import numpy as np
import pytest

from qantar.classics.kuran import A_PRIME, A, course, equilibria, jumps, rest, society
from qantar.errors import UsageError


def test_the_papers_societies_differ_in_one_threshold_and_end_at_ten_and_at_ninety() -> None:
    assert sum(a != b for a, b in zip(A, A_PRIME, strict=True)) == 1
    assert (rest(A), rest(A_PRIME)) == (10.0, 90.0)
    assert course(A_PRIME)[:9] == [10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0]


def test_the_same_private_thoughts_carry_more_than_one_public_opinion() -> None:
    assert equilibria(A) == [10.0, 90.0, 100.0]
    assert equilibria(A_PRIME) == [90.0, 100.0]


def test_somebody_beyond_a_hundred_never_opposes() -> None:
    assert rest([0.0, 25.0, 50.0, 100.5]) == 75.0
    assert equilibria([0.0, 25.0, 50.0, 100.5]) == [75.0]


def test_a_lower_threshold_never_lowers_opposition() -> None:
    for member in range(50):
        thresholds = society(20, 5.0, 7, member)
        for person in range(20):
            lower = [max(0.0, t - 5.0) if i == person else t for i, t in enumerate(thresholds)]
            assert rest(lower) >= rest(thresholds)


def test_the_rest_is_the_lowest_equilibrium() -> None:
    for member in range(100):
        thresholds = society(10, 10.0, 3, member)
        assert rest(thresholds) == min(equilibria(thresholds))


def test_most_small_changes_are_small_and_some_are_a_revolution() -> None:
    found = jumps(100, 1.0, members=400, seed=1991)
    assert np.median(found) <= 2.0
    assert (found >= 50.0).any()
    assert (found >= 0.0).all()


@pytest.mark.parametrize("thresholds", [[], [-1.0], [float("nan")]])
def test_thresholds_that_are_none(thresholds: list[float]) -> None:
    with pytest.raises(UsageError, match="thresholds"):
        course(thresholds)
