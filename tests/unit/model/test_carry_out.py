"""Measures do the same whoever decided them."""

from __future__ import annotations

import numpy as np
import pytest

from qantar.model.assemble import assemble
from qantar.model.carry_out import CarryOut
from qantar.model.country import Country
from qantar.model.measures import Blackout, Curfew, Effect, Measure, Posture, Recall, Reinforcement, StandingAside
from qantar.model.orders import DecidedOrdersSystem
from qantar.model.state import World
from qantar.scenario.load import load
from qantar.scenario.vocabulary import BRANCHES, POSTURES


@pytest.fixture(scope="module")
def country() -> Country:
    return assemble(load("borderland")).country


def measure(country: Country, effect: Effect, *, end: int | None = None, start: int | None = None) -> Measure:
    return Measure("somebody", np.ones(len(country.region_ids), dtype=bool), effect, "the thing", start, end)


def test_the_lowest_connectivity_holds_and_ends(country: Country) -> None:
    world, part = World(0, 0), CarryOut(country)
    part.init(world)
    part.advance(world, 0, [measure(country, Blackout(0.5), end=3), measure(country, Blackout(0.1), end=2)])
    assert (world.connectivity_ordered == 0.1).all()
    part.advance(world, 2, [])
    assert (world.connectivity_ordered == 0.5).all()
    part.advance(world, 3, [])
    assert (world.connectivity_ordered == 1.0).all()


def test_later_rules_win_and_the_usual_ones_come_back(country: Country) -> None:
    world, part = World(0, 0), CarryOut(country)
    part.init(world)
    usual = world.posture.copy()
    shoot = POSTURES.index("shoot")
    part.advance(world, 0, [measure(country, Posture(shoot), end=2), measure(country, Curfew(22.0, 6.0), end=2)])
    assert (world.posture == shoot).all()
    assert (world.curfew == (22.0, 6.0)).all()
    part.advance(world, 2, [])
    assert np.array_equal(world.posture, usual)
    assert np.isnan(world.curfew).all()


def test_men_are_conserved_on_the_move_and_aside(country: Country) -> None:
    world, part = World(0, 0), CarryOut(country)
    part.init(world)
    total = world.men.sum()
    army = BRANCHES.index("army")
    origin, destination = country.place_index("grenzau"), country.place_index("karst")
    part.advance(world, 0, [
        measure(country, Reinforcement(army, origin, destination, 150.0)), measure(country, StandingAside(destination, 0, 1.0)),
    ])  # fmt: skip
    assert world.men.sum() + world.aside.sum() == pytest.approx(total - 150.0)
    for tick in range(1, 40):
        part.advance(world, tick, [])
    assert world.men[destination, army] == pytest.approx(150.0)
    part.advance(world, 40, [measure(country, StandingAside(destination, 0, 0.0))])
    assert world.men.sum() == pytest.approx(total)
    assert not world.aside.any()


def test_a_recall_that_is_under_way_waits_and_a_working_day_does_not(country: Country) -> None:
    system, world = DecidedOrdersSystem(country), World(0, 0)
    world.units_decided = world.alliance_decided = []
    system.init(world)
    assert not world.recalled.any(), "the first day is a holiday"
    world.decided = [measure(country, Recall(), start=5)]
    for tick in range(6):
        world.tick = tick
        system.step(world)
        world.decided = []
        assert world.recalled.all() == (tick + 1 >= 5)
    fresh, other = DecidedOrdersSystem(country), World(0, 0)
    other.decided = other.units_decided = other.alliance_decided = []
    fresh.init(other)
    for tick in range(24):
        other.tick = tick
        fresh.step(other)
    assert other.recalled.all(), "the holiday is over after a day"


def test_a_measure_that_is_over_before_its_first_tick_never_holds(country: Country) -> None:
    """From half past four to five it would begin and end with the tick of five; it stood for ever."""
    world, part = World(0, 0), CarryOut(country)
    part.init(world)
    part.advance(world, 5, [measure(country, Blackout(0.1), end=5), measure(country, Curfew(22.0, 6.0), end=4)])
    assert (world.connectivity_ordered == 1.0).all()
    assert np.isnan(world.curfew).all()
    assert [event.kind for event in world.events.rows] == ["order", "order", "order-ended", "order-ended"]
    part.advance(world, 6, [])
    assert len(world.events.rows) == 4
