"""Kernels of what reaches quiet people at home or on their way: looting, an organiser, stray hits, arrests."""

from __future__ import annotations

import math

import numpy as np

from qantar.engine.compiled import njit
from qantar.engine.random import binomial, uniform
from qantar.engine.streams import Stream
from qantar.model.streets.bags import COMPARTMENTS, VIOLENT, Moves, send, with_room
from qantar.model.streets.setting import Key, Quiet, Setting

_LOOT, _ORGANISE, _DIE = int(Stream.LOOT), int(Stream.ORGANISE), int(Stream.DIE)
_NUMBER, _WHERE, _WHO = 0, 1, 2


@njit(inner=True)
def count_quiet(counts: np.ndarray, who: np.ndarray) -> np.ndarray:
    """Return the quiet people of the listed strata by class, of a place's counts : int64[class, stratum]."""
    n = np.zeros(counts.shape[0], dtype=np.int64)
    for c in range(n.size):
        for s in who:
            n[c] += counts[c, s]
    return n


@njit(borrows=True, inner=True)
def _sum(counts: np.ndarray) -> int:
    total = 0
    for n in counts:
        total += n
    return total


@njit(borrows=True, inner=True)
def take_quiet(setting: Setting, quiet: Quiet, place: int, who: np.ndarray, by_class: np.ndarray, u: float) -> int:
    """Remove one of the quiet people of the listed strata in a place, chosen by u in (0, 1); return the cell.

    by_class : int64[class]   what `count_quiet` returned, kept up to date
    """
    people = _sum(by_class)
    nth = min(int(u * people), people - 1)
    c = 0
    while nth >= by_class[c]:
        nth -= by_class[c]
        c += 1
    by_class[c] -= 1
    counts = quiet.counts[place, c]
    for s in who:
        nth -= counts[s]
        if nth < 0:
            counts[s] -= 1
            quiet.weight[place, c] -= setting.weight[s]
            return int(place * setting.cells + c * setting.strata + s)
    return -1


@njit(borrows=True, inner=True)
def lure(home: int, start: np.ndarray, to: np.ndarray, weight: np.ndarray, disorder: np.ndarray) -> float:
    """Return the disorder that the opportunists of a home place can reach, nearer places weighing more."""
    total = disorder[home]
    for k in range(start[home], start[home + 1]):
        total += disorder[to[k]] * weight[k]
    return float(total)


@njit(borrows=True, inner=True)
def _loot_where(home: int, start: np.ndarray, to: np.ndarray, weight: np.ndarray, disorder: np.ndarray, u: float) -> int:
    """Choose the place to loot, in proportion to the disorder that each lends to `lure`."""
    left = u * lure(home, start, to, weight, disorder) - disorder[home]
    if left < 0.0:
        return home
    for k in range(start[home], start[home + 1]):
        left -= disorder[to[k]] * weight[k]
        if left < 0.0:
            return int(to[k])
    return home


@njit(inner=True)
def _looters(
    key: Key, setting: Setting, quiet: Quiet, rate: np.ndarray, disorder: np.ndarray, eligible: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, int]:
    """Draw how many of each home place go to loot : int64[place]; and how many in all."""
    who, residents = eligible
    everybody = 0
    keys, start, to, weight, counts = setting.key, setting.to_start, setting.to, setting.to_weight, quiet.counts
    n = np.zeros(rate.size, dtype=np.int64)
    for home in range(rate.size):
        hazard = rate[home] * lure(home, start, to, weight, disorder)
        if hazard <= 0.0:
            continue
        u = uniform(key.seed, key.member, _LOOT, keys[home], _NUMBER, key.moment, 0)
        if u > 1.0 - residents[home] * hazard:  # else below (1 - p)^n for certain: nobody goes
            n[home] = binomial(u, _sum(count_quiet(counts[home], who)), -math.expm1(-hazard))
            everybody += n[home]
    return n, everybody


