"""What the people of Epstein's model I go by, as compiled functions; what the rules mean stands in `qantar.classics.epstein`."""

from __future__ import annotations

import math
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qantar.classics.torus import REACH
from qantar.engine.compiled import njit

IN_SIGHT = 2 * REACH * (REACH + 1)
"""Cells of the widest neighbourhood, the centre not counted."""


class Rounding(IntEnum):
    """What becomes of cops over actives before it is weighed."""

    NONE = 0
    NEAREST = 1
    FLOOR = 2


_NONE, _FLOOR = int(Rounding.NONE), int(Rounding.FLOOR)


class Rules(NamedTuple):
    """What a tick goes by; `legitimacy` may differ from tick to tick.

    masks : what is in sight (`torus.diamond`); chances : of arrest (`arrest_chances`)
    """

    legitimacy: float
    threshold: float
    longest_term: int
    masks: NDArray[np.uint64]
    chances: NDArray[np.float64]


@njit(inner=True)
def arrest_chance(cops: int, actives: int, k: float, rounding: int) -> float:
    """P = 1 - exp(-k C / A), with C / A rounded as asked for. Source: Epstein (2002)."""
    ratio = cops / actives
    if rounding == _FLOOR:
        ratio = math.floor(ratio)
    elif rounding != _NONE:
        ratio = np.rint(ratio)
    return 1.0 - math.exp(-k * ratio) if ratio > 0.0 else 0.0


@njit()
def arrest_chances(k: float, rounding: int) -> np.ndarray:
    """Return P for all that may be in sight, with oneself among the actives : float64[other actives, cops]."""
    chances = np.empty((IN_SIGHT + 1, IN_SIGHT + 1))
    for others in range(IN_SIGHT + 1):
        for cops in range(IN_SIGHT + 1):
            chances[others, cops] = arrest_chance(cops, others + 1, k, rounding)
    return chances


@njit(borrows=True, inner=True)
def readiness(hardship: float, rules: Rules) -> float:
    """H (1 - L) - T: what risk must stay below."""
    return hardship * (1.0 - rules.legitimacy) - rules.threshold


@njit(borrows=True, inner=True)
def rebels(ready: float, risk: float, rules: Rules, cops: int, others: int) -> bool:
    """Whether H (1 - L) - T > R P, with so many other actives in sight. Source: Epstein (2002), rule A."""
    return bool(ready > risk * rules.chances[others, cops])
