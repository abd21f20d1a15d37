"""What experiments read off the events of a member."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from qantar.experiments.ablations import ABLATIONS, EXPECTED, MEASURED, change
from qantar.experiments.course import QUESTIONS, shares
from qantar.experiments.members import roles_of, tell
from qantar.scenario.load import load
from qantar.scenario.schema import Scenario
from tests.unit.experiments.conftest import told


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load("kazakhstan-2022")


def test_roles_are_found_by_what_offices_are(scenario: Scenario) -> None:
    roles, offices = roles_of(scenario), scenario.palace.offices
    names = [offices[i].id for i in (roles.top, roles.government, roles.chair, roles.security)]
    assert names == ["presidency", "prime-minister", "security-council", "security-committee"]
    alone = roles_of(load("borderland"))
    assert alone.chair == -1


def test_events_are_read_into_hours(scenario: Scenario) -> None:
    rows = [
        (0.0, "palace-office", "mamin", 3.0), (0.0, "palace-office", "elder", 1.0), (0.0, "palace-office", "masimov", 2.0),
        (90.0, "palace-office", "", 3.0), (91.0, "palace-office", "smailov", 3.0), (95.0, "palace-office", "president", 1.0),
        (96.0, "struggle", "elder", 1.0), (97.0, "guarantor-asked", "csto", 0.0), (98.0, "palace-office", "", 2.0),
        (110.0, "guarantor-landed", "csto", 300.0),
    ]  # fmt: skip
    events = pd.DataFrame(rows, columns=["hour", "kind", "actor", "value"]).assign(text="")
    member = pd.Series({"member": 7, "ending": "palace coup", "peak_participants": 9, "deaths": 1})
    found = tell(events, member, roles_of(scenario))
    assert (found.cabinet, found.chair, found.asked, found.chief, found.landed) == (90.0, 95.0, 97.0, 98.0, 110.0)
    assert math.isnan(found.refused)
    assert found.patron_won
    assert found.fell
    assert found.recorded_order


def test_an_office_may_be_taken_in_the_first_hour(scenario: Scenario) -> None:
    rows = [(0.0, "palace-office", "mamin", 3.0), (0.0, "palace-office", "elder", 1.0), (0.0, "palace-office", "president", 1.0)]
    events = pd.DataFrame(rows, columns=["hour", "kind", "actor", "value"]).assign(text="")
    member = pd.Series({"member": 7, "ending": "quiet", "peak_participants": 9, "deaths": 1})
    found = tell(events, member, roles_of(scenario))
    assert found.chair == 0.0
    assert math.isnan(found.cabinet)


def test_the_order_of_the_record_is_told_from_others() -> None:
    hours = {"cabinet": 1.0, "chair": 2.0, "asked": 4.0, "chief": 3.0, "landed": 5.0}
    assert told(**hours).recorded_order
    assert not told(**{**hours, "cabinet": 2.5}).recorded_order
    assert not told(**{**hours, "landed": math.nan}).recorded_order


def test_every_question_counts_members() -> None:
    found = shares([told(), told(cabinet=1.0, asked=2.0), told(ending="overthrow")])
    assert set(found) == set(QUESTIONS)
    assert found["the cabinet is dismissed"].hits == 1
    assert found["the regime falls in the crisis"].hits == 1
    assert all(share.members == 3 for share in found.values())


def test_effects_are_paired() -> None:
    question = "the cabinet is dismissed"
    found = change([told(), told(member=1), told(member=2, cabinet=3.0)], [told(cabinet=1.0), told(member=1, cabinet=2.0)], question)
    assert (found.size, found.gained, found.members) == (1.0, 2, 2), "a member that failed on one side is in no pair"


@pytest.mark.parametrize("name", ABLATIONS)
def test_every_ablation_changes_the_scenario_and_nothing_of_the_streets(scenario: Scenario, name: str) -> None:
    other = ABLATIONS[name](scenario)
    assert other != scenario
    assert other.parameters.streets == scenario.parameters.streets
    assert other.places == scenario.places


def test_what_theory_expects_is_measured() -> None:
    assert {question for _, question in EXPECTED} <= set(MEASURED) <= set(QUESTIONS)
    assert {name for name, _ in EXPECTED} <= set(ABLATIONS)
    assert np.isin(list(EXPECTED.values()), (-1, 1)).all()
