"""Kernels that turn signals into rates: how strongly each place calls, and what awaits those who came.

Loops only; the equations are in `formulas`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qantar.engine.compiled import njit
from qantar.model.neighbourhood import sum_around
from qantar.model.streets.bags import (
    AFRAID,
    COMPARTMENTS,
    DELIVERED,
    GROUPS,
    INJURED,
    REMANDED,
    STAGES,
    TIRED,
    Bags,
)
from qantar.model.streets.chances import DETAIN, EXITS, FEAR, INJURE, KILL, TIME_OUT, TURN
from qantar.model.streets.formulas import (
    activity,
    anonymity,
    arrest_probability,
    contact,
    detention_per_person,
    hill,
    in_hours,
    join_drive,
    saturation,
    turn_rate,
)
from qantar.model.streets.scene import Ground, Scene, StreetNumbers


@njit(borrows=True, inner=True)
def look_around(p: StreetNumbers, ground: Ground, scene: Scene, bags: Bags, moment: tuple[float, float], held: np.ndarray) -> None:
    """Fill what is around, `active`, `curfew`, `drive`, `rate` and `free_cells` of the scene, and the `held` : float64[region], 0 before.

    moment : hour of the country's clock, 0 at the midnight before the run, and the hours of a tick. A curfew is what
        it is when the tick begins; who is free to come, what it is in the middle
    """
    hour, dt = moment
    local, free = 0.0, 0.0
    for i in range(ground.region.size):
        b = i * COMPARTMENTS
        held[ground.region[i]] += bags.size[b + DELIVERED] + bags.size[b + REMANDED]
    for i in range(ground.region.size):
        r = ground.region[i]
        if i == 0 or ground.offset[i] != ground.offset[i - 1]:
            local = (hour + ground.offset[i]) % 24.0
            free = activity(local + 0.5 * dt, p.activity_night, p.activity_peak_hour, p.activity_width)
        start, end = scene.curfew_hours[r, 0], scene.curfew_hours[r, 1]
        scene.curfew[i] = not math.isnan(start) and in_hours(local, start, end)
        scene.active[i] = free * p.curfew_activity if scene.curfew[i] else free
        scene.around_violent[i] = sum_around(ground.nearby, scene.violent, i)
        scene.around[i] = sum_around(ground.nearby, scene.peaceful, i) + scene.around_violent[i]
        scene.around_force[i] = sum_around(ground.nearby, scene.used_force, i)
        signals = (scene.near[i], scene.far[i], scene.efficacy[r], 1.0 - scene.connectivity[r],
                   saturation(scene.clash[i], p.clash_half))
        arrest = arrest_probability(scene.around_force[i], scene.around[i], p.arrest_visibility, p.crowd_offset)
        weights = (p.near_weight, p.far_weight, p.efficacy_weight, p.curiosity, p.backlash_weight)
        scene.drive[i] = join_drive(p.base_propensity, weights, signals, p.arrest_weight * arrest + p.fear_weight * scene.fear[i])
        scene.rate[i] = p.join_rate_max * scene.active[i] * scene.noise_join[r]
        scene.free_cells[i] = max(0.0, 1.0 - held[r] / (p.jail_per_resident * ground.region_residents[r]))


@njit(borrows=True, inner=True)
def turning(p: StreetNumbers, ground: Ground, scene: Scene, i: int) -> float:
    """Return the rate of turning violent, for a proneness of 1, in place `i`."""
    r = ground.region[i]
    violent = scene.around_violent[i]
    crowd = ground.nearby.gathered[i] * scene.around[i]
    hidden = anonymity(
        p.anonymity_base, p.anonymity_newcomer * ground.newcomers[i], p.anonymity_traveller * scene.travellers[i],
        p.anonymity_size * ground.size[i], p.anonymity_organisation * ground.organisation[i],
        p.anonymity_brokerage * scene.brokerage[r],
    )
    undeterred = math.exp(-p.turn_deterrence * scene.around_force[i] / (crowd + p.crowd_offset))
    example = 1.0 + p.turn_contagion * saturation(violent, scene.around[i] - violent)
    return turn_rate(
        p.turn_rate * scene.noise_turn[r], hidden, p.turn_clash_share, undeterred,
        saturation(scene.clash[i], p.clash_half), hill(crowd, p.turn_crowd, p.turn_steepness), example,
    )


@njit(borrows=True, inner=True)
def street_hazards(p: StreetNumbers, ground: Ground, scene: Scene, i: int, out: np.ndarray) -> None:
    """Fill `out` : float64[GROUPS + 1, exit], per hour, of the peaceful by group and of the violent in place `i`."""
    prone = (p.turn_male_young, p.turn_male_other, p.turn_male_other * p.turn_female)
    violent, peaceful = scene.around_violent[i], scene.around[i] - scene.around_violent[i]
    leave = STAGES / p.outing_hours * (1.0 + (p.leave_night - 1.0) * (1.0 - scene.active[i]))
    if scene.curfew[i]:
        leave *= p.leave_curfew
    weighted = peaceful + p.detain_violent * violent
    detain = detention_per_person(p.detain_rate, scene.around_force[i], weighted, p.detain_half, violent, scene.free_cells[i])
    harm = p.injure_rate * contact(scene.around_force[i], scene.around[i]) * (p.shoot_injure if scene.shooting[i] else 1.0)
    kill = p.shoot_kill_share if scene.shooting[i] else p.kill_share
    caught = p.injure_peaceful * (1.0 if scene.shooting[i] else saturation(violent, peaceful))
    turn = turning(p, ground, scene, i)
    for group in range(GROUPS):
        out[group, TIME_OUT] = leave
        out[group, FEAR] = p.leave_fear * scene.fear[i]
        out[group, TURN] = turn * prone[group]
        out[group, DETAIN] = detain
        out[group, INJURE] = harm * caught * (1.0 - kill)
        out[group, KILL] = harm * caught * kill
    out[GROUPS, TIME_OUT] = leave
    out[GROUPS, FEAR] = p.leave_fear * scene.fear[i] * p.fear_violent_share
    out[GROUPS, TURN] = 0.0
    out[GROUPS, DETAIN] = detain * p.detain_violent
    out[GROUPS, INJURE] = harm * (1.0 - kill)
    out[GROUPS, KILL] = harm * kill


@njit(borrows=True, inner=True)
def all_street_hazards(p: StreetNumbers, ground: Ground, scene: Scene, out: np.ndarray) -> None:
    """Fill the hazards of all streets that are not empty : float64[place, GROUPS + 1, exit]."""
    for i in range(ground.region.size):
        if scene.peaceful[i] + scene.violent[i] > 0:
            street_hazards(p, ground, scene, i, out[i])


@njit(borrows=True, inner=True)
def other_hazards(
    p: StreetNumbers, ground: Ground, scene: Scene, bags: Bags, raiding: bool, out: np.ndarray, at_home: np.ndarray
) -> None:
    """Fill `out` : float64[place, compartment - TIRED, 2], per hour: back to quiet; held or dead.

    raiding : whether the streets are empty enough for free officers to raid homes under a curfew
    at_home : room for how many came home from the streets : float64[place]
    """
    for i in range(at_home.size):
        at_home[i] = bags.size[i * COMPARTMENTS + TIRED] + bags.size[i * COMPARTMENTS + AFRAID]
    for i in range(at_home.size):
        hunted = raiding and not math.isnan(scene.curfew_hours[ground.region[i], 0])
        raid = 0.0
        if hunted:
            raid = p.raid_rate * sum_around(ground.nearby, scene.free_force, i) / (sum_around(ground.nearby, at_home, i) + p.raid_half)
            raid *= scene.free_cells[i]
        out[i, 0, 0] = 1.0 / p.rest_hours
        out[i, 0, 1] = raid
        out[i, AFRAID - TIRED, 0] = 1.0 / (p.hide_hours * (1.0 + scene.fear[i]))
        out[i, AFRAID - TIRED, 1] = raid
        out[i, DELIVERED - TIRED, 0] = 1.0 / p.release_hours
        out[i, DELIVERED - TIRED, 1] = p.custody_death_rate
        out[i, REMANDED - TIRED, 0] = 0.0
        out[i, REMANDED - TIRED, 1] = p.custody_death_rate
        out[i, INJURED - TIRED, 0] = 1.0 / p.injured_recovery
        out[i, INJURED - TIRED, 1] = 0.0


@njit(borrows=True, inner=True)
def stray_hits(p: StreetNumbers, ground: Ground, scene: Scene, dt: float, out: np.ndarray) -> None:
    """Fill `out` : float64[3, place], expected bystanders hit, curfew-breakers held and officers hurt in a tick."""
    for i in range(scene.force.size):
        force, violent = scene.force[i], scene.around_violent[i]
        patrol = force + scene.free_force[i] if scene.shooting[i] else 0.0
        out[0, i] = p.bystander_rate * patrol * scene.violence_memory[i] * dt
        out[1, i] = p.curfew_arrest_rate * scene.free_force[i] * scene.free_cells[i] * dt if scene.curfew[i] else 0.0
        out[2, i] = 0.0
        if violent > 0.0:
            met = force * contact(violent, sum_around(ground.nearby, scene.force, i))
            armed = min(1.0, sum_around(ground.nearby, scene.arms, i) / violent)
            out[2, i] = p.security_injury_rate * met * (1.0 + p.arms_lethality * armed) * dt


class Hazards(NamedTuple):
    """What awaits everybody in a tick.

    streets : float64[place, GROUPS + 1, exit], others : float64[place, compartment - TIRED, 2], per hour
    hits : float64[3, place], expected bystanders hit, curfew-breakers held, officers hurt
    """

    streets: NDArray[np.float64]
    others: NDArray[np.float64]
    hits: NDArray[np.float64]


def fresh_hazards(n_places: int) -> Hazards:
    """Return room for the hazards."""
    streets, others = np.zeros((n_places, GROUPS + 1, EXITS)), np.zeros((n_places, INJURED - TIRED + 1, 2))
    return Hazards(streets, others, np.zeros((3, n_places)))


@njit(inner=True, inline="always")
def weigh_up(
    p: StreetNumbers, ground: Ground, scene: Scene, bags: Bags, moment: tuple[float, float], raiding: bool, out: Hazards
) -> None:
    """Fill the scene's derived fields and all hazards of a tick; `moment` is the clock's hour and the tick's length."""
    look_around(p, ground, scene, bags, moment, np.zeros(ground.region_residents.size))
    all_street_hazards(p, ground, scene, out.streets)
    other_hazards(p, ground, scene, bags, raiding, out.others, np.empty(ground.region.size))
    stray_hits(p, ground, scene, moment[1], out.hits)
