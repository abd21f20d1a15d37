"""Directions that theory fixes: what must rise or fall when one thing changes, over paired members."""

from __future__ import annotations

import numpy as np
import pytest

from qantar.model.assemble import assemble
from qantar.scenario.intervention import set_value, without
from qantar.scenario.load import load
from qantar.scenario.schema import Scenario
from tests.laws.test_people import march, restless

MEMBERS = 6


def total(scenario: Scenario, field: str, days_out: bool = False) -> float:
    """Return the mean over members of a final count, or of person-hours on the street."""
    assembly = assemble(scenario)
    values = []
    for member in range(MEMBERS):
        hours: list[int] = []
        world = march(assembly, 11, member, lambda w, hours=hours: hours.append(int(w.peaceful.sum() + w.violent.sum())))
        values.append(sum(hours) if days_out else int(getattr(world, field).sum()))
    return float(np.mean(values))


@pytest.mark.parametrize(
    ("path", "low", "high"),
    [
        ("parameters.streets.base_propensity", -11.0, -10.0),
        ("parameters.streets.near_weight", 1.0, 3.0),
        ("parameters.streets.propensity_scale", 0.5, 1.5),
        ("parameters.streets.join_rate_max", 0.1, 0.4),
        ("parameters.streets.outing_hours", 4.0, 10.0),
    ],
)
def test_more_of_it_brings_more_people_out(path: str, low: float, high: float) -> None:
    scenario = restless(load("borderland"))
    assert total(set_value(scenario, path, high), "", True) > total(set_value(scenario, path, low), "", True)


@pytest.mark.parametrize(
    ("path", "low", "high", "field"),
    [
        ("parameters.streets.detain_rate", 0.004, 0.04, "cum_detained"),
        ("parameters.streets.kill_share", 0.01, 0.1, "cum_deaths"),
        ("parameters.streets.injure_rate", 0.01, 0.2, "cum_injured"),
        ("parameters.streets.remand_share", 0.05, 0.5, "cum_remanded"),
    ],
)
def test_higher_rates_give_higher_counts(path: str, low: float, high: float, field: str) -> None:
    scenario = restless(load("borderland"))
    assert total(set_value(scenario, path, high), field) > total(set_value(scenario, path, low), field)


def test_without_the_shock_fewer_come() -> None:
    scenario = set_value(load("borderland"), "parameters.streets.base_propensity", -12.0)
    shock = scenario.header.shocks[0].id
    assert total(without(scenario, shock), "", True) < total(scenario, "", True)
