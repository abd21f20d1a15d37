"""What is known of an hour does not depend on how many ticks it is cut into."""

from __future__ import annotations

import numpy as np
import pytest

import qantar
from qantar.model.assemble import Assembly, assemble
from qantar.model.economy import EconomySystem
from qantar.model.security import SecuritySystem
from qantar.model.state import AbstractSystem, World

HOURS = 12
PARTS = (1, 4)


class Country:
    """Borderland in ticks of a part of an hour, with one system that steps."""

    def __init__(self, per_hour: int, kind: type[AbstractSystem]) -> None:
        scenario = qantar.load("borderland")
        clock = scenario.header.clock.model_copy(update={"tick_hours": 1.0 / per_hour})
        header = scenario.header.model_copy(update={"clock": clock})
        self.assembly: Assembly = assemble(scenario.model_copy(update={"header": header}))
        self.per_hour, self.world = per_hour, World(1, 0)
        for system in self.assembly.start:
            system.init(self.world)
        self.system = next(system for system in self.assembly.tick if isinstance(system, kind))

    def hours(self, name: str, first: int = 0) -> np.ndarray:
        """Return a field of the world in the mean of each hour : float64[hour, ...]."""
        seen = []
        for tick in range(first * self.per_hour, (first + HOURS) * self.per_hour):
            self.world.tick = tick
            self.system.step(self.world)
            seen.append(np.array(getattr(self.world, name)))
        return np.array(seen).reshape(HOURS, self.per_hour, *seen[0].shape).mean(axis=1)


def test_a_price_step_is_met_from_its_own_tick_on_and_alike_in_hours_and_quarters() -> None:
    found = []
    for per_hour in PARTS:
        country = Country(per_hour, EconomySystem)
        clock, shock = country.assembly.country.scenario.header.clock, country.assembly.country.scenario.header.shocks[0]
        found.append(country.hours("grievance", int((shock.at - clock.start).total_seconds() // 3600)))
    hourly, quarterly = found
    risen = (quarterly - quarterly[0]).max()
    assert risen > 0.01
    np.testing.assert_allclose(hourly, quarterly, atol=0.005 * risen)


def test_force_comes_in_the_response_time_and_acts_by_its_mean_in_ticks_of_any_length() -> None:
    """After so many hours a share 1 - exp(-t / τ) of the men who are wanted has arrived; an hour's mean is that of its quarters."""
    crowd, found = 50.0, []
    for per_hour in PARTS:
        country = Country(per_hour, SecuritySystem)
        p, n = country.system._p, len(country.assembly.country.place_ids)
        town = int(np.flatnonzero(~country.assembly.country.remainder)[0])
        country.world.peaceful_ahead = np.where(np.arange(n) == town, crowd, 0.0)
        found.append(country.hours("force")[:, town])
        arrived = 1.0 - np.exp(-HOURS / p.response_hours)
        wanted = p.contact_ratio * crowd + p.contact_guard
        assert country.system._arrived[town] == pytest.approx(wanted * arrived, rel=1e-9)
    np.testing.assert_allclose(*found, rtol=1e-9)
