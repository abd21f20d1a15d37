"""How good a forecast of a figure is, in units of its error of measurement.

A forecast is a mixture: each run gives a mark (see `qantar.inference.targets`), around which the
record's mark is normal with standard deviation 1. Scores are exact for the mixture, without draws:
the logarithmic score is -log Σ w φ(y - m) (Good 1952), the continuous ranked probability score has
the closed form of Grimit et al. (2006), Q. J. R. Meteorol. Soc. 132, 2925. Scoring counts on the scale
of the logarithm follows Bosse et al. (2023), PLoS Comput. Biol. 19, e1011393.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qantar.engine.compiled import njit

Floats = NDArray[np.float64]

LEVELS = (0.05, 0.5, 0.95)
LEAST_DENSITY = 1e-300
REACH = 8.0
HALVINGS = 60


@dataclass(frozen=True)
class Forecast:
    """Marks of every target in every run: marks[row, target], weights[row] adding up to 1."""

    marks: Floats
    weights: Floats


@dataclass(frozen=True)
class Score:
    """A forecast of one figure against the record.

    low, middle, high : 90 % interval and median, in marks; crps, log_score : smaller is better;
    tail : two-sided probability of a figure as far out as the record's
    """

    low: float
    middle: float
    high: float
    crps: float
    log_score: float
    tail: float


@njit()
def _normal_cdf(values: Floats) -> Floats:
    found = np.empty(values.size)
    for position in range(values.size):
        found[position] = 0.5 * math.erfc(-values[position] / math.sqrt(2.0))
    return found


def normal_cdf(values: Floats) -> Floats:
    """Return the standard normal distribution function."""
    flat = np.ascontiguousarray(values, dtype=np.float64)
    return np.asarray(_normal_cdf(flat.ravel()).reshape(flat.shape))


def _density(values: Floats) -> Floats:
    return np.exp(-0.5 * values**2) / math.sqrt(2.0 * math.pi)


def _mean_absolute(mean: Floats, sd: float) -> Floats:
    """Return E|N(mean, sd²)|."""
    z = mean / sd
    return 2.0 * sd * _density(z) + mean * (2.0 * normal_cdf(z) - 1.0)


def crps(marks: Floats, weights: Floats, observed: float) -> float:
    """Return the continuous ranked probability score of a mixture of unit normals, in units of the error."""
    kinds, position = np.unique(marks, return_inverse=True)
    mass = np.bincount(position.ravel(), weights=weights, minlength=kinds.size)
    outer = float(mass @ _mean_absolute(kinds - observed, 1.0))
    inner = float(mass @ _mean_absolute(kinds[:, None] - kinds[None, :], math.sqrt(2.0)) @ mass)
    return outer - 0.5 * inner


def log_score(marks: Floats, weights: Floats, observed: float) -> float:
    """Return minus the logarithm of the forecast's density at the record, per unit of the error."""
    return -math.log(max(float(weights @ _density(marks - observed)), LEAST_DENSITY))


def mixture_quantile(marks: Floats, weights: Floats, level: float) -> float:
    """Return the mark below which a share of the forecast lies, by bisection."""
    low, high = float(marks.min()) - REACH, float(marks.max()) + REACH
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if float(weights @ normal_cdf(middle - marks)) < level else (low, middle)
    return 0.5 * (low + high)


def score(forecast: Forecast, observed: Floats) -> list[Score]:
    """Score a forecast of every target. Rows that failed (NaN) are left out; without any other, scores are NaN."""
    sound = ~np.isnan(forecast.marks).any(axis=1)
    marks, weights = forecast.marks[sound], forecast.weights[sound]
    if weights.sum() <= 0.0:
        return [Score(*(math.nan,) * 6) for _ in observed]
    weights = weights / weights.sum()
    return [_score_one(marks[:, column], weights, float(observed[column])) for column in range(observed.size)]


def _score_one(marks: Floats, weights: Floats, observed: float) -> Score:
    below = float(weights @ normal_cdf(observed - marks))
    low, middle, high = (mixture_quantile(marks, weights, level) for level in LEVELS)
    return Score(low, middle, high, crps(marks, weights, observed), log_score(marks, weights, observed), 2.0 * min(below, 1.0 - below))
