"""A posterior from a table of runs, without a new run: the nearest rows, moved along a regression.

Beaumont, Zhang and Balding (2002), Genetics 162, 2025: accept the rows nearest to a record, weigh them
by an Epanechnikov kernel, regress scores on statistics locally, and move each row to where it would be
had its statistics been the record's.

Departure: the regression is a ridge, with the penalty of each parameter chosen by leave-one-out errors (Allen
1974, Technometrics 16, 125), and rows are moved with the residual that they have from a line fitted without
them. Thirty statistics on some hundred rows fit their own noise: plain residuals were too small, and 90 %
intervals held the truth in 70 %.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qantar.engine.streams import Stream
from qantar.inference.distance import from_marks
from qantar.inference.draws import normals
from qantar.inference.parts import Rows
from qantar.inference.targets import Targets

Floats = NDArray[np.float64]

SHARE = 0.02
ROWS_A_TARGET = 10
"""Rows that are kept for each statistic, at least."""

PENALTIES = np.logspace(-4, 4, 17)
"""Tried in units of the mean square of the statistics; the largest leave a parameter as its prior has it."""

FARTHEST = 10.0
"""Deviations are cut here, in errors, before the regression: beyond it a line means nothing."""


@dataclass(frozen=True)
class Adjusted:
    """Scores[row, parameter] after the move, with weights[row] that add up to 1.

    rows : of the table they come from; width : distance within which they lie
    """

    scores: Floats
    weights: Floats
    rows: NDArray[np.int64]
    width: float

    @property
    def mean(self) -> Floats:
        """Posterior mean of each score."""
        return self.weights @ self.scores

    @property
    def variance(self) -> Floats:
        """Posterior variance of each score; the prior's is 1."""
        return self.weights @ (self.scores - self.mean) ** 2

    def rank(self, truth: Floats) -> Floats:
        """Return the share of the posterior below each true score."""
        return self.weights @ (self.scores < truth)


def adjusted(scores: Floats, marks: Floats, observed: Floats, weights: Floats, *, share: float = SHARE) -> Adjusted:
    """Return the posterior of scores given a record.

    scores[row, parameter] from the prior; marks[row, target] with their error of measurement drawn;
    observed[target]; weights[target] as in the distance
    """
    distance = from_marks(marks, observed, weights)
    keep = min(max(int(share * len(distance)), ROWS_A_TARGET * marks.shape[1]), len(distance))
    rows = np.argsort(distance, kind="stable")[:keep]
    width = max(float(distance[rows[-1]]), 1e-12)
    kernel = np.maximum(1.0 - (distance[rows] / width) ** 2, 0.0)
    if kernel.sum() <= 0.0:
        kernel = np.ones(keep)
    kernel /= kernel.sum()
    deviation = np.clip(marks[rows] - observed, -FARTHEST, FARTHEST)
    return Adjusted(_moved(scores[rows], deviation, kernel), kernel, rows, width)


def _moved(scores: Floats, deviation: Floats, kernel: Floats) -> Floats:
    """Return every row at no deviation: where the line is there, and the row's residual from a line without it."""
    middle, mean = kernel @ deviation, kernel @ scores
    root = np.sqrt(kernel)[:, None]
    left, size, right = np.linalg.svd(root * (deviation - middle), full_matrices=False)
    seen = left.T @ (root * (scores - mean))
    unit = max(float((size**2).mean()), 1e-12)
    best, moved = np.full(scores.shape[1], np.inf), scores.copy()
    for penalty in PENALTIES * unit:
        shrink = size / (size**2 + penalty)
        slopes = right.T @ (shrink[:, None] * seen)
        leverage = kernel + (left**2) @ (size * shrink)
        residual = (scores - mean - (deviation - middle) @ slopes) / np.maximum(1.0 - leverage, 1e-9)[:, None]
        error = kernel @ residual**2
        better = error < best
        moved[:, better] = (mean - middle @ slopes + residual)[:, better]
        best = np.where(better, error, best)
    return moved


def marked(rows: Rows, targets: Targets, seed: int) -> tuple[Rows, Floats]:
    """Return the rows that did not fail, with their marks[row, target], an error of measurement drawn for each."""
    sound = rows.take(np.flatnonzero(rows.sound))
    return sound, with_errors(targets.marks(sound.outcomes, sound.scores), targets, seed)


def with_errors(marks: Floats, targets: Targets, seed: int) -> Floats:
    """Return marks with an error of measurement drawn for each row and target; patterns have none."""
    found = marks.copy()
    for column, target in enumerate(targets.listed):
        if not target.tolerance:
            found[:, column] += normals(seed, Stream.MEASUREMENT, target.id, range(marks.shape[0]))[:, 0]
    return found
