"""One tick of the streets as one kernel: look ahead, weigh up, join, loot, leave, be struck, settle down.

A single call, because handing a kernel its hundred arrays takes longer than most of its steps.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qantar.engine.compiled import njit
from qantar.engine.steady import steady
from qantar.model.streets.arriving import go_on, look_ahead
from qantar.model.streets.bags import Bags, Moves
from qantar.model.streets.hazards import Hazards, weigh_up
from qantar.model.streets.joining import Calls, join
from qantar.model.streets.leaving import leave
from qantar.model.streets.memory import settle_down
from qantar.model.streets.quiet import Quiet
from qantar.model.streets.scene import Ground, Lately, Scene, StreetNumbers
from qantar.model.streets.setting import Key, Setting, Tally
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


class SoFar(NamedTuple):
    """What happened since the start of the run : int64[place] each; the dead of the forces are among the dead."""

    dead: NDArray[np.int64]
    security_dead: NDArray[np.int64]
    injured: NDArray[np.int64]
    delivered: NDArray[np.int64]
    remanded: NDArray[np.int64]


class Toll(NamedTuple):
    """What a tick did, filled by it : `tally` by place, `met` int64[3, 2, place] (see `strike_all`), deaths int64[place].

    so_far : to which it is added
    """

    tally: Tally
    met: NDArray[np.int64]
    deaths: NDArray[np.int64]
    so_far: SoFar


@njit(borrows=True, inner=True)
def people_out(scene: Scene) -> int:
    """Return how many people are on the streets of the country."""
    total = 0
    for i in range(scene.peaceful.size):
        total += scene.peaceful[i] + scene.violent[i]
    return total


@njit(borrows=True, inner=True, inline="always")
def clear(tally: Tally) -> None:
    """Set what happened in a tick to nothing."""
    for i in range(tally.dead.size):
        tally.delivered[i] = tally.remanded[i] = tally.injured[i] = tally.dead[i] = 0


@njit(borrows=True, inner=True, inline="always")
def add_up(toll: Toll) -> None:
    """Add those who were struck at home to what happened on the streets, and both to what happened so far."""
    tally, met, deaths, so_far = toll
    for i in range(deaths.size):
        deaths[i] = tally.dead[i] + met[0, 1, i] + met[2, 1, i]
        tally.injured[i] += met[0, 0, i] + met[2, 0, i]
        tally.delivered[i] += met[1, 0, i] + met[1, 1, i]
        tally.remanded[i] += met[1, 1, i]
        so_far.dead[i] += deaths[i]
        so_far.security_dead[i] += met[2, 1, i]
        so_far.injured[i] += tally.injured[i]
        so_far.delivered[i] += tally.delivered[i]
        so_far.remanded[i] += tally.remanded[i]


@njit(inner=True, inline="always")
def call_out(
    p: StreetNumbers, scenes: tuple[Scene, Scene], call: tuple[np.ndarray, np.ndarray], score: np.ndarray, dt: float
) -> tuple[Calls, np.ndarray]:
    """Return how strongly everybody is called in a tick, and the rate · dt of looting : float64[place].

    scenes : of now, and of the middle of the tick; call : see `pass_hour`
    """
    (scene, ahead), (term, looting) = scenes, call
    n = looting.size
    rate, pull, loots = np.empty(n), np.empty(n), np.empty(n)
    for i in range(n):
        rate[i], pull[i], loots[i] = scene.rate[i] * dt, p.travel_weight * ahead.near[i], looting[i] * scene.active[i] * dt
    return Calls(rate, scene.drive, score, term, pull), loots


@njit(inner=True, inline="always")
def in_the_middle(scene: Scene, middle: Lately) -> Scene:
    """Return the scene as it is in the middle of the tick."""
    return Scene(
        scene.peaceful_ahead, scene.violent_ahead, scene.peaceful_ahead, scene.violent_ahead,
        scene.near, scene.around_violent, scene.far, scene.force, scene.used_force, scene.free_force, scene.shooting,
        middle.clash, middle.fear, scene.travellers, scene.arms, middle.violence_memory, scene.disorder, scene.online,
        scene.connectivity, scene.efficacy, scene.curfew_hours, scene.brokerage, scene.noise_join, scene.noise_turn,
        scene.around, scene.around_force, scene.active, scene.curfew, scene.drive, scene.rate, scene.free_cells,
    )


@steady
@njit()
def pass_hour(
    key: Key, moment: tuple[float, float, float], static: tuple[StreetNumbers, Setting, Ground, Roles],
    people: tuple[Quiet, Bags, np.ndarray, Moves], scenes: tuple[Scene, Lately, Lately], call: tuple[np.ndarray, np.ndarray],
    fates: tuple[float, tuple[tuple[int, int, int, float], ...]], out: tuple[Hazards, Toll],
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Carry everybody through one tick; return the arena and the room for moves, which may be other arrays.

    moment : the clock's hour, the hours of a tick, and below how many people on the streets free officers raid homes
    scenes : what is going on, what it was at the start of the tick before, and room for the middle of this one
    call : log-odds of adult strata, float64[region, stratum]; rate at which an opportunist goes looting at full
        disorder, 1/hour : float64[place]
    fates : share of the delivered who are remanded; what strikes the quiet (see `strike`)
    """
    hour, dt, few = moment
    p, setting, ground, roles = static
    quiet, bags, arena, moves = people
    scene, before, middle = scenes
    hazards, toll = out
    tally, met = toll.tally, toll.met
    clear(tally)
    look_ahead(scene, before, middle)
    ahead = in_the_middle(scene, middle)
    weigh_up(p, ground, ahead, bags, (hour, dt), people_out(scene) < few, hazards)
    first = moves.made[0]
    calls, looting = call_out(p, (scene, ahead), call, roles.score, dt)
    moves = join(key, setting, calls, quiet, moves)
    moves = loot(key, setting, quiet, moves, looting, ahead.disorder, (roles.opportunists, roles.might_loot))
    go_on(key, (p, setting, ground), ahead, hazards.streets, (moves, first), dt, tally)
    moves = leave(key, setting, quiet, bags, arena, moves, (hazards.streets, hazards.others, dt, fates[0]), tally)
    who = (roles.anybody, roles.grown, roles.security)
    moves = strike_all(key, setting, quiet, moves, hazards.hits, fates[1], who, met)
    add_up(toll)
    arena = settle_down(p, ground, scene, (setting.cells, bags, arena, moves), (toll.deaths, tally.delivered), dt)
    return arena, moves.bag, moves.cell
