"""What if: withholding and changing."""

from __future__ import annotations

import pytest

from qantar.errors import UsageError
from qantar.scenario.checks import findings
from qantar.scenario.draft import draft_of
from qantar.scenario.identity import scenario_hash
from qantar.scenario.intervention import choices, set_value, without
from qantar.scenario.load import library_names, load
from qantar.scenario.order import ConcessionOrder
from qantar.scenario.schema import Scenario


@pytest.fixture(scope="module")
def country() -> Scenario:
    return load("borderland")


def orders(scenario: Scenario) -> set[str]:
    return {order.id for order in scenario.header.orders}


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("bread-price", set()),
        ("recall-leave", {"bread-subsidy", "karst-disperse", "karst-curfew", "net-cut"}),
        ("karst-disperse", {"recall-leave", "bread-subsidy"}),
        ("ruler", {"recall-leave", "karst-disperse"}),
        ("interior-minister", {"bread-subsidy"}),
        ("blackout", {"recall-leave", "bread-subsidy", "karst-disperse", "karst-curfew"}),
        ("curfew", {"recall-leave", "bread-subsidy", "karst-disperse", "net-cut"}),
    ],
)
def test_orders_go_with_all_that_they_answer(country: Scenario, name: str, left: set[str]) -> None:
    result = without(country, name)
    assert orders(result) == left
    assert result.withheld == (name,)
    assert scenario_hash(result) != scenario_hash(country)
    assert country.withheld == ()


def test_an_order_stays_while_anything_that_it_answers_is_there(folder, edit) -> None:
    edit("scenario.yaml", "because: [karst-disperse]       # an", "because: [karst-disperse, bread-subsidy]  # an")
    both = load(folder)
    first = without(both, "karst-disperse")
    assert "karst-curfew" in orders(first)
    assert "karst-curfew" not in orders(without(first, "bread-subsidy"))


def test_a_concession_whose_shock_is_gone_keeps_its_signal_and_loses_its_price(folder, edit) -> None:
    edit("scenario.yaml", "    because: [bread-price]\n    shock", "    because: []\n    shock")
    result = without(load(folder), "bread-price")
    (concession,) = result.header.orders
    assert isinstance(concession, ConcessionOrder)
    assert (concession.price, concession.shock, concession.size.value) == (None, None, 0.6)


