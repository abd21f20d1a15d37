"""Carrying out: the effects of measures on the World, whoever decided them.

What stands is derived from the measures in force: later ones win, and the lowest connectivity does. Men
on the move are kept until they arrive. Both plans of a tick use this part, so that an order of the record
and the same order of a palace do the same.

Limits: roads are not blocked; columns move at constant speed over the great circle.
"""

from __future__ import annotations

import numpy as np

from qantar.model.country import Country, numbers
from qantar.model.events import Event
from qantar.model.geography import distance_km
from qantar.model.measures import (
    Blackout,
    Concession,
    Curfew,
    Departure,
    Landing,
    Measure,
    Posture,
    Recall,
    Reinforcement,
    StandingAside,
    Statement,
)
from qantar.model.state import World
from qantar.scenario.vocabulary import BRANCHES, POSTURES

GUARANTOR = BRANCHES.index("guarantor")
WRITES = frozenset({
    "price_cap", "concession", "relief", "departed", "statements", "connectivity_ordered", "curfew", "recalled",
    "posture", "men", "aside",
})
"""Fields of World that carrying out writes; the system that owns the part owns them."""


class CarryOut:
    """Measures in force, men on the move, and what follows for the World."""

    def __init__(self, country: Country) -> None:
        self._country = country
        self._security = numbers(country.scenario.parameters.security)
        self._usual = POSTURES.index(country.scenario.header.default_posture)
        self._standing: list[Measure] = []
        self._arrivals: dict[int, list[tuple[int, int, float, str]]] = {}

    def init(self, world: World) -> None:
        """Start without any measure, in the posture that the scenario names as usual."""
        n = len(self._country.region_ids)
        world.price_cap = np.full(n, np.inf)
        world.connectivity_ordered = np.ones(n)
        world.curfew = np.full((n, 2), np.nan)
        world.recalled = np.zeros(n, dtype=bool)
        world.posture = np.full(n, self._usual, dtype=np.int64)
        world.men = self._country.men.copy()
        world.aside = np.zeros_like(world.men)
        world.concession = np.zeros(n)
        self._standing, self._arrivals = [], {}
        self._clear(world)

    def advance(self, world: World, tick: int, begin: list[Measure]) -> None:
        """Let men arrive, let measures end, and begin new ones, at the start of `tick`.

        A curfew, blackout or posture that is over when the first tick after its beginning starts is reported, and never holds.
        """
        self._clear(world)
        for place, branch, men, name in self._arrivals.pop(tick, []):
            world.men[place, branch] += men
            self._report(world, (tick, "arrival", name), place, men, f"{men:.0f} men of {BRANCHES[branch]} arrive")
        ended = self._end(world, tick)
        for measure in begin:
            self._standing.append(measure)
            self._begin(world, tick, measure)
        ended += self._end(world, tick)
        if ended or begin:
            self._set_standing(world)

    def _end(self, world: World, tick: int) -> int:
        """Let measures end whose time is over; return how many."""
        ending = [measure for measure in self._standing if measure.end is not None and measure.end <= tick]
        for measure in ending:
            self._standing.remove(measure)
            kind = measure.text.split(" by ")[0] if measure.reported else measure.text
            self._report(world, (tick, "order-ended", measure.name), None, 0.0, f"{kind} ends")
        return len(ending)

    def _clear(self, world: World) -> None:
        """Forget what lasts for one tick only."""
        world.concession.fill(0.0)
        world.relief = 0.0
        world.departed, world.statements = [], []

    def _begin(self, world: World, tick: int, measure: Measure) -> None:
        place = None
        match measure.effect:
            case Concession() as effect:
                world.concession[measure.regions] += effect.size
                if effect.price is not None:
                    world.price_cap[measure.regions] = effect.price
            case Departure() as effect:
                world.relief += effect.relief
                world.concession += effect.size
                world.departed.append(effect.blamed_as)
            case Recall():
                world.recalled |= measure.regions
            case Statement() as effect:
                world.statements.append(effect)
            case Reinforcement() as effect:
                place = self._send(world, tick, effect, measure.name)
            case Landing() as effect:
                place = effect.place
                world.men[place, GUARANTOR] = max(0.0, world.men[place, GUARANTOR] + effect.men)
            case StandingAside() as effect:
                place = effect.place
                self._step_aside(world, effect)
        if measure.reported:
            self._report(world, (tick, "order", measure.name), place, float(measure.regions.mean()), measure.text)

    def _step_aside(self, world: World, effect: StandingAside) -> None:
        """Move men between duty and aside; a share of all of them stands aside afterwards."""
        there = (effect.place, effect.branch)
        everybody = world.men[there] + world.aside[there]
        world.aside[there] = effect.share * everybody
        world.men[there] = everybody - world.aside[there]

    def _send(self, world: World, tick: int, effect: Reinforcement, name: str) -> int:
        """Take men from a place that has them and let them arrive after road or air time."""
        country, security = self._country, self._security
        a, b = effect.origin, effect.destination
        men = min(effect.men, world.men[a, effect.branch])
        world.men[a, effect.branch] -= men
        km = distance_km(country.lat[a], country.lon[a], country.lat[b], country.lon[b])
        by_air = km > security.air_beyond
        hours = security.air_preparation + km / security.air_speed if by_air else km / security.road_speed
        arrival = tick + max(1, int(np.ceil(hours / country.clock.tick_hours)))
        self._arrivals.setdefault(arrival, []).append((b, effect.branch, men, name))
        return b

    def _set_standing(self, world: World) -> None:
        """Derive what holds now from the measures in force; later ones win, the lowest connectivity too."""
        world.connectivity_ordered[:] = 1.0
        world.curfew[:] = np.nan
        world.posture[:] = self._usual
        for measure in self._standing:
            match measure.effect:
                case Blackout() as effect:
                    ordered = world.connectivity_ordered
                    np.minimum(ordered, effect.connectivity, out=ordered, where=measure.regions)
                case Curfew() as effect:
                    world.curfew[measure.regions] = (effect.from_hour, effect.to_hour)
                case Posture() as effect:
                    world.posture[measure.regions] = effect.posture

    def _report(self, world: World, head: tuple[int, str, str], place: int | None, value: float, text: str) -> None:
        country = self._country
        where = "" if place is None else country.place_ids[place]
        region = "" if place is None else country.region_ids[country.region[place]]
        tick, kind, name = head
        world.events.add(Event(tick, kind, where, region, name, value, text))
