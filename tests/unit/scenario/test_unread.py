"""What a simulated palace does not read, and who acts when nobody says."""

from __future__ import annotations

import pytest

from qantar.errors import UsageError
from qantar.scenario.load import load
from qantar.scenario.unread import RECORDED, SIMULATED, as_read, check_read, default_palace

COUNTRY = load("borderland")


def test_the_palace_acts_where_an_office_may_order_anything() -> None:
    assert default_palace(COUNTRY) == SIMULATED
    powerless = tuple(office.model_copy(update={"powers": ()}) for office in COUNTRY.palace.offices)
    assert default_palace(COUNTRY.model_copy(update={"palace": COUNTRY.palace.model_copy(update={"offices": powerless})})) == RECORDED


def test_the_record_acts_where_only_its_orders_differ() -> None:
    assert default_palace(COUNTRY, COUNTRY.without("recall")) == RECORDED
    assert default_palace(COUNTRY, COUNTRY.without("bread-price")) == SIMULATED
    assert default_palace(COUNTRY, COUNTRY) == SIMULATED


@pytest.mark.parametrize(
    ("country", "intervention", "palace"),
    [
        ("borderland", "early-subsidy", RECORDED), ("kazakhstan-2022", "early-recall", RECORDED),
        ("kazakhstan-2022", "no-live-fire", RECORDED), ("kazakhstan-2022", "no-shock", SIMULATED),
        ("kazakhstan-2022", "no-blackout", SIMULATED), ("kazakhstan-2022", "elder-in-health", SIMULATED),
    ],
)  # fmt: skip
def test_the_name_of_an_intervention_is_no_difference(country: str, intervention: str, palace: str) -> None:
    """That a scenario remembers what was done to it made every intervention look like one that the palace reads."""
    scenario = load(country)
    assert default_palace(scenario, scenario.intervene(intervention)) == palace


def test_an_intervention_that_a_simulated_palace_cannot_see_is_refused() -> None:
    with pytest.raises(UsageError, match="add --palace recorded"):
        check_read(COUNTRY, COUNTRY.without("recall"), SIMULATED)
    check_read(COUNTRY, COUNTRY.without("recall"), RECORDED)
    check_read(COUNTRY, COUNTRY, SIMULATED)


@pytest.mark.parametrize(("kind", "power"), [("blackout", "blackout"), ("concession", "concessions")])
def test_a_kind_of_order_is_also_taken_from_the_palace(kind: str, power: str) -> None:
    assert any(power in office.powers for office in COUNTRY.palace.offices)
    changed = COUNTRY.without(kind)
    assert not any(power in office.powers for office in changed.palace.offices)
    assert as_read(changed) != as_read(COUNTRY)
    assert all(order.kind != kind for order in changed.header.orders)
