"""From a scenario to a checked model: systems in order, every read written by somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta
from functools import lru_cache

from qantar.engine.clock import Clock
from qantar.errors import AssemblyError
from qantar.model.country import Country, build_country
from qantar.model.plan import PLANS
from qantar.model.state import AbstractSystem, World
from qantar.population.cells import Population, build
from qantar.scenario.schema import Scenario

CLASSES = 12
"""Propensity classes; the step from 12 to 60 is an approximation whose size is tested."""


@dataclass(frozen=True)
class Assembly:
    """A model that is ready to run: static country, systems in the order of a tick and of the start."""

    country: Country
    tick: tuple[AbstractSystem, ...]
    start: tuple[AbstractSystem, ...]


def check(systems: tuple[AbstractSystem, ...]) -> None:
    """Raise AssemblyError unless every field has one owner and whatever is read is owned by somebody."""
    owner: dict[str, str] = {}
    wrong: list[str] = []
    for system in systems:
        for field in sorted(system.owns):
            if field in owner:
                wrong.append(f"'{field}' is owned by {owner[field]} and by {system.name}")
            owner[field] = system.name
    known = set(World.__dataclass_fields__)
    for system in systems:
        wrong += [f"{system.name} owns '{field}', which World lacks" for field in sorted(system.owns - known)]
        wrong += [f"{system.name} reads '{field}', which nobody writes" for field in sorted(system.reads - set(owner))]
    if wrong:
        raise AssemblyError("; ".join(wrong))


def clock_of(scenario: Scenario) -> Clock:
    """Return the clock of a scenario: its local hours in UTC."""
    clock = scenario.header.clock
    start = (clock.start - timedelta(hours=clock.utc_offset)).replace(tzinfo=UTC)
    ticks = round((clock.end - clock.start) / timedelta(hours=clock.tick_hours))
    return Clock(start, clock.tick_hours, ticks)


@dataclass(frozen=True, eq=False)
class _People:
    """What the population follows from, as a key of a cache: the same tables, not equal ones (comparing takes longer)."""

    scenario: Scenario
    classes: int

    def __hash__(self) -> int:
        return hash((id(self.scenario.regions), id(self.scenario.places), self.classes))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _People) and other.classes == self.classes
            and other.scenario.regions is self.scenario.regions and other.scenario.places is self.scenario.places
        )


@lru_cache(maxsize=4)
def _population(people: _People) -> Population:
    """Count the people once for all scenarios that differ in parameters, shocks or orders only."""
    return build(people.scenario, people.classes)


def assemble(scenario: Scenario, *, classes: int = CLASSES, palace: str = "recorded") -> Assembly:
    """Build population, country and systems; `palace` names one of `qantar.model.plan.PLANS`.

    Raises AssemblyError where they do not fit together.
    """
    country = build_country(scenario, _population(_People(scenario, classes)), clock_of(scenario))
    plan = PLANS[palace]
    systems = plan.build(country)
    tick = tuple(systems[kind] for kind in plan.tick)
    check(tick)
    return Assembly(country, tick, tuple(systems[kind] for kind in plan.start))
