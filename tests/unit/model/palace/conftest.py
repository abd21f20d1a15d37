"""A palace at its first turn, without streets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from qantar.model.alliance import AllianceSystem
from qantar.model.assemble import assemble
from qantar.model.country import Country
from qantar.model.narrative import NarrativeSystem
from qantar.model.orders import DecidedOrdersSystem
from qantar.model.palace.prospects import View
from qantar.model.palace.system import PalaceSystem
from qantar.model.palace.units import UnitsSystem
from qantar.model.security import SecuritySystem
from qantar.model.state import World
from qantar.scenario.load import load
from qantar.scenario.schema import Scenario


@dataclass
class Scene:
    """A palace before anything happened."""

    palace: Any
    world: World
    situation: Any
    standing: Any

    def view(self, actor: str) -> View:
        """The palace through the eyes of an actor."""
        run = np.array([self.world.seed, self.world.member, 0, 0, 0], dtype=np.int64)
        number = self.palace._polity.actors.index(actor)
        return self.palace._memories[number].view(self.palace._court, self.situation, self.standing, run)

    def number(self, actor: str) -> int:
        """The number of an actor."""
        return int(self.palace._polity.actors.index(actor))


@pytest.fixture(scope="session")
def tandem() -> Scenario:
    """The scenario with an elder behind the ruler."""
    return load("kazakhstan-2022")


@pytest.fixture(scope="session")
def scene_of() -> Callable[..., Scene]:
    """Make the scene of a scenario and member, with systems of its own; countries are kept, for they do not change."""
    countries: dict[int, tuple[Scenario, Country]] = {}

    def make(scenario: Scenario, member: int = 0) -> Scene:
        if id(scenario) not in countries:
            countries[id(scenario)] = (scenario, assemble(scenario, palace="simulated").country)
        country = countries[id(scenario)][1]
        palace = PalaceSystem(country)
        world = World(0, member)
        systems = [kind(country) for kind in (UnitsSystem, AllianceSystem, DecidedOrdersSystem, NarrativeSystem, SecuritySystem)]
        for system in (systems[0], systems[1], palace, *systems[2:]):
            system.init(world)
        world.peaceful = world.violent = np.zeros(len(country.place_ids), dtype=np.int64)
        palace._watch.look(world)
        situation = palace._watch.situation(world)
        return Scene(palace, world, situation, palace._lookout.standing(world, palace._given, situation))

    return make
