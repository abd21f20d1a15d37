"""What the kernels of the streets are given: the run and its moment, the lie of the land."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WEIGHT_UNIT = 64
"""Whole weights in 1: coarse weights, rounded up, cost a draw in vain now and then, at most one in as many."""


class Key(NamedTuple):
    """What every draw of a tick has in common: the run and the moment."""

    seed: int
    member: int
    moment: int


class Setting(NamedTuple):
    """Where people live, where they may go, and what a stratum is.

    key : int64[place]          number of a place's identifier, for draws
    region : int64[place]
    to_start : int64[place + 1], to : int64[pair], to_weight : float64[pair]
        destinations of a home place, with distance weight times share of the residents within reach
    group : int64[stratum]      how prone to turn violent, an index below `bags.GROUPS`
    weight : int64[stratum]     how much likelier than the most reluctant adults they join, in parts of `WEIGHT_UNIT`; 0 for children
    log_weight : float64[stratum of adults]   its logarithm, 0 for the most reluctant
    strata, cells, adults       strata; classes · strata, the cells of a place; strata of adults
    """

    key: Ints
    region: Ints
    to_start: Ints
    to: Ints
    to_weight: Floats
    group: Ints
    weight: Ints
    log_weight: Floats
    strata: int
    cells: int
    adults: int


class Tally(NamedTuple):
    """What a tick did, by place : int64[place]; set to zero before each tick."""

    delivered: Ints
    remanded: Ints
    injured: Ints
    dead: Ints
