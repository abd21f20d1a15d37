"""Kernel of joining: from the quiet cells of a home place onto a street.

Somebody of stratum s and class c joins in a tick with the chance 1 - exp(-λ), λ = rate · Λ(drive + score_c + term_s):
λ is the expected number of calls of a Poisson process, and whoever is called at least once comes. So the calls of a
whole place are one Poisson number, and each call, keyed by its index, goes to somebody with replacement, weighted by λ;
whoever has come already is not called again. Exact in law; it costs what the joiners cost, and empty cells nothing.

The weights are bounds that need no exponentials. With w_s a weight of at least 1 and t_s its logarithm,

    Λ(y + t_s) ≤ w_s Λ(y),   y = drive + score_c + max_s(term_s - t_s),

so a call goes to a cell in proportion to people · w_s · Λ(y), and is kept with the ratio of λ to its bound. People
times weights are whole numbers, kept up to date as people come and go (`Quiet.weight`). Source of the thinning:
Lewis and Shedler (1979), Naval Research Logistics Quarterly 26, 403-413.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qantar.engine.compiled import njit
from qantar.engine.random import fill_pairs, fill_uniforms, poisson, uniform
from qantar.engine.streams import Stream
from qantar.model.streets.bags import COMPARTMENTS, PEACEFUL, STAGES, Moves, with_room
from qantar.model.streets.formulas import logistic
from qantar.model.streets.quiet import BLOCK, Quiet
from qantar.model.streets.setting import WEIGHT_UNIT, Key, Setting

_JOIN, _STRATUM, _DESTINATION = int(Stream.JOIN), int(Stream.STRATUM), int(Stream.DESTINATION)

CALLS = 64
"""Calls whose draws are made at once."""


class Calls(NamedTuple):
    """How strongly everybody is called to the streets in a tick.

    rate : float64[place]           λmax · d(hour) · noise · dt, at most this many joins a person
    drive : float64[place]          log-odds that all residents of a place share
    score : float64[class]          σ · x of a propensity class
    term : float64[region, stratum] log-odds of adult strata
    pull : float64[place]           how much the crowd standing there attracts travellers
    """

    rate: NDArray[np.float64]
    drive: NDArray[np.float64]
    score: NDArray[np.float64]
    term: NDArray[np.float64]
    pull: NDArray[np.float64]


class Bound(NamedTuple):
    """What bounds the calls of a tick.

    chance : float64[place, class], Λ(y); expected : float64[place, class], calls at the bound; written where there are any
    """

    chance: NDArray[np.float64]
    expected: NDArray[np.float64]


class Room(NamedTuple):
    """Where a place's calls are worked out : int64[class] weights before anybody came; draws of `CALLS`, two and one for each."""

    before: NDArray[np.int64]
    pairs: NDArray[np.float64]
    where: NDArray[np.float64]


@njit(borrows=True, inner=True)
def _attraction(to: np.ndarray, weight: np.ndarray, pull: np.ndarray) -> float:
    """Return what all destinations of a home place weigh beside the home itself, which weighs 1."""
    total = 1.0
    for k in range(to.size):
        total += pull[to[k]] * weight[k]
    return total


@njit(borrows=True, inner=True)
def _destination(home: int, to: np.ndarray, weight: np.ndarray, pull: np.ndarray, left: float) -> int:
    """Choose where to stand: at home with weight 1, elsewhere by pull[j] times the destination's weight.

    left : a number below the `_attraction`
    Source: attractiveness times distance, Davies et al. (2013); the crowd already there attracts.
    """
    left -= 1.0
    if left < 0.0:
        return home
    for k in range(to.size):
        left -= pull[to[k]] * weight[k]
        if left < 0.0:
            return int(to[k])
    return home


@njit(borrows=True, inner=True)
def _find(expected: np.ndarray, before: np.ndarray, left: float, last: int) -> tuple[int, int]:
    """Return the class that a call reaches, and the number of the weight there, before anybody came.

    left : in (0, all expected calls); last : the last class with any
    """
    c = 0
    while c < last and left >= expected[c]:
        left -= expected[c]
        c += 1
    return c, min(int(left / expected[c] * before[c]), before[c] - 1)


