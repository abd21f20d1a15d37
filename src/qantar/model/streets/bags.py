"""Crowds as multisets of cells: the sparse half of the count.

The quiet are counted densely, an integer per (place, class, stratum). Everybody else - on the
street, resting, hiding, held, hurt, dead - is an entry in a *bag*: one bag per (place,
compartment), an entry is the number of the person's home cell. A bag is a multiset, so it is the
integer count per cell written sparsely; its cost follows the people in it, not the population.

Members of a bag share every hazard: the peaceful are kept apart by how prone their stratum is to turn
violent, the only hazard of a crowd that reads it. So leavers are a binomial draw from the size of a bag,
and which entries leave is a uniform choice without replacement.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qantar.engine.compiled import njit

STAGES = 3
"""Stages of time out, which make fatigue gamma distributed (Wearing et al. 2005)."""
GROUPS = 3
"""Groups of strata that are equally prone to turn violent: young men, other men, women."""
PEACEFUL = 0
"""First of the peaceful, by group and stage, where they stand: PEACEFUL + group * STAGES + stage."""
VIOLENT = GROUPS * STAGES
"""First of the stages of the violent, where they stand."""
TIRED = VIOLENT + STAGES
"""At home after going out, by home place."""
AFRAID = TIRED + 1
"""At home, afraid, by home place."""
DELIVERED = AFRAID + 1
"""Held by the police, to be released; by place of detention."""
REMANDED = DELIVERED + 1
"""Held, not to be released in this run; by place of detention."""
INJURED = REMANDED + 1
"""Hurt, by place where it happened."""
DEAD = INJURED + 1
"""Dead, by place where it happened."""
COMPARTMENTS = DEAD + 1
FIRST_ROOM = 4096
SPARE = 4


class Bags(NamedTuple):
    """All bags of a country; bag = place * COMPARTMENTS + compartment.

    start, capacity, size : int64[bag]   where a bag lies in the arena, how far it may and does reach
    top : int64[1]   first free entry of the arena
    """

    start: NDArray[np.int64]
    capacity: NDArray[np.int64]
    size: NDArray[np.int64]
    top: NDArray[np.int64]


class Moves(NamedTuple):
    """Who goes into which bag at the end of a tick: whoever has moved in it has left, and not yet arrived.

    bag, cell : int32[move]   where to, and the home cell of the person
    made : int64[1]   moves so far
    """

    bag: NDArray[np.int32]
    cell: NDArray[np.int32]
    made: NDArray[np.int64]


def empty(n_places: int) -> tuple[Bags, NDArray[np.int32]]:
    """Return empty bags and an empty arena, int32[entry]: half the bytes of a usual whole number, and the reads wait for them."""
    n = n_places * COMPARTMENTS
    return Bags(*[np.zeros(size, dtype=np.int64) for size in (n, n, n, 1)]), np.empty(FIRST_ROOM, dtype=np.int32)


def no_moves() -> Moves:
    """Return room for moves, and none of them."""
    bag, cell = (np.empty(FIRST_ROOM, dtype=np.int32) for _ in range(2))
    return Moves(bag, cell, np.zeros(1, dtype=np.int64))


@njit(inner=True)
def with_room(moves: Moves, more: int) -> Moves:
    """Return the moves with room for `more` of them.

    Kernels call it once, before their loops: a tuple of arrays that may change in a loop costs references
    in every turn of it.
    """
    n = moves.made[0]
    if n + more <= moves.bag.size:
        return moves
    bag = np.empty(2 * (n + more), dtype=np.int32)
    cell = np.empty(2 * (n + more), dtype=np.int32)
    for k in range(n):
        bag[k], cell[k] = moves.bag[k], moves.cell[k]
    return Moves(bag, cell, moves.made)


@njit(borrows=True, inner=True)
def send(moves: Moves, bag: int, cell: int) -> None:
    """Note a move; there must be room for it."""
    n = moves.made[0]
    moves.bag[n] = bag
    moves.cell[n] = cell
    moves.made[0] = n + 1


@njit(borrows=True, inner=True)
def take(bags: Bags, arena: np.ndarray, b: int, u: float) -> int:
    """Remove and return an entry of bag `b`, chosen by a number u in (0, 1)."""
    last = bags.size[b] - 1
    i = bags.start[b] + min(int(u * (last + 1)), last)
    cell = arena[i]
    arena[i] = arena[bags.start[b] + last]
    bags.size[b] = last
    return int(cell)


@njit(borrows=True, inner=True)
def people_in(bags: Bags, first: int, last: int) -> int:
    """Return how many are in the compartments first to last - 1 of all places."""
    size, n = bags.size, 0
    for home in range(0, size.size, COMPARTMENTS):
        for b in range(home + first, home + last):
            n += size[b]
    return n


@njit(borrows=True, inner=True)
def _lay_out(bags: Bags, arena: np.ndarray, wanted: np.ndarray, tight_only: bool, to: np.ndarray) -> None:
    """Move bags from the arena to the free end of `to`, which may be the same, each with more than twice the room that it wants."""
    start, capacity, size, top = bags.start, bags.capacity, bags.size, bags.top
    for b in range(wanted.size):
        if tight_only and wanted[b] <= capacity[b]:
            continue
        at, first = top[0], start[b]
        for i in range(size[b]):
            to[at + i] = arena[first + i]
        start[b], capacity[b] = at, 2 * wanted[b] + SPARE
        top[0] = at + capacity[b]


@njit(inner=True)
def make_room(bags: Bags, arena: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Give the bags that are too small for what they want a new place; return the arena, which is another one when it was full."""
    more = 0
    for b in range(wanted.size):
        if wanted[b] > bags.capacity[b]:
            more += 2 * wanted[b] + SPARE
    if bags.top[0] + more <= arena.size:
        if more > 0:
            _lay_out(bags, arena, wanted, True, arena)
        return arena
    fresh = np.empty(2 * (2 * wanted.sum() + SPARE * wanted.size), dtype=np.int32)
    bags.top[0] = 0
    _lay_out(bags, arena, wanted, False, fresh)
    return fresh


@njit(inner=True)
def arrive(bags: Bags, arena: np.ndarray, moves: Moves) -> np.ndarray:
    """Put everybody who moved into the bags; return the arena, which may be another one."""
    to, who, n = moves.bag, moves.cell, moves.made[0]
    wanted = bags.size.copy()
    for k in range(n):
        wanted[to[k]] += 1
    arena = make_room(bags, arena, wanted)
    start, size = bags.start, bags.size
    for k in range(n):
        b = to[k]
        arena[start[b] + size[b]] = who[k]
        size[b] += 1
    moves.made[0] = 0
    return arena
