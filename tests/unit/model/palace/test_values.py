"""Values: hidden loyalties never enter another's valuation; theory's directions hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from qantar.model.palace.contests import chance_to_win, defender_of
from qantar.model.palace.holding import Expectation
from qantar.model.palace.moves import CONTESTED, Kind, moves_of
from qantar.model.palace.values import choose
from qantar.scenario.intervention import set_value
from qantar.scenario.schema import Scenario

MEMBERS = 8


def gains(scene: Any, actor: str) -> list[float]:
    view = scene.view(actor)
    memory = scene.palace._memories[scene.number(actor)]
    weighed = memory.options(view, {("", 0, 0)})
    return [one.gain for one in weighed]


def test_hidden_loyalties_never_enter_anothers_valuation(scene_of: Callable[..., Any], tandem: Scenario) -> None:
    first, second = scene_of(tandem), scene_of(tandem)
    hidden = second.palace._court.loyalty
    assert hidden.max() > 0.5
    hidden[:] = hidden[::-1, ::-1]
    for actor in ("elder", "president", "masimov"):
        assert len(gains(first, actor)) > 1
        assert gains(first, actor) == gains(second, actor)


def test_what_an_actor_believes_does_enter(scene_of: Callable[..., Any], tandem: Scenario) -> None:
    first, second = scene_of(tandem), scene_of(tandem)
    second.palace._court.belief[second.number("president")] *= 0.2
    assert gains(first, "president") != gains(second, "president")


def chance_of_taking(scene_of: Callable[..., Any], scenario: Scenario) -> float:
    found = []
    for member in range(MEMBERS):
        scene = scene_of(scenario, member)
        view = scene.view("president")
        moves = moves_of(scene.palace._polity, view.court, scene.situation, scene.standing, scene.number("president"))
        take = next(move for move in moves if move.kind is Kind.TAKE and scene.palace._polity.lifelong[move.office])
        found.append(chance_to_win(view, take, defender_of(view, take), take.actor))
    return float(np.mean(found))


def test_a_healthier_elder_is_harder_to_remove(scene_of: Callable[..., Any], tandem: Scenario) -> None:
    ill, well = (set_value(tandem, "actors.elder.health", health) for health in (0.2, 1.0))
    assert chance_of_taking(scene_of, well) < chance_of_taking(scene_of, ill) - 0.05


def test_a_commander_of_the_rulers_own_makes_it_easier(scene_of: Callable[..., Any], tandem: Scenario) -> None:
    from qantar.experiments.ablations import loyal_commander

    assert chance_of_taking(scene_of, loyal_commander(tandem)) > chance_of_taking(scene_of, tandem)


def test_purge_impossible_takes_every_chance(scene_of: Callable[..., Any], tandem: Scenario) -> None:
    scene = scene_of(set_value(tandem, "parameters.palace.purge_possible", 0.0))
    weighed = scene.palace._memories[scene.number("president")].options(scene.view("president"), {("", 0, 0)})
    contested = [one for one in weighed if one.move.kind in CONTESTED]
    assert contested
    assert all(one.chance == 0.0 for one in contested)


@pytest.mark.parametrize(
    ("change", "sign"),
    [
        (Expectation(force=2.0), 1), (Expectation(crowd=0.5), 1), (Expectation(trend=0.5), -1), (Expectation(trend=-0.5), 1),
        (Expectation(legitimacy=-0.2), -1), (Expectation(backing=0.7), 1),
    ],
)  # fmt: skip
def test_holding_moves_with_what_it_rests_on(scene_of: Callable[..., Any], tandem: Scenario, change: Expectation, sign: int) -> None:
    from dataclasses import replace

    scene = scene_of(tandem)
    n = scene.situation.crowd.size
    pressed = replace(scene.situation, crowd=np.full(n, 5_000.0), force=np.full(n, 500.0), trend=1.0)
    mind = scene.palace._memories[scene.number("president")].mind
    assert np.sign(mind.holds(pressed, change) - mind.holds(pressed)) == sign


def test_logit_choice_prefers_what_is_worth_more_and_is_not_certain() -> None:
    picked = [choose(np.array([0.0, 0.05]), 20.0, u) for u in np.linspace(0.001, 0.999, 999)]
    assert 0.6 < np.mean(picked) < 0.9
    assert np.mean(picked) == pytest.approx(1 / (1 + np.exp(-1.0)), abs=2e-3)


def test_a_refusal_raises_the_regimes_risk_in_everybodys_eyes(scene_of: Callable[..., Any], tandem: Scenario) -> None:
    from dataclasses import replace

    scene = scene_of(tandem)
    standing = tandem.parameters.alliance.backing_refused.value
    for memory in scene.palace._memories:
        refused = replace(scene.situation, backing=-standing)
        agreed = replace(scene.situation, backing=tandem.parameters.alliance.backing_agreed.value)
        assert memory.mind.holds(refused) < memory.mind.holds(scene.situation) < memory.mind.holds(agreed)
