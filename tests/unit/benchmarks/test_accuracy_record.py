"""What the benchmark of accuracy reads of a record's targets is what a fit reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from qantar.inference.observing import observe
from qantar.inference.outcomes import layout_of
from qantar.inference.priors import priors_of
from qantar.inference.targets import targets_of
from qantar.scenario.schema import Scenario
from tests.small_calibration import two_days

SEED = 0
BY_THE_HOUR = ("participants, 4 Mar", "participants, 5 Mar", "participants, valley, 5 Mar")


@pytest.fixture(autouse=True)
def benchmarks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[3] / "benchmarks"))


def by_benchmark(scenario: Scenario) -> dict[str, float]:
    from accuracy import run
    from record import RECORD, SMALL

    (found,) = run(scenario, 1)
    return {name.removeprefix(RECORD).removeprefix(SMALL): value for name, value in found.items() if name.startswith((RECORD, SMALL))}


def by_fit(scenario: Scenario) -> dict[str, float]:
    row = observe(scenario, layout_of(scenario), seed=SEED, member=0, palace="recorded")
    return {target.label: float(target.counts(row[None, :])[0]) for target in targets_of(scenario, priors_of(scenario)).listed}


def test_of_hours_it_is_the_same() -> None:
    scenario = two_days()
    found = by_benchmark(scenario)
    assert found == by_fit(scenario)
    assert found["participants, 5 Mar"] > found["participants, valley, 5 Mar"] > 0.0


def test_of_quarters_only_whole_hours_count() -> None:
    from accuracy import by_quarters

    scenario = by_quarters(two_days())
    whole_hours, every_tick = by_benchmark(scenario), by_fit(scenario)
    for name in BY_THE_HOUR:
        assert 0.8 * every_tick[name] <= whole_hours[name] <= every_tick[name]
    assert whole_hours["participants, 4 Mar"] < every_tick["participants, 4 Mar"]


def test_districts_are_counted_as_their_town() -> None:
    from accuracy import in_districts, run

    cut = in_districts(two_days())
    (found,) = run(cut, 1)
    assert found["record: participants, 5 Mar"] == found["participants, 05 Mar"]
    assert by_fit(cut)["participants, 5 Mar"] > found["participants, 05 Mar"], "the fullest hours of districts differ"
