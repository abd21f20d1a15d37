"""Blame, frames and brokerage."""

from __future__ import annotations

import numpy as np
import pytest

from qantar.model.assemble import assemble
from qantar.model.country import Country
from qantar.model.measures import Statement
from qantar.model.narrative import NarrativeSystem
from qantar.model.state import World
from qantar.scenario.load import load
from qantar.scenario.vocabulary import BLAMED, BRANCHES


@pytest.fixture(scope="module")
def country() -> Country:
    return assemble(load("borderland")).country


def quiet(country: Country) -> tuple[NarrativeSystem, World]:
    """A narrative in a country in which nothing happens."""
    system, world = NarrativeSystem(country), World(0, 0)
    places, regions = len(country.place_ids), len(country.region_ids)
    world.new_deaths = world.cum_detained = np.zeros(places, dtype=np.int64)
    world.disorder, world.men = np.zeros(places), np.zeros((places, len(BRANCHES)))
    world.salience = world.cause = np.zeros(regions)
    system.init(world)
    return system, world


def blame(world: World, role: str) -> float:
    return float(world.blame[BLAMED.index(role)])


def test_blame_adds_up_to_one_and_stays_where_nothing_happens(country: Country) -> None:
    system, world = quiet(country)
    before = world.blame.copy()
    system.step(world)
    np.testing.assert_allclose(world.blame, before)
    assert world.blame.sum() == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("field", "value", "role"),
    [("salience", 1.0, "government"), ("cause", 1.0, "patron"), ("disorder", 1.0, "rioters"), ("new_deaths", 3, "president")],
)
def test_events_move_blame(country: Country, field: str, value: float, role: str) -> None:
    system, world = quiet(country)
    setattr(world, field, np.full_like(getattr(world, field), value))
    before = blame(world, role)
    system.step(world)
    assert blame(world, role) > before
    assert world.blame.sum() == pytest.approx(1.0)


def test_words_move_blame_and_the_frame_in_as_far_as_they_are_believed(country: Country) -> None:
    moved = []
    for trust in (0.9, 0.1):
        system, world = quiet(country)
        world.legitimacy = np.full_like(world.legitimacy, trust)
        world.statements = [Statement("foreign-hand", 0.6)]
        system.step(world)
        moved.append((blame(world, "foreign-hand"), world.foreign_frame))
    assert moved[0][0] > moved[1][0] > 0.2
    assert moved[0][1] > moved[1][1] > 0.0


def test_who_left_takes_his_blame_along(country: Country) -> None:
    system, world = quiet(country)
    world.departed = ["government"]
    system.step(world)
    assert blame(world, "government") == 0.0
    assert world.blame.sum() == pytest.approx(1.0)


def test_a_crackdown_takes_those_who_could_sign_a_deal(country: Country) -> None:
    system, world = quiet(country)
    first = world.brokerage.copy()
    world.cum_detained = np.full(len(country.place_ids), 500)
    system.step(world)
    assert (world.brokerage < first).all()
