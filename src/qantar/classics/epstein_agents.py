"""Who is on the grid of Epstein's model I: agents as compiled functions see them, and how they come and go."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qantar.classics.torus import COP, EMPTY, NOBODY, empty, put
from qantar.engine.compiled import njit
from qantar.engine.random import uniform_pair
from qantar.engine.streams import Stream

SETTLE, CHARACTER = 10, 11
"""Cells of the stream CLASSIC: who starts on a cell of the grid, and a citizen's traits (index: the cell of the grid)."""
_CLASSIC = int(Stream.CLASSIC)
QUIET, REBEL, JAILED, OFFICER, GONE = range(5)
"""States of agents; who is gone was a cop and was withdrawn."""

AGENT = np.dtype(
    [("y", "i4"), ("x", "i4"), ("state", "i4"), ("term", "i4"), ("hardship", "f8"), ("risk", "f8")]
)
"""What the square knows of an agent; the term is what is left of it, in ticks."""


LINE = 64
"""Bytes that memory hands over at once: two agents, none of whom lies across the end."""


def _nobody(room: int) -> NDArray[np.void]:
    """Return room for agents, all of it zero, from the start of a line of memory on : AGENT[agent]."""
    raw = np.zeros(room * AGENT.itemsize + LINE, dtype=np.uint8)
    start = -raw.ctypes.data % LINE
    return raw[start : start + room * AGENT.itemsize].view(AGENT)


class Square(NamedTuple):
    """State: cells of the torus, who stands where (int32[y, x]), agents by number, and their order of the last tick."""

    cells: NDArray[np.uint64]
    who: NDArray[np.int32]
    agents: NDArray[np.void]
    order: NDArray[np.int32]


def settled(size: tuple[int, int], key: tuple[int, int], citizens: float, cops: float) -> Square:
    """Return a torus with citizens and cops on it; size : height, width, key : seed, member, citizens, cops : chances of a cell."""
    room = size[0] * size[1]
    square = Square(empty(*size), np.zeros(size, dtype=np.int32), _nobody(room), np.zeros(room, dtype=np.int32))
    n = _settle(square, *key, citizens, cops)
    agents = _nobody(n)
    agents[:] = square.agents[:n]
    return square._replace(agents=agents, order=square.order[:n].copy())


@njit()
def _settle(square: Square, seed: int, member: int, citizens: float, cops: float) -> int:
    """Put citizens and cops on the cells; return how many agents there are."""
    n = 0
    height, width = square.who.shape
    for y in range(height):
        for x in range(width):
            u, _ = uniform_pair(seed, member, _CLASSIC, 0, SETTLE, 0, y * width + x)
            if u >= citizens + cops:
                continue
            officer = u >= citizens
            agent = square.agents[n]
            agent.hardship, agent.risk = uniform_pair(seed, member, _CLASSIC, 0, CHARACTER, 0, y * width + x)
            agent.state, agent.y, agent.x = OFFICER if officer else QUIET, y, x
            square.who[y, x], square.order[n] = n, n
            put(square.cells, square.who.shape, y, x, COP if officer else NOBODY)
            n += 1
    return n


@njit()
def withdraw(square: Square, cops: int) -> None:
    """Take cops off the grid, the last settled first, until `cops` are left."""
    for i in range(square.agents.size):
        agent = square.agents[i]
        if agent.state == OFFICER:
            cops -= 1
            if cops < 0:
                agent.state = GONE
                put(square.cells, square.who.shape, agent.y, agent.x, EMPTY)


@njit(borrows=True)
def census(agents: np.ndarray) -> tuple[int, int, int]:
    """Return how many are active, in jail, and cops."""
    active = jailed = cops = 0
    for i in range(agents.size):
        state = agents[i].state
        active += state == REBEL
        jailed += state == JAILED
        cops += state == OFFICER
    return active, jailed, cops
