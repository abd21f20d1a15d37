"""The interval of a difference of two shares over matched pairs."""

from __future__ import annotations

import math
from statistics import NormalDist

ADDED = 0.5
"""Pairs added to each of the four cells: both, only the first, only the second, neither."""


def matched_interval(gained: int, lost: int, pairs: int, level: float = 0.95) -> tuple[float, float]:
    """Return the interval of the difference of two shares, `gained` pairs holding only in the second and `lost` only in the first.

    Notes: the adjusted Wald interval for matched pairs (Agresti and Min 2005, Statistics in Medicine 24:729), half a pair added to
    each of the four cells; cut to what shares can differ by, -1 to 1.
    """
    total = pairs + 4.0 * ADDED
    up, down = (gained + ADDED) / total, (lost + ADDED) / total
    half = NormalDist().inv_cdf(0.5 + level / 2.0) * math.sqrt(max(0.0, up + down - (up - down) ** 2) / total)
    return max(up - down - half, -1.0), min(up - down + half, 1.0)
