"""What the kernels of hazards read: the numbers of the streets, the ground, the scene of a tick, and the one before."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qantar.model.neighbourhood import Neighbourhood

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class StreetNumbers(NamedTuple):
    """The parameters that the kernels read; units as in `StreetParameters`, `curiosity` from the media."""

    base_propensity: float
    join_rate_max: float
    near_weight: float
    far_weight: float
    efficacy_weight: float
    curiosity: float
    backlash_weight: float
    arrest_weight: float
    fear_weight: float
    travel_weight: float
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
    turn_male_young: float
    turn_male_other: float
    turn_female: float
    turn_clash_share: float
    turn_deterrence: float
    turn_crowd: float
    turn_steepness: float
    turn_contagion: float
    clash_decay: float
    clash_half: float
    anonymity_base: float
    anonymity_newcomer: float
    anonymity_traveller: float
    anonymity_size: float
    anonymity_organisation: float
    anonymity_brokerage: float
    loot_half: float
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
    patrol_memory: float
    fear_decay: float
    fear_death: float
    fear_detention: float
    fear_violence: float
    fear_elsewhere: float
    jail_per_resident: float
    bystander_rate: float
    curfew_arrest_rate: float
    security_injury_rate: float
    arms_lethality: float


class Ground(NamedTuple):
    """What a place is like, for good : float64[place] (`region` int64[place]; `region_residents` by region).

    near_half, near_residents : weighted with the kernel of what is nearby, crowd at half the pull and residents
    size : tenfolds of those residents above 100,000, 0 in a remainder
    offset : hours ahead of the country's clock
    """

    region: Ints
    region_residents: Floats
    nearby: Neighbourhood
    near_half: Floats
    near_residents: Floats
    newcomers: Floats
    size: Floats
    organisation: Floats
    offset: Floats


class Scene(NamedTuple):
    """What is going on at the start of a tick, by place.

    online, connectivity, brokerage : float64[region], and efficacy in the middle of the tick, noise_join, noise_turn

    peaceful, violent : int64[place], in the middle of a tick float64[place]
    curfew, shooting : bool[place]; curfew_hours : float64[region, 2]
    around, around_violent, around_force : people out, the violent among them and the force that acts, weighted with the nearby
    kernel; a remainder's own. What is a number of people is compared with these, so that a city and its districts see the same
    active : share of people free to come; drive : log-odds that all residents share; rate : joins an hour
    at most; free_cells : share of room left for the detained
    near, disorder, peaceful_ahead, violent_ahead : in the middle of the tick, as the one before foretold
    """

    peaceful: Ints | Floats
    violent: Ints | Floats
    peaceful_ahead: Floats
    violent_ahead: Floats
    near: Floats
    around_violent: Floats
    far: Floats
    force: Floats
    used_force: Floats
    free_force: Floats
    shooting: Bools
    clash: Floats
    fear: Floats
    travellers: Floats
    arms: Floats
    violence_memory: Floats
    disorder: Floats
    online: Floats
    connectivity: Floats
    efficacy: Floats
    curfew_hours: Floats
    brokerage: Floats
    noise_join: Floats
    noise_turn: Floats
    around: Floats
    around_force: Floats
    active: Floats
    curfew: Bools
    drive: Floats
    rate: Floats
    free_cells: Floats


class Lately(NamedTuple):
    """What the scene was at the start of the tick before, or is in the middle of this one : float64[place] each, named as in `Scene`."""

    clash: Floats
    fear: Floats
    violence_memory: Floats
