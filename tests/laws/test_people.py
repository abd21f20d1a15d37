"""Laws of one member: people are conserved, counts stay in bounds, twins without a difference are equal."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from qantar.model.assemble import Assembly, assemble
from qantar.model.state import World
from qantar.model.streets.counting import everybody
from qantar.model.streets.system import StreetsSystem
from qantar.scenario.intervention import set_value, without
from qantar.scenario.load import load
from qantar.scenario.schema import Scenario

RESTLESS = {
    "parameters.streets.base_propensity": -10.0,
    "parameters.streets.turn_rate": 2.0,
    "parameters.streets.noise_join": 0.3,
}


def restless(scenario: Scenario) -> Scenario:
    """Return a country in which every transition happens."""
    for path, value in RESTLESS.items():
        scenario = set_value(scenario, path, value)
    return scenario


def march(assembly: Assembly, seed: int, member: int, watch: Callable[[World], None] | None = None) -> World:
    """Run one member tick by tick, letting `watch` see every one."""
    world = World(seed, member)
    for system in assembly.start:
        system.init(world)
    for tick in range(assembly.country.clock.n_ticks):
        world.tick = tick
        for system in assembly.tick:
            system.step(world)
        if watch is not None:
            watch(world)
    return world


@pytest.fixture(scope="module")
def assembly() -> Assembly:
    return assemble(restless(load("borderland")))


def test_people_are_conserved_in_every_tick(assembly: Assembly) -> None:
    born = int(assembly.country.population.counts.sum())
    streets = next(system for system in assembly.tick if isinstance(system, StreetsSystem))
    seen, weight = [], streets._static[1].weight

    def watch(world: World) -> None:
        assert everybody(world.quiet, world.bags) == born
        assert world.quiet.counts.min() >= 0
        assert np.array_equal(world.quiet.weight, world.quiet.counts @ weight)
        seen.append(int(world.peaceful.sum() + world.violent.sum()))

    march(assembly, 1, 0, watch)
    assert max(seen) > 2_000, "the law was tested on an empty street"


def test_shares_and_signals_stay_in_bounds(assembly: Assembly) -> None:
    def watch(world: World) -> None:
        for name in ("near", "far", "disorder", "violence_memory", "travellers", "shirking", "contact_share"):
            values = getattr(world, name)
            assert values.min() >= 0.0, name
            assert values.max() <= 1.0 + 1e-12, name
        for name in ("legitimacy", "cause", "online", "connectivity"):
            assert 0.0 <= getattr(world, name).min() <= getattr(world, name).max() <= 1.0, name
        for name in ("force", "used_force", "free_force", "fear", "clash", "arms", "routed_men"):
            assert getattr(world, name).min() >= 0.0, name
        assert (world.used_force <= world.force + 1e-9).all()

    world = march(assembly, 2, 0, watch)
    for name in ("cum_deaths", "cum_detained", "cum_injured", "cum_remanded"):
        assert getattr(world, name).sum() > 0, f"{name} never moved, so its bound was not tested"
    assert (world.cum_remanded <= world.cum_detained).all()
    assert (world.cum_security_deaths <= world.cum_deaths).all()


def test_the_dead_in_the_bags_are_the_dead_in_the_count(assembly: Assembly) -> None:
    from qantar.model.streets.bags import DEAD
    from qantar.model.streets.counting import in_compartment

    world = march(assembly, 3, 0)
    np.testing.assert_array_equal(in_compartment(world.bags, DEAD), world.cum_deaths)


def test_a_null_intervention_is_the_same_run_to_the_last_count() -> None:
    scenario = restless(load("borderland"))
    value = scenario.parameters.streets.turn_rate.value
    twin = set_value(scenario, "parameters.streets.turn_rate", value)
    a, b = march(assemble(scenario), 4, 7), march(assemble(twin), 4, 7)
    assert np.array_equal(a.quiet.counts, b.quiet.counts)
    assert np.array_equal(a.bags.size, b.bags.size)
    assert a.events.rows == b.events.rows


def test_twins_share_every_draw_until_the_worlds_differ() -> None:
    """Withholding an order changes nothing before its hour."""
    scenario = restless(load("borderland"))
    order = max(scenario.header.orders, key=lambda order: order.at)
    twin = without(scenario, order.id)
    first, second = assemble(scenario), assemble(twin)
    at = first.country.tick_at(order.at)
    assert at > 24
    crowds: list[list[np.ndarray]] = [[], []]
    march(first, 5, 1, lambda world: crowds[0].append(world.peaceful.copy()))
    march(second, 5, 1, lambda world: crowds[1].append(world.peaceful.copy()))
    assert all(np.array_equal(x, y) for x, y in zip(crowds[0][:at], crowds[1][:at], strict=True))


def test_members_and_seeds_differ(assembly: Assembly) -> None:
    runs = [march(assembly, seed, member).bags.size for seed, member in ((6, 0), (6, 1), (7, 0))]
    assert not np.array_equal(runs[0], runs[1])
    assert not np.array_equal(runs[0], runs[2])