@pytest.mark.parametrize(
    ("name", "message"),
    [("bred-price", "did you mean 'bread-price'"), ("guarantor", "accepted are bread-price"), ("dismissal", "cannot be withheld")],
)
def test_an_unknown_name_is_answered_with_what_is_accepted(country: Scenario, name: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        without(country, name)


def test_withholding_twice_is_refused(country: Scenario) -> None:
    with pytest.raises(UsageError, match="withheld already"):
        country.without("bread-price").without("bread-price")


@pytest.mark.parametrize("name", library_names())
def test_everything_that_is_offered_can_be_withheld_and_stays_sound(name: str) -> None:
    scenario = load(name)
    for choice in choices(scenario).without:
        assert list(findings(draft_of(without(scenario, choice.name)))) == []


def test_the_guarantor_goes_with_its_men_and_its_bloc(folder, edit) -> None:
    fields = ("decision_hours", "first_landing_hours", "full_strength_hours")
    hours = "".join(f", {field}: {{value: 12, unit: hours, source: assumed}}" for field in fields)
    contingent = "member: Elsewhere, men: {value: 500, unit: people, source: assumed}"
    pact = f"id: pact, name: The Pact, remit: any, contingents: [{{{contingent}}}]{hours}"
    edit("alliance.yaml", "blocs: []", f"blocs: [{{{pact}}}]")
    arrival = (
        "  - id: landing\n    kind: guarantor\n    at: 2024-03-08T08:00\n    actor: pact\n    because: [bread-price]\n"
        "    step: arrival\n    place: karst\n    men: {value: 500, unit: people, source: assumed}\n    source: assumed\n\n"
        "  - id: thanks\n    kind: recall\n    at: 2024-03-08T09:00\n    actor: ruler\n    because: [landing]\n    source: assumed\n\n"
    )
    edit("scenario.yaml", "# What a simulated palace", arrival + "# What a simulated palace")
    edit("forces.csv", "furth,police,20\n", "furth,police,20\nfurth,guarantor,5\n")
    scenario = load(folder)
    for name in ("guarantor", "pact"):
        result = without(scenario, name)
        assert orders(result) == orders(scenario) - {"landing", "thanks"}
        assert result.alliance.blocs == ()
        assert {force.branch for force in result.forces}.isdisjoint({"guarantor"})


@pytest.mark.parametrize(
    ("path", "value", "read"),
    [
        ("parameters.streets.base_propensity", -12, lambda s: s.parameters.streets.base_propensity.value),
        ("parameters.streets.base_propensity.value", -12, lambda s: s.parameters.streets.base_propensity.value),
        ("shocks.bread-price.price_after", "30", lambda s: s.header.shocks[0].price_after.value),
        ("orders.net-cut.connectivity", 0.5, lambda s: s.header.orders[-1].connectivity.value),
        ("regions.valley.crime", "2", lambda s: s.regions[1].crime),
        ("forces.karst.police.men", 900, lambda s: s.forces[0].men),
        ("sites.karst-television.guards", 50, lambda s: s.sites[1].guards),
        ("actors.ruler.health", 0.1, lambda s: s.palace.actors[0].health.value),
    ],
)
def test_a_number_is_set(country: Scenario, path: str, value: float | str, read) -> None:
    result = set_value(country, path, value)
    assert read(result) == float(value)
    assert result.changed == ((path, float(value)),)
    assert read(country) != float(value)


def test_hours_and_words_are_set(country: Scenario) -> None:
    moved = country.set("orders.net-cut.at", "2024-03-06T23:30").set("orders.karst-disperse.posture", "contain")
    assert (moved.header.orders[-1].at.hour, moved.header.orders[2].posture) == (23, "contain")
    assert moved.changed == (("orders.net-cut.at", "2024-03-06T23:30"), ("orders.karst-disperse.posture", "contain"))


def test_a_changed_value_says_so_and_has_no_spread(country: Scenario) -> None:
    before = country.parameters.economy.salience_weight.value
    value = set_value(country, "parameters.economy.salience_weight", 3).parameters.economy.salience_weight
    assert (value.source, value.spread, value.note) == ("assumed", None, f"changed from {before:g} (assumed)")


def test_setting_again_replaces(country: Scenario) -> None:
    path = "parameters.economy.gini"
    assert country.set(path, 0.3).set(path, 0.4).changed == ((path, 0.4),)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("parameters.streets.base_propensty", 1, "did you mean 'base_propensity'"),
        ("streets.base_propensity", 1, "'streets' is not known"),
        ("parameters.streets", 1, "goes on, with one of base_propensity"),
        ("orders.net-cutt.at", 1, "did you mean 'net-cut'"),
        ("orders.net-cut.because", 1, "orders.net-cut has no 'because'"),
        ("forces.karst.polce.men", 1, "did you mean 'karst.police'"),
        ("parameters.economy.gini", "nan", "is not a number"),
        ("parameters.economy.gini", 0.95, "out of range, expected 0 to 0.9"),
        ("orders.net-cut.at", "2023-03-06T23:30", "scenario.yaml orders net-cut at: .* outside the clock"),
        ("orders.karst-disperse.posture", "shot", "'shot' is not known here"),
        ("regions.valley.population", 5, "the places of valley have 120000 people together"),
        ("regions.valley.male_share", 1.5, "too large"),
        ("forces.karst.police.men", 9.5, "expected a whole number"),
        ("shocks.bread-price.id", "x", "shocks.bread-price has no 'id'"),
    ],
)
def test_what_cannot_be_set_is_explained(country: Scenario, path: str, value: float | str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        set_value(country, path, value)


def test_every_path_that_is_offered_can_be_set_to_what_stands_there(country: Scenario) -> None:
    for choice in choices(country).set:
        if choice.meaning != "None":
            standing = choice.meaning if choice.name.endswith((".at", ".until", ".start", ".end")) else choice.meaning.split()[0]
            assert set_value(country, choice.name, standing).changed[0][0] == choice.name
