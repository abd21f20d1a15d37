"""One turn of an agent in Epstein's model I, and what is known of the turns before they come."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qantar.classics.epstein_agents import JAILED, OFFICER, QUIET, REBEL, Square
from qantar.classics.epstein_rules import Rules, rebels
from qantar.classics.torus import ACTIVE, COP, EMPTY, NOBODY, find, look, put, sight
from qantar.engine.compiled import njit
from qantar.engine.prefetch import ask

WORDS = 4
WHO, _WHERE, _WHOM, _TERM = range(WORDS)
"""What a turn's words are for: who acts, the cell to move to, the one to arrest, and the term."""
AHEAD, BATCHES = 32, 3
"""Turns of a batch; batches whose draws are kept: the one that acts and the two after it."""
_HALF = np.uint64(32)


class Turns(NamedTuple):
    """Room for what is known of the turns of a batch before they come.

    drawn : uint32[batch modulo `BATCHES`, turn and word]; places : int64[turn, (y, x)]
    ready : float64[turn]; seen : `torus.sight`; moved : int32[move, (y, x, agent)], not yet on the square
    """

    drawn: NDArray[np.uint32]
    places: NDArray[np.int64]
    ready: NDArray[np.float64]
    seen: NDArray[np.uint64]
    moved: NDArray[np.int32]


def turns() -> Turns:
    """Return such room."""
    drawn = np.zeros((BATCHES, AHEAD * WORDS), dtype=np.uint32)
    return Turns(drawn, np.zeros((AHEAD, 2), dtype=np.int64), np.zeros(AHEAD), sight(), np.zeros((AHEAD, 3), dtype=np.int32))


@njit(borrows=True, inner=True)
def below(word: np.uint32, n: int) -> int:
    """Return a whole number below n from a word of 32 bits."""
    return int(np.int64((np.uint64(word) * np.uint64(n)) >> _HALF))


@njit(borrows=True, inner=True)
def _wrapped(at: int, size: int) -> int:
    """Return a coordinate at most one turn beyond the ends of the torus as one within."""
    return at + size if at < 0 else at - size if at >= size else at


@njit(borrows=True, inner=True)
def arrive(square: Square, moved: np.ndarray, n: int) -> int:
    """Write down where the first n movers stand; return that none is left."""
    for k in range(n):
        square.who[moved[k, 0], moved[k, 1]] = moved[k, 2]
    return 0


# Inlined as the next one, since handing over its arrays would cost more than the rules.
@njit(borrows=True, inline="always", inner=True)
def _arrest(square: Square, y: int, x: int, term: int) -> None:
    """Jail who stands on a cell. Source: Epstein (2002), rule C."""
    held = square.agents[square.who[y, x]]
    held.state, held.term = JAILED, term
    put(square.cells, square.who.shape, y, x, NOBODY)


@njit(borrows=True, inline="always", inner=True)
def act(square: Square, rules: Rules, turn: Turns, i: int, k: int, words: np.ndarray, movers: int) -> int:
    """Let the agent i of turn k look, decide or arrest, and move; return how many moves wait. Source: Epstein (2002), rules A, C, M."""
    size, agent = square.who.shape, square.agents[i]
    y, x = turn.places[k, 0], turn.places[k, 1]
    cops, actives, empties = look(square.cells, rules.masks, y, x, turn.seen)
    if agent.state == OFFICER:
        mark = COP
        if actives > 0:
            movers = arrive(square, turn.moved, movers)
            dy, dx = find(turn.seen, ACTIVE, below(words[k * WORDS + _WHOM], actives), y)
            term = below(words[k * WORDS + _TERM], rules.longest_term + 1)
            _arrest(square, _wrapped(y + dy, size[0]), _wrapped(x + dx, size[1]), term)
    else:
        up = rebels(turn.ready[k], agent.risk, rules, cops, actives)
        agent.state, mark = REBEL if up else QUIET, ACTIVE if up else NOBODY
    if empties > 0:
        dy, dx = find(turn.seen, EMPTY, below(words[k * WORDS + _WHERE], empties), y)
        put(square.cells, size, y, x, EMPTY)
        y, x = _wrapped(y + dy, size[0]), _wrapped(x + dx, size[1])
        agent.y, agent.x = y, x
        turn.moved[movers, 0], turn.moved[movers, 1], turn.moved[movers, 2] = y, x, i
        ask(square.who, (y, x))
        movers += 1
    put(square.cells, size, y, x, mark)
    return movers
