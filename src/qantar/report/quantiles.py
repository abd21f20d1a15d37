"""Quantiles of an ensemble with the error that a finite number of members leaves in them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEVELS = (0.05, 0.50, 0.95)
"""The quantiles that are shown: the two ends of the central 90 % interval and the median."""


@dataclass(frozen=True)
class Quantiles:
    """Median and 90 % interval of one quantity, each with its Monte-Carlo standard error."""

    low: float
    middle: float
    high: float
    low_error: float
    middle_error: float
    high_error: float

    def holds(self, value: float) -> bool:
        """Whether a value lies inside the 90 % interval."""
        return self.low <= value <= self.high

    @property
    def known(self) -> bool:
        """Whether there was any member to take quantiles of."""
        return not math.isnan(self.middle)


UNKNOWN = Quantiles(*(math.nan,) * 6)


def quantiles(values: NDArray[np.generic]) -> Quantiles:
    """Quantiles of one quantity over members: values[member], unknown (NaN) where there is none.

    Notes: the standard error of a quantile is half the distance between the order statistics one
    binomial standard deviation to either side of it (Wilks 1948; distribution-free). With few
    members the extreme order statistics bound it, so it is then too small for the outer levels.
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64).ravel())
    ordered = ordered[~np.isnan(ordered)]
    if ordered.size == 0:
        return UNKNOWN
    levels = [float(level) for level in np.quantile(ordered, LEVELS)]
    return Quantiles(*levels, *(_order_error(ordered, level) for level in LEVELS))


def _order_error(ordered: NDArray[np.float64], level: float) -> float:
    n = ordered.size
    centre, spread = n * level, math.sqrt(n * level * (1 - level))
    below = min(max(math.floor(centre - spread), 0), n - 1)
    above = min(max(math.ceil(centre + spread), 0), n - 1)
    return float(ordered[above] - ordered[below]) / 2


def by_column(values: NDArray[np.generic]) -> tuple[Quantiles, ...]:
    """Quantiles over members of every column of values[member, column]."""
    return tuple(quantiles(values[:, column]) for column in range(values.shape[1]))


@dataclass(frozen=True)
class Share:
    """A share of members with its Monte-Carlo standard error."""

    value: float
    error: float
    count: int
    members: int


def share(flags: Sequence[bool] | NDArray[np.bool_]) -> Share:
    """The share of members for which something holds.

    Notes: the error is that of Agresti and Coull (1998), two members added to each side, so that
    a share of 0 or 1 in few members does not pretend to be certain.
    """
    members, count = len(flags), int(np.sum(np.asarray(flags, dtype=bool)))
    if members == 0:
        return Share(math.nan, math.nan, 0, 0)
    padded = (count + 2) / (members + 4)
    return Share(count / members, math.sqrt(padded * (1 - padded) / (members + 4)), count, members)
