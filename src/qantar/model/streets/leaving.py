"""Kernels of everything that happens to those who are not quiet: leave, turn, be held, be hurt.

Scheme: where somebody is at a tick's end has a closed form (`chances`); movers of a bag ~ Bin(n, 1 - exp(-Σh dt)), split
over where they go by conditional binomials in a fixed order; which entries move is a keyed choice without
replacement (Euler-multinomial, Bretó et al. 2009). Those who turn violent go on as such in what is left.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qantar.engine.compiled import njit
from qantar.engine.random import binomial, fill_pairs, fill_uniforms, uniform
from qantar.engine.streams import Stream
from qantar.model.streets.bags import (
    AFRAID,
    COMPARTMENTS,
    DEAD,
    DELIVERED,
    GROUPS,
    INJURED,
    PEACEFUL,
    REMANDED,
    STAGES,
    TIRED,
    VIOLENT,
    Bags,
    Moves,
    people_in,
    send,
    take,
    with_room,
)
from qantar.model.streets.chances import (
    ALONE,
    DETAIN,
    FEAR,
    INJURE,
    KILL,
    NODES,
    TIME_OUT,
    TURN,
    WAYS,
    known_chances,
    rates_of,
    share_out,
    stays,
    violent_since,
)
from qantar.model.streets.quiet import Quiet, change
from qantar.model.streets.setting import Key, Setting, Tally

_LEAVE, _PROGRESS, _PICK, _REMAND = int(Stream.LEAVE), int(Stream.PROGRESS), int(Stream.PICK), int(Stream.REMAND)
_RETURN = int(Stream.RETURN)

DRAWS = 128
"""Draws that are made at once, an even number."""


class Room(NamedTuple):
    """Where a place's movers are worked out.

    chances, ways : float64[way] and int64[way]; since : float64[node, way], see `violent_since`; draws : float64[DRAWS]
    """

    chances: NDArray[np.float64]
    since: NDArray[np.float64]
    ways: NDArray[np.int64]
    draws: NDArray[np.float64]


@njit(borrows=True, inner=True)
def draw_movers(key: Key, where: int, cell: int, n: int, chance: float) -> int:
    """Draw how many of `n` on the street move in a tick; `chance` is that of not staying in one's state, 1 - exp(-Σh dt)."""
    return int(binomial(uniform(key.seed, key.member, _LEAVE, where, cell, key.moment, 0), n, chance))


@njit(borrows=True, inner=True)
def street_target(compartment: int, way: int, place: int, home: int) -> int:
    """Return the bag into which a way leads; the delivered may still be remanded (`remand`)."""
    here, there = place * COMPARTMENTS, home * COMPARTMENTS
    if way < STAGES - 1:
        return here + compartment + way + 1
    if way >= ALONE:
        return here + VIOLENT + way - ALONE + 1
    exit_ = way - (STAGES - 1)
    if exit_ == TIME_OUT:
        return there + TIRED
    if exit_ == FEAR:
        return there + AFRAID
    if exit_ == TURN:
        return here + VIOLENT
    if exit_ == DETAIN:
        return here + DELIVERED
    if exit_ == INJURE:
        return here + INJURED
    return here + DEAD


@njit(borrows=True, inner=True)
def count_way(way: int, place: int, n: int, tally: Tally) -> None:
    """Add those who went a way to the tally of what happened in a place."""
    exit_ = way - (STAGES - 1)
    if exit_ == DETAIN:
        tally.delivered[place] += n
    elif exit_ == INJURE:
        tally.injured[place] += n
    elif exit_ == KILL:
        tally.dead[place] += n


