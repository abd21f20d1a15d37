"""Kernel of what a tick leaves behind in people: who is out, the pull of the crowd, clash, fear, disorder."""

from __future__ import annotations

import math

import numpy as np

from qantar.engine.compiled import njit
from qantar.model.streets.bags import COMPARTMENTS, GROUPS, PEACEFUL, STAGES, VIOLENT, Bags, Moves, arrive
from qantar.model.streets.formulas import saturation
from qantar.model.streets.scene import Ground, Scene, StreetNumbers

PER_HUNDRED_THOUSAND = 1e5


@njit(inner=True)
def seen_per_region(counts: np.ndarray, ground: Ground, elsewhere: float) -> np.ndarray:
    """Return counts per 100,000 residents as each region sees them : float64[region].

    What happens elsewhere weighs `elsewhere` against what happens in the own region.
    """
    own = np.zeros(ground.region_residents.size)
    for i in range(counts.size):
        own[ground.region[i]] += counts[i]
    everywhere = own.sum() / ground.region_residents.sum()
    for r in range(own.size):
        own[r] /= ground.region_residents[r]
        own[r] = PER_HUNDRED_THOUSAND * (own[r] + elsewhere * (everywhere - own[r]))
    return own


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
            for i in range(start[first + c], start[first + c] + n):
                travelled += arena[i] < place * cells or arena[i] >= (place + 1) * cells
        scene.peaceful[place], scene.violent[place] = peaceful, violent
        scene.travellers[place] = travelled / (peaceful + violent) if travelled > 0 else 0.0


@njit(borrows=True, inner=True)
def look_nearby(p: StreetNumbers, ground: Ground, scene: Scene) -> None:
    """Fill near, the crowd nearby over itself and what is half the pull there, and disorder.

    Disorder is the violent beyond the force over themselves and a share of the residents, all weighted with the
    kernel of what is nearby, so that a city and its districts see the same.
    """
    start, to, weights, peaceful, violent, force = (
        ground.near_start, ground.near_to, ground.near_weight, scene.peaceful, scene.violent, scene.force,
    )
    for i in range(scene.near.size):
        crowd, beyond = 0.0, 0.0
        for k in range(start[i], start[i + 1]):
            j = to[k]
            crowd += weights[k] * (peaceful[j] + violent[j])
            beyond += weights[k] * (violent[j] - force[j])
        scene.near[i] = saturation(crowd, ground.near_half[i])
        scene.disorder[i] = saturation(max(0.0, beyond), p.loot_half * ground.near_residents[i])


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
    peaceful_before, violent_before = before
    deaths = seen_per_region(happened[0], ground, p.fear_elsewhere)
    detentions = seen_per_region(happened[1], ground, p.fear_elsewhere)
    clash_kept, fear_kept = math.exp(-dt / p.clash_decay), math.exp(-dt / p.fear_decay)
    memory_kept = math.exp(-dt / p.patrol_memory)
    clash_hours, fear_hours = p.clash_decay * (1.0 - clash_kept), p.fear_decay * (1.0 - fear_kept)
    for i in range(scene.fear.size):
        r, violent = ground.region[i], float(scene.violent[i])
        scene.clash[i] *= clash_kept
        peaceful = 0.5 * (peaceful_before[i] + scene.peaceful[i])
        if peaceful > 0.0:
            scene.clash[i] += scene.used_force[i] / (peaceful + p.crowd_offset) * clash_hours
        filled = saturation(0.5 * (violent_before[i] + violent), max(ground.near_half[i], 1.0))
        seen = p.fear_death * deaths[r] + p.fear_detention * detentions[r]
        scene.fear[i] = scene.fear[i] * fear_kept + seen + p.fear_violence * filled * fear_hours
        scene.violence_memory[i] = max(scene.violence_memory[i] * memory_kept, saturation(violent, p.turn_crowd))


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
    look_nearby(p, ground, scene)
    remember(p, ground, scene, before, happened, dt)
    return arena
