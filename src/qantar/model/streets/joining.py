"""Kernel of joining: from the quiet cells of a home place onto a street.

Exact in law and cheap where nothing happens: per (place, class) the number of candidates is
binomial at the largest hazard that any stratum there has; each candidate, keyed by its index, is
given a stratum without replacement and kept with the ratio of its own chance to the largest.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qantar.engine.compiled import njit
from qantar.engine.random import binomial, uniform, uniform_pair
from qantar.engine.streams import Stream
from qantar.model.streets.bags import COMPARTMENTS, PEACEFUL, STAGES, Moves, with_room
from qantar.model.streets.formulas import logistic
from qantar.model.streets.setting import Key, Quiet, Setting

_JOIN, _STRATUM, _DESTINATION = int(Stream.JOIN), int(Stream.STRATUM), int(Stream.DESTINATION)

BLOCK = 12
"""Strata whose people are summed once, so that finding one takes 12 + 12 steps instead of 144."""


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


class Desk(NamedTuple):
    """Room to work in, used again for each place and class.

    sums : int64[block], people of a block of strata; own : float64[stratum], chances of joining, -1 where
    not computed yet; kept : int64[candidate]
    """

    sums: NDArray[np.int64]
    own: NDArray[np.float64]
    kept: NDArray[np.int64]


@njit(borrows=True, inner=True)
def _draw_stratum(counts: np.ndarray, sums: np.ndarray, nth: int) -> int:
    """Return the stratum in which the nth person stands."""
    for block in range(sums.size):
        if nth < sums[block]:
            s = block * BLOCK
            while nth >= counts[s]:
                nth -= counts[s]
                s += 1
            return s
        nth -= sums[block]
    return -1


@njit(borrows=True, inner=True)
def _choose(
    key: Key, who: tuple[int, int, int, int], counts: np.ndarray, term: np.ndarray, odds: tuple[float, float, float],
    desk: Desk,
) -> int:
    """Give the candidates of one (place, class) strata and keep some; return how many are kept.

    who : key of the place, class, quiet people, candidates; odds : rate, drive plus score, largest chance
    counts : int64[stratum], less those kept afterwards; desk.kept is filled with (stratum, candidate) of each
        one kept, as stratum + strata · candidate
    """
    where, c, people, n = who
    rate, shared, chance = odds
    sums, own, kept = desk.sums, desk.own, desk.kept
    sums[:] = 0
    for s in range(term.size):
        own[s] = -1.0
        sums[s // BLOCK] += counts[s]
    n_kept, n_rejected = 0, 0
    for i in range(n):
        which, keep = uniform_pair(key.seed, key.member, _STRATUM, where, c, key.moment, i)
        s = _draw_stratum(counts, sums, min(int(which * (people - i)), people - i - 1))
        counts[s] -= 1
        sums[s // BLOCK] -= 1
        if own[s] < 0.0:
            own[s] = -math.expm1(-rate * logistic(shared + term[s]))
        if keep * chance < own[s]:
            kept[n_kept] = s + term.size * i
            n_kept += 1
        else:
            n_rejected += 1
            kept[n - n_rejected] = s
    for i in range(n_kept, n):
        counts[kept[i]] += 1
    return n_kept


@njit(borrows=True, inner=True)
def _join_place(
    key: Key, setting: Setting, calls: Calls, quiet: Quiet, moves: Moves, place: int, drawn: tuple[np.ndarray, np.ndarray], desk: Desk
) -> None:
    """Send the candidates of one place who are kept; `drawn` is their number and chance by class."""
    n, chance = drawn
    kept = desk.kept
    counts, total, where = quiet.counts[place], quiet.total[place], setting.key[place]
    term, group, pull, score = calls.term[setting.region[place]], setting.group, calls.pull, calls.score
    near, far = setting.to_start[place], setting.to_start[place + 1]
    to, weight = setting.to[near:far], setting.to_weight[near:far]
    bags, cells, sent = moves.bag, moves.cell, moves.made[0]
    for c in range(n.size):
        if n[c] == 0:
            continue
        odds = (calls.rate[place], calls.drive[place] + score[c], chance[c])
        n_kept = _choose(key, (where, c, total[c], n[c]), counts[c], term, odds, desk)
        total[c] -= n_kept
        for k in range(n_kept):
            s, i = kept[k] % term.size, kept[k] // term.size
            present = place
            if to.size > 0:
                u = uniform(key.seed, key.member, _DESTINATION, where, c, key.moment, i)
                present = _destination(place, to, weight, pull, u)
            bags[sent] = present * COMPARTMENTS + PEACEFUL + STAGES * group[s]
            cells[sent] = place * setting.cells + c * setting.strata + s
            sent += 1
    moves.made[0] = sent


@njit(borrows=True, inner=True)
def _candidates(
    key: Key, where: int, call: tuple[float, float, float], score: np.ndarray, odds: np.ndarray, people: np.ndarray,
    n: np.ndarray, chance: np.ndarray,
) -> None:
    """Fill the number of candidates of each class and their chance : int64 and float64[class].

    call : a uniform, the rate, the drive of the keenest stratum; odds : float64[class], exp(score)

    The numbers are binomial and independent. The uniform says which class is the first to have any, by
    inverting the product of the chances of having none; what is left of it gives that class's number. Each
    class behind it has a uniform of its own.
    """
    first, rate, top = call
    bound = rate * math.exp(top)
    none, found = 1.0, False
    for c in range(score.size):
        if people[c] == 0:
            continue
        u = 0.0
        if found:
            u = uniform(key.seed, key.member, _JOIN, where, 1 + c, key.moment, 0)
            if u <= 1.0 - people[c] * bound * odds[c]:
                continue  # below the chance of having none for certain, as Λ(x) < exp(x)
        chance[c] = -math.expm1(-rate * logistic(top + score[c]))
        if found:
            n[c] = binomial(u, people[c], chance[c])
            continue
        empty = math.exp(people[c] * math.log1p(-chance[c])) if chance[c] < 1.0 else 0.0
        before = none
        none *= empty
        if first > none:
            found = True
            u = empty + (1.0 - empty) * (first - none) / (before - none)
            n[c] = max(1, binomial(u, people[c], chance[c])) if u < 1.0 else people[c]


@njit(inner=True)
def _all_candidates(key: Key, setting: Setting, calls: Calls, total: np.ndarray, n: np.ndarray, chance: np.ndarray) -> int:
    """Fill the number of candidates and their chance : int64 and float64[place, class]; return how many in all."""
    keys, region, score, drive, rate = setting.key, setting.region, calls.score, calls.drive, calls.rate
    odds = np.exp(score)
    largest = np.empty(calls.term.shape[0])
    for r in range(largest.size):
        largest[r] = calls.term[r].max()
    everybody = 0
    for place in range(keys.size):
        top = drive[place] + largest[region[place]]
        expected = 0.0
        for c in range(odds.size):
            expected += total[place, c] * odds[c]
        expected *= rate[place] * math.exp(top)
        u = uniform(key.seed, key.member, _JOIN, keys[place], 0, key.moment, 0)
        if u > 1.0 - expected:  # else below the chance that nobody comes for certain
            call = (u, rate[place], top)
            _candidates(key, keys[place], call, score, odds, total[place], n[place], chance[place])
            everybody += n[place].sum()
    return everybody


@njit(inner=True)
def join(key: Key, setting: Setting, calls: Calls, quiet: Quiet, moves: Moves) -> Moves:
    """Let quiet adults join for one tick; return the moves, with theirs among them."""
    n, chance = np.zeros_like(quiet.total), np.zeros(quiet.total.shape)
    moves = with_room(moves, _all_candidates(key, setting, calls, quiet.total, n, chance))
    strata = calls.term.shape[1]
    blocks = (strata + BLOCK - 1) // BLOCK
    desk = Desk(np.empty(blocks, dtype=np.int64), np.empty(strata), np.empty(n.max(), dtype=np.int64))
    for place in range(setting.key.size):
        if n[place].any():
            _join_place(key, setting, calls, quiet, moves, place, (n[place], chance[place]), desk)
    return moves
