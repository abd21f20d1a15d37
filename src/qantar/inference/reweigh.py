"""A fit under recorded orders, weighed again under a simulated palace.

Parameters that were fitted while the record's orders acted owe part of their agreement to those orders.
Members of the fit are run again with the palace simulated, and each is weighed by how near that run
comes to the record: w' = w · max(0, 1 - (d / h)²), h the distance within which the fit was accepted, widened until
at least a share of the members count (Beaumont et al. 2002, with an importance weight).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from qantar.inference.calibrate import Calibrations
from qantar.inference.distance import Distance
from qantar.inference.posterior import Fitted, effective_number
from qantar.inference.studies import FIT

Floats = NDArray[np.float64]

LEAST_SHARE = 0.25
USABLE = 30.0
"""Effective runs below which new weights say nothing."""

CARRIES = 1.25
"""Width of the kernel, relative to the distance within which the fit was accepted, up to which the fit carries over; assumed."""


@dataclass(frozen=True)
class Reweighed:
    """Median distances under both palaces, effective numbers before and after, and the fit with its new weights.

    tolerance, width : the distance within which the fit was accepted, and the one within which runs count now;
    particles : float64[particle], the new weights of the parameter sets of the fit itself
    """

    recorded: float
    simulated: float
    before: float
    after: float
    tolerance: float
    width: float
    fitted: Fitted
    particles: Floats

    @property
    def usable(self) -> bool:
        """Whether enough runs count."""
        return self.after >= USABLE

    @property
    def carries_over(self) -> bool:
        """Whether enough runs come about as near to the record as the fit did."""
        return self.usable and self.width <= CARRIES * self.tolerance


def kernel_weights(distance: Floats, tolerance: float) -> tuple[Floats, float]:
    """Return weights by an Epanechnikov kernel, and its width: at least `tolerance`, and wide enough for a share of the rows."""
    finite = distance[np.isfinite(distance)]
    if finite.size == 0:
        return np.zeros_like(distance), tolerance
    width = max(tolerance, float(np.quantile(finite, LEAST_SHARE)) * (1.0 + 1e-9), 1e-12)
    return np.where(np.isfinite(distance), np.maximum(1.0 - (distance / width) ** 2, 0.0), 0.0), width


def reweighed(calibrations: Calibrations) -> Reweighed | None:
    """Return the fit under the simulated palace, None where the step ``simulated`` was not run."""
    rows, result = calibrations.table("simulated"), calibrations.result(FIT)
    if rows is None or result is None or result.predictive is None:
        return None
    distance = Distance(result.study.targets(calibrations.scenario))
    there, here = distance(result.predictive.outcomes, result.predictive.scores), distance(rows.outcomes, rows.scores)
    weights, width = kernel_weights(here, result.fitted.provenance.tolerance)
    if weights.sum() <= 0.0:
        return None
    weights /= weights.sum()
    drawn = result.fitted.members(calibrations.seed, len(rows))
    particles: Floats = np.bincount(drawn, weights=weights, minlength=result.fitted.weights.size).astype(np.float64)
    effective = effective_number(particles)
    note = result.fitted.provenance.model_copy(
        update={"palace": "simulated", "study": f"{FIT}, weighed again", "tolerance": width, "effective": effective}
    )
    kept = np.flatnonzero(weights)
    fitted = replace(result.fitted, scores=rows.scores[kept], weights=weights[kept], provenance=note)
    medians = float(np.median(there)), float(np.median(here))
    return Reweighed(*medians, result.fitted.effective, effective, result.fitted.provenance.tolerance, width, fitted, particles)
