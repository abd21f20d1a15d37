"""Kernel of joining: from the quiet cells of a home place onto a street.

Exact in law and cheap where nothing happens: per (place, class) the number of candidates is
binomial at the largest hazard that any stratum there has; each candidate, keyed by its index, is
given a stratum without replacement and kept with the ratio of its own chance to the largest.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from qantar.engine.random import binomial, uniform
from qantar.engine.streams import Stream
from qantar.model.streets.bags import COMPARTMENTS, PEACEFUL, VIOLENT, Bags, push
from qantar.model.streets.formulas import logistic

_JOIN, _STRATUM, _THIN, _DESTINATION = int(Stream.JOIN), int(Stream.STRATUM), int(Stream.THIN), int(Stream.DESTINATION)
_LOOT, _PICK, _ORGANISE = int(Stream.LOOT), int(Stream.PICK), int(Stream.ORGANISE)


class Key(NamedTuple):
    """What every draw of a step has in common: the run and the moment (tick and sub-step)."""

    seed: int
    member: int
    moment: int


class Quiet(NamedTuple):
    """The dense half of the count.

    counts : int64[place, class, stratum]   quiet people; adults in the first `adults` strata
    total : int64[place, class]             quiet adults, kept equal to the sum over those strata
    """

    counts: NDArray[np.int64]
    total: NDArray[np.int64]


class Lattice(NamedTuple):
    """Where people live and where they may go.

    key : int64[place]          number of a place's identifier, for draws
    region : int64[place]
    to_start : int64[place + 1], to : int64[pair], to_weight : float64[pair]
        destinations within reach of a home place, with distance weight times share of residents
    """

    key: NDArray[np.int64]
    region: NDArray[np.int64]
    to_start: NDArray[np.int64]
    to: NDArray[np.int64]
    to_weight: NDArray[np.float64]


@njit(cache=True)
def _destination(lattice: Lattice, home: int, pull: np.ndarray, u: float) -> int:
    """Choose where to stand: at home with weight 1, elsewhere by pull[j] times the destination's weight.

    Source: attractiveness times distance, Davies et al. (2013); the crowd already there attracts.
    """
    first, last = lattice.to_start[home], lattice.to_start[home + 1]
    total = 1.0
    for k in range(first, last):
        total += pull[lattice.to[k]] * lattice.to_weight[k]
    left = u * total - 1.0
    if left < 0.0:
        return home
    for k in range(first, last):
        left -= pull[lattice.to[k]] * lattice.to_weight[k]
        if left < 0.0:
            return int(lattice.to[k])
    return home


@njit(cache=True)
def _draw_stratum(counts: np.ndarray, left: int, u: float, adults: int) -> int:
    """Take the stratum in which the floor(u · left)-th of the `left` people stands."""
    nth = min(int(u * left), left - 1)
    for s in range(adults):
        nth -= counts[s]
        if nth < 0:
            return s
    return adults - 1


@njit(cache=True)
def _join_class(
    key: Key, place: int, c: int, n: int, chance: float, hazards: tuple[float, float], term: np.ndarray,
    quiet: Quiet, lattice: Lattice, pull: np.ndarray, bags: Bags, arena: np.ndarray,
) -> np.ndarray:
    """Place the `n` candidates of one (place, class): stratum, thinning, destination."""
    rate, drive = hazards
    counts = quiet.counts[place, c]
    classes, strata = quiet.counts.shape[1], quiet.counts.shape[2]
    rejected = np.empty(n, dtype=np.int64)
    n_rejected = 0
    where = lattice.key[place]
    for i in range(n):
        s = _draw_stratum(
            counts, quiet.total[place, c], uniform(key.seed, key.member, _STRATUM, where, c, key.moment, i), term.size
        )
        counts[s] -= 1
        quiet.total[place, c] -= 1
        own = -math.expm1(-rate * logistic(drive + term[s]))
        if uniform(key.seed, key.member, _THIN, where, c, key.moment, i) * chance >= own:
            rejected[n_rejected] = s
            n_rejected += 1
            continue
        u = uniform(key.seed, key.member, _DESTINATION, where, c, key.moment, i)
        present = _destination(lattice, place, pull, u)
        arena = push(bags, arena, present * COMPARTMENTS + PEACEFUL, (place * classes + c) * strata + s)
    for i in range(n_rejected):
        counts[rejected[i]] += 1
        quiet.total[place, c] += 1
    return arena


@njit(cache=True)
def join(
    key: Key, lattice: Lattice, quiet: Quiet, bags: Bags, arena: np.ndarray,
    rate: np.ndarray, drive: np.ndarray, score: np.ndarray, term: np.ndarray, pull: np.ndarray,
) -> np.ndarray:
    """Let quiet adults join for one tick.

    rate : float64[place]           λmax · d(hour) · noise · dt, at most this many joins a person
    drive : float64[place]          log-odds that all residents of a place share
    score : float64[class]          σ · x of a propensity class
    term : float64[region, stratum] log-odds of adult strata
    pull : float64[place]           how much the crowd standing there attracts travellers
    """
    odds = np.exp(score)
    for place in range(rate.size):
        terms = term[lattice.region[place]]
        largest = terms.max()
        bound = rate[place] * math.exp(drive[place] + largest)
        for c in range(score.size):
            people = quiet.total[place, c]
            if people == 0:
                continue
            u = uniform(key.seed, key.member, _JOIN, lattice.key[place], c, key.moment, 0)
            if u <= 1.0 - people * bound * odds[c]:
                continue  # below (1 - p)^n for certain, as Λ(x) < exp(x): nobody comes
            shared = drive[place] + score[c]
            chance = -math.expm1(-rate[place] * logistic(shared + largest))
            n = binomial(u, people, chance)
            if n > 0:
                arena = _join_class(
                    key, place, c, n, chance, (rate[place], shared), terms, quiet, lattice, pull, bags, arena
                )
    return arena


@njit(cache=True)
def count_quiet(quiet: Quiet, place: int, mask: np.ndarray) -> int:
    """Quiet people of the masked strata in a place."""
    n = 0
    for c in range(quiet.counts.shape[1]):
        for s in range(mask.size):
            if mask[s]:
                n += int(quiet.counts[place, c, s])
    return int(n)


@njit(cache=True)
def take_quiet(quiet: Quiet, place: int, mask: np.ndarray, nth: int, adults: int) -> int:
    """Remove the nth quiet person of the masked strata in a place; return the cell."""
    classes, strata = quiet.counts.shape[1], quiet.counts.shape[2]
    for c in range(classes):
        for s in range(strata):
            if mask[s]:
                nth -= int(quiet.counts[place, c, s])
                if nth < 0:
                    quiet.counts[place, c, s] -= 1
                    if s < adults:
                        quiet.total[place, c] -= 1
                    return int((place * classes + c) * strata + s)
    return -1


@njit(cache=True)
def lure(lattice: Lattice, home: int, disorder: np.ndarray) -> float:
    """Return the disorder that the opportunists of a home place can reach, nearer places weighing more."""
    total = disorder[home]
    for k in range(lattice.to_start[home], lattice.to_start[home + 1]):
        total += disorder[lattice.to[k]] * lattice.to_weight[k]
    return float(total)


@njit(cache=True)
def _loot_where(lattice: Lattice, home: int, disorder: np.ndarray, u: float) -> int:
    """Choose the place to loot, in proportion to the disorder that each lends to `lure`."""
    left = u * lure(lattice, home, disorder) - disorder[home]
    if left < 0.0:
        return home
    for k in range(lattice.to_start[home], lattice.to_start[home + 1]):
        left -= disorder[lattice.to[k]] * lattice.to_weight[k]
        if left < 0.0:
            return int(lattice.to[k])
    return home


@njit(cache=True)
def loot(
    key: Key, lattice: Lattice, quiet: Quiet, bags: Bags, arena: np.ndarray,
    rate: np.ndarray, disorder: np.ndarray, eligible: np.ndarray, adults: int,
) -> np.ndarray:
    """Let opportunists of the eligible strata join the violent directly, at home or within reach.

    rate : float64[place]       hazard · dt of one opportunist at full disorder
    disorder : float64[place]   in [0, 1]
    """
    for home in range(rate.size):
        hazard = rate[home] * lure(lattice, home, disorder)
        if hazard <= 0.0:
            continue
        people = count_quiet(quiet, home, eligible)
        where = lattice.key[home]
        u = uniform(key.seed, key.member, _LOOT, where, 0, key.moment, 0)
        for i in range(binomial(u, people, -math.expm1(-hazard))):
            u = uniform(key.seed, key.member, _PICK, where, _LOOT, key.moment, i)
            cell = take_quiet(quiet, home, eligible, min(int(u * people), people - 1), adults)
            people -= 1
            present = _loot_where(lattice, home, disorder, uniform(key.seed, key.member, _LOOT, where, 1, key.moment, i))
            arena = push(bags, arena, present * COMPARTMENTS + VIOLENT, cell)
    return arena


@njit(cache=True)
def recruit(
    key: Key, lattice: Lattice, quiet: Quiet, bags: Bags, arena: np.ndarray,
    place: int, wanted: int, eligible: np.ndarray, adults: int,
) -> np.ndarray:
    """Put `wanted` people of the eligible strata among the violent of a place: an organiser's cadres."""
    people = count_quiet(quiet, place, eligible)
    for i in range(min(wanted, people)):
        u = uniform(key.seed, key.member, _ORGANISE, lattice.key[place], 0, key.moment, i)
        cell = take_quiet(quiet, place, eligible, min(int(u * people), people - 1), adults)
        people -= 1
        arena = push(bags, arena, place * COMPARTMENTS + VIOLENT, cell)
    return arena
