"""Where the candidates of a generation come from, given the one before."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyabc
from numpy.typing import NDArray
from pyabc.transition import Transition

from qantar.inference.candidates import drawn_normals, drawn_uniform

Floats = NDArray[np.float64]

FROM_PRIOR = 0.2
"""Share of candidates that come from the prior again: no weight can exceed its inverse."""

INFLATION = 1.5
"""Variance of the other candidates relative to that of the last generation."""

TINY = 1e-9


class DefensiveNormal(Transition):  # type: ignore[misc]
    """A normal distribution with mean and inflated covariance of the last generation, mixed with the prior.

    Defensive importance sampling (Hesterberg 1995, Technometrics 37, 185), in the place of pyABC's kernel
    density around every particle (Beaumont et al. 2009): in a dozen dimensions that density is so rugged
    that a few particles carry all the weight. docs/decisions has the figures.

    Limits: one normal; a posterior with several modes is covered by its breadth alone.
    """

    def __init__(self) -> None:
        self._names: list[str] = []
        self._mean: Floats = np.zeros(0)
        self._root: Floats = np.zeros((0, 0))

    def fit(self, X: Any, w: Floats) -> None:  # noqa: ANN401, N803 - pyABC's names
        """Take mean and covariance of weighted particles, a table with a column for each parameter."""
        values = X.to_numpy()
        self._names = list(X.columns)
        self._mean = w @ values
        centred = values - self._mean
        covariance = INFLATION * (w[:, None] * centred).T @ centred
        self._root = np.linalg.cholesky(covariance + TINY * np.eye(values.shape[1]))

    def rvs_single(self) -> Any:  # noqa: ANN401 - pyABC's
        """Return one candidate."""
        from_prior = drawn_uniform() < FROM_PRIOR
        normals = drawn_normals(len(self._names))
        scores = normals if from_prior else self._mean + self._root @ normals
        return pyabc.Parameter(dict(zip(self._names, (float(score) for score in scores), strict=True)))

    def pdf(self, x: Any) -> float:  # noqa: ANN401 - pyABC's
        """Return the density of a candidate; the prior of scores is standard normal."""
        scores = np.array([x[name] for name in self._names])
        whitened = np.linalg.solve(self._root, scores - self._mean)
        near = math.exp(-0.5 * float(whitened @ whitened)) / float(np.prod(np.diag(self._root)))
        mixture = FROM_PRIOR * math.exp(-0.5 * float(scores @ scores)) + (1.0 - FROM_PRIOR) * near
        return float(mixture * (2.0 * math.pi) ** (-0.5 * len(scores)))
