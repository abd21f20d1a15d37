"""Fiscal room: how much a state can still concede.

Equations, in years of the state's budget
    room at first   max(0, o (oil price / break-even - 1) + r · fund), o the share of the budget that comes from
                    oil, r the part of the reserve fund that can be drawn in a year, fund in years of the budget
    a concession    a year of paying the gap between the shock's price and the conceded one for everybody exposed:
                    Σ_r fuel weight · basket · exposed_r · residents_r · 12 · (price - cap) / price₀ over the budget
    room            what is left, as a share of the room at first; 0 where there was none

Limits: one year's cost, no loans, no devaluation, no cost of forces and repairs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qantar.model.country import Country, numbers

MONTHS_A_YEAR = 12.0

Floats = NDArray[np.float64]


class Treasury:
    """What conceded prices cost, and what is left."""

    def __init__(self, country: Country) -> None:
        p = numbers(country.scenario.parameters.economy)
        self.room = max(0.0, p.oil_budget_share * (p.oil_price / p.oil_break_even - 1.0) + p.fund_release * p.fund_years)
        people = country.of_regions("exposed_share") * country.region_residents
        weights = country.region_residents / country.region_residents.sum()
        basket = p.basket_share * float(weights @ country.of_regions("income_mean"))
        budget = p.budget_per_head * float(country.region_residents.sum())
        self._yearly = p.fuel_basket_weight * basket * people * MONTHS_A_YEAR / budget

    def left(self, gap: Floats) -> float:
        """Return the share of the room that is left, in [0, 1].

        gap : float64[region]   (price without concession - price) / price before the shocks
        """
        if self.room <= 0.0:
            return 0.0
        return float(np.clip(1.0 - self._yearly @ np.maximum(gap, 0.0) / self.room, 0.0, 1.0))
