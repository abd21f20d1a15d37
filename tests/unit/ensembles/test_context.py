"""What a store keeps of a scenario is enough for a report, and agrees with the runs."""

from __future__ import annotations

import json

import numpy as np
import pytest

from qantar.ensembles.context import context_of, frame_of, names_of, order_text
from qantar.report.case import read_case
from qantar.scenario.load import load
from qantar.scenario.schema import Scenario


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load("borderland")


def test_a_report_can_read_it(scenario: Scenario) -> None:
    context = json.loads(json.dumps(context_of(scenario), allow_nan=False))
    case = read_case(context, scenario.map_shapes)
    assert case.id == "borderland"
    assert case.population == sum(region.population for region in scenario.regions)
    assert len(case.record) == len(scenario.record)


def test_every_order_says_something(scenario: Scenario) -> None:
    texts = [order_text(order, names_of(scenario)) for order in scenario.header.orders]
    assert all(texts)
    assert len(set(texts)) == len(texts)


def test_hours_of_orders_count_from_the_start(scenario: Scenario) -> None:
    orders = {order["id"]: order for order in context_of(scenario)["orders"]}
    for order in scenario.header.orders:
        expected = (order.at - scenario.header.clock.start).total_seconds() / 3600
        assert orders[order.id]["at"] == pytest.approx(expected)


def test_the_frame_is_the_clock_in_utc(scenario: Scenario) -> None:
    frame, clock = frame_of(scenario), scenario.header.clock
    assert frame.times[0] == np.datetime64(clock.start) - np.timedelta64(round(clock.utc_offset * 3600), "s")
    assert frame.dates[0] == clock.start.date()
    assert len(frame.times) * clock.tick_hours == (clock.end - clock.start).total_seconds() / 3600
