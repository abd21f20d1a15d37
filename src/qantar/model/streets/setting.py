"""What the kernels of the streets are given: the run and its moment, the quiet, the lie of the land."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Key(NamedTuple):
    """What every draw of a tick has in common: the run and the moment."""

    seed: int
    member: int
    moment: int


class Quiet(NamedTuple):
    """The dense half of the count.

    counts : int64[place, class, stratum]   quiet people; adults in the first `adults` strata
    total : int64[place, class]             quiet adults, kept equal to the sum over those strata
    """

    counts: Ints
    total: Ints


class Setting(NamedTuple):
    """Where people live, where they may go, and what a stratum is.

    key : int64[place]          number of a place's identifier, for draws
    region : int64[place]
    to_start : int64[place + 1], to : int64[pair], to_weight : float64[pair]
        destinations within reach of a home place, with distance weight times share of residents
    group : int64[stratum]      how prone to turn violent, an index below `bags.GROUPS`
    strata, cells, adults       strata; classes · strata, the cells of a place; strata of adults
    """

    key: Ints
    region: Ints
    to_start: Ints
    to: Ints
    to_weight: Floats
    group: Ints
    strata: int
    cells: int
    adults: int


class Tally(NamedTuple):
    """What a tick did, by place : int64[place]; set to zero before each tick."""

    delivered: Ints
    remanded: Ints
    injured: Ints
    dead: Ints
