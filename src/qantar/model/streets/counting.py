"""How many are where."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qantar.model.streets.bags import COMPARTMENTS, Bags
from qantar.model.streets.quiet import Quiet


def in_compartment(bags: Bags, compartment: int) -> NDArray[np.int64]:
    """Return how many are in a compartment : int64[place]."""
    return bags.size[compartment::COMPARTMENTS]


def everybody(quiet: Quiet, bags: Bags) -> int:
    """Return the number of people in the country, the dead included: it never changes."""
    return int(quiet.counts.sum() + bags.size.sum())
