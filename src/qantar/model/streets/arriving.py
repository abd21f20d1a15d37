"""What a tick knows beyond its start: where signals are heading, and what those who just came out do in what is left.

With hazards and people frozen at its start a tick of an hour is an hour behind, twice over: signals lag, and
whoever joins or turns violent waits for the next one. Both are mended here without smaller ticks.
"""

from __future__ import annotations

import numpy as np

from qantar.engine.compiled import njit
from qantar.engine.random import fill_uniforms
from qantar.engine.streams import Stream
from qantar.model.streets.bags import COMPARTMENTS, GROUPS, STAGES, VIOLENT, Moves
from qantar.model.streets.chances import NODES, TURN, WAYS, tick_chances, violent_since
from qantar.model.streets.hazards import street_hazards
from qantar.model.streets.leaving import count_way, street_target
from qantar.model.streets.scene import Ground, Lately, Scene, StreetNumbers
from qantar.model.streets.setting import Key, Setting, Tally

_COME_OUT = int(Stream.COME_OUT)
_ROUNDING = 1e-12
"""Far more than a sum of a dozen chances can be off."""

DRAWS = 64
"""Draws that are made at once."""


@njit(borrows=True, inner=True)
def _ahead(now: np.ndarray, before: np.ndarray, out: np.ndarray, most: float) -> None:
    for i in range(out.size):
        x = now[i]
        out[i] = min(most, max(0.5 * x, x + 0.5 * (x - before[i])))
        before[i] = x


@njit(borrows=True, inner=True, inline="always")
def look_ahead(scene: Scene, before: Lately, ahead: Lately) -> None:
    """Fill `ahead` with the values of its fields in the middle of the tick, as far as can be told.

    x + (x - x of the tick before) / 2, the second-order rule of Adams and Bashforth; nothing falls by more than
    half in half a tick, and shares stay shares. `before` becomes the scene of now.
    """
    _ahead(scene.clash, before.clash, ahead.clash, np.inf)
    _ahead(scene.fear, before.fear, ahead.fear, np.inf)
    _ahead(scene.violence_memory, before.violence_memory, ahead.violence_memory, 1.0)


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


@njit(borrows=True, inner=True)
def _who_came(moves: Moves, first: int, kinds: np.ndarray, row: np.ndarray) -> int:
    """Fill which kinds came out where, and the number of each place where anybody did; return how many such places there are."""
    to, places = moves.bag, 0
    for k in range(first, moves.made[0]):
        place = to[k] // COMPARTMENTS
        kinds[place, to[k] % COMPARTMENTS // STAGES] = True
        if row[place] < 0:
            row[place] = places
            places += 1
    return places


@njit(borrows=True, inner=True, inline="always")
def _send_on(
    key: Key, setting: Setting, moves: Moves, run: tuple[int, int, int, int], where: tuple[np.ndarray, np.ndarray, np.ndarray],
    draws: np.ndarray, tally: Tally,
) -> None:
    """Draw where those of one home are at the tick's end who joined, or who loot.

    run : the first of their moves and the one after the last, 0 or 1 for those who loot, and the first of their draws
    where : int64[place] the number of a place, float64[number, GROUPS + 1, way] chances and float64[number, GROUPS + 1] their sums
    """
    (begin, end, how, drawn), (row, chances, moved), to = run, where, moves.bag
    home = moves.cell[begin] // setting.cells
    for k in range(begin, end):
        at = (k - begin) % DRAWS
        if at == 0:
            first = drawn + k - begin
            fill_uniforms((key.seed, key.member), _COME_OUT, setting.key[home], how, key.moment, first, draws[: end - k])
        place, compartment = to[k] // COMPARTMENTS, to[k] % COMPARTMENTS
        number, kind, left = row[place], compartment // STAGES, draws[at]
        if left > moved[number, kind] + _ROUNDING:
            continue
        for way in range(WAYS):
            left -= chances[number, kind, way]
            if left < 0.0:
                to[k] = street_target(compartment, way, place, home)
                count_way(way, place, 1, tally)
                break


@njit(borrows=True, inner=True)
def _end_of_run(moves: Moves, begin: int, cells: int) -> int:
    """Return the move after the last of those that follow `begin` and are of the same home, all joiners or all looters."""
    to, who, end = moves.bag, moves.cell, begin + 1
    home, looter = who[begin] // cells, to[begin] % COMPARTMENTS == VIOLENT
    while end < moves.made[0] and who[end] // cells == home and (to[end] % COMPARTMENTS == VIOLENT) == looter:
        end += 1
    return end


@njit(borrows=True, inner=True)
def _send_all(
    key: Key, setting: Setting, came: tuple[Moves, int], where: tuple[np.ndarray, np.ndarray, np.ndarray], drawn: np.ndarray,
    draws: np.ndarray, tally: Tally,
) -> None:
    """Send on everybody who came out; `drawn` : int64[2, place] counts the draws of each home."""
    moves, begin = came
    while begin < moves.made[0]:
        end, home = _end_of_run(moves, begin, setting.cells), moves.cell[begin] // setting.cells
        how = 1 if moves.bag[begin] % COMPARTMENTS == VIOLENT else 0
        _send_on(key, setting, moves, (begin, end, how, drawn[how, home]), where, draws, tally)
        drawn[how, home] += end - begin
        begin = end


@njit(borrows=True, inner=True)
def _weigh_arrivals(
    static: tuple[StreetNumbers, Ground], scene: Scene, streets: np.ndarray, dt: float, kinds: np.ndarray,
    where: tuple[np.ndarray, np.ndarray, np.ndarray], room: tuple[np.ndarray, np.ndarray],
) -> None:
    """Fill the chances of all places where anybody came out, and their sums; see `_send_on`."""
    row, chances, moved = where
    for place in range(row.size):
        number = row[place]
        if number < 0:
            continue
        if not scene.peaceful[place] + scene.violent[place] > 0:
            street_hazards(static[0], static[1], scene, place, streets[place])
        arrival_chances(streets[place], dt, kinds[place], room, chances[number])
        for kind in range(GROUPS + 1):
            moved[number, kind] = 0.0
            for way in range(WAYS):
                moved[number, kind] += chances[number, kind, way]


@njit(inner=True, inline="always")
def go_on(
    key: Key, static: tuple[StreetNumbers, Setting, Ground], scene: Scene, streets: np.ndarray, came: tuple[Moves, int], dt: float,
    tally: Tally,
) -> None:
    """Let those who came out in this tick do what they do in what is left of it.

    streets : float64[place, GROUPS + 1, exit], see `Hazards`; filled where the street was empty
    came : the moves, and the first of those who came out
    """
    p, setting, ground = static
    n = setting.key.size
    row, kinds = np.full(n, -1, dtype=np.int64), np.zeros((n, GROUPS + 1), dtype=np.bool_)
    places = _who_came(came[0], came[1], kinds, row)
    where = (row, np.empty((places, GROUPS + 1, WAYS)), np.empty((places, GROUPS + 1)))
    _weigh_arrivals((p, ground), scene, streets, dt, kinds, where, (np.empty((len(NODES), WAYS)), np.empty(WAYS)))
    _send_all(key, setting, came, where, np.zeros((2, n), dtype=np.int64), np.empty(DRAWS), tally)
