"""Kernels of everything that happens to those who are not quiet: leave, turn, be held, be hurt.

Scheme: Euler-multinomial (Bretó et al. 2009). Leavers of a bag ~ Bin(n, 1 - exp(-Σh dt)), split
over the exits in proportion to their hazards by conditional binomials in the fixed order below;
which entries leave is a keyed choice without replacement; nobody moves twice in a step.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from qantar.engine.random import binomial, uniform
from qantar.engine.streams import Stream
from qantar.model.streets.bags import (
    AFRAID,
    COMPARTMENTS,
    DEAD,
    DELIVERED,
    INJURED,
    REMANDED,
    STAGES,
    TIRED,
    VIOLENT,
    Bags,
    push,
    take,
)
from qantar.model.streets.joining import Key, Lattice, Quiet, count_quiet, take_quiet

_LEAVE, _PROGRESS, _PICK, _THIN_TURN, _REMAND = (
    int(Stream.LEAVE), int(Stream.PROGRESS), int(Stream.PICK), int(Stream.THIN_TURN), int(Stream.REMAND),
)
_RETURN, _BYSTANDER, _DIE = int(Stream.RETURN), int(Stream.BYSTANDER), int(Stream.DIE)

TIME_OUT, FEAR, TURN, DETAIN, INJURE, KILL = range(6)
"""Exits from the street, in the order in which leavers are split."""
EXITS = 6


class Tally(NamedTuple):
    """What a tick did, by place : int64[place]; set to zero by the system before each tick."""

    turned: NDArray[np.int64]
    delivered: NDArray[np.int64]
    remanded: NDArray[np.int64]
    injured: NDArray[np.int64]
    dead: NDArray[np.int64]


@njit(cache=True)
def _split(key: Key, where: int, cell: int, n: int, hazards: np.ndarray, out: np.ndarray) -> None:
    """Share `n` leavers over exits in proportion to `hazards` by conditional binomials."""
    left = hazards.sum()
    for e in range(hazards.size):
        if n == 0 or hazards[e] <= 0.0:
            out[e] = 0
            continue
        if hazards[e] >= left:
            out[e] = n
        else:
            u = uniform(key.seed, key.member, _PROGRESS, where, cell, key.moment, e)
            out[e] = binomial(u, n, hazards[e] / left)
        n -= out[e]
        left -= hazards[e]


@njit(cache=True)
def _pick(key: Key, where: int, b: int, compartment: int, drawn: int, bags: Bags, arena: np.ndarray) -> int:
    """Take one settled entry of a bag at random."""
    u = uniform(key.seed, key.member, _PICK, where, 1000 + compartment, key.moment, drawn)
    n = bags.settled[b]
    return take(bags, arena, b, min(int(u * n), n - 1))


@njit(cache=True)
def _street_exit(
    key: Key, where: int, compartment: int, drawn: int, exit_: int, cell: int, cells_per_place: int,
    place: int, keep_turn: float, remand: float, tally: Tally,
) -> int:
    """Return the bag into which somebody goes who leaves a street compartment through an exit."""
    violent = compartment >= VIOLENT
    stage = (compartment - VIOLENT) if violent else compartment
    home = cell // cells_per_place
    if exit_ == TIME_OUT:
        return place * COMPARTMENTS + compartment + 1 if stage < STAGES - 1 else home * COMPARTMENTS + TIRED
    if exit_ == FEAR:
        return home * COMPARTMENTS + AFRAID
    if exit_ == TURN:
        if uniform(key.seed, key.member, _THIN_TURN, where, compartment, key.moment, drawn) >= keep_turn:
            return place * COMPARTMENTS + compartment
        tally.turned[place] += 1
        return place * COMPARTMENTS + VIOLENT
    if exit_ == DETAIN:
        tally.delivered[place] += 1
        if uniform(key.seed, key.member, _REMAND, where, compartment, key.moment, drawn) < remand:
            tally.remanded[place] += 1
            return place * COMPARTMENTS + REMANDED
        return place * COMPARTMENTS + DELIVERED
    if exit_ == INJURE:
        tally.injured[place] += 1
        return place * COMPARTMENTS + INJURED
    tally.dead[place] += 1
    return place * COMPARTMENTS + DEAD


@njit(cache=True)
def leave_streets(
    key: Key, lattice: Lattice, bags: Bags, arena: np.ndarray, hazards: np.ndarray, dt: float,
    turn_weight: np.ndarray, cells: tuple[int, int], remand: float, tally: Tally,
) -> np.ndarray:
    """Move those on the streets for one step.

    hazards : float64[place, 2, exit]   per hour, of the peaceful and of the violent; TURN is that of
        the most prone stratum, and the others are thinned
    turn_weight : float64[stratum]      proneness to turn, relative to the most prone, in [0, 1]
    cells : (classes · strata, strata)  to read a home place and a stratum off a cell
    """
    cells_per_place, strata = cells
    out = np.empty(EXITS, dtype=np.int64)
    for place in range(lattice.key.size):
        where = lattice.key[place]
        for compartment in range(2 * STAGES):
            b = place * COMPARTMENTS + compartment
            n = bags.settled[b]
            if n == 0:
                continue
            exits = hazards[place, 1 if compartment >= VIOLENT else 0]
            chance = -math.expm1(-exits.sum() * dt)
            leavers = binomial(
                uniform(key.seed, key.member, _LEAVE, where, compartment, key.moment, 0), n, chance
            )
            if leavers == 0:
                continue
            _split(key, where, compartment, leavers, exits, out)
            drawn = 0
            for e in range(EXITS):
                for _ in range(out[e]):
                    cell = _pick(key, where, b, compartment, drawn, bags, arena)
                    target = _street_exit(
                        key, where, compartment, drawn, e, cell, cells_per_place,
                        place, turn_weight[cell % strata], remand, tally,
                    )
                    arena = push(bags, arena, target, cell)
                    drawn += 1
    return arena


@njit(cache=True)
def _go_quiet(quiet: Quiet, cell: int, adults: int) -> None:
    """Put somebody back among the quiet of the home cell."""
    classes, strata = quiet.counts.shape[1], quiet.counts.shape[2]
    place, c, s = cell // (classes * strata), (cell // strata) % classes, cell % strata
    quiet.counts[place, c, s] += 1
    if s < adults:
        quiet.total[place, c] += 1


@njit(cache=True)
def leave_others(
    key: Key, lattice: Lattice, quiet: Quiet, bags: Bags, arena: np.ndarray, hazards: np.ndarray, dt: float,
    adults: int, remand: float, tally: Tally,
) -> np.ndarray:
    """Move those at home after going out, the held and the injured for one tick.

    hazards : float64[place, compartment - TIRED, 2]   per hour: back to quiet; and held (for those at
        home, by raids) or dead (for the held)
    """
    out = np.empty(2, dtype=np.int64)
    for place in range(lattice.key.size):
        where = lattice.key[place]
        for compartment in range(TIRED, DEAD):
            b = place * COMPARTMENTS + compartment
            n = bags.settled[b]
            exits = hazards[place, compartment - TIRED]
            if n == 0 or exits.sum() <= 0.0:
                continue
            u = uniform(key.seed, key.member, _RETURN, where, compartment, key.moment, 0)
            leavers = binomial(u, n, -math.expm1(-exits.sum() * dt))
            _split(key, where, compartment, leavers, exits, out)
            for i in range(leavers):
                cell = _pick(key, where, b, compartment, i, bags, arena)
                if i < out[0]:
                    _go_quiet(quiet, cell, adults)
                elif compartment >= DELIVERED:
                    tally.dead[place] += 1
                    arena = push(bags, arena, place * COMPARTMENTS + DEAD, cell)
                else:
                    tally.delivered[place] += 1
                    target = DELIVERED
                    if uniform(key.seed, key.member, _REMAND, where, compartment, key.moment, i) < remand:
                        tally.remanded[place] += 1
                        target = REMANDED
                    arena = push(bags, arena, place * COMPARTMENTS + target, cell)
    return arena


@njit(cache=True)
def strike_quiet(
    key: Key, stream: int, lattice: Lattice, quiet: Quiet, bags: Bags, arena: np.ndarray, hits: np.ndarray,
    fate: tuple[int, int, float], mask: np.ndarray, adults: int, first: np.ndarray, second: np.ndarray,
) -> np.ndarray:
    """Let something happen to quiet people of the masked strata, each alike: a stray hit, an arrest.

    hits : float64[place]     expected number in this tick; drawn binomially from the people there
    fate : two compartments and the chance of the second (hurt or dead; delivered or remanded)
    first, second : int64[place]   filled with how many met which fate
    """
    usual, other, share = fate
    for place in range(hits.size):
        first[place] = 0
        second[place] = 0
        if hits[place] <= 0.0:
            continue
        people = count_quiet(quiet, place, mask)
        if people == 0:
            continue
        where = lattice.key[place]
        u = uniform(key.seed, key.member, stream, where, 0, key.moment, 0)
        n = binomial(u, people, -math.expm1(-hits[place] / people))
        for i in range(n):
            u = uniform(key.seed, key.member, stream, where, 1, key.moment, i)
            cell = take_quiet(quiet, place, mask, min(int(u * people), people - 1), adults)
            people -= 1
            if uniform(key.seed, key.member, _DIE, where, stream, key.moment, i) < share:
                second[place] += 1
                arena = push(bags, arena, place * COMPARTMENTS + other, cell)
            else:
                first[place] += 1
                arena = push(bags, arena, place * COMPARTMENTS + usual, cell)
    return arena