@njit(borrows=True, inner=True)
def _whose(people: np.ndarray, block: np.ndarray, weights: np.ndarray, nth: int) -> int:
    """Return the stratum to which the nth of the weight of a class belongs."""
    s = 0
    while nth >= block[s // BLOCK]:
        nth -= block[s // BLOCK]
        s += BLOCK
    while nth >= people[s] * weights[s]:
        nth -= people[s] * weights[s]
        s += 1
    return s


@njit(borrows=True, inner=True, inline="always")
def _join_place(
    key: Key, setting: Setting, calls: Calls, quiet: Quiet, moves: Moves, called: tuple[int, int], bound: Bound, room: Room
) -> None:
    """Send whoever is called in one place; `called` is the place and how many calls reach it."""
    (place, n), (before, pairs, stand) = called, room
    chance, expected = bound.chance[place], bound.expected[place]
    where, weights, group, run = setting.key[place], setting.weight, setting.group, (key.seed, key.member)
    term, drive, score, pull = calls.term[setting.region[place]], calls.drive[place], calls.score, calls.pull
    near, far = setting.to_start[place], setting.to_start[place + 1]
    to, distance = setting.to[near:far], setting.to_weight[near:far]
    counts, there, blocks = quiet.counts[place], quiet.weight[place], quiet.block[place]
    bags, cells, sent = moves.bag, moves.cell, moves.made[0]
    total, last, all_pull = 0.0, 0, _attraction(to, distance, pull)
    for c in range(before.size):
        before[c] = there[c]
        total += expected[c]
        last = c if expected[c] > 0.0 else last
    for i in range(n):
        at = i % CALLS
        if at == 0:
            fill_pairs(run, _STRATUM, where, 0, key.moment, i, pairs[: 2 * (n - i)])
            if to.size > 0:
                fill_uniforms(run, _DESTINATION, where, 0, key.moment, i, stand[: n - i])
        c, nth = _find(expected, before, pairs[2 * at] * total, last)
        if nth >= there[c]:
            continue  # the weight of somebody who has come already
        s = _whose(counts[c], blocks[c], weights, nth)
        if pairs[2 * at + 1] * chance[c] * weights[s] >= WEIGHT_UNIT * logistic(drive + score[c] + term[s]):
            continue
        counts[c, s] -= 1
        there[c] -= weights[s]
        blocks[c, s // BLOCK] -= weights[s]
        present = _destination(place, to, distance, pull, stand[at] * all_pull) if to.size > 0 else place
        bags[sent] = present * COMPARTMENTS + PEACEFUL + STAGES * group[s]
        cells[sent] = place * setting.cells + c * setting.strata + s
        sent += 1
    moves.made[0] = sent


@njit(borrows=True, inner=True)
def _number(u: float, rate: float, score: np.ndarray, weight: np.ndarray, bound: tuple[float, np.ndarray, np.ndarray]) -> int:
    """Draw the calls of a place and fill Λ(y) and the expected calls of its classes."""
    top, chance, expected = bound
    total = 0.0
    for c in range(score.size):
        chance[c] = logistic(top + score[c])
        expected[c] = rate * chance[c] * (weight[c] / WEIGHT_UNIT)
        total += expected[c]
    return int(poisson(u, total))


@njit(borrows=True, inner=True, inline="always")
def _calls_of(
    key: Key, setting: Setting, calls: Calls, quiet: Quiet, bound: Bound, at: tuple[int, float], odds: np.ndarray
) -> int:
    """Draw the calls of a place and fill its bounds where there are any; `at` is the place and what all log-odds are at most there."""
    (place, top), rate = at, calls.rate[at[0]]
    there, expected = quiet.weight[place], 0.0
    for c in range(odds.size):
        expected += there[c] * odds[c]
    expected *= rate * math.exp(top)
    u = uniform(key.seed, key.member, _JOIN, setting.key[place], 0, key.moment, 0)
    if u <= 1.0 - expected:
        return 0  # below the chance that nobody is called for certain, as Λ(x) < exp(x)
    return _number(u, rate, calls.score, there, (top, bound.chance[place], bound.expected[place]))


@njit(borrows=True, inner=True)
def _all_calls(
    key: Key, setting: Setting, calls: Calls, quiet: Quiet, bound: Bound, most: tuple[np.ndarray, np.ndarray], n: np.ndarray
) -> int:
    """Fill the number of calls : int64[place] and their bounds; return how many in all.

    most : room for float64[class], odds of a class at log-odds 0, and float64[region], what adds to these at most
    """
    odds, above = most
    for c in range(odds.size):
        odds[c] = math.exp(calls.score[c]) / WEIGHT_UNIT
    for r in range(above.size):
        above[r] = -math.inf
        for s in range(calls.term.shape[1]):
            above[r] = max(above[r], calls.term[r, s] - setting.log_weight[s])
    everybody = 0
    for place in range(n.size):
        n[place] = _calls_of(key, setting, calls, quiet, bound, (place, calls.drive[place] + above[setting.region[place]]), odds)
        everybody += n[place]
    return everybody


@njit(borrows=True, inner=True)
def _join_all(key: Key, setting: Setting, calls: Calls, quiet: Quiet, moves: Moves, n: np.ndarray, bound: Bound, room: Room) -> None:
    """Send whoever is called."""
    for place in range(n.size):
        if n[place] > 0:
            _join_place(key, setting, calls, quiet, moves, (place, n[place]), bound, room)


@njit(inner=True, inline="always")
def join(key: Key, setting: Setting, calls: Calls, quiet: Quiet, moves: Moves) -> Moves:
    """Let quiet adults join for one tick; return the moves, with theirs among them."""
    places, classes = quiet.weight.shape
    n, most = np.empty(places, dtype=np.int64), (np.empty(classes), np.empty(calls.term.shape[0]))
    room = Room(np.empty(classes, dtype=np.int64), np.empty(2 * CALLS), np.empty(CALLS))
    bound = Bound(np.empty((places, classes)), np.empty((places, classes)))
    moves = with_room(moves, _all_calls(key, setting, calls, quiet, bound, most, n))
    _join_all(key, setting, calls, quiet, moves, n, bound, room)
    return moves
