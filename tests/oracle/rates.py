"""What awaits everybody in a tick: the equations of the streets, place by place and person by person.

Nothing here is shared with the kernels but the scalar formulas that define a term.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from qantar.model import hardship
from qantar.model.country import Country
from qantar.model.state import World
from qantar.model.streets import formulas
from tests.oracle.people import AFRAID, DELIVERED, INJURED, QUIET, REMANDED, TIRED, People

TO_TIRED, TO_AFRAID, TO_VIOLENT, TO_CELL, TO_WARD, TO_GRAVE = range(6)
"""Ways off a street; the first is open to those in their last stage only, others move a stage on."""
TO_JOIN, TO_LOOT, TO_STRAY, TO_CURFEW, TO_SERVICE = range(5)
"""What can happen to the quiet: join, loot, a stray hit, arrest under a curfew, hurt as one of the forces."""
TO_QUIET, TO_END = range(2)
"""What can happen to the others: back to quiet; a raid, or death in custody."""


@dataclass
class Moment:
    """Where a tick begins: the clock's hour, its length, noise by region, whether raids go on, the factor of holidays."""

    hour: float
    dt: float
    noise_join: np.ndarray
    noise_turn: np.ndarray
    raiding: bool
    holiday: float


def free_cells(p: SimpleNamespace, country: Country, held: np.ndarray) -> np.ndarray:
    """Return the share of each region's cells that is free : float64[region]; held : int64[place]."""
    there = np.bincount(country.region, weights=held, minlength=len(country.region_residents))
    return np.maximum(0.0, 1.0 - there / (p.jail_per_resident * country.region_residents))


def of_places(p: SimpleNamespace, country: Country, world: World, now: Moment, held: np.ndarray) -> list[SimpleNamespace]:
    """Return what is shared by everybody in a place, for each place; `world` shows the middle of the tick."""
    organised, brokered = country.of_regions("organisation"), world.brokerage
    newcomers, crime = country.of_regions("newcomer_share"), country.of_regions("crime")
    places, seen = [], around_here(country)
    for i, r in enumerate(country.region):
        here = SimpleNamespace()
        start, end = world.curfew[r]
        local = (now.hour + country.offset[i]) % 24.0
        here.curfew = bool(start == start and formulas.in_hours(local, start, end))  # noqa: PLR0124  nan is no curfew
        here.active = formulas.activity(local + now.dt / 2, p.activity_night, p.activity_peak_hour, p.activity_width)
        here.active *= p.curfew_activity if here.curfew else 1.0
        around, around_force = seen[i] @ (world.peaceful + world.violent), seen[i] @ world.used_force
        here.around, here.around_violent, here.around_force = around, seen[i] @ world.violent, around_force
        here.faced = around_force / (around_force + around) if around_force + around > 0.0 else 0.0
        clash = formulas.saturation(world.clash[i], p.clash_half)
        arrest = formulas.arrest_probability(around_force, around, p.arrest_visibility, p.crowd_offset)
        here.drive = (
            p.base_propensity + p.near_weight * world.near[i] + p.far_weight * world.far[i] + p.efficacy_weight * world.efficacy[r]
            + p.curiosity * (1.0 - world.connectivity[r]) + p.backlash_weight * clash - p.arrest_weight * arrest
            - p.fear_weight * world.fear[i]
        )
        here.rate = p.join_rate_max * here.active * now.noise_join[r]
        here.free_cells = free_cells(p, country, held)[r]
        here.loot = p.loot_rate * now.holiday * crime[r] * here.active * (world.disorder[i] + sum(
            weight * world.disorder[j] for j, weight in reach(country, i)
        ))
        gathered = 0.0 if country.remainder[i] else around
        size = 0.0 if country.remainder[i] else max(0.0, np.log10(max(1.0, country.near_residents[i]) / 1e5))
        here.anonymous = formulas.anonymity(
            p.anonymity_base, p.anonymity_newcomer * newcomers[r], p.anonymity_traveller * world.travellers[i],
            p.anonymity_size * size, p.anonymity_organisation * organised[r], p.anonymity_brokerage * brokered[r],
        )
        unchecked = np.exp(-p.turn_deterrence * around_force / (gathered + p.crowd_offset))
        here.turn = p.turn_rate * now.noise_turn[r] * here.anonymous
        here.turn *= (1.0 - p.turn_clash_share) * unchecked + p.turn_clash_share * clash
        here.turn *= gathered**p.turn_steepness / (gathered**p.turn_steepness + p.turn_crowd**p.turn_steepness)
        here.turn *= 1.0 + (p.turn_contagion * here.around_violent / here.around if here.around else 0.0)
        places.append(here)
    return places


