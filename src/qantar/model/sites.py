"""Guarded places: assaults, arms, and how soon a taken site is left again.

Equations, per site in a place with V violent
    assault       rate · V / (V + people) while the site has not fallen
    success       r² / (1 + r²), r = V / (guards · even ratio); guards shirk as the force of the place does,
                  and the guarantor's men stand with them
    arms          share carried of a fallen store's arms, and what routed men lose, reach the crowd
    left          hazard 1 / hold, times the organiser's factor where somebody organises

Nobody held any of the sites of January 2022 for long; a site that fell once is ransacked and draws no
second assault.

Limits: guards are those of the scenario, none are moved between sites; fires and damage are not counted.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from qantar.engine.random import uniform
from qantar.engine.streams import Stream
from qantar.model.country import Country, numbers
from qantar.model.events import Event
from qantar.model.state import AbstractSystem, World
from qantar.model.streets.formulas import assault_success, saturation
from qantar.scenario.schema import BRANCHES, SITE_KINDS

GUARANTOR = BRANCHES.index("guarantor")
BEATEN_OFF, TAKEN = 1, 2
_ASSAULT, _LEFT = int(Stream.ASSAULT), int(Stream.SITE_LEFT)


@njit(cache=True)
def _assault(
    run: tuple[int, int, int], key: np.ndarray, violent: np.ndarray, guards: np.ndarray, open_: np.ndarray,
    rates: tuple[float, float, float], dt: float,
) -> np.ndarray:
    """Return per site 0 (no assault), 1 (assault beaten off) or 2 (taken) : int64[site]."""
    rate, people, even_ratio = rates
    seed, member, tick = run
    out = np.zeros(key.size, dtype=np.int64)
    for i in range(key.size):
        if not open_[i] or violent[i] <= 0.0:
            continue
        hazard = rate * saturation(violent[i], people)
        if uniform(seed, member, _ASSAULT, key[i], 0, tick, 0) < -math.expm1(-hazard * dt):
            chance = assault_success(violent[i], guards[i], even_ratio)
            out[i] = TAKEN if uniform(seed, member, _ASSAULT, key[i], 1, tick, 0) < chance else BEATEN_OFF
    return out


@njit(cache=True)
def _left(run: tuple[int, int, int], key: np.ndarray, held: np.ndarray, hours: np.ndarray, dt: float) -> np.ndarray:
    """Return which held sites are left in this tick : bool[site]."""
    seed, member, tick = run
    out = np.zeros(key.size, dtype=np.bool_)
    for i in range(key.size):
        if held[i]:
            out[i] = uniform(seed, member, _LEFT, key[i], 0, tick, 0) < -math.expm1(-dt / hours[i])
    return out


class SitesSystem(AbstractSystem):
    """Assaults on guarded places."""

    name = "sites"
    owns = frozenset({"site_held", "site_fallen", "arms"})
    reads = frozenset({"violent", "shirking", "men", "lost_arms"})
    streams = frozenset({Stream.ASSAULT, Stream.SITE_LEFT})
    emits = frozenset({"assault", "site-taken", "site-left"})

    def __init__(self, country: Country) -> None:
        self._country = country
        self._p = numbers(country.scenario.parameters.sites)
        sites = country.sites
        self._hours = np.full(sites.key.size, float(self._p.hold_hours))
        for organiser in country.scenario.header.organisers:
            places = [country.place_index(place) for place in organiser.places]
            self._hours[np.isin(sites.place, places)] *= organiser.hold_factor.value

    def init(self, world: World) -> None:
        """Start with every site in the hands of the state and no arms in the crowds."""
        n = self._country.sites.key.size
        world.site_held = np.zeros(n, dtype=bool)
        world.site_fallen = np.zeros(n, dtype=bool)
        world.arms = np.zeros(len(self._country.place_ids))

    def step(self, world: World) -> None:
        """Let crowds assault, let held sites be left."""
        p, sites, dt = self._p, self._country.sites, self._country.clock.tick_hours
        run = (world.seed, world.member, world.tick)
        left = _left(run, sites.key, world.site_held, self._hours, dt)
        guards = sites.guards * (1.0 - world.shirking[sites.place]) + world.men[sites.place, GUARANTOR]
        violent = world.violent[sites.place].astype(np.float64)
        rates = (p.assault_rate, p.assault_people, p.assault_ratio)
        assault = _assault(run, sites.key, violent, guards, ~world.site_fallen, rates, dt)
        taken = assault == TAKEN
        for i in np.flatnonzero(left).tolist():
            self._report(world, i, "site-left", "the crowd leaves")
        for i in np.flatnonzero(assault == BEATEN_OFF).tolist():
            self._report(world, i, "assault", f"beaten off by {guards[i]:.0f} guards")
        for i in np.flatnonzero(taken).tolist():
            self._report(world, i, "site-taken", f"{violent[i]:.0f} violent against {guards[i]:.0f} guards")
        world.site_held = (world.site_held & ~left) | taken
        world.site_fallen = world.site_fallen | taken
        carried = np.bincount(
            sites.place, weights=np.where(taken, sites.arms * p.arms_carried, 0.0), minlength=world.arms.size
        )
        world.arms = world.arms + carried + world.lost_arms

    def _report(self, world: World, i: int, kind: str, text: str) -> None:
        country = self._country
        place = country.sites.place[i]
        world.events.add(Event(
            world.tick, kind, country.place_ids[place], country.region_ids[country.region[place]],
            country.sites.ids[i], float(world.violent[place]),
            f"{country.sites.names[i]} ({SITE_KINDS[country.sites.kind[i]]}): {text}",
        ))
