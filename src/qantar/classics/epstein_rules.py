"""The rules of Epstein's model I as compiled functions; what they mean stands in `qantar.classics.epstein`."""

from __future__ import annotations

import math
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from qantar.classics.epstein_agents import GONE, JAILED, OFFICER, QUIET, REBEL, Square
from qantar.classics.torus import ACTIVE, COP, EMPTY, NOBODY, ROWS, find, look, put
from qantar.engine.compiled import njit
from qantar.engine.random import words
from qantar.engine.streams import Stream

TURN = 12
"""Cell of the stream CLASSIC for what a turn draws (index: its place in the order)."""
AHEAD = 64
"""Turns whose agents are fetched at once."""
_CLASSIC = int(Stream.CLASSIC)
_HALF = np.uint64(32)


class Rounding(IntEnum):
    """What becomes of cops over actives before it is weighed."""

    NONE = 0
    NEAREST = 1
    FLOOR = 2


_NONE, _FLOOR = int(Rounding.NONE), int(Rounding.FLOOR)


class Rules(NamedTuple):
    """What a tick goes by; `legitimacy` may differ from tick to tick."""

    legitimacy: float
    threshold: float
    arrest: float
    rounding: int
    longest_term: int


Draws = tuple[np.uint32, np.uint32, np.uint32]


@njit(inner=True)
def arrest_chance(cops: int, actives: int, k: float, rounding: int) -> float:
    """P = 1 - exp(-k C / A), with C / A rounded as asked for. Source: Epstein (2002)."""
    ratio = cops / actives
    if rounding == _FLOOR:
        ratio = math.floor(ratio)
    elif rounding != _NONE:
        ratio = np.rint(ratio)
    return 1.0 - math.exp(-k * ratio) if ratio > 0.0 else 0.0


@njit(inner=True)
def _below(word: np.uint32, n: int) -> int:
    """Return a whole number below n from a word of 32 bits."""
    return int((np.uint64(word) * np.uint64(n)) >> _HALF)


@njit()
def _wrapped(at: int, size: int) -> int:
    """Return a coordinate at most one turn beyond the ends of the torus as one within."""
    return at + size if at < 0 else at - size if at >= size else at


@njit(inner=True)
def rebels(hardship: float, risk: float, rules: Rules, cops: int, actives: int) -> bool:
    """Whether H (1 - L) - R P > T, with oneself among the actives. Source: Epstein (2002), rule A."""
    excess = hardship * (1.0 - rules.legitimacy) - rules.threshold
    # Most need no P, which is at least 0 and dear to compute.
    return excess > 0.0 and excess > risk * arrest_chance(cops, actives + 1, rules.arrest, rules.rounding)


# Inlined, as counting references to its arrays would cost more than the rules.
@njit(inline="always", inner=True)
def _act(
    square: Square, rules: Rules, i: int, at: tuple[int, int], masks: np.ndarray, seen: np.ndarray, draws: Draws
) -> None:  # fmt: skip
    """Let an agent at (y, x) look, decide or arrest, and move. Source: Epstein (2002), rules A, C and M."""
    size = square.who.shape
    agent = square.agents[i]
    y, x = int(at[0]), int(at[1])
    cops, actives, empties = look(square.cells, masks, y, x, seen)
    if agent.state == OFFICER:
        mark = COP
        if actives > 0:
            dy, dx = find(seen, ACTIVE, _below(draws[1], actives))
            y1, x1 = _wrapped(y + dy, size[0]), _wrapped(x + dx, size[1])
            held = square.agents[square.who[y1, x1]]
            held.state, held.term = JAILED, _below(draws[2], rules.longest_term + 1)
            put(square.cells, size, y1, x1, NOBODY)
    else:
        up = rebels(agent.hardship, agent.risk, rules, cops, actives)
        agent.state = REBEL if up else QUIET
        mark = ACTIVE if up else NOBODY
    if empties > 0:
        dy, dx = find(seen, EMPTY, _below(draws[0], empties))
        put(square.cells, size, y, x, EMPTY)
        y, x = _wrapped(y + dy, size[0]), _wrapped(x + dx, size[1])
        agent.y, agent.x, square.who[y, x] = y, x, i
    put(square.cells, size, y, x, mark)


@njit()
def _deal(square: Square, key: tuple[int, int, int], first: int, drawn: np.ndarray, places: np.ndarray) -> None:
    """Draw who acts in the turns from `first` on, and fetch where they stand.

    One step for all of them at a time: a large grid does not fit the processor's cache, and what does not wait for
    anything else is fetched together.

    drawn : uint32[turn, word]; places : int32[turn, (y, x)], both filled
    """
    seed, member, tick = key
    n, turns = square.order.size, min(drawn.shape[0], square.order.size - first)
    for k in range(turns):
        drawn[k, 0], drawn[k, 1], drawn[k, 2], drawn[k, 3] = words(seed, member, _CLASSIC, 0, TURN, tick, first + k)
    for k in range(turns):
        turn = first + k
        other = turn + _below(drawn[k, 0], n - turn)
        square.order[other], square.order[turn] = square.order[turn], square.order[other]
    for k in range(turns):
        agent = square.agents[square.order[first + k]]
        places[k, 0], places[k, 1] = agent.y, agent.x


@njit()
def tick_once(square: Square, rules: Rules, masks: np.ndarray, key: tuple[int, int, int]) -> None:
    """Let every agent act once, in an order shuffled as it goes (Fisher and Yates).

    key : seed, member, tick; a turn's four words are its place in the order, the cell to move to,
        the one to arrest and the term
    """
    n = square.order.size
    seen = np.zeros(ROWS, dtype=np.uint64)
    drawn, places = np.empty((AHEAD, 4), dtype=np.uint32), np.empty((AHEAD, 2), dtype=np.int32)
    for first in range(0, n, AHEAD):
        _deal(square, key, first, drawn, places)
        for k in range(min(AHEAD, n - first)):
            i = square.order[first + k]
            agent = square.agents[i]
            if agent.term > 0:
                agent.term -= 1
            elif agent.state != GONE:
                _act(square, rules, i, (places[k, 0], places[k, 1]), masks, seen, (drawn[k, 1], drawn[k, 2], drawn[k, 3]))
