"""The yardsticks are what they say they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import qantar
from qantar.engine.streams import Stream
from qantar.inference import baselines, yardsticks
from qantar.inference.baselines import (
    COMMON,
    COURSES,
    INFLOW,
    LOGISTIC,
    OWN,
    PERSISTENCE,
    SIR,
    Points,
    ground_of,
    infection,
    inflow,
    logistic,
    outcomes,
)
from qantar.inference.distance import from_marks
from qantar.inference.draws import normals
from qantar.inference.outcomes import layout_of
from qantar.inference.priors import priors_of
from qantar.inference.targets import Targets, targets_of
from qantar.inference.yardsticks import Fitting, fitted_scores, forecast, kept_scores


@pytest.fixture(scope="module")
def kazakhstan():
    scenario = qantar.load("kazakhstan-2022")
    return scenario, ground_of(scenario, layout_of(scenario))


def points(name: str, count: int = 100, *, seed: int = 1) -> Points:
    """Points from the prior of a yardstick of Kazakhstan's seventeen regions."""
    return Points(OWN[name], normals(seed, Stream.YARDSTICK, "points", range(count), len(OWN[name]) + len(COMMON) + 17))


def test_crowds_are_by_row_day_and_region(kazakhstan) -> None:
    _, ground = kazakhstan
    for name, course in COURSES.items():
        whole = course(points(name), ground)
        assert whole.shape == (100, 14, 17)
        assert np.allclose(whole[40:90], course(Points(OWN[name], points(name).scores[40:90]), ground))
        assert (whole >= 0).all()


def test_a_logistic_crowd_never_shrinks_and_an_infection_ends(kazakhstan) -> None:
    _, ground = kazakhstan
    assert (np.diff(logistic(points(LOGISTIC), ground), axis=1) >= 0).all()
    found = points(SIR)
    sick = infection(found, ground).sum(axis=2)
    dying = found["log_beta"] < found["log_gamma"] - 0.5  # no outbreak: each infects fewer than one
    assert dying.any()
    assert (np.diff(sick[dying], axis=1) <= 0).all()


def test_nobody_is_moved_by_anybody_without_contagion(kazakhstan, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice the inflow gives twice the crowd: the inflow does not answer to crowds."""
    _, ground = kazakhstan
    one = inflow(points(INFLOW), ground)
    low, high = baselines.UNIFORM["log_inflow"]
    monkeypatch.setattr(baselines, "UNIFORM", {**baselines.UNIFORM, "log_inflow": (low + np.log(2.0), high + np.log(2.0))})
    assert inflow(points(INFLOW), ground) == pytest.approx(2.0 * one)


def test_outcomes_add_up(kazakhstan) -> None:
    _, ground = kazakhstan
    layout = ground.layout
    found = outcomes(logistic(points(LOGISTIC), ground), points(LOGISTIC), ground)
    for day in layout.dates:
        for key in ("participants", "deaths", "detained"):
            parts = sum(found[:, layout.column[f"{key}@{day}@{region}"]] for region in layout.regions)
            assert parts == pytest.approx(found[:, layout.column[f"{key}@{day}"]])
        flags = sum(found[:, layout.column[f"in-protest@{day}@{region}"]] for region in layout.regions)
        assert np.array_equal(flags, found[:, layout.column[f"regions@{day}"]])


def test_persistence_says_the_last_figure_and_wanders_with_time(kazakhstan, tmp_path: Path) -> None:
    scenario, ground = kazakhstan
    targets = targets_of(scenario, priors_of(scenario))
    fitted = targets.only([target.id for target in targets.listed if target.half == "fit"])
    said = forecast(PERSISTENCE, targets, fitted, ground, seed=0, folder=tmp_path)
    position = {target.id: number for number, target in enumerate(targets.listed)}
    next_day = targets.listed[position["participants-5"]]
    assert float(next_day.figure(np.median(said.marks[:, position["participants-5"]]))) == pytest.approx(36_831, rel=0.2)
    assert float(np.median(said.marks[:, position["where-4"]])) * 1.5 == pytest.approx(5.0, abs=1.5)


SLOW = pytest.mark.science


@pytest.mark.parametrize("name", [pytest.param(LOGISTIC, marks=SLOW), pytest.param(SIR, marks=SLOW), INFLOW])
def test_a_yardstick_finds_a_record_that_it_made_itself(kazakhstan, name: str) -> None:
    """Within about the errors of measurement; a far record would make every comparison with a yardstick an easy one."""
    scenario, ground = kazakhstan
    targets = targets_of(scenario, priors_of(scenario))
    truth = Fitting(name, targets, ground, frozenset())
    made = truth.marks(points(name, 1, seed=5).scores * 0.5)[0]
    own = tuple(replace(target, observed=float(target.figure(mark))) for target, mark in zip(targets.listed, made, strict=True))
    fitting = Fitting(name, Targets(own, targets.priors), ground, frozenset(target.id for target in own))
    found = fitting.marks(fitted_scores(fitting, 0))
    distance = from_marks(found, fitting.targets.observed, fitting.targets.weights)
    plain = from_marks(fitting.marks(points(name, 400).scores), fitting.targets.observed, fitting.targets.weights)
    assert np.median(distance) < 1.3
    assert np.median(distance) < 0.4 * np.median(plain)


def test_a_yardstick_s_fit_is_a_function_of_the_seed_and_is_kept(kazakhstan, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(yardsticks, "STEPS", 16)
    scenario, ground = kazakhstan
    targets = targets_of(scenario, priors_of(scenario))
    fitting = Fitting(SIR, targets, ground, frozenset(target.id for target in targets.listed))
    first = kept_scores(fitting, 3, tmp_path)
    assert np.array_equal(first, fitted_scores(fitting, 3))
    assert not np.array_equal(first, kept_scores(fitting, 4, tmp_path))
    (path,) = tmp_path.glob(f"{fitting.digest(3)}*")
    np.save(path, first + 1.0)
    assert np.array_equal(kept_scores(fitting, 3, tmp_path), first + 1.0), "read, not made again"
    path.write_bytes(b"cut")
    assert np.array_equal(kept_scores(fitting, 3, tmp_path), first)
    half = replace(fitting, fitted=frozenset(sorted(fitting.fitted)[::2]))
    assert half.digest(3) != fitting.digest(3)
