"""The guarantor: what moves its answer, and what it does once it answered."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from qantar.model.alliance import AllianceSystem
from qantar.model.assemble import assemble
from qantar.model.measures import Landing, Measure, Request
from qantar.model.remit import framed, odds_of_answer
from qantar.model.state import World
from qantar.scenario.intervention import set_value
from qantar.scenario.load import load
from qantar.scenario.schema import Scenario

P = SimpleNamespace(base=-1.3, interest=3.0, frame=2.5, hopeless=-2.0)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load("kazakhstan-2022")


def test_the_frame_is_the_legal_key_of_a_narrow_remit(scenario: Scenario) -> None:
    bloc = scenario.alliance.blocs[0]
    wide = bloc.model_copy(update={"remit": "any"})
    assert odds_of_answer(P, bloc, 0.9, 0.0) > odds_of_answer(P, bloc, 0.1, 0.0)
    assert odds_of_answer(P, wide, 0.9, 0.0) == odds_of_answer(P, wide, 0.1, 0.0) >= odds_of_answer(P, bloc, 0.9, 0.0)
    assert odds_of_answer(P, bloc, 0.5, 0.8) < odds_of_answer(P, bloc, 0.5, 0.1)
    assert framed(0.2, 0.6) == pytest.approx(0.68)


def asked(scenario: Scenario, base: float, fallen_after: int | None = None) -> tuple[World, list[Measure], Any]:
    """Ask the bloc in the first hour and let it go on in an empty country."""
    country = assemble(set_value(scenario, "parameters.alliance.base", base), palace="simulated").country
    system, world = AllianceSystem(country), World(1, 0)
    n = len(country.place_ids)
    world.peaceful = world.violent = np.zeros(n, dtype=np.int64)
    world.force = np.zeros(n)
    system.init(world)
    nowhere = np.zeros(len(country.region_ids), dtype=bool)
    done: list[Measure] = []
    for tick in range(country.clock.n_ticks):
        world.tick = tick
        world.decided = [Measure("president", nowhere, Request())] if tick == 0 else []
        if fallen_after is not None and tick >= fallen_after:
            world.fallen = "overthrow"
        system.step(world)
        done += world.alliance_decided
    return world, done, country


def kinds(world: World) -> list[str]:
    return [event.kind for event in world.events.rows]


def test_it_comes_with_all_its_men_and_leaves_again(scenario: Scenario) -> None:
    world, done, country = asked(scenario, 30.0)
    steps = kinds(world)
    assert [steps.index(f"guarantor-{step}") for step in ("asked", "agreed", "landed", "leaves", "gone")] == sorted(
        steps.index(f"guarantor-{step}") for step in ("asked", "agreed", "landed", "leaves", "gone")
    )
    came = sum(m.effect.men for m in done if isinstance(m.effect, Landing) and m.effect.men > 0)
    went = sum(m.effect.men for m in done if isinstance(m.effect, Landing) and m.effect.men < 0)
    assert came == pytest.approx(sum(row.men.value for row in scenario.alliance.blocs[0].contingents))
    assert went == pytest.approx(-came)
    assert {m.effect.place for m in done} >= {country.capital}
    assert world.backing == 0.0


def test_it_can_refuse_and_that_shows(scenario: Scenario) -> None:
    world, done, _ = asked(scenario, -30.0)
    assert kinds(world) == ["guarantor-asked", "guarantor-refused"]
    assert not done
    assert world.backing < 0.0


def test_it_leaves_at_once_when_its_host_is_gone(scenario: Scenario) -> None:
    world, done, _ = asked(scenario, 30.0, fallen_after=40)
    gone = next(event.tick for event in world.events.rows if event.kind == "guarantor-gone")
    assert gone <= 41
    assert sum(m.effect.men for m in done) == pytest.approx(0.0)
