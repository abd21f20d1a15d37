"""Struggles in earnest: what changes for whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from qantar.model.palace import struggle
from qantar.model.palace.contests import APART
from qantar.model.palace.court import LOST_TO_COUP, VACANT
from qantar.model.palace.moves import Kind, Move
from qantar.model.palace.struggle import resistance, settle
from qantar.scenario.intervention import set_value
from qantar.scenario.schema import Scenario


def outcomes(scene_of: Callable[..., Any], scenario: Scenario, kind: Kind, office: str, actor: str, members: int = 30) -> list[Any]:
    found = []
    for member in range(members):
        scene = scene_of(scenario, member)
        polity, court = scene.palace._polity, scene.palace._court
        seat = polity.offices.index(office)
        move = Move(kind, scene.number(actor), seat, int(court.holder[seat]))
        view = scene.view(actor)
        from qantar.model.palace.contests import defender_of

        eyes = scene.view(polity.actors[defender_of(view, move)])
        found.append((scene, move, settle(view, eyes, court, move)))
    return found


def test_taking_an_office_ends_both_ways_and_does_what_it_says(scene_of: Callable[..., Any], tandem: Scenario) -> None:
    found = outcomes(scene_of, tandem, Kind.TAKE, "security-council", "president")
    won = [outcome for _, _, outcome in found if outcome.won]
    assert 0 < len(won) < len(found)
    for scene, move, outcome in found:
        before = scene.palace._court
        holder = outcome.court.holder[move.office]
        assert (holder == move.actor) == outcome.won
        assert outcome.court.struggles == before.struggles + outcome.fought
        assert np.array_equal(outcome.court.loyalty, before.loyalty), "no struggle changes where somebody truly leans"
        if not outcome.won:
            assert outcome.fought
            assert outcome.court.means[move.actor] < before.means[move.actor]


def test_an_attempt_on_the_ruler_costs_the_loser_everything(scene_of: Callable[..., Any], tandem: Scenario) -> None:
    found = outcomes(scene_of, tandem, Kind.COUP, "presidency", "elder")
    assert any(outcome.won for _, _, outcome in found)
    assert any(not outcome.won for _, _, outcome in found)
    for scene, move, outcome in found:
        ruler = scene.number("president")
        assert outcome.fought, "a ruler always resists his own fall"
        assert outcome.court.free[ruler] != outcome.won
        assert (outcome.court.ruler_lost == LOST_TO_COUP) == outcome.won
        if not outcome.won:
            assert not outcome.court.free[move.actor]
            assert move.actor not in outcome.court.holder


def test_sides_taken_tell_others_where_somebody_leans(scene_of: Callable[..., Any], tandem: Scenario) -> None:
    for scene, move, outcome in outcomes(scene_of, tandem, Kind.TAKE, "security-council", "president"):
        for ally in outcome.for_defender:
            before, after = scene.palace._court.belief, outcome.court.belief
            others = [i for i in range(len(before)) if i != ally]
            assert (after[others, move.actor, ally] <= before[others, move.actor, ally]).all()
            assert np.array_equal(after[ally, :, ally], before[ally, :, ally]), "nobody learns about himself"


def test_who_has_little_to_lose_yields(scene_of: Callable[..., Any], tandem: Scenario) -> None:
    scene = scene_of(tandem)
    polity, court = scene.palace._polity, scene.palace._court
    view, elder = scene.view("elder"), scene.number("elder")

    def resists(office: str, kind: Kind) -> float:
        seat = polity.offices.index(office)
        return resistance(view, Move(kind, scene.number("president"), seat, int(court.holder[seat])), elder, 0.4)

    assert resists("security-council", Kind.TAKE) > resists("prime-minister", Kind.DISMISS)
    costly = scene_of(set_value(tandem, "parameters.moves.cost_resist", 2.0))
    seat = polity.offices.index("security-council")
    move = Move(Kind.TAKE, scene.number("president"), seat, elder)
    assert resistance(costly.view("elder"), move, elder, 0.4) < 0.01


def test_no_two_fights_of_a_turn_share_their_draws(
    scene_of: Callable[..., Any], tandem: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An actor may move against several holders in a turn, and take an office whose holder he could not dismiss."""
    cells, fight = [], struggle.fight

    def listening(conflict: Any, free: Any, rule: Any, run: Any, plays: int) -> Any:
        cells.append(int(run[3]))
        return fight(conflict, free, rule, run, plays)

    monkeypatch.setattr(struggle, "fight", listening)
    monkeypatch.setattr(struggle, "resistance", lambda *_: 1.0)
    scene = scene_of(tandem)
    polity, court, chief = scene.palace._polity, scene.palace._court, scene.number("president")
    held = [seat for seat, holder in enumerate(court.holder.tolist()) if holder not in {chief, VACANT}]
    assert len(held) > 1
    for seat in held:
        for kind in (Kind.DISMISS, Kind.TAKE):
            move = Move(kind, chief, seat, int(court.holder[seat]))
            settle(scene.view("president"), scene.view(polity.actors[move.target]), court, move)
    imagined = {APART * (observer + 1) for observer in range(polity.n)}
    assert len({*cells, *imagined}) == 2 * len(held) + polity.n
    assert all(cell % APART == 0 for cell in cells)