@njit(inner=True, inline="always")
def loot(
    key: Key, setting: Setting, quiet: Quiet, moves: Moves, rate: np.ndarray, disorder: np.ndarray,
    eligible: tuple[np.ndarray, np.ndarray],
) -> Moves:
    """Let opportunists of the eligible strata join the violent directly, at home or within reach.

    rate : float64[place]       hazard · dt of one opportunist at full disorder
    disorder : float64[place]   in [0, 1]
    eligible : int64[eligible] their strata, and int64[place] how many of them live in each place
    """
    n, everybody = _looters(key, setting, quiet, rate, disorder, eligible)
    if everybody == 0:
        return moves
    moves = with_room(moves, everybody)
    start, to, weight = setting.to_start, setting.to, setting.to_weight
    for home in range(rate.size):
        if n[home] == 0:
            continue
        where = setting.key[home]
        people = count_quiet(quiet.counts[home], eligible[0])
        for i in range(n[home]):
            u = uniform(key.seed, key.member, _LOOT, where, _WHO, key.moment, i)
            cell = take_quiet(setting, quiet, home, eligible[0], people, u)
            u = uniform(key.seed, key.member, _LOOT, where, _WHERE, key.moment, i)
            send(moves, _loot_where(home, start, to, weight, disorder, u) * COMPARTMENTS + VIOLENT, cell)
    return moves


@njit()
def recruit(
    key: Key, setting: Setting, quiet: Quiet, moves: Moves, order: tuple[int, int], eligible: np.ndarray
) -> Moves:
    """Put people of the eligible strata among the violent: an organiser's cadres; `order` is (place, how many)."""
    place, wanted = order
    people = count_quiet(quiet.counts[place], eligible)
    n = min(wanted, _sum(people))
    moves = with_room(moves, n)
    for i in range(n):
        u = uniform(key.seed, key.member, _ORGANISE, setting.key[place], 0, key.moment, i)
        cell = take_quiet(setting, quiet, place, eligible, people, u)
        send(moves, place * COMPARTMENTS + VIOLENT, cell)
    return moves


@njit(inner=True)
def _struck(key: Key, setting: Setting, quiet: Quiet, hits: np.ndarray, stream: int, who: np.ndarray) -> tuple[np.ndarray, int]:
    """Draw how many quiet people of the listed strata are struck : int64[place]; and how many in all."""
    keys, counts, everybody = setting.key, quiet.counts, 0
    n = np.zeros(hits.size, dtype=np.int64)
    for place in range(hits.size):
        if hits[place] <= 0.0:
            continue
        u = uniform(key.seed, key.member, stream, keys[place], _NUMBER, key.moment, 0)
        if u <= 1.0 - hits[place]:
            continue  # below (1 - hits / n)^n for certain: nobody is struck
        people = _sum(count_quiet(counts[place], who))
        if people > 0:
            n[place] = binomial(u, people, -math.expm1(-hits[place] / people))
            everybody += n[place]
    return n, everybody


@njit(inner=True)
def strike(
    key: Key, setting: Setting, quiet: Quiet, moves: Moves, hits: np.ndarray, fate: tuple[int, int, int, float],
    struck: tuple[np.ndarray, np.ndarray],
) -> Moves:
    """Let something happen to quiet people of the listed strata, each alike: a stray hit, an arrest.

    hits : float64[place]   expected number in this tick; drawn binomially from the people there
    fate : stream of the draws, two compartments, and the chance of the second (hurt or dead; delivered
        or remanded)
    struck : int64[struck] the strata that can be struck; int64[2, place], to which how many met which fate
        is added
    """
    stream, usual, other, share = fate
    who, met = struck
    n, everybody = _struck(key, setting, quiet, hits, stream, who)
    if everybody == 0:
        return moves
    moves = with_room(moves, everybody)
    for place in range(hits.size):
        if n[place] == 0:
            continue
        where, people = setting.key[place], count_quiet(quiet.counts[place], who)
        for i in range(n[place]):
            u = uniform(key.seed, key.member, stream, where, _WHERE, key.moment, i)
            cell = take_quiet(setting, quiet, place, who, people, u)
            second = uniform(key.seed, key.member, _DIE, where, stream, key.moment, i) < share
            met[1 if second else 0, place] += 1
            send(moves, place * COMPARTMENTS + (other if second else usual), cell)
    return moves


@njit(inner=True, inline="always")
def strike_all(
    key: Key, setting: Setting, quiet: Quiet, moves: Moves, hits: np.ndarray,
    fates: tuple[tuple[int, int, int, float], ...], who: tuple[np.ndarray, ...], met: np.ndarray,
) -> Moves:
    """Let all three things happen to quiet people (see `strike`); `met` : int64[3, 2, place] is filled."""
    for i in range(met.shape[2]):
        for kind in range(met.shape[0]):
            met[kind, 0, i] = met[kind, 1, i] = 0
    for kind in range(met.shape[0]):
        moves = strike(key, setting, quiet, moves, hits[kind], fates[kind], (who[kind], met[kind]))
    return moves
