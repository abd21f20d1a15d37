"""Scores of mixtures: closed forms against what they are the closed form of."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest

from qantar.inference.scores import Forecast, crps, log_score, mixture_quantile, normal_cdf, score

GRID = np.linspace(-30.0, 30.0, 60_001)


def numeric_crps(marks: np.ndarray, weights: np.ndarray, observed: float) -> float:
    """The integral of (F(x) - 1{x >= y})², by which the score is defined."""
    below = sum(w * normal_cdf(GRID - m) for m, w in zip(marks, weights, strict=True))
    return float(np.trapezoid((below - (observed <= GRID)) ** 2, GRID))


@pytest.mark.parametrize("observed", [-4.0, 0.3, 2.5])
def test_crps_is_the_integral_that_defines_it(observed: float) -> None:
    marks, weights = np.array([-1.0, 0.0, 0.0, 3.0]), np.array([0.1, 0.2, 0.3, 0.4])
    assert crps(marks, weights, observed) == pytest.approx(numeric_crps(marks, weights, observed), abs=2e-3)


def test_crps_of_one_normal_is_gneiting_s() -> None:
    y = 1.3
    exact = y * (2 * NormalDist().cdf(y) - 1) + 2 * NormalDist().pdf(y) - 1 / math.sqrt(math.pi)
    assert crps(np.zeros(4), np.full(4, 0.25), y) == pytest.approx(exact, abs=1e-12)


def test_log_score_is_the_density_and_rises_with_distance() -> None:
    marks, weights = np.array([0.0, 2.0]), np.array([0.5, 0.5])
    density = 0.5 * NormalDist().pdf(1.0) + 0.5 * NormalDist(2.0).pdf(1.0)
    assert log_score(marks, weights, 1.0) == pytest.approx(-math.log(density))
    assert log_score(marks, weights, 6.0) > log_score(marks, weights, 4.0)
    assert math.isfinite(log_score(marks, weights, 500.0))


def test_quantiles_are_where_the_mixture_says() -> None:
    marks, weights = np.array([-2.0, 5.0]), np.array([0.25, 0.75])
    for level in (0.05, 0.5, 0.95):
        at = mixture_quantile(marks, weights, level)
        assert float(weights @ normal_cdf(at - marks)) == pytest.approx(level, abs=1e-9)


def test_a_sharp_right_forecast_beats_a_vague_and_a_wrong_one() -> None:
    observed = np.array([0.0])
    right, vague, wrong = (
        score(Forecast(np.array(marks)[:, None], np.full(3, 1 / 3)), observed)[0] for marks in ([0, 0, 0], [-6, 0, 6], [5, 5, 5])
    )
    assert right.crps < vague.crps < wrong.crps
    assert right.log_score < vague.log_score < wrong.log_score
    assert right.tail == pytest.approx(1.0)
    assert wrong.tail < 1e-5


def test_failed_rows_say_nothing() -> None:
    marks = np.array([[0.0], [np.nan], [1.0]])
    some, none = (
        score(Forecast(marks, np.full(3, 1 / 3)), np.array([0.5])),
        score(Forecast(marks[[0, 2]], np.full(2, 0.5)), np.array([0.5])),
    )
    assert some == none
    assert math.isnan(score(Forecast(marks[[1]], np.ones(1)), np.array([0.5]))[0].crps)
