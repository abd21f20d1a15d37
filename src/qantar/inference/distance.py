"""How far a run is from the record."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qantar.inference.targets import Targets

Floats = NDArray[np.float64]

BEND = 3.0
"""Number of errors beyond which a deviation counts in proportion, not squared (Huber 1964)."""


def huber(deviations: Floats) -> Floats:
    """Return z² within `BEND`, and the tangent of it beyond: 2 · BEND · |z| - BEND².

    Huber, P. J. (1964), Ann. Math. Statist. 35, 73. A target that a mechanism of the model misses by far
    must not drown all others, and must not lose its slope either.
    """
    size = np.abs(deviations)
    return np.where(size <= BEND, size**2, 2.0 * BEND * size - BEND**2)


@dataclass(frozen=True)
class Distance:
    """Root of the weighted mean of `huber` over targets, in units of the errors."""

    targets: Targets

    def __call__(self, outcomes: NDArray[np.float32] | Floats, scores: Floats) -> Floats:
        """Return the distance of each row of outcomes[row, outcome] and scores[row, parameter]; inf where it failed."""
        return from_marks(self.targets.marks(outcomes, scores), self.targets.observed, self.targets.weights)


def from_marks(marks: Floats, observed: Floats, weights: Floats) -> Floats:
    """Return the distance of each row of marks[row, target] from observed[target]."""
    with np.errstate(invalid="ignore"):
        mean = huber(marks - observed) @ weights / weights.sum()
    return np.where(np.isnan(mean), np.inf, np.sqrt(mean))
