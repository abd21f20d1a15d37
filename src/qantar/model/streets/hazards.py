"""Kernels that turn signals into rates: how strongly each place calls, and what awaits those who came.

Loops only; the equations are in `formulas`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from qantar.model.streets.bags import AFRAID, DELIVERED, INJURED, REMANDED, TIRED
from qantar.model.streets.formulas import (
    activity,
    anonymity,
    arrest_probability,
    contact,
    detention_per_person,
    in_hours,
    saturation,
    turn_rate,
)
from qantar.model.streets.leaving import DETAIN, EXITS, FEAR, INJURE, KILL, TIME_OUT, TURN


class Scene(NamedTuple):
    """What is going on in each place : float64[place] (`curfew` bool)."""

    peaceful: NDArray[np.float64]
    violent: NDArray[np.float64]
    used_force: NDArray[np.float64]
    clash: NDArray[np.float64]
    fear: NDArray[np.float64]
    travellers: NDArray[np.float64]
    arms: NDArray[np.float64]
    free_cells: NDArray[np.float64]
    active: NDArray[np.float64]
    curfew: NDArray[np.bool_]
    shooting: NDArray[np.bool_]
    noise_turn: NDArray[np.float64]


class StreetNumbers(NamedTuple):
    """The parameters that the kernels of this file read; units as in `StreetParameters`."""

    activity_night: float
    activity_peak_hour: float
    activity_width: float
    curfew_activity: float
    arrest_visibility: float
    crowd_offset: float
    outing_hours: float
    leave_night: float
    leave_curfew: float
    leave_fear: float
    fear_violent_share: float
    rest_hours: float
    hide_hours: float
    turn_rate: float
    turn_clash_share: float
    turn_deterrence: float
    turn_crowd: float
    turn_contagion: float
    clash_half: float
    anonymity_base: float
    anonymity_newcomer: float
    anonymity_traveller: float
    anonymity_size: float
    anonymity_organisation: float
    anonymity_brokerage: float
    detain_rate: float
    detain_half: float
    detain_violent: float
    raid_rate: float
    raid_half: float
    release_hours: float
    custody_death_rate: float
    injured_recovery: float
    injure_rate: float
    injure_peaceful: float
    kill_share: float
    shoot_injure: float
    shoot_kill_share: float


class Character(NamedTuple):
    """What a place is like : float64[place]; `gathered` is 0 in a rural remainder, whose crowd is many."""

    newcomers: NDArray[np.float64]
    size: NDArray[np.float64]
    organisation: NDArray[np.float64]
    brokerage: NDArray[np.float64]
    gathered: NDArray[np.float64]


@njit(cache=True)
def daily_activity(
    p: StreetNumbers, hour: np.ndarray, curfew_from: np.ndarray, curfew_to: np.ndarray,
    active: np.ndarray, curfew: np.ndarray,
) -> None:
    """Fill `active` (share free to come) and `curfew` from each place's local hour and curfew hours."""
    for i in range(hour.size):
        curfew[i] = not math.isnan(curfew_from[i]) and in_hours(hour[i], curfew_from[i], curfew_to[i])
        active[i] = activity(hour[i], p.activity_night, p.activity_peak_hour, p.activity_width)
        if curfew[i]:
            active[i] *= p.curfew_activity


@njit(cache=True)
def perceived_arrest(p: StreetNumbers, scene: Scene) -> np.ndarray:
    """Return the chance of arrest as seen by those who might come : float64[place]."""
    out = np.empty(scene.peaceful.size)
    for i in range(out.size):
        crowd = scene.peaceful[i] + scene.violent[i]
        out[i] = arrest_probability(scene.used_force[i], crowd, p.arrest_visibility, p.crowd_offset)
    return out


