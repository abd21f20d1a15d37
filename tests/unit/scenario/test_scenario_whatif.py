"""Interventions as data: what each step does, that steps compose, and that every mistake is told at once."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from qantar.errors import ScenarioError, UsageError
from qantar.scenario import whatif
from qantar.scenario.checks import findings
from qantar.scenario.draft import draft_of
from qantar.scenario.identity import scenario_hash
from qantar.scenario.intervention import without
from qantar.scenario.load import library_names, load
from qantar.scenario.schema import Scenario

HEAD = "schema_version: 1\nid: mine\ntitle: Something else\nsteps:\n"


@pytest.fixture(scope="module")
def country() -> Scenario:
    return load("borderland")


def applied(country: Scenario, tmp_path: Path, steps: str) -> Scenario:
    path = tmp_path / "mine.yaml"
    path.write_text(HEAD + steps, encoding="utf-8")
    return country.intervene(str(path))


def order(scenario: Scenario, name: str):
    return next(order for order in scenario.header.orders if order.id == name)


@pytest.mark.parametrize("name", [name for name in library_names() if whatif.names(name)])
def test_those_of_the_library_apply_and_leave_a_sound_scenario_that_differs(name: str) -> None:
    scenario = load(name)
    for given in whatif.read_all(name):
        found = scenario.intervene(given.id)
        assert list(findings(draft_of(found))) == []
        assert found.model_copy(update={"interventions": ()}) != scenario
        assert found.interventions == ((given.id, given.title),)


def test_the_questions_that_are_asked_first_can_be_asked_of_kazakhstan() -> None:
    assert {
        "no-shock", "slow-price", "no-blackout", "no-live-fire", "early-recall", "refusal", "no-call", "unified-command",
        "early-concession", "elder-in-health", "half-step",
    } <= set(whatif.names("kazakhstan-2022"))  # fmt: skip


def test_refusal_leaves_the_request_and_nobody_lands() -> None:
    found = load("kazakhstan-2022").intervene("refusal")
    steps = [order.step for order in found.header.orders if order.kind == "guarantor"]
    assert sorted(steps) == ["asked", "refused"]


def test_a_slow_price_ends_where_the_step_did() -> None:
    before, after = load("kazakhstan-2022"), load("kazakhstan-2022").intervene("slow-price")
    assert [shock.price_after.value for shock in after.header.shocks] == [80, 100, before.header.shocks[0].price_after.value]


def test_without_live_fire_the_same_men_act_at_the_same_hours_unarmed() -> None:
    before, after = (
        {(one.at, one.until, one.regions): one.posture for one in scenario.header.orders if one.kind == "posture"}
        for scenario in (load("kazakhstan-2022"), load("kazakhstan-2022").intervene("no-live-fire"))
    )
    assert "shoot" in before.values()
    assert after == {where: "disperse" if posture == "shoot" else posture for where, posture in before.items()}


def test_unified_command_sets_every_series_of_it() -> None:
    found = load("kazakhstan-2022").intervene("unified-command")
    coherence = [line for line in found.header.series if line.quantity == "command-coherence"]
    assert len(coherence) > 3
    assert all([point.value for point in line.points] == [0.9] for line in coherence)


def test_shift_moves_begin_and_end(country: Scenario, tmp_path: Path) -> None:
    steps = "".join(f"  - {{kind: shift, name: {name}, hours: 2.5}}\n" for name in ("net-cut", "karst-curfew", "karst-disperse"))
    found = applied(country, tmp_path, steps)
    before, after = order(country, "karst-disperse"), order(found, "karst-disperse")
    assert (after.at - before.at).total_seconds() == (after.until - before.until).total_seconds() == 2.5 * 3600


def test_series_from_an_hour_on(country: Scenario, tmp_path: Path) -> None:
    found = applied(country, tmp_path, "  - {kind: series, quantity: command-coherence, value: 0.5, since: 2024-03-06T00:00}\n")
    assert [point.value for point in found.header.series[0].points] == [0.9, 0.5]


def test_without_from_an_hour_on_ends_what_holds_and_drops_what_comes(country: Scenario) -> None:
    found = without(country, "curfew@2024-03-08T00:00")
    assert order(found, "karst-curfew").until == datetime(2024, 3, 8)
    assert order(found, "karst-curfew").at == order(country, "karst-curfew").at
    assert without(country, "curfew@2024-03-06T22:00").header.orders == tuple(
        order for order in country.header.orders if order.id != "karst-curfew"
    )
    assert found.withheld == ("curfew@2024-03-08T00:00",)
    assert scenario_hash(found) != scenario_hash(country)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("curfew@2024-03-09T06:00", "nothing of 'curfew' begins or still holds"),
        ("recall@2024-03-09T06:00", "nothing of 'recall'"),
        ("curfew@noon", "expected a local hour"),
        ("curfew@2025-01-01T00:00", "outside the clock"),
    ],
)
def test_an_hour_at_which_nothing_happens_is_refused(country: Scenario, name: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        without(country, name)


def test_they_compose_in_order(country: Scenario, tmp_path: Path) -> None:
    one = country.intervene("early-subsidy")
    both = one.intervene("no-net-cut")
    assert [name for name, _ in both.interventions] == ["early-subsidy", "no-net-cut"]
    assert order(both, "bread-subsidy").at == order(one, "bread-subsidy").at
    assert "net-cut" not in {order.id for order in both.header.orders}
    with pytest.raises(ScenarioError, match="'net-cut' cannot be withheld"):
        applied(both, tmp_path, "  - {kind: without, name: net-cut}\n")


def test_every_mistake_at_once_at_its_place(country: Scenario, tmp_path: Path) -> None:
    steps = (
        "  - {kind: without, name: bred-price}\n"
        "  - {kind: set, path: regions.valley.crimes, value: 1}\n"
        "  - {kind: shift, name: bread-subsidy, hours: -2400}\n"
        "  - {kind: shift, name: bread-subsidy, hours: 0}\n"
        "  - {kind: series, quantity: shirking, value: 0}\n"
        "  - {kind: order, order: {id: x, kind: recall, at: 2024-03-05T00:00, actor: ruler, because: [], source: nowhere}}\n"
        "  - {kind: without, name: net-cut}\n"
    )
    with pytest.raises(ScenarioError) as caught:
        applied(country, tmp_path, steps)
    lines = [(mistake.line, mistake.column) for mistake in caught.value.mistakes]
    assert lines == [(line, 5) for line in range(5, 11)]
    text = str(caught.value)
    for words in (
        "did you mean 'bread-price'",
        "'crimes'",
        "outside the clock",
        "0 hours",
        "no series of shirking",
        "the source 'nowhere'",
    ):
        assert words in text


def test_a_malformed_file_is_refused_with_all_that_is_wrong(country: Scenario, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        applied(country, tmp_path, "  - {kind: without}\n  - {kind: dance, name: x}\n  - {kind: shift, name: x, hours: soon}\n")
    assert [mistake.line for mistake in caught.value.mistakes] == [5, 6, 7]


def test_a_name_that_is_none_is_answered_with_those_that_are(country: Scenario) -> None:
    with pytest.raises(UsageError, match=r"did you mean 'no-net-cut'.*early-subsidy"):
        country.intervene("no-net-cuts")


def test_a_new_country_brings_those_of_the_template(folder: Path) -> None:
    assert whatif.names(folder) == whatif.names("borderland")
    assert load(folder).intervene("no-net-cut", str(folder)).interventions[0][0] == "no-net-cut"


def test_a_scenario_remembers_its_steps_in_words_and_the_file_that_they_came_from(country: Scenario, tmp_path: Path) -> None:
    steps = "  - {kind: shift, name: recall, hours: -6}\n  - {kind: set, path: parameters.judgement.wave, value: 2000}\n"
    found = applied(country, tmp_path, steps)
    assert found.intervened_steps == (("recall 6 hours earlier", "parameters.judgement.wave = 2000.0"),)
    assert found.intervened_from == (str(tmp_path / "mine.yaml"),)
    assert found.loaded_from == "borderland"
    moved = found.model_copy(update={"loaded_from": "elsewhere", "intervened_from": ("x",), "intervened_steps": ()})
    assert scenario_hash(moved) == scenario_hash(found)


def test_a_series_cannot_be_set_outside_the_clock(country: Scenario, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="expected an hour from 2024-03-04"):
        applied(country, tmp_path, "  - {kind: series, quantity: command-coherence, value: 0.5, since: 2025-03-06T00:00}\n")
