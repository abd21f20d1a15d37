"""The oracle in the place of the streets: everybody a row, the other systems as they are.

It takes the fields of `World` that `StreetsSystem` owns, so that a whole run is economy, media, security,
oracle, sites, narrative and orders. Continuous readiness and income show what classes and slices cost.

Limits: no hidden organisers; draws from a NumPy generator, so its members are not those of the counted model.
"""

from __future__ import annotations

import copy
import math
from datetime import timedelta
from types import SimpleNamespace

import numpy as np

from qantar.model.assemble import Assembly
from qantar.model.country import Country, numbers
from qantar.model.neighbourhood import FEW
from qantar.model.plan import START, TICK
from qantar.model.state import World
from qantar.model.streets import bags as kernel
from qantar.model.streets.system import StreetsSystem
from tests.oracle.clocks import move, tick
from tests.oracle.movers import Kind, Movers
from tests.oracle.people import PEACEFUL, VIOLENT, bag_sizes, cells_of, settle, spread_out
from tests.oracle.rates import Moment, around_here

SHOWN = ("clash", "fear", "violence_memory")
"""What is taken to go on as in the tick before, in a straight line."""


def street_numbers(country: Country) -> SimpleNamespace:
    """The parameters of the streets, with what they take from other groups."""
    p = numbers(country.scenario.parameters.streets)
    p.curiosity = country.scenario.parameters.media.blackout_curiosity.value
    p.wave = country.scenario.parameters.judgement.wave.value
    return p


