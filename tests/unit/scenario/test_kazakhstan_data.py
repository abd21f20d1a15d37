"""The data of Kazakhstan, January 2022: totals, folding, hours, sources, conflicts."""

from __future__ import annotations

from datetime import datetime

import pytest

from qantar.scenario.load import load
from qantar.scenario.schema import Scenario


@pytest.fixture(scope="module")
def kazakhstan() -> Scenario:
    return load("kazakhstan-2022")


def test_seventeen_units_hold_everybody(kazakhstan: Scenario) -> None:
    assert len(kazakhstan.regions) == 17
    assert sum(region.population for region in kazakhstan.regions) == 19_503_159
    for region in kazakhstan.regions:
        assert sum(place.population for place in kazakhstan.places if place.region == region.id) == region.population


def test_city_units_have_no_remainder_and_all_others_one(kazakhstan: Scenario) -> None:
    rural = {place.region for place in kazakhstan.places if place.kind == "remainder"}
    assert {region.id for region in kazakhstan.regions} - rural == {"almaty", "nur-sultan", "shymkent"}
    assert sum(place.kind == "settlement" for place in kazakhstan.places) == 205


@pytest.mark.parametrize(
    ("place", "region", "people"),
    [
        ("almaty", "almaty", 2_101_485), ("aktobe", "aktobe", 540_493), ("semey", "east-kazakhstan", 303_210),
        ("taldykorgan", "almaty-region", 165_325), ("zhezqazghan", "karaganda", 88_320),
        ("zhanaozen", "mangystau", 103_598), ("baikonur", "kyzylorda", 70_000),
    ],
)
def test_places_lie_in_the_units_of_january_2022(kazakhstan: Scenario, place: str, region: str, people: int) -> None:
    found = next(row for row in kazakhstan.places if row.id == place)
    assert (found.region, found.population) == (region, people)


def test_the_west_is_an_hour_behind(kazakhstan: Scenario) -> None:
    west = {region.id for region in kazakhstan.regions if region.utc_offset == 5}
    assert west == {"mangystau", "atyrau", "aktobe", "west-kazakhstan", "kyzylorda"}


@pytest.mark.parametrize(
    ("order", "hour"),
    [
        ("cabinet-dismissed", datetime(2022, 1, 5, 0, 30)), ("emergency-almaty-mangystau", datetime(2022, 1, 5, 1, 30)),
        ("national-blackout", datetime(2022, 1, 5, 16, 30)), ("chair-taken", datetime(2022, 1, 5, 19, 0)),
        ("guarantor-asked", datetime(2022, 1, 5, 23, 50)), ("guarantor-agrees", datetime(2022, 1, 6, 3, 0)),
    ],
)
def test_orders_have_their_recorded_hours(kazakhstan: Scenario, order: str, hour: datetime) -> None:
    assert next(row for row in kazakhstan.header.orders if row.id == order).at == hour


CAPS = {
    50: {"aktobe", "atyrau", "mangystau"},
    60: {"shymkent", "east-kazakhstan", "zhambyl", "west-kazakhstan", "kyzylorda", "turkistan"},
    65: {"almaty"},
    70: {"nur-sultan", "akmola", "almaty-region", "kostanay", "karaganda", "pavlodar", "north-kazakhstan"},
}


def test_gas_is_capped_at_the_price_of_each_unit(kazakhstan: Scenario) -> None:
    caps = [order for order in kazakhstan.header.orders if order.kind == "concession" and order.at == datetime(2022, 1, 6, 12)]
    assert {order.price.value: set(order.regions) for order in caps} == CAPS
    assert sum(len(order.regions) for order in caps) == len(kazakhstan.regions)


@pytest.mark.parametrize("kind", ["emergency", "curfew"])
def test_every_unit_comes_under_emergency_once_and_leaves_it_at_its_hour(kazakhstan: Scenario, kind: str) -> None:
    ends = [(region, order.until) for order in kazakhstan.header.orders if order.kind == kind for region in order.regions]
    assert sorted(region for region, _ in ends) == sorted(region.id for region in kazakhstan.regions)
    early = {region: until for region, until in ends if until < kazakhstan.header.clock.end}
    lifted = dict.fromkeys(("west-kazakhstan", "pavlodar", "north-kazakhstan"), datetime(2022, 1, 13))
    lifted |= dict.fromkeys(("shymkent", "east-kazakhstan", "turkistan", "karaganda"), datetime(2022, 1, 14, 18))
    assert early == lifted


def test_figures_that_were_early_or_partial_are_not_held_against_the_runs(kazakhstan: Scenario) -> None:
    weak = {(row.key, row.value) for row in kazakhstan.record if row.use == "weak"}
    assert {("deaths", 44), ("deaths", 164), ("deaths", 188), ("deaths", 221), ("detained", 200), ("detained", 5_969)} <= weak


def test_every_order_answers_the_price_in_the_end(kazakhstan: Scenario) -> None:
    orders = {order.id: order for order in kazakhstan.header.orders}
    for order in orders.values():
        reasons, seen = set(order.because), set()
        while reasons - seen:
            reason = (reasons - seen).pop()
            seen.add(reason)
            reasons |= set(orders[reason].because) if reason in orders else set()
        assert "price-shock" in seen, order.id
        assert kazakhstan.header.clock.start <= order.at < kazakhstan.header.clock.end


def test_the_guarantor_sends_2030_men(kazakhstan: Scenario) -> None:
    steps = [order for order in kazakhstan.header.orders if order.kind == "guarantor" and order.step == "arrival"]
    assert sum(order.men.value for order in steps) == 2_030
    assert sum(row.men.value for row in kazakhstan.alliance.blocs[0].contingents) == 2_030


def test_conflicting_figures_are_kept_with_their_dates(kazakhstan: Scenario) -> None:
    deaths = [row for row in kazakhstan.record if row.key == "deaths" and row.region is None and row.date.day == 14]
    assert {225, 227, 230, 232, 241, 238} <= {row.value for row in deaths}
    assert len({row.as_of for row in deaths}) >= 6
    assert [row.use for row in kazakhstan.record if row.value == 164] == ["weak"], "the figure that was withdrawn"


def test_no_parameter_is_named_after_a_place(kazakhstan: Scenario) -> None:
    names = {place.id for place in kazakhstan.places} | {region.id for region in kazakhstan.regions}
    for group in type(kazakhstan.parameters).model_fields:
        for name in type(getattr(kazakhstan.parameters, group)).model_fields:
            assert not names & set(name.split("_")), name
