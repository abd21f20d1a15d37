"""Intervals of differences between twins, and how many members the sharing of draws saves."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from qantar.results.matched import matched_interval

LEVEL = 0.95
"""Confidence of every interval of a mean or of a share."""

SPREAD = (0.05, 0.5, 0.95)
"""Quantiles of the differences of single pairs that are given."""


def student_quantile(degrees: int, level: float = LEVEL) -> float:
    """Two-sided quantile of Student's t: the number that |t| stays below with probability `level`.

    Notes: exact for one and two degrees of freedom; from three on Hill (1970, CACM 13:619, algorithm 396),
    whose relative error is below 1e-5 and falls quickly.

    Raises ValueError below one degree of freedom.
    """
    if degrees < 1:
        raise ValueError(f"Student's t needs a degree of freedom, not {degrees}")
    p = 1.0 - level
    if degrees == 1:
        return 1.0 / math.tan(math.pi * p / 2.0)
    if degrees == 2:  # noqa: PLR2004 - the case with a closed form
        return math.sqrt(2.0 / (p * (2.0 - p)) - 2.0)
    n = float(degrees)
    a = 1.0 / (n - 0.5)
    b = 48.0 / (a * a)
    c = ((20700.0 * a / b - 98.0) * a - 16.0) * a + 96.36
    d = ((94.5 / (b + c) - 3.0) / b + 1.0) * math.sqrt(a * math.pi / 2.0) * n
    x = d * p
    y = x ** (2.0 / n)
    if y > 0.05 + a:
        x = NormalDist().inv_cdf(p * 0.5)
        y = x * x
        if degrees < 5:  # noqa: PLR2004 - as in the published algorithm
            c += 0.3 * (n - 4.5) * (x + 0.6)
        c += (((0.05 * d * x - 5.0) * x - 7.0) * x - 2.0) * x + b
        y = (((((0.4 * y + 6.3) * y + 36.0) * y + 94.5) / c - y - 3.0) / b + 1.0) * x
        y = math.expm1(a * y * y)
    else:
        y = ((1.0 / (((n + 6.0) / (n * y) - 0.089 * d - 0.822) * (n + 2.0) * 3.0) + 0.5 / (n + 4.0)) * y - 1.0) * (n + 1.0) / (
            n + 2.0
        ) + 1.0 / y
    return math.sqrt(n * y)


@dataclass(frozen=True)
class Mean:
    """A mean over members with its interval; both ends are NaN where one member, or members all alike, say nothing of the spread."""

    value: float
    low: float
    high: float
    members: int

    @property
    def alike(self) -> bool:
        """Whether there is no interval because several members have all the same value, which is not zero."""
        return self.members > 1 and math.isnan(self.low) and not math.isnan(self.value)

    @property
    def clear(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low > 0.0 or self.high < 0.0

    def times(self, factor: float) -> Mean:
        """Return the mean and its interval in another unit; factor : above 0."""
        return Mean(self.value * factor, self.low * factor, self.high * factor, self.members)

    @property
    def half(self) -> float:
        """Half the width of the interval."""
        return (self.high - self.low) / 2.0


def mean_interval(values: NDArray[np.generic]) -> Mean:
    """Mean of values[member] and its 95 % interval, by Student's t.

    Members that all agree on something tell nothing of how far others would, and leave no interval; where all of them have
    zero, it is exactly zero.

    Limits: with few members and a long tail the interval is too short on the side of the tail.
    """
    found = np.asarray(values, dtype=np.float64)
    n = found.size
    if n == 0:
        return Mean(math.nan, math.nan, math.nan, 0)
    mean = float(found.mean())
    if n == 1 or (found[0] != 0.0 and bool((found == found[0]).all())):
        return Mean(float(found[0]), math.nan, math.nan, n)
    half = student_quantile(n - 1) * float(found.std(ddof=1)) / math.sqrt(n)
    return Mean(mean, mean - half, mean + half, n)


def share_difference(in_a: NDArray[np.bool_], in_b: NDArray[np.bool_]) -> Mean:
    """Share of members for which something holds in B, less the share in A, with its 95 % interval, as `matched_difference`."""
    return matched_difference(int((~in_a & in_b).sum()), int((in_a & ~in_b).sum()), int(in_a.size))


def matched_difference(gained: int, lost: int, n: int) -> Mean:
    """Difference of two shares over n pairs, `gained` of which hold only in B and `lost` only in A, with its 95 % interval.

    Notes: the interval is that of `qantar.results.matched`; the value is the plain difference.
    """
    if n == 0:
        return Mean(math.nan, math.nan, math.nan, 0)
    return Mean((gained - lost) / n, *matched_interval(gained, lost, n, LEVEL), n)


@dataclass(frozen=True)
class Gain:
    """How many times more members independent runs would need for an interval of the same width.

    value : (variance in A + variance in B) / variance of the difference; infinite where all pairs differ alike;
    low, high : its 95 % interval
    """

    value: float
    low: float
    high: float


def gain(a: NDArray[np.generic], b: NDArray[np.generic]) -> Gain:
    """What sharing draws saves, from a[member] and b[member] of the same members.

    Notes: the interval is a jackknife of the logarithm over members. It is NaN with fewer than three, and where a
    single member makes all of the spread.
    """
    first, second = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    n = first.size
    if n < 3:  # noqa: PLR2004 - leaving one out must leave two
        return Gain(math.nan, math.nan, math.nan)
    apart = float(first.var(ddof=1) + second.var(ddof=1))
    together = float((second - first).var(ddof=1))
    if together == 0.0:
        value = math.inf if apart > 0.0 else math.nan
        return Gain(value, value, value)
    if apart == 0.0:
        return Gain(math.nan, math.nan, math.nan)
    value = apart / together
    others_apart, others_together = _left_out(first) + _left_out(second), _left_out(second - first)
    if others_apart.min() <= 0.0 or others_together.min() <= 0.0:  # one member makes all of the spread
        return Gain(value, math.nan, math.nan)
    logs = np.log(others_apart) - np.log(others_together)
    error = math.sqrt((n - 1) / n * float(((logs - logs.mean()) ** 2).sum()))
    half = student_quantile(n - 1) * error
    return Gain(value, value * math.exp(-half), value * math.exp(half))


def _left_out(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Variance of the others, for each member: float64[member]."""
    n = values.size
    rest = values - values.mean()
    squares = float((rest**2).sum())
    left = (squares - rest**2 * n / (n - 1)) / (n - 2)
    return np.asarray(np.maximum(0.0, left), dtype=np.float64)