def around_here(country: Country) -> np.ndarray:
    """Weight of each place for each other one : float64[place, place]: the nearby kernel, and itself for a remainder."""
    n = len(country.region)
    near = np.diag(country.remainder.astype(float))
    for i in range(n):
        row = slice(country.near.start[i], country.near.start[i + 1])
        near[i, country.near.to[row]] += country.near.weight[row]
    return near


def reach(country: Country, home: int) -> list[tuple[int, float]]:
    """Where the people of a place may go, and the weight of its distance and residents."""
    start, to, weight = country.travel
    return [(int(to[k]), float(weight[k])) for k in range(start[home], start[home + 1])]


def street(p: SimpleNamespace, world: World, here: SimpleNamespace, i: int) -> tuple[float, np.ndarray, np.ndarray]:
    """Return the rate of the stages and of the ways off, by group of the peaceful, and of the violent, in place i."""
    stages = 3.0 / p.outing_hours * (1.0 + (p.leave_night - 1.0) * (1.0 - here.active)) * (p.leave_curfew if here.curfew else 1.0)
    shooting, weighted = bool(world.shooting[i]), here.around - here.around_violent + p.detain_violent * here.around_violent
    detain = formulas.detention_per_person(
        p.detain_rate, here.around_force, weighted, p.detain_half, here.around_violent, here.free_cells
    )
    harm = p.injure_rate * here.faced
    harm *= p.shoot_injure if shooting else 1.0
    lethal = p.shoot_kill_share if shooting else p.kill_share
    caught = harm * p.injure_peaceful * (1.0 if shooting else (here.around_violent / here.around if here.around else 0.0))
    fear = p.leave_fear * world.fear[i]
    prone = np.array([p.turn_male_young, p.turn_male_other, p.turn_male_other * p.turn_female])
    peaceful = np.zeros((3, 6))
    peaceful[:, TO_AFRAID], peaceful[:, TO_CELL] = fear, detain
    peaceful[:, TO_VIOLENT] = here.turn * prone
    peaceful[:, TO_WARD], peaceful[:, TO_GRAVE] = caught * (1.0 - lethal), caught * lethal
    violent = np.array([0.0, fear * p.fear_violent_share, 0.0, detain * p.detain_violent, harm * (1.0 - lethal), harm * lethal])
    return stages, peaceful, violent


def grievance(country: Country, world: World, people: People) -> np.ndarray:
    """Grievance of everybody: that of their stratum, moved by the hardship of their own income."""
    region, adults = country.region[people.home], people.adult
    economy = SimpleNamespace(**{k: v.value for k, v in dict(country.scenario.parameters.economy).items()})
    slices = hardship.slice_means(3)
    middle = slices[np.maximum(0, country.population.strata.slice[people.stratum])]
    own = np.zeros(people.home.size)
    own[adults] = world.grievance[region[adults], people.stratum[adults]]
    if np.array_equal(middle[adults], people.income[adults]):
        return own
    shift = hardship_of(country, economy, world, people, people.income) - hardship_of(country, economy, world, people, middle)
    return own + economy.hardship_weight * (1.0 - world.legitimacy[region]) * np.where(adults, shift, 0.0)


def hardship_of(
    country: Country, p: SimpleNamespace, world: World, people: People, income: np.ndarray
) -> np.ndarray:
    """Return H = Λ(κ (log basket - log income left + newcomer shift)), with the lost jobs of precarious work."""
    r = country.region[people.home]
    wage = country.of_regions("income_mean")
    mean = float(country.region_residents @ wage / country.region_residents.sum())
    before = [s.price_before.value for s in country.scenario.header.shocks if s.kind == "price"]
    rise = world.price[r] / (before[0] if before else 1.0) - 1.0
    dearer = 1.0 + p.food_share * p.food_rise + (1.0 - p.food_share) * p.other_rise
    dearer = dearer + p.fuel_basket_weight * country.of_regions("exposed_share")[r] * rise
    basket = np.log(p.basket_share * mean * (wage[r] / mean) ** p.basket_locality * dearer)
    sigma = hardship.lognormal_sigma(p.gini)
    newcomer = people.origin == 1

    def of(work: np.ndarray) -> np.ndarray:
        factor = np.array([p.income_secure, p.income_precarious, p.income_out_of_work])[work]
        kept = np.where(work == 1, 1.0 - p.lockdown_loss, 1.0) * np.where(newcomer, 1.0 - p.lockdown_loss_newcomer, 1.0)
        left = np.log(wage[r] * factor * kept * (1.0 + p.income_rise) * (1.0 - p.debt_service)) + sigma * income - sigma**2 / 2
        return 1.0 / (1.0 + np.exp(-p.hardship_slope * (basket - left + p.newcomer_hardship * newcomer)))

    work = np.maximum(0, people.work)
    lost = p.jobs_lost * country.of_regions("out_of_work_share") / np.maximum(country.of_regions("precarious_share"), 1e-9)
    share = np.where(work == 1, np.minimum(1.0, lost)[r], 0.0)
    return (1.0 - share) * of(work) + share * of(np.full_like(work, 2))


