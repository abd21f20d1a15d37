"""What experiments return as data, and the tables that are made of it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from qantar.engine.ending import Ending
from qantar.errors import StoreError, UsageError
from qantar.experiments import ablations, course, members, polities, reform
from qantar.experiments.ablations import ABLATIONS, CHAIR, COMES, MEASURED, Change
from qantar.experiments.course import IN_ORDER, QUESTIONS
from qantar.experiments.members import Told
from qantar.experiments.polities import RECORDED_ATTEMPTS, RECORDED_LOSSES, Polities, Tally
from qantar.experiments.share import Share
from qantar.model.aftermath import Course, Fate, Policy
from qantar.scenario.load import load
from qantar.scenario.schema import Scenario
from tests.unit.experiments.conftest import told

NOWHERE = Path("nowhere")


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load("borderland")


def test_a_course_counts_members_and_its_table_says_so(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = told(cabinet=1.0, chair=2.0, asked=3.0, chief=4.0, landed=5.0, moves=9, ending="palace coup")
    monkeypatch.setattr(course, "run_members", lambda *_, **__: [whole, told(moves=2), told(moves=4), told(moves=4)])
    found = course.course(scenario, members=4, seed=5, out=NOWHERE)
    assert found.members == 4
    assert found.shares[IN_ORDER] == Share(1, 4)
    assert list(found.shares) == list(QUESTIONS)
    assert found.endings == {"quiet": Share(3, 4), "palace coup": Share(1, 4)}
    assert list(found.endings) == ["quiet", "palace coup"]
    assert found.moves == 4
    lines = course.course_page(found).splitlines()
    assert lines[:3] == [
        "Borderland, a week in March: 4 members, seed 5, palace simulated (95 % intervals)",
        "",
        "the cabinet is dismissed                              25.0%  (5% to 70%)",
    ]
    assert lines[-5:] == [
        "How it ended",
        "  quiet                                               75.0%  (30% to 95%)",
        "  palace coup                                         25.0%  (5% to 70%)",
        "",
        "Moves of the palace in a member: median 4",
    ]
    assert len(lines) == len(QUESTIONS) + 8


def test_ablations_are_changes_by_question_and_theory_is_held_against_them(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    def four(*given: dict[str, float]) -> list[Told]:
        return [told(member=number, **one) for number, one in enumerate(given)]

    base = four({"chair": 1.0}, {"chair": 1.0}, {}, {"landed": 2.0})
    others = iter([base, *(four({"chair": 1.0}, {}, {}, {"landed": 2.0}) for _ in ABLATIONS)])
    monkeypatch.setattr(ablations, "run_members", lambda *_, **__: next(others))
    found = ablations.ablations(scenario, members=4, seed=0, out=NOWHERE)
    assert list(found.changes) == list(ABLATIONS)
    assert all([one.question for one in changes] == list(MEASURED) for changes in found.changes.values())
    chair = found.changes["purge impossible"][0]
    assert chair == Change(CHAIR, 0, 1, 4, -1)
    assert chair.size == -0.25
    assert found.changes["no holiday"][0].expected == 0
    lines = ablations.ablations_page(found).splitlines()
    assert lines[0].startswith("Borderland, a week in March: 4 members each, seed 0; share of members, less that of the country as it")
    assert lines[2:4] == ["no guarantor", "  the protected chair is taken                       -25.0%  (-60.9% to +27.6%)"]
    assert lines[5].endswith("+0.0%  (-32.7% to +32.7%)"), "that no pair differs is no certainty"
    assert len(lines) == 2 + len(ABLATIONS) * (1 + len(MEASURED))


def test_what_speaks_against_theory_is_marked() -> None:
    against = Change(COMES, 5, 0, 10, -1)
    assert against.against_theory
    assert Change(COMES, 0, 5, 10, 1).against_theory
    assert not Change(COMES, 5, 3, 10, -1).against_theory
    assert not Change(COMES, 5, 0, 10, 1).against_theory
    assert not Change(COMES, 5, 0, 10, 0).against_theory
    assert not Change(COMES, 1, 0, 1, -1).against_theory
    page = ablations.ablations_page(ablations.Ablations("A country", 0, 10, {"refusal": (against,)}))
    assert page.splitlines()[-1].endswith(" +50.0%  (+9.3% to +74.0%)  (theory: the other way)")


def fate(policy: Policy, level: float, *, collapse: int | None = None, how: str = "") -> Fate:
    rows = np.tile([0.5, level], (7, 1))
    return Fate(policy, Course(*rows), (), collapse, how)


def test_policies_stand_side_by_side_member_by_member(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        {policy: fate(policy, 0.25) for policy in Policy},
        {policy: fate(policy, 0.75, collapse=3, how="coup") for policy in Policy},
    ]
    monkeypatch.setattr(reform, "fates", lambda *_, **__: rows)
    found = reform.reform(scenario, members=2, seed=1)
    assert list(found.outlooks) == list(Policy)
    one = found.outlooks[Policy.OPENING]
    assert one.grievance.tolist() == one.cohesion.tolist() == [0.25, 0.75]
    assert one.fell.tolist() == one.coup.tolist() == [0.0, 1.0]
    assert one.chance.tolist() == [1.0 - row[Policy.OPENING].course.survival for row in rows]
    lines = reform.reform_page(found).splitlines()
    assert lines[0] == "Borderland, a week in March: 2 members, seed 1; means after 24 months"
    assert lines[2] == "policy             grievance  cohesion   rents  brokerage  falls, expected   fell  by coup"
    expected = 1.0 - np.mean([row[Policy.OPENING].course.survival for row in rows])
    assert lines[3] == f"crackdown                50%       50%     50%        50%{expected:>17.1%}    50%      50%"


@pytest.mark.parametrize("run", [course.course, ablations.ablations])
def test_where_every_member_failed_the_reasons_are_told(run: Any, scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = pd.DataFrame({"member": [0, 1], "ending": ["failed"] * 2, "reason": ["KeyError: b", "KeyError: a"]})
    events = pd.DataFrame({"member": [0], "kind": ["protest"]})
    monkeypatch.setattr(members, "run_ensemble", lambda *_, **__: NOWHERE)
    monkeypatch.setattr(members, "open_results", lambda _: SimpleNamespace(members=rows, events=events))
    with pytest.raises(StoreError, match="all 2 members failed: KeyError: a; KeyError: b"):
        run(scenario, members=2, seed=0, out=NOWHERE)


def test_members_that_end_in_only_one_of_two_countries_are_no_pair() -> None:
    with pytest.raises(StoreError, match="no member came to an end both"):
        ablations.change([told(member=0)], [told(member=1)], CHAIR)


def ended(ending: Ending, *kinds: str, reason: str = "") -> Any:
    rows = pd.DataFrame({"kind": list(kinds), "actor": ["actor-1"] * len(kinds)})
    return SimpleNamespace(ending=ending, events=rows, failed=ending is Ending.FAILED, reason=reason)


def test_who_leaves_hides_no_ending_and_a_run_that_failed_is_in_no_number() -> None:
    found = polities.tally([
        ended(Ending.PALACE_COUP, "move-step-down", "move-coup", "struggle"), ended(Ending.OVERTHROW, "move-step-down"),
        ended(Ending.QUIET, "protest"), ended(Ending.FAILED, reason="KeyError: a"),
    ])  # fmt: skip
    assert (found.polities, found.insiders, found.uprisings, found.left, found.failed) == (3, 1, 1, 2, 1)
    assert (found.attempts, found.successes, found.moves) == (1, 1, 3)
    lines = polities.polities_page(Polities("A country", 7, found)).splitlines()
    assert lines[:3] == ["3 invented polities among the people of A country, seed 7", "1 more failed, and are in no number", ""]
    with pytest.raises(StoreError, match="all 2 members failed: KeyError: a"):
        polities.tally([ended(Ending.FAILED, reason="KeyError: a")] * 2)


@pytest.mark.parametrize("run", [polities.polities, reform.reform])
@pytest.mark.parametrize("asked", [{"members": 0, "seed": 0}, {"members": -3, "seed": 0}, {"members": 2, "seed": -1}])
def test_what_is_out_of_range_is_refused_before_anything_runs(run: Any, asked: dict[str, int], scenario: Scenario) -> None:
    with pytest.raises(UsageError):
        run(scenario, **asked)


def test_the_table_of_polities_has_the_base_rates_of_the_record() -> None:
    lines = polities.polities_page(Polities("A country", 7, Tally(60, 20, 13, 8, 2, 18, 450))).splitlines()
    assert lines == [
        "60 invented polities among the people of A country, seed 7", "",
        "attempts on the top office                  20",
        "attempts on the top office that succeed      65.0%  (43% to 82%); record 50%",
        "polities in which insiders remove the ruler  13.3%  (7% to 24%)",
        "polities in which the streets do              3.3%  (1% to 11%)",
        "insiders per uprising                       4.0; record 6.4",
        "rulers or elders who leave against guarantees  30.0%  (20% to 43%)",
        "moves of a palace                           7.5",
    ]  # fmt: skip
    assert (RECORDED_ATTEMPTS.hits, RECORDED_ATTEMPTS.members) == (227, 457)
    assert (RECORDED_LOSSES.hits, RECORDED_LOSSES.members) == (205, 237)
