"""One tick of the streets as one kernel: look ahead, weigh up, join, loot, leave, be struck, settle down.

A single call, because handing a kernel its hundred arrays takes longer than most of its steps.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qantar.engine.compiled import njit
from qantar.model.streets.arriving import go_on, look_ahead
from qantar.model.streets.bags import Bags, Moves
from qantar.model.streets.hazards import Hazards, weigh_up
from qantar.model.streets.joining import Calls, join
from qantar.model.streets.leaving import leave
from qantar.model.streets.memory import settle_down
from qantar.model.streets.scene import Ground, Lately, Scene, StreetNumbers
from qantar.model.streets.setting import Key, Quiet, Setting, Tally
from qantar.model.streets.striking import loot, strike_all


class Roles(NamedTuple):
    """Who is called by what besides the crowd, and who can be struck : strata as int64[listed].

    score : float64[class], σ · x of a propensity class
    opportunists, might_loot : those who loot, and how many of them live in each place : int64[place]
    anybody, grown, security : whom stray hits, the curfew's patrols and the violent can strike
    """

    score: NDArray[np.float64]
    opportunists: NDArray[np.int64]
    might_loot: NDArray[np.int64]
    anybody: NDArray[np.int64]
    grown: NDArray[np.int64]
    security: NDArray[np.int64]


class Toll(NamedTuple):
    """What a tick did, filled by it : `tally` by place, `met` int64[3, 2, place] (see `strike_all`), deaths int64[place]."""

    tally: Tally
    met: NDArray[np.int64]
    deaths: NDArray[np.int64]


@njit(inner=True)
def _clear(tally: Tally) -> None:
    tally.delivered[:] = 0
    tally.remanded[:] = 0
    tally.injured[:] = 0
    tally.dead[:] = 0


@njit()
def pass_hour(
    key: Key, moment: tuple[float, float, bool], static: tuple[StreetNumbers, Setting, Ground, Roles],
    people: tuple[Quiet, Bags, np.ndarray, Moves], scenes: tuple[Scene, Lately, Scene], call: tuple[np.ndarray, np.ndarray],
    fates: tuple[float, tuple[tuple[int, int, int, float], ...]], out: tuple[Hazards, Toll],
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Carry everybody through one tick; return the arena and the room for moves, which may be other arrays.

    moment : the clock's hour, the hours of a tick, whether free officers raid homes
    scenes : what is going on, at the start of the tick before, and room for what it is in the middle of this one
        (the fields of `Lately`; all others are those of the first)
    call : log-odds of adult strata, float64[region, stratum]; rate at which an opportunist goes looting at full
        disorder, 1/hour : float64[place]
    fates : share of the delivered who are remanded; what strikes the quiet (see `strike`)
    """
    hour, dt, raiding = moment
    p, setting, ground, roles = static
    quiet, bags, arena, moves = people
    scene, before, ahead = scenes
    term, looting = call
    hazards, toll = out
    tally, met = toll.tally, toll.met
    _clear(tally)
    look_ahead(scene, before, ahead)
    weigh_up(p, ground, ahead, bags, (hour, dt), raiding, hazards)
    first = moves.made[0]
    calls = Calls(scene.rate * dt, scene.drive, roles.score, term, p.travel_weight * ahead.near)
    moves = join(key, setting, calls, quiet, moves)
    eligible = (roles.opportunists, roles.might_loot)
    moves = loot(key, setting, quiet, moves, looting * scene.active * dt, ahead.disorder, eligible)
    go_on(key, (p, setting, ground), ahead, moves, first, dt, tally)
    moves = leave(key, setting, quiet, bags, arena, moves, (hazards.streets, hazards.others, dt, fates[0]), tally)
    who = (roles.anybody, roles.grown, roles.security)
    moves = strike_all(key, setting, quiet, moves, hazards.hits, fates[1], who, met)
    toll.deaths[:] = tally.dead + met[0, 1] + met[2, 1]
    tally.injured[:] += met[0, 0] + met[2, 0]
    tally.delivered[:] += met[1, 0] + met[1, 1]
    tally.remanded[:] += met[1, 1]
    arena = settle_down(p, ground, scene, (setting.cells, bags, arena, moves), (toll.deaths, tally.delivered), dt)
    return arena, moves.bag, moves.cell