def terms(p: SimpleNamespace, people: People) -> np.ndarray:
    """Log-odds of who one is, relative to a local woman of 30-44 with secure work."""
    age = np.array([0.0, p.term_young, 0.0, p.term_middle, p.term_old])[people.age]
    work = np.array([0.0, p.term_precarious, p.term_out_of_work, 0.0])[people.work]
    return age + work + p.term_male * people.sex + p.term_newcomer * people.origin


def of_quiet(
    p: SimpleNamespace, country: Country, world: World, now: Moment, people: People, places: list[SimpleNamespace]
) -> np.ndarray:
    """Return hazards : float64[person, what], of the quiet; 0 for everybody else."""
    quiet, home = people.state == QUIET, people.home
    drive, rate, loot = (np.array([getattr(here, name) for here in places]) for name in ("drive", "rate", "loot"))
    out = np.zeros((home.size, 5))
    odds = drive[home] + p.propensity_scale * people.readiness + grievance(country, world, people) + terms(p, people)
    out[:, TO_JOIN] = np.where(people.adult, rate[home] / (1.0 + np.exp(-odds)), 0.0)
    young_man = people.adult & (people.sex == 1) & (people.age == 1)
    out[:, TO_LOOT] = np.where(young_man & (people.work >= 1), loot[home], 0.0)
    seen = around_here(country)
    force, forces, violent, arms = world.force, seen @ world.force, seen @ world.violent, seen @ world.arms
    patrol = np.where(world.shooting, force + world.free_force, 0.0)
    armed = np.where(violent > 0, np.minimum(1.0, np.divide(arms, violent, out=np.zeros_like(violent), where=violent > 0)), 0.0)
    met = force * np.divide(violent, violent + forces, out=np.zeros_like(violent), where=violent + forces > 0)
    curfew, free = (np.array([getattr(here, name) for here in places]) for name in ("curfew", "free_cells"))
    service = people.adult & (people.sex == 1) & (people.work == 0) & (people.age <= 3)
    for what, hits, who in (
        (TO_STRAY, p.bystander_rate * patrol * world.violence_memory, np.ones(home.size, dtype=bool)),
        (TO_CURFEW, np.where(curfew, p.curfew_arrest_rate * world.free_force * free, 0.0), people.adult),
        (TO_SERVICE, p.security_injury_rate * met * (1.0 + p.arms_lethality * armed), service),
    ):
        among = np.bincount(home[quiet & who], minlength=len(places))
        out[:, what] = np.where(who, (hits / np.maximum(among, 1))[home], 0.0)
    out[~quiet] = 0.0
    del now
    return out


def of_others(p: SimpleNamespace, country: Country, world: World, now: Moment, people: People) -> np.ndarray:
    """Return hazards : float64[person, what], of those at home after going out, the held and the hurt."""
    out = np.zeros((people.home.size, 2))
    at_home = people.count(TIRED, len(country.region)) + people.count(AFRAID, len(country.region))
    hunted = np.array([world.curfew[r][0] == world.curfew[r][0] for r in country.region]) & now.raiding
    seen = around_here(country)
    held = people.count(DELIVERED, len(country.region)) + people.count(REMANDED, len(country.region))
    free = free_cells(p, country, held)[country.region]
    raid = np.where(hunted, p.raid_rate * free * (seen @ world.free_force) / (seen @ at_home + p.raid_half), 0.0)
    for state, back, end in (
        (TIRED, 1.0 / p.rest_hours, raid[people.place]),
        (AFRAID, 1.0 / (p.hide_hours * (1.0 + world.fear[people.place])), raid[people.place]),
        (DELIVERED, 1.0 / p.release_hours, p.custody_death_rate),
        (REMANDED, 0.0, p.custody_death_rate),
        (INJURED, 1.0 / p.injured_recovery, 0.0),
    ):
        them = people.state == state
        out[them, TO_QUIET] = np.broadcast_to(back, them.shape)[them]
        out[them, TO_END] = np.broadcast_to(end, them.shape)[them]
    return out


def of_street(p: SimpleNamespace, world: World, places: list[SimpleNamespace]) -> tuple[np.ndarray, np.ndarray]:
    """Return the rate of the stages : float64[place], and of the ways off : float64[place, group or 3 for violent, way]."""
    pace, ways = np.zeros(len(places)), np.zeros((len(places), 4, 6))
    for i, here in enumerate(places):
        pace[i], ways[i, :3], ways[i, 3] = street(p, world, here, i)
    return pace, ways
