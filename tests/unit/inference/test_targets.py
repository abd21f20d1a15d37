"""Counts, figures and distances: what is read from a run is what the run says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

pytest.importorskip("pyabc", reason="needs the extra 'calibrate'")

import qantar
from qantar.inference.distance import BEND, Distance, huber
from qantar.inference.observing import observe, quiet_twin
from qantar.inference.outcomes import SAVE, TWIN, layout_of, outcomes_of
from qantar.inference.priors import priors_of
from qantar.inference.studies import studies_of
from qantar.inference.targets import not_used, targets_of
from qantar.model.run import simulate
from qantar.scenario.load import load
from tests import small_calibration as small


@pytest.fixture(scope="module")
def run():
    return simulate(small.two_days(), palace="recorded", seed=3, member=1)


def test_outcomes_are_the_run_s_own_numbers(run) -> None:
    layout = layout_of(small.two_days())
    found = dict(zip(layout.names, outcomes_of(run, layout), strict=False))  # without those of the twin
    for position, day in enumerate(layout.dates):
        for key in ("participants", "deaths", "detained", "regions"):
            assert found[f"{key}@{day}"] == run.series[key][position]
            if key != "regions":
                regional = sum(found[f"{key}@{day}@{region}"] for region in layout.regions)
                assert regional == run.series[key][position]
        largest = layout.places[int(found[f"largest-place@{day}"])]
        settlements = [place for place, kind in zip(layout.places, layout.settlement, strict=True) if kind]
        assert run.series["place_participants"][position].sel(place=largest) == max(
            run.series["place_participants"][position].sel(place=place) for place in settlements
        )
    protests = (run.events["kind"] == "protest").sum()
    assert sum(found[f"small-protests@{region}"] for region in layout.regions) == protests
    assert sum(value for name, value in found.items() if name.startswith("small-protests-from-")) == protests


def test_what_is_saved_is_enough(run) -> None:
    light = simulate(small.two_days(), palace="recorded", seed=3, member=1, save=SAVE)
    layout = layout_of(small.two_days())
    assert np.array_equal(outcomes_of(light, layout), outcomes_of(run, layout))


def test_a_run_is_observed_with_its_twin_without_shocks() -> None:
    scenario = small.two_days()
    layout = layout_of(scenario)
    found = observe(scenario, layout, seed=3, member=1, palace="recorded")
    assert layout.names[-2:] == TWIN
    assert len(found) == len(layout.names)
    quiet = quiet_twin(scenario, 1)
    assert quiet.header.shocks == ()
    assert quiet.header.clock.end - quiet.header.clock.start == timedelta(days=1)
    twin = simulate(quiet, palace="recorded", seed=3, member=1)
    crowds = twin.series["place_participants"].to_numpy()[:, list(layout.settlement)]
    assert found[-2] == float(twin.ending.value != "quiet")
    assert found[-1] == (crowds >= layout.small_protest).sum()
    alone = observe(scenario, replace(layout, twin_days=0), seed=3, member=1, palace="recorded")
    assert np.array_equal(found[:-2], alone)


def test_a_twin_is_no_longer_than_it_is_counted_as() -> None:
    """34 ticks of five hours would be eight dates, not seven."""
    week = load("borderland")
    header = week.header.model_copy(update={"clock": week.header.clock.model_copy(update={"tick_hours": 5.0})})
    clock = quiet_twin(week.model_copy(update={"header": header}), 5).header.clock
    assert clock.end - clock.start == timedelta(hours=120)
    clock = quiet_twin(week.model_copy(update={"header": header}), 4).header.clock
    assert clock.end - clock.start == timedelta(hours=95)


def test_a_country_that_is_never_quiet_is_far_from_the_record() -> None:
    scenario = small.two_days()
    layout, priors = layout_of(scenario), priors_of(scenario)
    distance = Distance(targets_of(scenario, priors))
    rows = np.zeros((2, len(layout.names)))
    rows[1, layout.column["quiet-wave"]] = 1.0
    calm, restless = distance(rows, np.zeros((2, len(priors.names))))
    assert restless > calm


def test_marks_and_figures_are_inverse_and_a_record_s_own_mark_has_no_distance() -> None:
    scenario = qantar.load("kazakhstan-2022")
    targets = targets_of(scenario, priors_of(scenario))
    for target in targets.listed:
        assert float(target.figure(target.mark(target.observed))) == pytest.approx(target.observed, abs=1e-6)
        assert float(target.figure(target.mark(7.0))) == pytest.approx(7.0, abs=1e-6)


def test_kazakhstan_s_targets_are_what_the_record_says() -> None:
    scenario = qantar.load("kazakhstan-2022")
    targets = {target.id: target for target in targets_of(scenario, priors_of(scenario)).listed}
    assert targets["participants-4"].observed == 36_831
    assert targets["deaths-elsewhere"].observed == 238 - 151 - 26 - 20 - 17
    assert targets["deaths-almaty"].region == "almaty"
    layout = layout_of(scenario)
    outcomes = np.zeros((1, len(layout.names)))
    for region in ("mangystau", "almaty", "kostanay"):
        outcomes[0, layout.column[f"in-protest@2022-01-03@{region}"]] = 1.0
    assert targets["where-3"].counts(outcomes)[0] == 6 + 1  # six of the eight are missing, Kostanay is one too many
    outcomes[0, layout.column["largest-place@2022-01-05"]] = layout.places.index("almaty")
    assert targets["largest-5"].counts(outcomes)[0] == 0.0
    assert {row.use for row, _ in not_used(scenario)} == {"shown", "weak"}


def test_a_reporting_factor_multiplies_the_count() -> None:
    scenario = qantar.load("borderland")
    priors = priors_of(scenario)
    targets = targets_of(scenario, priors)
    layout = layout_of(scenario)
    outcomes = np.zeros((2, len(layout.names)))
    outcomes[:, layout.column["participants@2024-03-06"]] = 1_000.0
    scores = np.zeros((2, len(priors.names)))
    scores[1, priors.names.index("reporting.participants")] = 1.0
    position = [target.id for target in targets.listed].index("participants-6")
    low, high = targets.listed[position].figure(targets.marks(outcomes, scores)[:, position])
    assert (low, high) == (pytest.approx(1_000.0), pytest.approx(1_000.0 * np.exp(0.15), rel=1e-6))


def test_far_deviations_count_in_proportion_and_without_a_step() -> None:
    assert huber(np.array([BEND]))[0] == BEND**2
    assert huber(np.array([BEND + 1e-9]))[0] == pytest.approx(BEND**2, abs=1e-6)
    assert huber(np.array([20.0]))[0] - huber(np.array([19.0]))[0] == pytest.approx(2 * BEND)


def test_weights_of_zero_are_judged_and_not_fitted_and_failed_runs_are_far() -> None:
    scenario = small.with_synthetic_record()
    targets = targets_of(scenario, priors_of(scenario))
    muted = replace(targets, listed=tuple(replace(t, weight=0.0) if t.id == "people-4" else t for t in targets.listed))
    layout = layout_of(scenario)
    outcomes = np.zeros((2, len(layout.names)), dtype=np.float32)
    outcomes[1, layout.column[f"participants@{small.DAYS[0]}"]] = 5_000
    distance = Distance(muted)(outcomes, np.zeros((2, len(targets.priors.names))))
    assert distance[0] == distance[1]
    outcomes[1] = np.nan
    assert np.isinf(Distance(targets)(outcomes, np.zeros((2, len(targets.priors.names))))[1])


def test_priors_are_their_spreads() -> None:
    scenario = qantar.load("kazakhstan-2022")
    priors = priors_of(scenario)
    middle = priors.values(np.zeros(len(priors.names)))
    for free, value in zip(priors.free, middle, strict=True):
        if free.value.spread is not None and free.value.spread.kind != "uniform":
            assert value == pytest.approx(free.value.value, rel=1e-6, abs=1e-9)
    draws = priors.draw(1, range(400))
    assert abs(draws.mean()) < 0.05
    assert draws.std() == pytest.approx(1.0, abs=0.05)
    assert np.array_equal(priors.draw(1, range(10)), draws[:10])


def test_studies_leave_out_what_they_say() -> None:
    scenario = qantar.load("kazakhstan-2022")
    studies = studies_of(scenario)
    assert not set(studies["half"].fitted) & set(studies["half"].judged)
    assert "deaths-almaty" not in studies["region-almaty"].fitted
    assert "deaths-almaty" in studies["region-almaty"].judged
    assert "largest-5" in studies["region-almaty"].judged
    for given_away in ("deaths-elsewhere", "largest-5", "where-4"):
        assert given_away not in studies["region-almaty"].fitted, "the sum less the others is the region's, too"
    assert "largest-5" in studies["region-zhambyl"].fitted
    off = studies["without-fear"]
    assert off.scenario(scenario).parameters.streets.leave_fear.value == 0.0
    assert "streets.fear_weight" not in off.priors(scenario).names
    assert "streets.fear_weight" in studies["fit"].priors(scenario).names
