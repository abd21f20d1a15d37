"""Free parameters and their priors, on a common scale.

Calibration works on scores: z of a parameter is the standard normal quantile of its prior's
distribution function, so that every prior is N(0, 1) and independent, and no draw leaves the range
in which the parameter makes sense.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qantar.engine.streams import Stream
from qantar.ensembles.design import with_parameters
from qantar.errors import UsageError
from qantar.inference.draws import STANDARD, normals
from qantar.scenario.calibration import Calibration
from qantar.scenario.checks_calibration import parameter_at
from qantar.scenario.posterior import REPORTING
from qantar.scenario.prior import inverse_prior
from qantar.scenario.schema import Scenario
from qantar.scenario.value import Value

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Free:
    """A free parameter: its name, its value with the spread that is its prior, and its range."""

    name: str
    value: Value
    low: float
    high: float

    def at(self, score: float) -> float:
        """Return the value at a score."""
        return inverse_prior(self.value, STANDARD.cdf(score), low=self.low, high=self.high)


@dataclass(frozen=True)
class Priors:
    """The free parameters of a study, those of the model first, then the reporting factors."""

    free: tuple[Free, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names, 'group.parameter'."""
        return tuple(free.name for free in self.free)

    def values(self, scores: Floats) -> Floats:
        """Return values[..., parameter] at scores[..., parameter]."""
        flat = np.atleast_2d(scores)
        found = np.array([[free.at(float(z)) for free, z in zip(self.free, row, strict=True)] for row in flat]).reshape(flat.shape)
        return found.reshape(np.shape(scores))

    def apply(self, scenario: Scenario, scores: Floats) -> Scenario:
        """Return the scenario with the parameters at the given scores."""
        values = dict(zip(self.names, (float(value) for value in self.values(scores)), strict=True))
        return with_parameters(scenario, {name: value for name, value in values.items() if not name.startswith(f"{REPORTING}.")})

    def draw(self, seed: int, rows: range) -> Floats:
        """Return scores[row, parameter] drawn from the prior; row k is a function of the seed and k."""
        return np.concatenate([normals(seed, Stream.DESIGN, name, rows) for name in self.names], axis=1)


def calibration_of(scenario: Scenario) -> Calibration:
    """Return the calibration of a scenario. Raises UsageError where it has none."""
    if scenario.calibration is None:
        raise UsageError(f"{scenario.header.id} has no calibration.yaml, which says what is fitted to what; see docs/schema/scenario.md")
    return scenario.calibration


def priors_of(scenario: Scenario, fixed: frozenset[str] = frozenset()) -> Priors:
    """Return the free parameters of a scenario but for those that are `fixed`.

    A parameter that was changed by hand has no spread any more and is not free either.
    """
    calibration = calibration_of(scenario)
    free = []
    for path in calibration.free:
        value = parameter_at(scenario.parameters, path)
        if value is not None and value.spread is not None and path not in fixed:
            free.append(Free(path, value, *_range(scenario, path)))
    factors = [(f"{REPORTING}.{line.key}", line.factor) for line in calibration.measurement if line.factor.spread is not None]
    free += [Free(name, factor, 0.0, math.inf) for name, factor in factors]
    return Priors(tuple(free))


def _range(scenario: Scenario, path: str) -> tuple[float, float]:
    group, _, name = path.partition(".")
    extra: Any = type(getattr(scenario.parameters, group)).model_fields[name].json_schema_extra
    low, high = extra["quantity"]["low"], extra["quantity"]["high"]
    return -math.inf if low is None else float(low), math.inf if high is None else float(high)
