"""A posterior from a table of runs, without a new run: the nearest rows, moved along a regression.

Beaumont, Zhang and Balding (2002), Genetics 162, 2025: accept the rows nearest to a record, weigh them
by an Epanechnikov kernel, regress scores on statistics locally, and move each row to where it would be
had its statistics been the record's.

Departure: a small ridge keeps the regression defined where statistics do not vary.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qantar.engine.streams import Stream
from qantar.inference.distance import from_marks
from qantar.inference.draws import normals
from qantar.inference.targets import Targets

Floats = NDArray[np.float64]

SHARE = 0.02
FEWEST = 100
RIDGE = 1e-3
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
    keep = min(max(int(share * len(distance)), FEWEST), len(distance))
    rows = np.argsort(distance, kind="stable")[:keep]
    width = max(float(distance[rows[-1]]), 1e-12)
    kernel = np.maximum(1.0 - (distance[rows] / width) ** 2, 0.0)
    if kernel.sum() <= 0.0:
        kernel = np.ones(keep)
    kernel /= kernel.sum()
    deviation = np.clip(marks[rows] - observed, -FARTHEST, FARTHEST)
    moved = scores[rows] - deviation @ _slopes(scores[rows], deviation, kernel)
    return Adjusted(moved, kernel, rows, width)


def _slopes(scores: Floats, deviation: Floats, kernel: Floats) -> Floats:
    """Return the slopes of a weighted linear regression with an intercept: [target, parameter]."""
    centred = deviation - kernel @ deviation
    cross = (kernel[:, None] * centred).T @ (scores - kernel @ scores)
    square = (kernel[:, None] * centred).T @ centred
    size = max(float(np.trace(square)) / square.shape[0], 1e-12)
    slopes: Floats = np.linalg.solve(square + RIDGE * size * np.eye(square.shape[0]), cross)
    return slopes


def with_errors(marks: Floats, targets: Targets, seed: int) -> Floats:
    """Return marks with an error of measurement drawn for each row and target; patterns have none."""
    found = marks.copy()
    for column, target in enumerate(targets.listed):
        if not target.tolerance:
            found[:, column] += normals(seed, Stream.MEASUREMENT, target.id, range(marks.shape[0]))[:, 0]
    return found