@njit(cache=True)
def turning(p: StreetNumbers, scene: Scene, place: Character, i: int) -> float:
    """Return the rate of turning violent of the most prone stratum in place `i`."""
    crowd = place.gathered[i] * (scene.peaceful[i] + scene.violent[i])
    hidden = anonymity(
        p.anonymity_base, p.anonymity_newcomer * place.newcomers[i], p.anonymity_traveller * scene.travellers[i],
        p.anonymity_size * place.size[i], p.anonymity_organisation * place.organisation[i],
        p.anonymity_brokerage * place.brokerage[i],
    )
    undeterred = math.exp(-p.turn_deterrence * scene.used_force[i] / (crowd + p.crowd_offset))
    example = 1.0 + p.turn_contagion * saturation(scene.violent[i], scene.peaceful[i])
    return turn_rate(
        p.turn_rate * scene.noise_turn[i], hidden, p.turn_clash_share, undeterred,
        saturation(scene.clash[i], p.clash_half), saturation(crowd, p.turn_crowd), example,
    )


@njit(cache=True)
def street_hazards(p: StreetNumbers, scene: Scene, place: Character, out: np.ndarray) -> None:
    """Fill `out` : float64[place, 2, exit], hazards per hour of the peaceful and of the violent."""
    for i in range(scene.peaceful.size):
        out[i, :, :] = 0.0
        crowd = scene.peaceful[i] + scene.violent[i]
        if crowd <= 0.0:
            continue
        leave = EXIT_STAGES / p.outing_hours * (1.0 + (p.leave_night - 1.0) * (1.0 - scene.active[i]))
        if scene.curfew[i]:
            leave *= p.leave_curfew
        force, violent = scene.used_force[i], scene.violent[i]
        weighted = scene.peaceful[i] + p.detain_violent * violent
        detain = detention_per_person(p.detain_rate, force, weighted, p.detain_half, violent, scene.free_cells[i])
        harm = p.injure_rate * contact(force, crowd) * (p.shoot_injure if scene.shooting[i] else 1.0)
        kill = p.shoot_kill_share if scene.shooting[i] else p.kill_share
        caught = p.injure_peaceful * (1.0 if scene.shooting[i] else violent / crowd)
        out[i, :, TIME_OUT] = leave
        out[i, 0, FEAR] = p.leave_fear * scene.fear[i]
        out[i, 1, FEAR] = p.leave_fear * scene.fear[i] * p.fear_violent_share
        out[i, 0, TURN] = turning(p, scene, place, i)
        out[i, 0, DETAIN] = detain
        out[i, 1, DETAIN] = detain * p.detain_violent
        out[i, 0, INJURE] = harm * caught * (1.0 - kill)
        out[i, 0, KILL] = harm * caught * kill
        out[i, 1, INJURE] = harm * (1.0 - kill)
        out[i, 1, KILL] = harm * kill


EXIT_STAGES = 3.0
"""Time out is gamma distributed: three stages, each at three times the rate (Wearing et al. 2005)."""


@njit(cache=True)
def other_hazards(
    p: StreetNumbers, fear: np.ndarray, raiders: np.ndarray, at_home: np.ndarray, out: np.ndarray
) -> None:
    """Fill `out` : float64[place, compartment - TIRED, 2], per hour: back to quiet; held or dead.

    raiders : float64[place]   free officers who raid, 0 while the streets are full
    at_home : float64[place]   people at home who were out
    """
    for i in range(fear.size):
        raid = p.raid_rate * raiders[i] / (at_home[i] + p.raid_half)
        out[i, :, :] = 0.0
        out[i, 0, 0] = 1.0 / p.rest_hours
        out[i, AFRAID - TIRED, 0] = 1.0 / (p.hide_hours * (1.0 + fear[i]))
        out[i, 0, 1] = raid
        out[i, AFRAID - TIRED, 1] = raid
        out[i, DELIVERED - TIRED, 0] = 1.0 / p.release_hours
        out[i, DELIVERED - TIRED, 1] = p.custody_death_rate
        out[i, REMANDED - TIRED, 1] = p.custody_death_rate
        out[i, INJURED - TIRED, 0] = 1.0 / p.injured_recovery


STEP_LIMIT = 0.3
"""Largest sum of hazards times dt of one step; longer ticks are cut (model page *streets*)."""


@njit(cache=True)
def needed_steps(hazards: np.ndarray, dt: float) -> int:
    """Return into how many steps a tick must be cut so that no Σh·dt passes the limit."""
    largest = 0.0
    for i in range(hazards.shape[0]):
        for k in range(2):
            total = hazards[i, k, :EXITS].sum()
            largest = max(largest, total)
    return max(1, math.ceil(largest * dt / STEP_LIMIT))
