"""What a tick knows beyond its start: where signals are heading, and what those who just came out do in what is left.

With hazards and people frozen at its start a tick of an hour is an hour behind, twice over: signals lag, and
whoever joins or turns violent waits for the next one. Both are mended here without smaller ticks.
"""

from __future__ import annotations

import numpy as np

from qantar.engine.compiled import njit
from qantar.engine.random import uniform
from qantar.engine.streams import Stream
from qantar.model.streets.bags import COMPARTMENTS, GROUPS, STAGES, VIOLENT, Moves
from qantar.model.streets.hazards import street_hazards
from qantar.model.streets.leaving import EXITS, NODES, TURN, WAYS, count_way, street_target, tick_chances, violent_since
from qantar.model.streets.scene import Ground, Lately, Scene, StreetNumbers
from qantar.model.streets.setting import Key, Setting, Tally

_COME_OUT = int(Stream.COME_OUT)


@njit(borrows=True, inner=True)
def _ahead(now: np.ndarray, before: np.ndarray, out: np.ndarray, most: float) -> None:
    for i in range(out.size):
        x = float(now[i])
        out[i] = min(most, max(0.5 * x, x + 0.5 * (x - before[i])))
        before[i] = x


@njit(borrows=True, inner=True, inline="always")
def look_ahead(scene: Scene, before: Lately, ahead: Lately) -> None:
    """Fill `ahead` with the values of its fields in the middle of the tick, as far as can be told.

    x + (x - x of the tick before) / 2, the second-order rule of Adams and Bashforth; nothing falls by more than
    half in half a tick, and shares stay shares. `before` becomes the scene of now.
    """
    _ahead(scene.peaceful, before.peaceful, ahead.peaceful, np.inf)
    _ahead(scene.violent, before.violent, ahead.violent, np.inf)
    _ahead(scene.near, before.near, ahead.near, 1.0)
    _ahead(scene.clash, before.clash, ahead.clash, np.inf)
    _ahead(scene.fear, before.fear, ahead.fear, np.inf)
    _ahead(scene.violence_memory, before.violence_memory, ahead.violence_memory, 1.0)
    _ahead(scene.disorder, before.disorder, ahead.disorder, 1.0)


@njit(borrows=True, inner=True)
def arrival_chances(
    hazards: np.ndarray, dt: float, kinds: np.ndarray, room: tuple[np.ndarray, np.ndarray], out: np.ndarray
) -> None:
    """Fill `out` : float64[GROUPS + 1, way], where somebody is at a tick's end who came out at any moment of it, each as likely.

    hazards : float64[GROUPS + 1, exit], of the peaceful by group and of the violent; kinds : bool[GROUPS + 1], of which anybody
        came out; the rows of others stay 0; room : float64[node, way] and float64[way]
    """
    since, part = room
    out[:] = 0.0
    turns = False
    for kind in range(GROUPS + 1):
        turns |= kinds[kind] and hazards[kind, TURN] > 0.0
    for moment, weight in NODES:
        left = (1.0 - moment) * dt
        if turns:
            violent_since(hazards[GROUPS], left, since)
        for kind in range(GROUPS + 1):
            if not kinds[kind]:
                continue
            tick_chances(hazards[kind], since, STAGES, left, part)
            for way in range(WAYS):
                out[kind, way] += weight * part[way]


@njit(inner=True)
def go_on(
    key: Key, static: tuple[StreetNumbers, Setting, Ground], scene: Scene, moves: Moves, first: int, dt: float, tally: Tally
) -> None:
    """Let those who came out in this tick, the moves from `first` on, do what they do in what is left of it."""
    p, setting, ground = static
    row = np.full(setting.key.size, -1, dtype=np.int64)
    kinds = np.zeros((setting.key.size, GROUPS + 1), dtype=np.bool_)
    came = np.zeros((2, setting.key.size), dtype=np.int64)
    to, who = moves.bag, moves.cell
    places = 0
    for k in range(first, moves.made[0]):
        place, compartment = to[k] // COMPARTMENTS, to[k] % COMPARTMENTS
        kinds[place, compartment // STAGES] = True
        if row[place] < 0:
            row[place] = places
            places += 1
    chances = np.empty((places, GROUPS + 1, WAYS))
    hazards, room = np.empty((GROUPS + 1, EXITS)), (np.empty((len(NODES), WAYS)), np.empty(WAYS))
    for place in range(row.size):
        if row[place] >= 0:
            street_hazards(p, ground, scene, place, hazards)
            arrival_chances(hazards, dt, kinds[place], room, chances[row[place]])
    for k in range(first, moves.made[0]):
        place, compartment, home = to[k] // COMPARTMENTS, to[k] % COMPARTMENTS, who[k] // setting.cells
        how = 1 if compartment == VIOLENT else 0
        left = uniform(key.seed, key.member, _COME_OUT, setting.key[home], how, key.moment, came[how, home])
        came[how, home] += 1
        chance = chances[row[place], compartment // STAGES]
        for way in range(WAYS):
            left -= chance[way]
            if left < 0.0:
                to[k] = street_target(compartment, way, place, home)
                count_way(way, place, 1, tally)
                break
