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
from qantar.engine.random import poisson, uniform, uniform_pair
from qantar.engine.streams import Stream
from qantar.model.streets.bags import COMPARTMENTS, PEACEFUL, STAGES, Moves, with_room
from qantar.model.streets.formulas import logistic
from qantar.model.streets.setting import WEIGHT_UNIT, Key, Quiet, Setting

_JOIN, _STRATUM, _DESTINATION = int(Stream.JOIN), int(Stream.STRATUM), int(Stream.DESTINATION)


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


@njit(borrows=True, inner=True)
def _destination(home: int, to: np.ndarray, weight: np.ndarray, pull: np.ndarray, u: float) -> int:
    """Choose where to stand: at home with weight 1, elsewhere by pull[j] times the destination's weight.

    Source: attractiveness times distance, Davies et al. (2013); the crowd already there attracts.
    """
    total = 1.0
    for k in range(to.size):
        total += pull[to[k]] * weight[k]
    left = u * total - 1.0
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
def _join_place(
    key: Key, setting: Setting, calls: Calls, quiet: Quiet, moves: Moves, place: int, drawn: tuple[int, np.ndarray, np.ndarray],
    before: np.ndarray,
) -> None:
    """Send whoever is called in one place; `drawn` is how many calls, Λ(y) and expected calls by class."""
    n, chance, expected = drawn
    where, weights, group = setting.key[place], setting.weight, setting.group
    term, drive, score, pull = calls.term[setting.region[place]], calls.drive[place], calls.score, calls.pull
    near, far = setting.to_start[place], setting.to_start[place + 1]
    to, distance = setting.to[near:far], setting.to_weight[near:far]
    counts, there = quiet.counts[place], quiet.weight[place]
    bags, cells, sent = moves.bag, moves.cell, moves.made[0]
    total, last = 0.0, 0
    for c in range(before.size):
        before[c] = there[c]
        total += expected[c]
        last = c if expected[c] > 0.0 else last
    for i in range(n):
        which, keep = uniform_pair(key.seed, key.member, _STRATUM, where, 0, key.moment, i)
        c, nth = _find(expected, before, which * total, last)
        if nth >= there[c]:
            continue  # the weight of somebody who has come already
        people, s = counts[c], 0
        while nth >= people[s] * weights[s]:
            nth -= people[s] * weights[s]
            s += 1
        if keep * chance[c] * weights[s] >= WEIGHT_UNIT * logistic(drive + score[c] + term[s]):
            continue
        people[s] -= 1
        there[c] -= weights[s]
        present = place
        if to.size > 0:
            present = _destination(place, to, distance, pull, uniform(key.seed, key.member, _DESTINATION, where, 0, key.moment, i))
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


@njit(inner=True)
def _all_calls(key: Key, setting: Setting, calls: Calls, quiet: Quiet, bound: Bound, n: np.ndarray) -> int:
    """Fill the number of calls : int64[place] and their bounds; return how many in all."""
    region, score = setting.region, calls.score
    odds, above = np.empty(score.size), np.empty(calls.term.shape[0])
    for c in range(odds.size):
        odds[c] = math.exp(score[c]) / WEIGHT_UNIT
    for r in range(above.size):
        above[r] = -math.inf
        for s in range(calls.term.shape[1]):
            above[r] = max(above[r], calls.term[r, s] - setting.log_weight[s])
    everybody = 0
    for place in range(n.size):
        top = calls.drive[place] + above[region[place]]
        there, expected = quiet.weight[place], 0.0
        for c in range(odds.size):
            expected += there[c] * odds[c]
        expected *= calls.rate[place] * math.exp(top)
        u = uniform(key.seed, key.member, _JOIN, setting.key[place], 0, key.moment, 0)
        n[place] = 0
        if u > 1.0 - expected:  # else below the chance that nobody is called for certain, as Λ(x) < exp(x)
            n[place] = _number(u, calls.rate[place], score, there, (top, bound.chance[place], bound.expected[place]))
            everybody += n[place]
    return everybody


@njit(inner=True, inline="always")
def join(key: Key, setting: Setting, calls: Calls, quiet: Quiet, moves: Moves) -> Moves:
    """Let quiet adults join for one tick; return the moves, with theirs among them."""
    places, classes = quiet.weight.shape
    n, before = np.empty(places, dtype=np.int64), np.empty(classes, dtype=np.int64)
    bound = Bound(np.empty((places, classes)), np.empty((places, classes)))
    moves = with_room(moves, _all_calls(key, setting, calls, quiet, bound, n))
    for place in range(places):
        if n[place] > 0:
            drawn = (n[place], bound.chance[place], bound.expected[place])
            _join_place(key, setting, calls, quiet, moves, place, drawn, before)
    return moves
