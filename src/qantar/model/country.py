"""The country as arrays: what a scenario says that does not change during a run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace

import numpy as np
from numpy.typing import NDArray

from qantar.engine.clock import Clock
from qantar.engine.random import check_keys, place_key
from qantar.model.geography import Attention, Pairs, attention, destinations, nearby, weigh
from qantar.population.cells import Population
from qantar.scenario.schema import Scenario
from qantar.scenario.value import ParameterGroup
from qantar.scenario.vocabulary import BRANCHES, SITE_KINDS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def numbers(group: ParameterGroup) -> SimpleNamespace:
    """Return the bare numbers of a parameter group, by their names."""
    return SimpleNamespace(**{name: getattr(group, name).value for name in type(group).model_fields})


@dataclass(frozen=True)
class Sites:
    """Guarded places : arrays over sites; `place` is an index into places."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    key: Ints
    place: Ints
    kind: Ints
    guards: Floats
    arms: Floats


@dataclass(frozen=True)
class Country:
    """Everything static, by place, region, stratum or site.

    Shapes: place (P), region (R), adult stratum (A), branch (B). `offset` is hours ahead of the
    country's clock (0 or negative in the west of Kazakhstan).
    """

    scenario: Scenario
    clock: Clock
    population: Population
    place_ids: tuple[str, ...]
    region_ids: tuple[str, ...]
    key: Ints
    region_key: Ints
    region: Ints
    residents: Floats
    region_residents: Floats
    remainder: NDArray[np.bool_]
    offset: Floats
    centre: Ints
    capital: int
    near: Pairs
    near_residents: Floats
    attention: Attention
    travel: Pairs
    lat: Floats
    lon: Floats
    men: Floats
    sites: Sites

    def of_regions(self, name: str) -> Floats:
        """Return a numeric column of regions.csv as float64[region]."""
        return np.array([getattr(region, name) for region in self.scenario.regions], dtype=np.float64)

    def region_mask(self, regions: tuple[str, ...]) -> NDArray[np.bool_]:
        """Return which regions a list of identifiers means; none listed means all."""
        if not regions:
            return np.ones(len(self.region_ids), dtype=bool)
        meant = set(regions)
        return np.array([identifier in meant for identifier in self.region_ids])

    def tick_at(self, local: datetime) -> int:
        """Return the first tick that begins at or after a moment in the country's local time."""
        start = self.scenario.header.clock.start
        return math.ceil((local - start) / timedelta(hours=self.clock.tick_hours))

    def holidays(self, ticks: int) -> list[bool]:
        """Return for the first ticks of the run whether each begins on a holiday, by the country's local date."""
        start = self.scenario.header.clock.start
        days = ((start.hour + start.minute / 60.0 + np.arange(ticks) * self.clock.tick_hours) // 24.0).astype(np.int64)
        dates = [start.date() + timedelta(days=day) in self.scenario.header.clock.holidays for day in range(days[-1] + 1)]
        return [dates[day] for day in days]

    def place_index(self, identifier: str) -> int:
        """Return the row of a place."""
        return self.place_ids.index(identifier)


def _sites(scenario: Scenario, place_index: dict[str, int]) -> Sites:
    rows = scenario.sites
    check_keys([site.id for site in rows])
    return Sites(
        ids=tuple(site.id for site in rows),
        names=tuple(site.name for site in rows),
        key=np.array([place_key(site.id) for site in rows], dtype=np.int64),
        place=np.array([place_index[site.place] for site in rows], dtype=np.int64),
        kind=np.array([SITE_KINDS.index(site.kind) for site in rows], dtype=np.int64),
        guards=np.array([site.guards for site in rows], dtype=np.float64),
        arms=np.array([site.arms for site in rows], dtype=np.float64),
    )


def _men(scenario: Scenario, place_index: dict[str, int]) -> Floats:
    men = np.zeros((len(place_index), len(BRANCHES)))
    for force in scenario.forces:
        men[place_index[force.place], BRANCHES.index(force.branch)] += force.men
    return men


def build_country(scenario: Scenario, population: Population, clock: Clock) -> Country:
    """Turn a checked scenario into arrays. Raises AssemblyError where two names share a draw key."""
    place_ids = tuple(place.id for place in scenario.places)
    region_ids = tuple(region.id for region in scenario.regions)
    check_keys(list(place_ids))
    check_keys(list(region_ids))
    place_index = {identifier: i for i, identifier in enumerate(place_ids)}
    region_index = {identifier: i for i, identifier in enumerate(region_ids)}
    region = np.array([region_index[place.region] for place in scenario.places], dtype=np.int64)
    lat = np.array([place.latitude for place in scenario.places])
    lon = np.array([place.longitude for place in scenario.places])
    residents = np.array([place.population for place in scenario.places], dtype=np.float64)
    remainder = np.array([place.kind == "remainder" for place in scenario.places])
    centre = np.array([place_index[row.centre] for row in scenario.regions], dtype=np.int64)
    streets = numbers(scenario.parameters.streets)
    near = nearby(lat, lon, remainder, streets.near_range)
    scales = (streets.far_distance, streets.far_exact, streets.near_range)
    travel = (streets.travel_distance, streets.travel_reach, streets.near_range, int(streets.travel_destinations))
    return Country(
        scenario=scenario, clock=clock, population=population, place_ids=place_ids, region_ids=region_ids,
        key=np.array([place_key(identifier) for identifier in place_ids], dtype=np.int64),
        region_key=np.array([place_key(identifier) for identifier in region_ids], dtype=np.int64),
        region=region, residents=residents,
        region_residents=np.bincount(region, weights=residents, minlength=len(region_ids)).astype(np.float64),
        remainder=remainder,
        offset=np.array([row.utc_offset - scenario.header.clock.utc_offset for row in scenario.regions])[region],
        centre=centre, capital=place_index[scenario.header.capital],
        near=near, near_residents=weigh(near, residents),
        attention=attention((lat, lon, region), centre, residents, scales, streets.far_by_region),
        travel=destinations(lat, lon, residents, remainder, travel),
        lat=lat, lon=lon, men=_men(scenario, place_index), sites=_sites(scenario, place_index),
    )
