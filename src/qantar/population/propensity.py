"""Classes of private readiness x ~ N(0, 1), with a fine upper tail.

The few most ready decide how a cascade starts (Granovetter 1978, AJS 83, 1420-1443; Kuran 1989,
Public Choice 61, 41-74), so the classes are wide where most people are and narrow above.
"""

from __future__ import annotations

import math
from itertools import pairwise
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from qantar.errors import UsageError

MOST_CLASSES = 60

UPPER_TAILS = (0.5, 0.25, 0.12, 0.06, 0.03, 0.015, 0.007, 0.003, 0.001, 0.0003, 0.00005)
"""Chance of being above each of the 11 inner edges of the 12 standard classes (a discretisation, not an assumption about people)."""

_STANDARD = len(UPPER_TAILS) + 1
_SMALLEST_SCALE = 1e-6


def upper_tail(position: float) -> float:
    """Return P(x > edge) at a position in [0, 1] of the sequence of classes.

    Notes:
        At k / 12 this is `UPPER_TAILS`; between two of them the edge moves linearly in x. Below the
        first the probability falls linearly from 1, beyond the last it falls to 0 as the square of
        what is left, so that more classes refine both ends too.
    """
    scaled = position * _STANDARD
    if scaled <= 1:
        return 1 - (1 - UPPER_TAILS[0]) * scaled
    if scaled >= _STANDARD - 1:
        return UPPER_TAILS[-1] * (_STANDARD - scaled) ** 2
    below = min(int(scaled), _STANDARD - 2)
    low, high = (-NormalDist().inv_cdf(tail) for tail in UPPER_TAILS[below - 1 : below + 1])
    return _normal_above(low + (scaled - below) * (high - low))


def class_tails(classes: int) -> NDArray[np.float64]:
    """Return P(x > edge) at the `classes` + 1 edges, from 1 down to 0.

    Raises:
        UsageError: fewer than 1 class or more than 60.
    """
    if not 1 <= classes <= MOST_CLASSES:
        raise UsageError(f"the number of propensity classes must lie between 1 and {MOST_CLASSES}, not {classes}")
    return np.array([upper_tail(edge / classes) for edge in range(classes + 1)])


def class_edges(tails: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn upper tails into edges in x: float64[class + 1], from minus to plus infinity."""
    inner = [-NormalDist().inv_cdf(tail) for tail in tails[1:-1]]
    return np.array([-math.inf, *inner, math.inf]) + 0.0  # no negative zero at the median


def class_score(edges: NDArray[np.float64], sigma: float) -> NDArray[np.float64]:
    """Return the readiness that stands for each class: float64[class].

    Args:
        edges: float64[class + 1], in x.
        sigma: spread of readiness on the scale of log-odds, not negative.

    Raises:
        UsageError: sigma is negative.

    Notes:
        s_c = log E[exp(sigma x) | a < x <= b] / sigma, with
        E[exp(sigma x) | a < x <= b] = exp(sigma^2 / 2) (Phi(b - sigma) - Phi(a - sigma)) / (Phi(b) - Phi(a)),
        so that exp(sigma s_c) is the mean of the class. As sigma goes to 0, s_c goes to E[x | a < x <= b].
    """
    if sigma < 0:
        raise UsageError(f"the spread of readiness must not be negative, it is {sigma}")
    pairs = [(float(low), float(high)) for low, high in pairwise(edges)]
    if sigma < _SMALLEST_SCALE:
        return np.array([(_density(low) - _density(high)) / _between(low, high) for low, high in pairs])
    ratios = [_between(low - sigma, high - sigma) / _between(low, high) for low, high in pairs]
    return sigma / 2 + np.log(ratios) / sigma


def _normal_above(x: float) -> float:
    """P(x > .) of the standard normal, accurate in the upper tail."""
    return math.erfc(x / math.sqrt(2)) / 2


def _between(low: float, high: float) -> float:
    """P(low < . <= high), taken in the tail in which it loses no digits."""
    if low > 0:
        return _normal_above(low) - _normal_above(high)
    return _normal_above(-high) - _normal_above(-low)


def _density(x: float) -> float:
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)
