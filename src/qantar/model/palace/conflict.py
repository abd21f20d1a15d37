"""A conflict, played out: who declares for whom, and who wins.

A challenger stands against a defender. The others declare in random order, seeing what was declared
before. Each judges the balance of the camps: the weights that declared, and what the undeclared weigh
times where he believes them to lean; his judgement carries noise. He then chooses by logit between the
challenger, the defender and standing by:

    side with X     pi_X (spoils · ambition + loyalty to X) - (1 - pi_X) penalty
    stand by        0

Bandwagons emerge: early declarations move later judgements. A camp's weight is the power of its members
and the armed men in the capital who follow them; the challenger has surprise and what right gives him,
the defender protection; cover (blame on the defender, emergency powers, his failing health) lowers what he and his followers weigh,
and everybody reckons with it.
The challenger wins where the balance, with noise, is above 0.

An actor judges a conflict by plays in which everybody leans as he believes them to; the real one is a
single play in which everybody leans as he does and judges by his own beliefs. Hidden loyalties therefore
never enter another's valuation.

Sources: coups as coordination, Singh (2014); private signals, Morris and Shin (2003); protests that reveal
who would support a coup, Casper and Tyson (2014). Departure: those models have a continuum of identical
players and an equilibrium; here few unlike actors declare one after the other with bounded foresight.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qantar.engine.compiled import njit
from qantar.engine.random import uniform_pair
from qantar.engine.streams import Stream

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_PLAY = int(Stream.PLAY)
_ORDER, _NOISE, _END = 0, 1, 2


@dataclass(frozen=True)
class Conflict:
    """Who stands against whom, with what.

    weight : float64[actor]; own : float64[actor, 2] loyalty to challenger and defender, as whoever looks
    at it takes it; lean : float64[judge, actor] where each judge believes the others to lean, in [-1, 1]
    advantage : of the challenger, in shares of all weights; cover : share that the defender's camp loses
    """

    challenger: int
    defender: int
    weight: Floats
    own: Floats
    lean: Floats
    ambition: Floats
    advantage: float
    cover: float


def rules(p: Any) -> Floats:  # noqa: ANN401 - parameters as bare numbers
    """Return the parameters of a play in the order in which the kernel takes them."""
    return np.array([p.play_assessment, p.play_sharpness, p.play_end, p.side_precision, p.side_spoils, p.side_penalty])


_DECLARED = 2.0
"""Beyond every number that is drawn: whose turn has been."""


@njit(inner=True)
def _normal(u1: float, u2: float) -> float:
    """Return a standard normal from two uniform numbers (Box and Muller 1958)."""
    return math.sqrt(-2.0 * math.log(u1)) * math.cos(2.0 * math.pi * u2)


@njit(inner=True)
def _first(order: np.ndarray) -> int:
    """Return where the smallest number stands."""
    best = 0
    for k in range(1, order.size):
        if order[k] < order[best]:
            best = k
    return best


@njit(inner=True)
def _side(chance: float, loyal: np.ndarray, ambition: float, rule: np.ndarray, u: float) -> int:
    """Return 1 for the challenger, -1 for the defender, 0 for standing by."""
    spoils, penalty = rule[4] * ambition, rule[5]
    first = chance * (spoils + loyal[0]) - (1.0 - chance) * penalty
    second = (1.0 - chance) * (spoils + loyal[1]) - chance * penalty
    a, b = math.exp(rule[3] * first), math.exp(rule[3] * second)
    total = a + b + 1.0
    if u * total < a:
        return 1
    return -1 if u * total < a + b else 0


@njit()
def play(
    run: np.ndarray, plays: int, sides: np.ndarray, weight: np.ndarray, own: np.ndarray, lean: np.ndarray,
    ambition: np.ndarray, rule: np.ndarray, balance: np.ndarray,
) -> int:
    """Play a conflict and return how often the challenger wins; `sides` keeps the last play.

    run : int64[seed, member, place, cell, tick]; sides : int64[actor], 1 and -1 for the two, 0 for those who
    may declare, 2 for those who are not there; balance : float64[advantage, cover]
    """
    n = weight.size
    total, won = 0.0, 0
    start, undeclared = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.bool_)
    order, noise, choice = np.empty(n), np.empty(n), np.empty(n)
    for actor in range(n):
        total += weight[actor]
        start[actor] = sides[actor]
    for number in range(plays):
        for actor in range(n):
            sides[actor], undeclared[actor] = start[actor], start[actor] == 0
            index = number * n + actor
            order[actor], choice[actor] = uniform_pair(run[0], run[1], _PLAY, run[2], run[3] + _ORDER, run[4], index)
            u1, u2 = uniform_pair(run[0], run[1], _PLAY, run[2], run[3] + _NOISE, run[4], index)
            noise[actor] = _normal(u1, u2)
        camp = balance[0] * total
        for actor in range(n):
            if start[actor] == 1:
                camp += weight[actor]
            elif start[actor] == -1:
                camp -= (1.0 - balance[1]) * weight[actor]
        for _ in range(n):
            actor = _first(order)
            order[actor] = _DECLARED
            if start[actor] != 0:
                continue
            undeclared[actor] = False
            seen = camp
            for other in range(n):
                if undeclared[other]:
                    leans = lean[actor, other]
                    seen += weight[other] * (leans if leans > 0.0 else (1.0 - balance[1]) * leans)
            odds = rule[1] * seen / total + rule[0] * noise[actor]
            sides[actor] = _side(1.0 / (1.0 + math.exp(-odds)), own[actor], ambition[actor], rule, choice[actor])
            camp += weight[actor] * (sides[actor] if sides[actor] >= 0 else -(1.0 - balance[1]))
        u1, u2 = uniform_pair(run[0], run[1], _PLAY, run[2], run[3] + _END, run[4], number)
        won += camp + rule[2] * total * _normal(u1, u2) > 0.0
    return won


def fight(conflict: Conflict, free: NDArray[np.bool_], rule: Floats, run: Ints, plays: int) -> tuple[float, Ints]:
    """Return the share of plays that the challenger wins, and the sides in the last one : int64[actor]."""
    sides = np.where(free, 0, 2).astype(np.int64)
    sides[conflict.challenger], sides[conflict.defender] = 1, -1
    won = play(
        run, plays, sides, np.where(free, conflict.weight, 0.0), conflict.own, conflict.lean, conflict.ambition, rule,
        np.array([conflict.advantage, conflict.cover]),
    )
    return won / plays, sides
