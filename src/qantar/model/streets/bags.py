"""Crowds as multisets of cells: the sparse half of the count.

The quiet are counted densely, an integer per (place, class, stratum). Everybody else - on the
street, resting, hiding, held, hurt, dead - is an entry in a *bag*: one bag per (place,
compartment), an entry is the number of the person's home cell. A bag is a multiset, so it is the
integer count per cell written sparsely; its cost follows the people in it, not the population.

Members of a bag share every hazard that does not read their stratum, so leavers are a binomial
draw from its size, and which entries leave is a uniform choice without replacement.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

PEACEFUL, VIOLENT = 0, 3
"""First of the three stages of peaceful and of violent presence (by place where they stand)."""
TIRED, AFRAID = 6, 7
"""At home after going out (by home place)."""
DELIVERED, REMANDED = 8, 9
"""Held (by place of detention): those who will be released, those who will not in this run."""
INJURED = 10
"""Hurt (by place where it happened)."""
DEAD = 11
"""Dead (by place where it happened)."""
STAGES = 3
COMPARTMENTS = 12
FIRST_ARENA = 4096


class Bags(NamedTuple):
    """All bags of a country; bag = place * COMPARTMENTS + compartment.

    start, capacity, size, settled : int64[bag]   where a bag lies in the arena, how far it may and
        does reach, and how many of its entries were there when the step began
    top : int64[1]   first free entry of the arena
    """

    start: NDArray[np.int64]
    capacity: NDArray[np.int64]
    size: NDArray[np.int64]
    settled: NDArray[np.int64]
    top: NDArray[np.int64]


def empty(n_places: int) -> tuple[Bags, NDArray[np.int64]]:
    """Return empty bags and an empty arena."""
    n = n_places * COMPARTMENTS
    sizes = (n, n, n, n, 1)
    return Bags(*[np.zeros(size, dtype=np.int64) for size in sizes]), np.empty(FIRST_ARENA, dtype=np.int64)


@njit(cache=True)
def settle(bags: Bags) -> None:
    """Begin a step: whoever is in a bag now may move in it, whoever arrives may not."""
    for b in range(bags.size.size):
        bags.settled[b] = bags.size[b]


@njit(cache=True)
def _relocate(bags: Bags, arena: np.ndarray, b: int) -> np.ndarray:
    """Give bag `b` twice its room; the arena is rewritten without gaps when it is full."""
    wanted = max(np.int64(8), 2 * bags.capacity[b])
    if bags.top[0] + wanted > arena.size:
        needed = wanted
        for other in range(bags.size.size):
            if other != b:
                needed += bags.capacity[other]
        fresh = np.empty(2 * needed + FIRST_ARENA, dtype=np.int64)
        at = np.int64(0)
        for other in range(bags.size.size):
            room = wanted if other == b else bags.capacity[other]
            for i in range(bags.size[other]):
                fresh[at + i] = arena[bags.start[other] + i]
            bags.start[other] = at
            bags.capacity[other] = room
            at += room
        bags.top[0] = at
        return fresh
    for i in range(bags.size[b]):
        arena[bags.top[0] + i] = arena[bags.start[b] + i]
    bags.start[b] = bags.top[0]
    bags.capacity[b] = wanted
    bags.top[0] += wanted
    return arena


@njit(cache=True)
def push(bags: Bags, arena: np.ndarray, b: int, cell: int) -> np.ndarray:
    """Add an entry to bag `b`; return the arena, which may have moved."""
    if bags.size[b] == bags.capacity[b]:
        arena = _relocate(bags, arena, b)
    arena[bags.start[b] + bags.size[b]] = cell
    bags.size[b] += 1
    return arena


@njit(cache=True)
def take(bags: Bags, arena: np.ndarray, b: int, i: int) -> int:
    """Remove and return the settled entry `i` of bag `b`; arrivals keep their places behind."""
    first = bags.start[b]
    cell = arena[first + i]
    last_settled = bags.settled[b] - 1
    last = bags.size[b] - 1
    arena[first + i] = arena[first + last_settled]
    arena[first + last_settled] = arena[first + last]
    bags.settled[b] = last_settled
    bags.size[b] = last
    return int(cell)