@njit(borrows=True, inner=True, inline="always")
def _move_bag(key: Key, where: int, bag: tuple[int, int, int, int], entries: np.ndarray, room: Room, moves: Moves) -> None:
    """Move the drawn numbers out of one bag, entry by entry.

    bag : place, compartment, cells of a place, how many move; entries : int32[person]   the home cells in the bag
    """
    place, compartment, cells, movers = bag
    to, who, first, draws, ways = moves.bag, moves.cell, moves.made[0], room.draws, room.ways
    drawn, left = 0, entries.size
    for way in range(WAYS):
        exit_ = way - (STAGES - 1)
        home, target = exit_ in (TIME_OUT, FEAR), street_target(compartment, way, place, 0)
        for _ in range(ways[way]):
            at = drawn % DRAWS
            if at == 0:
                fill_pairs((key.seed, key.member), _PICK, where, compartment, key.moment, drawn // 2, draws[: movers - drawn + 1])
            i = min(int(draws[at] * left), left - 1)
            left -= 1
            cell = entries[i]
            entries[i] = entries[left]
            to[first + drawn] = target + (np.uint32(cell) // np.uint32(cells) * COMPARTMENTS if home else 0)
            who[first + drawn] = cell
            drawn += 1
    moves.made[0] = first + drawn


@njit(borrows=True, inner=True, inline="always")
def _leave_place(
    key: Key, setting: Setting, crowd: tuple[Bags, np.ndarray, Moves], place: int, hazards: tuple[np.ndarray, float], room: Room,
    tally: Tally,
) -> None:
    """Move those on the streets of one place; `hazards` are float64[place, GROUPS + 1, exit] and the hours of the tick."""
    bags, arena, moves = crowd
    rates, dt = hazards[0][place], hazards[1]
    where, chances, since = setting.key[place], room.chances, room.since
    turned_known = False
    for kind in range(GROUPS + 1):
        own, known = rates[kind], False
        sums, stay, chance = (0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 0.0), 0.0
        for stage in range(STAGES):
            compartment = kind * STAGES + stage
            b = place * COMPARTMENTS + compartment
            n = bags.size[b]
            if n == 0:
                continue
            if not known:
                sums, known = rates_of(own), True
                stay, chance = stays(sums, dt, own[TURN] > 0.0), -math.expm1(-sums[2] * dt)
            movers = draw_movers(key, where, compartment, n, chance)
            if movers == 0:
                continue
            if own[TURN] > 0.0 and not turned_known:
                violent_since(rates[GROUPS], dt, since)
                turned_known = True
            total = known_chances(own, sums, stay, since, STAGES - stage, dt, chances)
            share_out(key, where, compartment, movers, chances, total, room.ways)
            start = bags.start[b]
            _move_bag(key, where, (place, compartment, setting.cells, movers), arena[start : start + n], room, moves)
            bags.size[b] = n - movers
            for way in range(STAGES - 1 + DETAIN, ALONE):
                count_way(way, place, room.ways[way], tally)


@njit(borrows=True, inner=True)
def _leave_all(
    key: Key, setting: Setting, crowd: tuple[Bags, np.ndarray, Moves], hazards: tuple[np.ndarray, float], room: Room, tally: Tally
) -> None:
    """Move those on the streets of all places."""
    for place in range(setting.key.size):
        _leave_place(key, setting, crowd, place, hazards, room, tally)


@njit(inner=True)
def leave_streets(
    key: Key, setting: Setting, bags: Bags, arena: np.ndarray, moves: Moves, hazards: np.ndarray, dt: float, tally: Tally
) -> Moves:
    """Move those on the streets for one tick; return the moves, with theirs among them.

    hazards : float64[place, GROUPS + 1, exit]   per hour, of the peaceful by group and of the violent
    """
    moves = with_room(moves, people_in(bags, PEACEFUL, VIOLENT + STAGES))
    room = Room(np.empty(WAYS), np.empty((len(NODES), WAYS)), np.empty(WAYS, dtype=np.int64), np.empty(DRAWS))
    _leave_all(key, setting, (bags, arena, moves), (hazards, dt), room, tally)
    return moves


@njit(borrows=True, inner=True, inline="always")
def _leave_bag(
    key: Key, setting: Setting, quiet: Quiet, crowd: tuple[Bags, np.ndarray, Moves], bag: tuple[int, int], leavers: tuple[int, int],
    room: tuple[np.ndarray, np.ndarray],
) -> None:
    """Move the drawn numbers out of the bag (place, compartment); `leavers` are how many, and how many of them go quiet."""
    (bags, arena, moves), (place, compartment), (n, quieted), (draws, chosen) = crowd, bag, leavers, room
    where, b = setting.key[place], place * COMPARTMENTS + compartment
    other = place * COMPARTMENTS + (DEAD if compartment >= DELIVERED else DELIVERED)
    for first in range(0, n, DRAWS):
        some = min(DRAWS, n - first)
        fill_uniforms((key.seed, key.member), _PICK, where, compartment, key.moment, first, draws[:some])
        # Two loops, for each waits for memory: many short turns wait together.
        for i in range(some):
            chosen[i] = take(bags, arena, b, draws[i])
        for i in range(some):
            if first + i < quieted:
                change(quiet, setting, chosen[i], 1)
            else:
                send(moves, other, chosen[i])


@njit(borrows=True, inner=True, inline="always")
def _leave_home(
    key: Key, setting: Setting, quiet: Quiet, crowd: tuple[Bags, np.ndarray, Moves], place: int, rates: tuple[np.ndarray, float],
    tally: Tally, room: tuple[np.ndarray, np.ndarray],
) -> None:
    """Move the others of one place, see `leave_others`."""
    bags, arena, moves = crowd
    hazards, dt, where = rates[0][place], rates[1], setting.key[place]
    for compartment in range(TIRED, DEAD):
        n = bags.size[place * COMPARTMENTS + compartment]
        if n == 0:
            continue
        back, other = hazards[compartment - TIRED, 0], hazards[compartment - TIRED, 1]
        u = uniform(key.seed, key.member, _RETURN, where, compartment, key.moment, 0)
        if u <= 1.0 - n * (back + other) * dt:
            continue  # below (1 - p)^n for certain: nobody leaves
        leavers = binomial(u, n, -math.expm1(-(back + other) * dt))
        quieted = leavers
        if other > 0.0 and leavers > 0:
            u = uniform(key.seed, key.member, _PROGRESS, where, compartment, key.moment, 0)
            quieted = binomial(u, leavers, back / (back + other))
        _leave_bag(key, setting, quiet, (bags, arena, moves), (place, compartment), (leavers, quieted), room)
        if compartment >= DELIVERED:
            tally.dead[place] += leavers - quieted
        else:
            tally.delivered[place] += leavers - quieted


@njit(borrows=True, inner=True)
def _leave_homes(
    key: Key, setting: Setting, quiet: Quiet, crowd: tuple[Bags, np.ndarray, Moves], rates: tuple[np.ndarray, float], tally: Tally,
    room: tuple[np.ndarray, np.ndarray],
) -> None:
    """Move the others of all places; `room` is for `DRAWS` draws and as many cells."""
    for place in range(setting.key.size):
        _leave_home(key, setting, quiet, crowd, place, rates, tally, room)


@njit(inner=True)
def leave_others(
    key: Key, setting: Setting, quiet: Quiet, bags: Bags, arena: np.ndarray, moves: Moves, rates: tuple[np.ndarray, float],
    tally: Tally,
) -> Moves:
    """Move those at home after going out, the held and the injured for one tick; return the moves.

    rates : float64[place, compartment - TIRED, 2], hazards per hour: back to quiet; and held (for those at
        home, by raids) or dead (for the held); and the hours of the tick
    """
    moves, room = with_room(moves, people_in(bags, TIRED, DEAD)), (np.empty(DRAWS), np.empty(DRAWS, dtype=np.int64))
    _leave_homes(key, setting, quiet, (bags, arena, moves), rates, tally, room)
    return moves


@njit(inner=True)
def remand(key: Key, setting: Setting, moves: Moves, share: float, tally: Tally) -> None:
    """Decide for everybody delivered to the police so far in this tick whether they are remanded."""
    keys, to = setting.key, moves.bag
    drawn = np.zeros(keys.size, dtype=np.int64)
    for k in range(moves.made[0]):
        place, compartment = to[k] // COMPARTMENTS, to[k] % COMPARTMENTS
        if compartment != DELIVERED:
            continue
        u = uniform(key.seed, key.member, _REMAND, keys[place], 0, key.moment, drawn[place])
        drawn[place] += 1
        if u < share:
            to[k] += REMANDED - DELIVERED
            tally.remanded[place] += 1


@njit(inner=True, inline="always")
def leave(
    key: Key, setting: Setting, quiet: Quiet, bags: Bags, arena: np.ndarray, moves: Moves,
    rates: tuple[np.ndarray, np.ndarray, float, float], tally: Tally,
) -> Moves:
    """Move everybody who is not quiet for one tick; `rates` are both hazards, its hours and the share remanded."""
    streets, others, dt, share = rates
    moves = leave_others(key, setting, quiet, bags, arena, moves, (others, dt), tally)
    moves = leave_streets(key, setting, bags, arena, moves, streets, dt, tally)
    remand(key, setting, moves, share, tally)
    return moves
