"""The quiet: sums by class and by block follow whoever comes and goes, and everybody who may be chosen is, alike."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.model.streets.joining import _whose
from qantar.model.streets.quiet import BLOCK, change, choose_listed, count_listed, everybody_quiet
from qantar.model.streets.setting import Setting

PLACES, CLASSES, STRATA = 2, 3, 2 * BLOCK + 5


def setting() -> Setting:
    none = np.zeros(0, dtype=np.int64)
    weight = np.where(np.arange(STRATA) < STRATA - 2, 64 + np.arange(STRATA), 0)
    return Setting(none, none, none, none, np.zeros(0), none, weight, np.zeros(0), STRATA, CLASSES * STRATA, STRATA - 2)


def counts() -> np.ndarray:
    return (np.arange(PLACES * CLASSES * STRATA) ** 2 % 7 % 5).reshape(PLACES, CLASSES, STRATA)


@given(st.lists(st.integers(0, PLACES * CLASSES * STRATA - 1), max_size=60))
def test_sums_are_kept(cells: list[int]) -> None:
    lie, people = setting(), counts() + 60
    quiet = everybody_quiet(people.copy(), lie.weight)
    for k, cell in enumerate(cells):
        change(quiet, lie, cell, -1 if k % 3 else 1)
        people.reshape(-1)[cell] += -1 if k % 3 else 1
    now = everybody_quiet(people, lie.weight)
    for name in quiet._fields:
        np.testing.assert_array_equal(getattr(quiet, name), getattr(now, name), err_msg=name)


def test_every_part_of_the_weight_of_a_class_belongs_to_its_stratum() -> None:
    lie = setting()
    quiet = everybody_quiet(counts(), lie.weight)
    for c in range(CLASSES):
        people = quiet.counts[1, c]
        found = [_whose(people, quiet.block[1, c], lie.weight, nth) for nth in range(quiet.weight[1, c])]
        np.testing.assert_array_equal(np.bincount(found, minlength=STRATA), people * lie.weight)


@pytest.mark.parametrize("who", [[3, 4, 5, 6], [0, 7, 8, STRATA - 1], [BLOCK]])
def test_each_of_the_listed_is_chosen_alike(who: list[int]) -> None:
    listed, left, here = np.array(who), np.empty(CLASSES, dtype=np.int64), counts()[0]
    people = count_listed(here, listed, left)
    assert people == here[:, who].sum()
    np.testing.assert_array_equal(left, here[:, who].sum(axis=1))
    found = np.zeros(CLASSES * STRATA, dtype=np.int64)
    for k in range(people):
        room = left.copy()
        chosen = choose_listed(here, listed, room, people, (k + 0.5) / people)
        assert left.sum() - room.sum() == left[chosen // STRATA] - room[chosen // STRATA] == 1
        found[chosen] += 1
    np.testing.assert_array_equal(found.reshape(CLASSES, STRATA)[:, who], here[:, who])
    assert found.sum() == people
