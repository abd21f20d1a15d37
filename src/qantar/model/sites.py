"""Guarded places: assaults, arms, and how soon a taken site is left again.

Equations, per site in a place with V violent
    assault       rate · V / (V + people) while the site has not fallen
    success       r² / (1 + r²), r = V / (guards · even ratio); guards shirk as the force of the place does,
                  and the guarantor's men stand with them
    arms          share carried of a fallen store's arms, and what routed men lose, reach the crowd
    left          hazard 1 / (hold · factor), the organiser's factor where somebody organises, else 1

Nobody held any of the sites of January 2022 for long; a site that fell once is ransacked and draws no
second assault.

Limits: guards are those of the scenario, none are moved between sites; fires and damage are not counted.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qantar.engine.compiled import njit
from qantar.engine.random import uniform
from qantar.engine.steady import steady
from qantar.engine.streams import Stream
from qantar.model.country import Country, numbers
from qantar.model.events import Event
from qantar.model.state import AbstractSystem, World
from qantar.model.streets.formulas import assault_success, saturation
from qantar.scenario.vocabulary import BRANCHES, SITE_KINDS

GUARANTOR = BRANCHES.index("guarantor")
NOTHING, BEATEN_OFF, TAKEN, LEFT = range(4)
_ASSAULT, _LEFT = int(Stream.ASSAULT), int(Stream.SITE_LEFT)


class Siege(NamedTuple):
    """Sites and who stands around them : arrays over sites, but for those by place.

    key, place : int64[site]; guards, hold_hours : float64[site]; held, fallen : bool[site]
    violent, those around weighted with the nearby kernel, shirking : float64[place]; men : float64[place, branch]
    """

    key: NDArray[np.int64]
    place: NDArray[np.int64]
    guards: NDArray[np.float64]
    hold_hours: NDArray[np.float64]
    held: NDArray[np.bool_]
    fallen: NDArray[np.bool_]
    violent: NDArray[np.float64]
    shirking: NDArray[np.float64]
    men: NDArray[np.float64]


@steady
@njit()
def _besiege(
    run: tuple[int, int, int], siege: Siege, rates: tuple[float, float, float], dt: float, out: np.ndarray, guards: np.ndarray
) -> bool:
    """Fill what happens at each site : int64[site], and the men who stand there; return whether anything does."""
    rate, people, even_ratio = rates
    seed, member, tick = run
    busy = False
    for i in range(out.size):
        out[i] = NOTHING
        place = siege.place[i]
        violent, key = siege.violent[place], siege.key[i]
        if siege.held[i]:
            if uniform(seed, member, _LEFT, key, 0, tick, 0) < -math.expm1(-dt / siege.hold_hours[i]):
                out[i] = LEFT
        elif not siege.fallen[i] and violent > 0.0:
            guards[i] = siege.guards[i] * (1.0 - siege.shirking[place]) + siege.men[place, GUARANTOR]
            hazard = rate * saturation(violent, people)
            if uniform(seed, member, _ASSAULT, key, 0, tick, 0) < -math.expm1(-hazard * dt):
                chance = assault_success(violent, guards[i], even_ratio)
                out[i] = TAKEN if uniform(seed, member, _ASSAULT, key, 1, tick, 0) < chance else BEATEN_OFF
        busy |= out[i] != NOTHING
    return busy


class SitesSystem(AbstractSystem):
    """Assaults on guarded places."""

    name = "sites"
    owns = frozenset({"site_held", "site_fallen", "arms"})
    reads = frozenset({"around_violent", "shirking", "men", "lost_arms"})
    streams = frozenset({Stream.ASSAULT, Stream.SITE_LEFT})
    emits = frozenset({"assault", "site-taken", "site-left"})

    def __init__(self, country: Country) -> None:
        self._country = country
        p = self._p = numbers(country.scenario.parameters.sites)
        self._rates = (float(p.assault_rate), float(p.assault_people), float(p.assault_ratio))
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
        self._outcome, self._guards = np.zeros(n, dtype=np.int64), np.zeros(n)

    def step(self, world: World) -> None:
        """Let crowds assault, let held sites be left."""
        p, sites = self._p, self._country.sites
        world.arms += world.lost_arms
        siege = Siege(
            sites.key, sites.place, sites.guards, self._hours, world.site_held, world.site_fallen, world.around_violent,
            world.shirking, world.men,
        )
        run = (world.seed, world.member, world.tick)
        if not _besiege(run, siege, self._rates, self._country.clock.tick_hours, self._outcome, self._guards):
            return
        for i in np.flatnonzero(self._outcome).tolist():
            self._report(world, i, int(self._outcome[i]))
        taken = self._outcome == TAKEN
        world.site_held[:] = (world.site_held & (self._outcome != LEFT)) | taken
        world.site_fallen |= taken
        carried = np.where(taken, sites.arms * p.arms_carried, 0.0)
        world.arms += np.bincount(sites.place, weights=carried, minlength=world.arms.size)

    def _report(self, world: World, i: int, outcome: int) -> None:
        country = self._country
        place = country.sites.place[i]
        violent, guards = world.around_violent[place], self._guards[i]
        kind, text = {
            LEFT: ("site-left", "the crowd leaves"),
            BEATEN_OFF: ("assault", f"beaten off by {guards:.0f} guards"),
            TAKEN: ("site-taken", f"{violent:.0f} violent around against {guards:.0f} guards"),
        }[outcome]
        world.events.add(Event(
            world.tick, kind, country.place_ids[place], country.region_ids[country.region[place]],
            country.sites.ids[i], float(violent), f"{country.sites.names[i]} ({SITE_KINDS[country.sites.kind[i]]}): {text}",
        ))
