"""Kernels of what reaches quiet people at home or on their way: looting, an organiser, stray hits, arrests."""

from __future__ import annotations

import math

import numpy as np

from qantar.engine.compiled import njit
from qantar.engine.random import binomial, fill_uniforms, uniform
from qantar.engine.streams import Stream
from qantar.model.streets.bags import COMPARTMENTS, VIOLENT, Moves, send, with_room
from qantar.model.streets.quiet import Quiet, count_listed, take_listed
from qantar.model.streets.setting import Key, Setting

_LOOT, _ORGANISE, _DIE = int(Stream.LOOT), int(Stream.ORGANISE), int(Stream.DIE)
_NUMBER, _WHERE, _WHO = 0, 1, 2

DRAWS = 64
"""Draws that are made at once."""


@njit(inner=True)
def _room(quiet: Quiet) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return room for int64[class] people of a place, and twice float64[DRAWS] draws."""
    return np.empty(quiet.weight.shape[1], dtype=np.int64), np.empty(DRAWS), np.empty(DRAWS)


@njit(borrows=True, inner=True)
def lure(home: int, start: np.ndarray, to: np.ndarray, weight: np.ndarray, disorder: np.ndarray) -> float:
    """Return the disorder that the opportunists of a home place can reach, nearer places weighing more."""
    total = disorder[home]
    for k in range(start[home], start[home + 1]):
        total += disorder[to[k]] * weight[k]
    return float(total)


@njit(borrows=True, inner=True)
def _loot_where(home: int, start: np.ndarray, to: np.ndarray, weight: np.ndarray, disorder: np.ndarray, left: float) -> int:
    """Choose the place to loot, in proportion to the disorder that each lends to `lure`; `left` is a number below that."""
    left -= disorder[home]
    if left < 0.0:
        return home
    for k in range(start[home], start[home + 1]):
        left -= disorder[to[k]] * weight[k]
        if left < 0.0:
            return int(to[k])
    return home


@njit(borrows=True, inner=True, inline="always")
def _looters(
    key: Key, setting: Setting, quiet: Quiet, home: int, hazard: float, eligible: tuple[np.ndarray, np.ndarray], room: np.ndarray
) -> int:
    """Draw how many of a home place go to loot; `room` : int64[class]."""
    who, residents = eligible
    if hazard <= 0.0:
        return 0
    u = uniform(key.seed, key.member, _LOOT, setting.key[home], _NUMBER, key.moment, 0)
    if u <= 1.0 - residents[home] * hazard:
        return 0  # below (1 - p)^n for certain: nobody goes
    return int(binomial(u, count_listed(quiet.counts[home], who, room), -math.expm1(-hazard)))


@njit(borrows=True, inner=True, inline="always")
def _loot_from(
    key: Key, setting: Setting, quiet: Quiet, moves: Moves, looters: tuple[int, int], disorder: np.ndarray, who: np.ndarray,
    room: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    """Send those who go to loot : a home place, and how many; `room` : int64[class] and twice float64[DRAWS]."""
    (home, n), (people, chosen, stand) = looters, room
    where, run, start, to, weight = setting.key[home], (key.seed, key.member), setting.to_start, setting.to, setting.to_weight
    left, pull = count_listed(quiet.counts[home], who, people), lure(home, start, to, weight, disorder)
    for i in range(n):
        at = i % DRAWS
        if at == 0:
            fill_uniforms(run, _LOOT, where, _WHO, key.moment, i, chosen[: n - i])
            fill_uniforms(run, _LOOT, where, _WHERE, key.moment, i, stand[: n - i])
        cell = take_listed(quiet, setting, home, who, (people, left - i), chosen[at])
        send(moves, _loot_where(home, start, to, weight, disorder, stand[at] * pull) * COMPARTMENTS + VIOLENT, cell)


@njit(borrows=True, inner=True)
def _all_looters(
    key: Key, setting: Setting, quiet: Quiet, rate: np.ndarray, disorder: np.ndarray, eligible: tuple[np.ndarray, np.ndarray],
    n: np.ndarray, room: np.ndarray,
) -> int:
    """Fill how many go to loot : int64[home]; return how many in all. `room` : int64[class]."""
    everybody = 0
    for home in range(rate.size):
        hazard = rate[home] * lure(home, setting.to_start, setting.to, setting.to_weight, disorder)
        n[home] = _looters(key, setting, quiet, home, hazard, eligible, room)
        everybody += n[home]
    return everybody


@njit(borrows=True, inner=True)
def _loot_from_all(
    key: Key, setting: Setting, quiet: Quiet, moves: Moves, n: np.ndarray, disorder: np.ndarray, who: np.ndarray,
    room: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    """Send all who go to loot."""
    for home in range(n.size):
        if n[home] > 0:
            _loot_from(key, setting, quiet, moves, (home, n[home]), disorder, who, room)


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
    n, room = np.empty(rate.size, dtype=np.int64), _room(quiet)
    moves = with_room(moves, _all_looters(key, setting, quiet, rate, disorder, eligible, n, room[0]))
    _loot_from_all(key, setting, quiet, moves, n, disorder, eligible[0], room)
    return moves


@njit()
def recruit(
    key: Key, setting: Setting, quiet: Quiet, moves: Moves, order: tuple[int, int, int], eligible: np.ndarray
) -> Moves:
    """Put people of the eligible strata among the violent: an organiser's cadres; `order` is (organiser's key, place, how many)."""
    organiser, place, wanted = order
    people = np.empty(quiet.weight.shape[1], dtype=np.int64)
    there = count_listed(quiet.counts[place], eligible, people)
    n = min(wanted, there)
    moves = with_room(moves, n)
    for i in range(n):
        u = uniform(key.seed, key.member, _ORGANISE, setting.key[place], organiser, key.moment, i)
        cell = take_listed(quiet, setting, place, eligible, (people, there - i), u)
        send(moves, place * COMPARTMENTS + VIOLENT, cell)
    return moves


@njit(borrows=True, inner=True, inline="always")
def _struck(
    key: Key, setting: Setting, quiet: Quiet, place: int, hits: float, stream: int, who: np.ndarray, room: np.ndarray
) -> int:
    """Draw how many quiet people of the listed strata are struck in a place; `room` : int64[class]."""
    if hits <= 0.0:
        return 0
    u = uniform(key.seed, key.member, stream, setting.key[place], _NUMBER, key.moment, 0)
    if u <= 1.0 - hits:
        return 0  # below (1 - hits / n)^n for certain: nobody is struck
    people = count_listed(quiet.counts[place], who, room)
    return int(binomial(u, people, -math.expm1(-hits / people))) if people > 0 else 0


@njit(borrows=True, inner=True, inline="always")
def _strike_in(
    key: Key, setting: Setting, quiet: Quiet, moves: Moves, hit: tuple[int, int], fate: tuple[int, int, int, float],
    struck: tuple[np.ndarray, np.ndarray], room: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    """Let something happen to those who are hit : a place, and how many; see `strike`. `room` : int64[class] and twice float64[DRAWS]."""
    (place, n), (stream, usual, other, share), (who, met), (people, chosen, second) = hit, fate, struck, room
    where, run, there = setting.key[place], (key.seed, key.member), count_listed(quiet.counts[place], who, people)
    for i in range(n):
        at = i % DRAWS
        if at == 0:
            fill_uniforms(run, stream, where, _WHERE, key.moment, i, chosen[: n - i])
            fill_uniforms(run, _DIE, where, stream, key.moment, i, second[: n - i])
        cell = take_listed(quiet, setting, place, who, (people, there - i), chosen[at])
        worse = second[at] < share
        met[1 if worse else 0, place] += 1
        send(moves, place * COMPARTMENTS + (other if worse else usual), cell)


@njit(borrows=True, inner=True)
def _all_struck(
    key: Key, setting: Setting, quiet: Quiet, hits: np.ndarray, stream: int, who: np.ndarray, n: np.ndarray, room: np.ndarray
) -> int:
    """Fill how many are struck : int64[place]; return how many in all. `room` : int64[class]."""
    everybody = 0
    for place in range(hits.size):
        n[place] = _struck(key, setting, quiet, place, hits[place], stream, who, room)
        everybody += n[place]
    return everybody


@njit(borrows=True, inner=True)
def _strike_everywhere(
    key: Key, setting: Setting, quiet: Quiet, moves: Moves, n: np.ndarray, fate: tuple[int, int, int, float],
    struck: tuple[np.ndarray, np.ndarray], room: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    """Let it happen to all who are struck."""
    for place in range(n.size):
        if n[place] > 0:
            _strike_in(key, setting, quiet, moves, (place, n[place]), fate, struck, room)


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
    n, room = np.empty(hits.size, dtype=np.int64), _room(quiet)
    moves = with_room(moves, _all_struck(key, setting, quiet, hits, fate[0], struck[0], n, room[0]))
    _strike_everywhere(key, setting, quiet, moves, n, fate, struck, room)
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
