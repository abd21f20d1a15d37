"""What a fit leaves: weighted parameter sets, as rows for further work and as files to ship."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qantar.ensembles.design import particle_of
from qantar.inference.priors import Priors, calibration_of
from qantar.results.files import write_text
from qantar.scenario.posterior import WEIGHT, WEIGHT_SIMULATED, Posterior, Provenance
from qantar.scenario.schema import Scenario
from qantar.scenario.shipped import PARTICLES, POSTERIOR

Floats = NDArray[np.float64]
DIGITS = 12


@dataclass(frozen=True)
class Fitted:
    """Parameter sets with their weights: scores[particle, parameter], weights[particle] adding up to 1."""

    priors: Priors
    scores: Floats
    weights: Floats
    provenance: Provenance

    @property
    def effective(self) -> float:
        """Effective number of parameter sets."""
        return effective_number(self.weights)

    def shipped(self, simulated: Floats | None = None) -> Posterior:
        """Return the fit as a scenario carries it, with weights under a simulated palace where there are some."""
        values = self.priors.values(self.scores)
        return Posterior(
            provenance=self.provenance,
            names=self.priors.names,
            weights=tuple(float(weight) for weight in self.weights),
            values=tuple(tuple(float(value) for value in row) for row in values),
            simulated=() if simulated is None else tuple(float(weight) for weight in simulated / simulated.sum()),
        )

    def members(self, seed: int, count: int, first: int = 0) -> NDArray[np.int64]:
        """Return the particle of each of `count` members from the number `first` on, as `qantar run --parameters posterior` draws it."""
        posterior = self.shipped()
        return np.array([particle_of(posterior, seed=seed, member=member) for member in range(first, first + count)], dtype=np.int64)

    def quantiles(self, levels: Sequence[float]) -> Floats:
        """Return weighted quantiles of the values: [level, parameter]."""
        values = self.priors.values(self.scores)
        return np.stack([weighted_quantiles(values[:, column], self.weights, levels) for column in range(values.shape[1])], axis=1)


def effective_number(weights: Floats) -> float:
    """Return how many equal weights are worth as much as these, which add up to 1: 1 / Σ w² (Kish 1965)."""
    return float(1.0 / (weights**2).sum())


def weighted_quantiles(values: Floats, weights: Floats, levels: Sequence[float]) -> Floats:
    """Return the values below which the given shares of the weight lie."""
    order = np.argsort(values, kind="stable")
    cumulative = np.cumsum(weights[order])
    positions = np.searchsorted(cumulative, np.asarray(levels) * cumulative[-1], side="left")
    return np.asarray(values[order][np.minimum(positions, values.size - 1)])


def calibration_hash(scenario: Scenario) -> str:
    """Return 12 digits that differ when anything in a calibration.yaml differs."""
    text = json.dumps(calibration_of(scenario).model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


def write_posterior(folder: Path, fitted: Fitted, simulated: Floats | None = None) -> tuple[Path, Path]:
    """Write ``posterior.csv`` and ``posterior.yaml`` into a folder and return the two files.

    simulated : float64[particle], weights under a simulated palace (`qantar.inference.reweigh`), where there are some
    """
    posterior = fitted.shipped(simulated)
    columns = {WEIGHT: posterior.weights} | ({WEIGHT_SIMULATED: posterior.simulated} if posterior.simulated else {})
    lines = [",".join((*columns, *posterior.names))]
    rows = zip(*columns.values(), posterior.values, strict=True)
    lines += [",".join(repr(number) for number in (*weights, *values)) for *weights, values in rows]
    table, note = folder / PARTICLES, folder / POSTERIOR
    write_text(table, "\n".join(lines) + "\n")
    write_text(note, _yaml(posterior.provenance))
    return table, note


def _yaml(provenance: Provenance) -> str:
    head = "# Where the parameter sets of posterior.csv come from. Written by `qantar calibrate`; not for editing.\n\n"
    return head + "".join(f"{name}: {json.dumps(value)}\n" for name, value in provenance.model_dump().items())
