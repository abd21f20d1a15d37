"""Kernels that count who is where."""

from __future__ import annotations

import numpy as np
from numba import njit

from qantar.model.streets.bags import COMPARTMENTS, PEACEFUL, STAGES, VIOLENT, Bags
from qantar.model.streets.joining import Quiet


@njit(cache=True)
def count_out(bags: Bags, peaceful: np.ndarray, violent: np.ndarray) -> None:
    """Fill the peaceful and the violent of each place : int64[place]."""
    for place in range(peaceful.size):
        peaceful[place] = 0
        violent[place] = 0
        for stage in range(STAGES):
            peaceful[place] += bags.size[place * COMPARTMENTS + PEACEFUL + stage]
            violent[place] += bags.size[place * COMPARTMENTS + VIOLENT + stage]


@njit(cache=True)
def traveller_share(bags: Bags, arena: np.ndarray, cells_per_place: int, share: np.ndarray) -> None:
    """Fill the share of each place's crowd that lives elsewhere : float64[place], 0 without a crowd."""
    for place in range(share.size):
        crowd = 0
        travelled = 0
        for compartment in range(2 * STAGES):
            b = place * COMPARTMENTS + compartment
            crowd += bags.size[b]
            for i in range(bags.size[b]):
                if arena[bags.start[b] + i] // cells_per_place != place:
                    travelled += 1
        share[place] = travelled / crowd if crowd > 0 else 0.0


def in_compartment(bags: Bags, compartment: int) -> np.ndarray:
    """Return how many are in a compartment : int64[place]."""
    return bags.size[compartment::COMPARTMENTS]


def everybody(quiet: Quiet, bags: Bags) -> int:
    """Return the number of people in the country, the dead included: it never changes."""
    return int(quiet.counts.sum() + bags.size.sum())
