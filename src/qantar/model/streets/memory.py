"""Kernel of what a tick leaves behind in people: who is out, the pull of the crowd, clash, fear, disorder."""

from __future__ import annotations

import math

import numpy as np

from qantar.engine.compiled import njit
from qantar.model.neighbourhood import foretold, sum_around
from qantar.model.streets.bags import COMPARTMENTS, GROUPS, PEACEFUL, STAGES, VIOLENT, Bags, Moves, arrive
from qantar.model.streets.formulas import hill, saturation
from qantar.model.streets.scene import Ground, Scene, StreetNumbers

PER_HUNDRED_THOUSAND = 1e5


@njit(borrows=True, inner=True)
def seen_per_region(counts: np.ndarray, ground: Ground, elsewhere: float, out: np.ndarray) -> None:
    """Fill counts per 100,000 residents as each region sees them : float64[region].

    What happens elsewhere weighs `elsewhere` against what happens in the own region.
    """
    out[:] = 0.0
    for i in range(counts.size):
        out[ground.region[i]] += counts[i]
    everywhere = out.sum() / ground.region_residents.sum()
    for r in range(out.size):
        out[r] /= ground.region_residents[r]
        out[r] = PER_HUNDRED_THOUSAND * (out[r] + elsewhere * (everywhere - out[r]))


@njit(borrows=True, inner=True)
def count_crowds(cells: int, bags: Bags, arena: np.ndarray, scene: Scene) -> None:
    """Fill the peaceful, the violent and the share of travellers of each place."""
    size, start = bags.size, bags.start
    for place in range(scene.peaceful.size):
        first = place * COMPARTMENTS
        peaceful, violent, travelled = 0, 0, 0
        for c in range(PEACEFUL, VIOLENT + STAGES):
            n = size[first + c]
            if c < PEACEFUL + GROUPS * STAGES:
                peaceful += n
            else:
                violent += n
            for cell in arena[start[first + c] : start[first + c] + n]:
                travelled += cell < place * cells or cell >= (place + 1) * cells
        scene.peaceful[place], scene.violent[place] = peaceful, violent
        scene.travellers[place] = travelled / (peaceful + violent) if travelled > 0 else 0.0


@njit(borrows=True, inner=True)
def look_nearby(p: StreetNumbers, ground: Ground, scene: Scene, before: tuple[np.ndarray, np.ndarray]) -> None:
    """Fill the violent around, and the crowd, near and disorder that are foretold for the middle of the next tick.

    Near is the crowd nearby over itself and what is half the pull, disorder the violent beyond the force over themselves and a
    share of the residents, all weighted with the kernel of what is nearby, so that a city and its districts see the same.
    before : int64[place] twice, the peaceful and the violent at the start of the tick
    """
    for i in range(scene.near.size):
        scene.peaceful_ahead[i] = foretold(ground.nearby, scene.peaceful, before[0], i)
        scene.violent_ahead[i] = foretold(ground.nearby, scene.violent, before[1], i)
    for i in range(scene.near.size):
        scene.around_violent[i] = sum_around(ground.nearby, scene.violent, i)
        violent = sum_around(ground.nearby, scene.violent_ahead, i)
        crowd, gathered = sum_around(ground.nearby, scene.peaceful_ahead, i) + violent, ground.nearby.gathered[i]
        beyond = max(0.0, violent - sum_around(ground.nearby, scene.force, i))
        scene.near[i] = saturation(gathered * crowd, ground.near_half[i])
        scene.disorder[i] = saturation(gathered * beyond, p.loot_half * ground.near_residents[i])


@njit(inner=True)
def remember(
    p: StreetNumbers, ground: Ground, scene: Scene, before: tuple[np.ndarray, np.ndarray],
    happened: tuple[np.ndarray, np.ndarray], dt: float,
) -> None:
    """Let clash, fear, the memory of violence and disorder move through a tick.

    before : int64[place] twice, the peaceful, on whom force was used, and the violent at the start of the tick
    happened : int64[place] twice, deaths and deliveries to police of the tick

    What goes on through a tick is taken at the mean of its start and end, and adds rate · τ (1 - exp(-dt/τ)) to a
    memory of lifetime τ, the exact sum where the rate is constant.
    """
    n, regions = scene.fear.size, ground.region_residents.size
    deaths, detentions = np.empty(regions), np.empty(regions)
    seen_per_region(happened[0], ground, p.fear_elsewhere, deaths)
    seen_per_region(happened[1], ground, p.fear_elsewhere, detentions)
    _move_on(p, ground, scene, before, (deaths, detentions), dt, (np.empty(n), np.empty(n)))


@njit(borrows=True, inner=True)
def _move_on(
    p: StreetNumbers, ground: Ground, scene: Scene, before: tuple[np.ndarray, np.ndarray], heard: tuple[np.ndarray, np.ndarray],
    dt: float, room: tuple[np.ndarray, np.ndarray],
) -> None:
    """Do what `remember` says; `heard` are deaths and detentions as each region sees them, `room` is for two means : float64[place]."""
    (deaths, detentions), (peaceful, violent) = heard, room
    for i in range(peaceful.size):
        peaceful[i], violent[i] = 0.5 * (before[0][i] + scene.peaceful[i]), 0.5 * (before[1][i] + scene.violent[i])
    clash_kept, fear_kept = math.exp(-dt / p.clash_decay), math.exp(-dt / p.fear_decay)
    memory_kept = math.exp(-dt / p.patrol_memory)
    clash_hours, fear_hours = p.clash_decay * (1.0 - clash_kept), p.fear_decay * (1.0 - fear_kept)
    for i in range(scene.fear.size):
        r = ground.region[i]
        scene.clash[i] *= clash_kept
        attacked = sum_around(ground.nearby, peaceful, i)
        if attacked > 0.0:
            scene.clash[i] += scene.around_force[i] / (attacked + p.crowd_offset) * clash_hours
        filled = saturation(sum_around(ground.nearby, violent, i), max(ground.near_half[i], 1.0))
        seen = p.fear_death * deaths[r] + p.fear_detention * detentions[r]
        scene.fear[i] = scene.fear[i] * fear_kept + seen + p.fear_violence * filled * fear_hours
        unruly = hill(scene.around_violent[i], p.turn_crowd, p.turn_steepness)
        scene.violence_memory[i] = max(scene.violence_memory[i] * memory_kept, unruly)


@njit(inner=True, inline="always")
def settle_down(
    p: StreetNumbers, ground: Ground, scene: Scene, crowd: tuple[int, Bags, np.ndarray, Moves],
    happened: tuple[np.ndarray, np.ndarray], dt: float,
) -> np.ndarray:
    """End a tick: let those who moved arrive, count, remember; return the arena.

    crowd : cells of a place, bags, arena, moves; happened : deaths and deliveries, see `remember`
    """
    cells, bags, arena, moves = crowd
    before = (scene.peaceful.copy(), scene.violent.copy())
    arena = arrive(bags, arena, moves)
    count_crowds(cells, bags, arena, scene)
    look_nearby(p, ground, scene, before)
    remember(p, ground, scene, before, happened, dt)
    return arena
