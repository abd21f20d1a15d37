"""Systems meet only in World, and only as they declare."""

from __future__ import annotations

from typing import Any

import pytest

from qantar.errors import AssemblyError
from qantar.model.assemble import assemble, check
from qantar.model.plan import PLANS
from qantar.model.state import World
from qantar.scenario.intervention import set_value
from qantar.scenario.load import load
from qantar.scenario.schema import Scenario


def in_the_streets() -> Scenario:
    """Return a country in which the palace has something to answer, and a guarantor to ask."""
    scenario = set_value(load("borderland"), "parameters.streets.base_propensity", -11.5)
    return scenario.model_copy(update={"alliance": load("kazakhstan-2022").alliance})


ALWAYS = {"seed", "member", "tick", "events", "signalled"}
"""Who and when, what is reported, and the hook of whoever watches."""


class WatchedWorld(World):
    """A World that notes which of its fields are read and written, and by whom."""

    def __init__(self) -> None:
        object.__setattr__(self, "system", None)
        super().__init__(3, 0)

    def __getattribute__(self, name: str) -> Any:
        system = object.__getattribute__(self, "system")
        if system is not None and name in World.__dataclass_fields__ and name not in ALWAYS:
            assert name in system.reads | system.owns, f"{system.name} reads '{name}' without declaring it"
        return object.__getattribute__(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        system = object.__getattribute__(self, "system")
        if system is not None and name != "system":
            assert name in system.owns, f"{system.name} writes '{name}' without owning it"
        object.__setattr__(self, name, value)


@pytest.mark.parametrize("palace", PLANS)
def test_systems_touch_only_what_they_declare(palace: str) -> None:
    assembly = assemble(in_the_streets(), palace=palace)
    world = WatchedWorld()
    for system in assembly.start:
        world.system = system
        system.init(world)
    for tick in range(120):
        world.system = None
        world.tick = tick
        for system in assembly.tick:
            world.system = system
            system.step(world)
    world.system = None
    assert world.tick == 119


@pytest.mark.parametrize("palace", PLANS)
def test_every_system_starts_and_steps(palace: str) -> None:
    plan = PLANS[palace]
    assert set(plan.start) == set(plan.tick)
    assert len(plan.tick) == len(set(plan.tick))


@pytest.mark.parametrize("palace", PLANS)
def test_each_event_kind_is_declared(palace: str) -> None:
    assembly = assemble(in_the_streets(), palace=palace)
    world = World(0, 0)
    for system in assembly.start:
        system.init(world)
    for tick in range(120):
        world.tick = tick
        for system in assembly.tick:
            before = len(world.events.rows)
            system.step(world)
            kinds = {event.kind for event in world.events.rows[before:]}
            assert kinds <= system.emits, f"{system.name} emits {kinds - system.emits}"


def test_a_read_that_nobody_writes_is_refused() -> None:
    assembly = assemble(load("borderland"))
    lacking = tuple(system for system in assembly.tick if system.name != "narrative")
    with pytest.raises(AssemblyError, match="legitimacy"):
        check(lacking)
    with pytest.raises(AssemblyError, match="owned by"):
        check((*assembly.tick, assembly.tick[0]))
