"""Directions that theory fixes, over whole runs with a simulated palace, and base rates over invented polities."""

from __future__ import annotations

from pathlib import Path

import pytest

from qantar.experiments.ablations import CHAIR, CHIEF, COMES, change, healthy_patron, purge_impossible, refusal
from qantar.experiments.course import QUESTIONS
from qantar.experiments.members import Told, run_members
from qantar.experiments.polities import ATTEMPTS_SUCCEED, polity, tally
from qantar.experiments.share import Share
from qantar.model.run import simulate
from qantar.scenario.load import load

MEMBERS = 30


@pytest.fixture(scope="module")
def as_it_is(tmp_path_factory: pytest.TempPathFactory) -> list[Told]:
    return run_members(load("kazakhstan-2022"), members=MEMBERS, seed=0, out=tmp_path_factory.mktemp("base"))


def test_the_recorded_steps_are_possible_and_not_certain(as_it_is: list[Told]) -> None:
    for question in ("the cabinet is dismissed", CHAIR, CHIEF, "the guarantor is asked", COMES):
        share = sum(QUESTIONS[question](told) for told in as_it_is)
        assert 0 < share < MEMBERS, question


@pytest.mark.parametrize(
    ("ablate", "question"), [(healthy_patron, CHAIR), (purge_impossible, CHAIR), (purge_impossible, CHIEF), (refusal, COMES)]
)
def test_what_theory_says_happens_less_often(as_it_is: list[Told], ablate, question: str, tmp_path: Path) -> None:
    other = run_members(ablate(load("kazakhstan-2022")), members=MEMBERS, seed=0, out=tmp_path / "other")
    assert change(as_it_is, other, question).size < 0


def test_about_half_of_the_attempts_on_a_ruler_succeed_and_insiders_are_the_greater_danger() -> None:
    base = load("borderland")
    found = tally([simulate(polity(base, seed=0, number=i), seed=0, member=i, palace="simulated") for i in range(100)])
    low, high = Share(found.successes, found.attempts).interval
    assert low <= ATTEMPTS_SUCCEED <= high
    assert found.insiders > found.uprisings
