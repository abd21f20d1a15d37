"""Priors: the point of a value's spread below which a given share of it lies."""

from __future__ import annotations

import math
from statistics import NormalDist

from qantar.scenario.value import LognormalSpread, NormalSpread, UniformSpread, Value

EDGE = 1e-15
"""Probability at which an inverse normal is cut, so that it stays finite."""


def inverse_prior(value: Value, u: float, *, low: float = -math.inf, high: float = math.inf) -> float:
    """The point of a value's prior, cut to [low, high], below which the share `u` of it lies.

    A value without a spread is its own prior.
    """
    spread = value.spread
    if isinstance(spread, UniformSpread):
        bottom, top = max(low, spread.low), min(high, spread.high)
        return bottom + u * (top - bottom)
    if isinstance(spread, NormalSpread):
        return _clip(_inverse_normal(NormalDist(value.value, spread.sd), u, low, high), low, high)
    if isinstance(spread, LognormalSpread):
        normal = NormalDist(math.log(value.value), spread.sd_log)
        return _clip(math.exp(_inverse_normal(normal, u, _log(low), _log(high))), low, high)
    return value.value


def _inverse_normal(normal: NormalDist, u: float, low: float, high: float) -> float:
    bottom = 0.0 if low == -math.inf else normal.cdf(low)
    top = 1.0 if high == math.inf else normal.cdf(high)
    return normal.inv_cdf(_clip(bottom + u * (top - bottom), EDGE, 1.0 - EDGE))


def _log(bound: float) -> float:
    return math.log(bound) if bound > 0.0 else -math.inf


def _clip(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)
