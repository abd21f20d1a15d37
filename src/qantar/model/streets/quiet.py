"""The dense half of the count: the quiet people of every cell, and sums of them that are kept up to date.

A cell is a place, a class of propensity and a stratum; its number is (place · classes + class) · strata + stratum.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qantar.engine.compiled import njit
from qantar.model.streets.setting import Setting

BLOCK = 12
"""Strata in a row whose weights are also kept as one sum: a call looks through sums first, then through one block."""


class Quiet(NamedTuple):
    """Quiet people and, so that a call finds its cell soon, what they weigh (see `joining`).

    counts : int64[place, class, stratum]   quiet people; adults in the first `Setting.adults` strata
    weight : int64[place, class]            people times `Setting.weight`, kept equal to the sum over the strata
    block : int64[place, class, block]      the same of every `BLOCK` strata in a row
    """

    counts: NDArray[np.int64]
    weight: NDArray[np.int64]
    block: NDArray[np.int64]


def everybody_quiet(counts: NDArray[np.int64], weight: NDArray[np.int64]) -> Quiet:
    """Return the count of a country where all are at home, with these very `counts`; `weight` is that of a stratum."""
    block = np.add.reduceat(counts * weight, np.arange(0, weight.size, BLOCK), axis=2)
    return Quiet(counts, block.sum(axis=2), block)


@njit(borrows=True, inner=True, inline="always")
def change(quiet: Quiet, setting: Setting, cell: int, by: int) -> None:
    """Let `by` people of a cell come home (1) or leave it (-1)."""
    row = cell // setting.strata
    s = cell - row * setting.strata
    place = cell // setting.cells
    c = row - place * (setting.cells // setting.strata)
    quiet.counts[place, c, s] += by
    quiet.weight[place, c] += by * setting.weight[s]
    quiet.block[place, c, s // BLOCK] += by * setting.weight[s]


@njit(borrows=True, inner=True)
def count_listed(counts: np.ndarray, who: np.ndarray, out: np.ndarray) -> int:
    """Fill `out` : int64[class] with the people of the listed strata, of a place's counts : int64[class, stratum]; return the sum.

    who : int64[listed], at least one, in rising order; neighbours in a row are added up without looking at the list
    """
    first, last = who[0], who[who.size - 1] + 1
    in_a_row = last - first == who.size
    total = 0
    for c in range(counts.shape[0]):
        n = 0
        if in_a_row:
            for people in counts[c, first:last]:
                n += people
        else:
            for s in who:
                n += counts[c, s]
        out[c] = n
        total += n
    return total


@njit(borrows=True, inner=True)
def choose_listed(counts: np.ndarray, who: np.ndarray, left: np.ndarray, people: int, u: float) -> int:
    """Choose one of the quiet people of the listed strata in a place by u in (0, 1); return class · strata + stratum.

    counts, who : see `count_listed`; left : int64[class], what that filled, from which the chosen one is taken, and `people` its sum
    """
    nth = min(int(u * people), people - 1)
    c = 0
    while nth >= left[c]:
        nth -= left[c]
        c += 1
    left[c] -= 1
    for s in who:
        nth -= counts[c, s]
        if nth < 0:
            return int(c * counts.shape[1] + s)
    return -1


@njit(borrows=True, inner=True, inline="always")
def take_listed(quiet: Quiet, setting: Setting, place: int, who: np.ndarray, left: tuple[np.ndarray, int], u: float) -> int:
    """Remove the one whom `choose_listed` chooses from a place; return the cell. `left` : by class, and the sum."""
    cell = place * setting.cells + choose_listed(quiet.counts[place], who, left[0], left[1], u)
    change(quiet, setting, cell, -1)
    return int(cell)
