"""What is nearby, and what is soon: sums over a neighbourhood, and crowds half a tick ahead.

Whatever is compared with a number of people is such a sum, so that a city and its districts are alike.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qantar.engine.compiled import njit
from qantar.model.geography import Pairs

FEW = 5.0
"""People by whom a crowd must be more than nothing before its growth is taken for a factor, assumed; see `half_on`."""


class Neighbourhood(NamedTuple):
    """The nearby kernel by rows, and whether a place is one crowd.

    start, to, weight : entries start[i]:start[i+1] belong to place i, its own among them; none to a rural remainder
    gathered : float64[place], 0 in a remainder, whose crowd is many small ones, else 1
    """

    start: NDArray[np.int64]
    to: NDArray[np.int64]
    weight: NDArray[np.float64]
    gathered: NDArray[np.float64]


def neighbourhood(near: Pairs, remainder: NDArray[np.bool_]) -> Neighbourhood:
    """Return the neighbourhood of every place; remainder : bool[place]."""
    return Neighbourhood(near.start, near.to, near.weight, np.where(remainder, 0.0, 1.0))


@njit(borrows=True, inner=True)
def sum_around(nearby: Neighbourhood, values: np.ndarray, i: int) -> float:
    """Return the sum of values : [place] around place `i`, weighted with the nearby kernel; a remainder's own value."""
    total = (1.0 - nearby.gathered[i]) * values[i]
    for k in range(nearby.start[i], nearby.start[i + 1]):
        total += nearby.weight[k] * values[nearby.to[k]]
    return float(total)


@njit(inner=True)
def half_on(now: float, before: float) -> float:
    """Return the people who will be there in half a tick, if they go on growing or dwindling by the factor of the last one.

    (x + k) √((x + k) / (x₋ + k)) - k, and at least half of x. Exact for large crowds that grow or decay exponentially; for few people
    close to x + (x - x₋) / 2, since a factor of three out of one is chance. Second order in the tick.
    """
    return max(0.5 * now, (now + FEW) * math.sqrt((now + FEW) / (before + FEW)) - FEW)


@njit(borrows=True, inner=True)
def foretold(nearby: Neighbourhood, now: np.ndarray, before: np.ndarray, i: int) -> float:
    """Return how many of `now` : [place] will be in place `i` in half a tick, by the factor of its neighbourhood; see `half_on`."""
    if now[i] == 0:
        return 0.0
    around = sum_around(nearby, now, i)
    return float(now[i] * half_on(around, sum_around(nearby, before, i)) / around)
