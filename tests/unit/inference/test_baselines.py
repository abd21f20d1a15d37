"""The yardsticks are what they say they are."""

from __future__ import annotations

import numpy as np
import pytest

import qantar
from qantar.inference import baselines
from qantar.inference.baselines import INFLOW, LOGISTIC, PERSISTENCE, SIR, forecast, ground_of, infection, inflow, logistic, outcomes
from qantar.inference.outcomes import layout_of
from qantar.inference.priors import priors_of
from qantar.inference.targets import targets_of

ROWS = range(40, 90)


@pytest.fixture(scope="module")
def kazakhstan():
    scenario = qantar.load("kazakhstan-2022")
    return scenario, ground_of(scenario, layout_of(scenario))


def test_crowds_are_functions_of_seed_and_row(kazakhstan) -> None:
    _, ground = kazakhstan
    for course in (logistic, infection, inflow):
        whole = course(1, range(100), ground)
        assert whole.shape == (100, 14, 17)
        assert np.array_equal(whole[40:90], course(1, ROWS, ground))
        assert not np.array_equal(whole, course(2, range(100), ground))
        assert (whole >= 0).all()


def test_a_logistic_crowd_never_shrinks_and_an_infection_ends(kazakhstan) -> None:
    _, ground = kazakhstan
    assert (np.diff(logistic(1, ROWS, ground), axis=1) >= 0).all()
    sick = infection(1, ROWS, ground).sum(axis=2)
    beta, gamma = baselines.draw(1, "log_beta", ROWS), baselines.draw(1, "log_gamma", ROWS)
    dying = beta < gamma - 0.5  # no outbreak: each infects fewer than one
    assert dying.any()
    assert (np.diff(sick[dying], axis=1) <= 0).all()


def test_nobody_is_moved_by_anybody_without_contagion(kazakhstan, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice the crowd of a day leaves no more than what stays of it: the inflow does not answer to crowds."""
    _, ground = kazakhstan
    one = inflow(1, ROWS, ground)
    drawn = baselines.draw
    added = {"log_inflow": np.log(2.0)}
    monkeypatch.setattr(baselines, "draw", lambda seed, name, rows: drawn(seed, name, rows) + added.get(name, 0.0))
    assert inflow(1, ROWS, ground) == pytest.approx(2.0 * one)


def test_outcomes_add_up(kazakhstan) -> None:
    _, ground = kazakhstan
    layout = ground.layout
    found = outcomes(logistic(1, ROWS, ground), 1, ROWS, ground)
    for day in layout.dates:
        for key in ("participants", "deaths", "detained"):
            parts = sum(found[:, layout.column[f"{key}@{day}@{region}"]] for region in layout.regions)
            assert parts == pytest.approx(found[:, layout.column[f"{key}@{day}"]])
        flags = sum(found[:, layout.column[f"in-protest@{day}@{region}"]] for region in layout.regions)
        assert np.array_equal(flags, found[:, layout.column[f"regions@{day}"]])


def test_persistence_says_the_last_figure_and_wanders_with_time(kazakhstan) -> None:
    scenario, ground = kazakhstan
    targets = targets_of(scenario, priors_of(scenario))
    fitted = targets.only([target.id for target in targets.listed if target.half == "fit"])
    said = forecast(PERSISTENCE, targets, fitted, ground, seed=0)
    position = {target.id: number for number, target in enumerate(targets.listed)}
    next_day = targets.listed[position["participants-5"]]
    assert float(next_day.figure(np.median(said.marks[:, position["participants-5"]]))) == pytest.approx(36_831, rel=0.2)
    assert float(np.median(said.marks[:, position["where-4"]])) * 1.5 == pytest.approx(5.0, abs=1.5)


@pytest.mark.parametrize("name", [LOGISTIC, SIR, INFLOW])
def test_fitting_a_yardstick_brings_it_nearer(kazakhstan, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(baselines, "DRAWS", 2_000)
    monkeypatch.setattr(baselines, "KEPT", 50)
    scenario, ground = kazakhstan
    targets = targets_of(scenario, priors_of(scenario))
    fitted = targets.only([target.id for target in targets.listed if target.half == "fit"])
    said = forecast(name, targets, fitted, ground, seed=0)
    nothing = np.zeros((50, len(targets.priors.names)))
    plain = targets.marks(outcomes(baselines.COURSES[name](0, range(50), ground), 0, range(50), ground), nothing)
    inside = [number for number, target in enumerate(targets.listed) if target.half == "fit"]
    miss = [abs(marks[:, inside] - targets.observed[inside]).mean() for marks in (said.marks, plain)]
    assert miss[0] < 0.7 * miss[1]