class OracleStreets:
    """Streets, person by person."""

    def __init__(self, country: Country, rng: np.random.Generator, *, continuous: bool) -> None:
        assert not country.scenario.header.organisers, "the oracle has no hidden organisers"
        self.country, self.rng, self.continuous = country, rng, continuous
        self.p = street_numbers(country)

    def init(self, world: World) -> None:
        country, n = self.country, len(self.country.region)
        score = country.population.class_score(self.p.propensity_scale)
        self.people = settle(country, cells_of(country.population.counts), score)
        if self.continuous:
            spread_out(self.people, country, self.rng)
        for name in ("peaceful", "violent", "new_deaths", "cum_deaths", "cum_detained", "cum_remanded", "cum_injured",
                     "cum_security_deaths"):
            setattr(world, name, np.zeros(n, dtype=np.int64))
        for name in ("travellers", "peaceful_ahead", "violent_ahead", "near", "around_violent", "clash", "fear", "violence_memory",
                     "disorder"):
            setattr(world, name, np.zeros(n))
        world.efficacy = np.zeros(len(country.region_ids))
        self._day = -1
        self._lately = {name: np.zeros(n) for name in SHOWN}
        self._show(world)

    def step(self, world: World) -> None:
        p, dt = self.p, self.country.clock.tick_hours
        told = world.online * world.concession.max(initial=0.0)
        world.efficacy = world.efficacy * math.exp(-dt / p.efficacy_decay) + np.maximum(world.concession, told)
        moved = tick(p, self.country, self.halfway(world), self.moment(world), self.people, self.rng)
        before = (world.peaceful, world.violent)
        move(self.people, moved)
        self._show(world)
        self.remember(world, moved, before)

    def halfway(self, world: World) -> World:
        """Show the world in the middle of the tick: half as far on as it came in the tick before, at least half of it left."""
        shown = copy.copy(world)
        now = {name: getattr(world, name).astype(float) for name in SHOWN}
        for name, x in now.items():
            most = 1.0 if name == "violence_memory" else np.inf
            setattr(shown, name, np.minimum(most, np.maximum(x / 2, x + (x - self._lately[name]) / 2)))
        self._lately = now
        shown.peaceful, shown.violent = world.peaceful_ahead, world.violent_ahead
        shown.efficacy = world.efficacy * math.exp(-self.country.clock.tick_hours / 2 / self.p.efficacy_decay)
        return shown

    def moment(self, world: World) -> Moment:
        p, clock = self.p, self.country.scenario.header.clock
        start, dt = clock.start, self.country.clock.tick_hours
        hour = start.hour + start.minute / 60.0 + world.tick * dt
        if hour // 24 != self._day:
            self._day = hour // 24
            self._noise = [self.rng.gamma(1.0 / sd**2, sd**2, len(self.country.region_ids)) for sd in (p.noise_join, p.noise_turn)]
        today = (start + timedelta(hours=world.tick * dt)).date()
        raiding = bool(world.peaceful.sum() + world.violent.sum() < p.raid_start * p.wave)
        return Moment(hour, dt, *self._noise, raiding, p.loot_holiday if today in clock.holidays else 1.0)

    def _show(self, world: World) -> None:
        """Count who is where, as the other systems and the recorder see it."""
        n = len(self.country.region)
        world.peaceful, world.violent = self.people.count(PEACEFUL, n), self.people.count(VIOLENT, n)
        sizes = bag_sizes(self.people, n)
        world.bags = kernel.Bags(np.zeros_like(sizes), sizes, sizes, np.zeros(1, dtype=np.int64))

    def remember(self, world: World, moved: Movers, before: tuple[np.ndarray, np.ndarray]) -> None:
        """Let counts, crowds' pull, clash, fear, violence and disorder follow what happened."""
        p, country, dt, n = self.p, self.country, self.country.clock.tick_hours, len(self.country.region)

        def ending(*compartments: int) -> np.ndarray:
            fresh = moved.compartment != moved.end
            return np.bincount(moved.to[fresh & np.isin(moved.end, compartments)], minlength=n)

        deaths, held = ending(kernel.DEAD), ending(kernel.DELIVERED, kernel.REMANDED)
        served = np.bincount(moved.place[moved.kind == Kind.SERVICE_DEAD], minlength=n)
        world.new_deaths = deaths
        world.cum_deaths, world.cum_detained = world.cum_deaths + deaths, world.cum_detained + held
        world.cum_remanded, world.cum_injured = world.cum_remanded + ending(kernel.REMANDED), world.cum_injured + ending(kernel.INJURED)
        world.cum_security_deaths = world.cum_security_deaths + served
        crowd, people = world.peaceful + world.violent, self.people
        away = np.bincount(people.place[people.out & (people.place != people.home)], minlength=n)
        world.travellers = away / np.maximum(crowd, 1)
        near, gathered = around_here(country), ~country.remainder
        half = p.near_half * p.near_reference * (country.near_residents / p.near_reference) ** p.near_scaling
        world.around_violent = near @ world.violent
        world.peaceful_ahead = foretold(near, world.peaceful, before[0])
        world.violent_ahead = foretold(near, world.violent, before[1])
        nearby = gathered * (near @ (world.peaceful_ahead + world.violent_ahead))
        world.near = np.divide(nearby, nearby + half, out=np.zeros(n), where=nearby + half > 0)
        peaceful, violent = near @ (before[0] + world.peaceful) / 2, near @ (before[1] + world.violent) / 2
        force = np.where(peaceful > 0, near @ world.used_force / (peaceful + p.crowd_offset), 0.0)
        world.clash = world.clash * math.exp(-dt / p.clash_decay) + force * lasting(p.clash_decay, dt)
        filled = violent / (violent + np.maximum(half, 1.0))
        frightening = p.fear_death * self.seen(deaths) + p.fear_detention * self.seen(held)
        world.fear = world.fear * math.exp(-dt / p.fear_decay) + frightening
        world.fear += p.fear_violence * filled * lasting(p.fear_decay, dt)
        unruly = world.around_violent**p.turn_steepness
        fresh = unruly / (unruly + p.turn_crowd**p.turn_steepness)
        world.violence_memory = np.maximum(world.violence_memory * math.exp(-dt / p.patrol_memory), fresh)
        beyond = gathered * np.maximum(0.0, near @ (world.violent_ahead - world.force))
        enough = beyond + p.loot_half * country.near_residents
        world.disorder = np.divide(beyond, enough, out=np.zeros(n), where=enough > 0)

    def seen(self, counts: np.ndarray) -> np.ndarray:
        """Counts per 100,000 as seen in each place: its region's in full, those elsewhere with a weight."""
        country = self.country
        own = np.bincount(country.region, weights=counts, minlength=len(country.region_ids)) / country.region_residents
        nation = counts.sum() / country.region_residents.sum()
        return 1e5 * (own + self.p.fear_elsewhere * (nation - own))[country.region]


def half_on(now: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Who will be there in half a tick if they change by the factor of the last one, a few more counted on both sides."""
    return np.maximum(now / 2, (now + FEW) * np.sqrt((now + FEW) / (before + FEW)) - FEW)


def foretold(near: np.ndarray, now: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Who will be in each place in half a tick, by the factor of what is near it : float64[place]; near : float64[place, place]."""
    around = near @ now
    return np.divide(now * half_on(around, near @ before), around, out=np.zeros(len(now)), where=now > 0)


def lasting(tau: float, dt: float) -> float:
    """Hours of the last dt that a memory of lifetime tau still holds: τ (1 - exp(-dt / τ))."""
    return tau * (1.0 - math.exp(-dt / tau))


def with_oracle(assembly: Assembly, seed: int, *, continuous: bool) -> Assembly:
    """Return the model with the oracle for its streets."""
    oracle = OracleStreets(assembly.country, np.random.default_rng(seed), continuous=continuous)

    def swapped(systems: tuple, plan: tuple) -> tuple:
        return tuple(oracle if kind is StreetsSystem else system for kind, system in zip(plan, systems, strict=True))

    return Assembly(assembly.country, swapped(assembly.tick, TICK), swapped(assembly.start, START))
