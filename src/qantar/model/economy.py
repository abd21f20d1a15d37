"""Economy: prices, hardship, and the grievance that they feed.

Equations
    hardship      H of `hardship`, at the price that people pay
    salience      S ← S exp(-dt/τ) + what people meet of log₂(new price / old price), never below 0; 1 is a
                  fresh doubling. A step, up or down, is met over the time in which people fill their tanks:
                  unmet U ← U exp(-dt/τ_rise) + log₂(new / old)
    cause         C ← C exp(-dt/τ) + rate · seen / (seen + half) · (1 - C) · dt, where seen is the known
                  crowd per million residents, weighted by attention from the region's centre (media) and by
                  how much of it arrives
    grievance     b_g H (1 - L) + b_s (exposed S + D) + b_c C (1 - L), D the salience of shocks without a price
    fiscal room   what conceded prices leave of it (`treasury`)

Limits: no market that clears; one main good, other prices stand still for the length of a run; a state
that concedes more than its room is not stopped.
"""

from __future__ import annotations

import numpy as np

from qantar.engine.compiled import njit
from qantar.model.country import Country, numbers
from qantar.model.hardship import Hardship
from qantar.model.state import AbstractSystem, World
from qantar.model.treasury import Treasury
from qantar.scenario.schema import DiscontentShock, PriceShock

PER_MILLION = 1e6


@njit()
def _sum_up(
    weights: tuple[float, float, float], hardship: np.ndarray, legitimacy: np.ndarray, local: np.ndarray, cause: np.ndarray,
    out: np.ndarray,
) -> None:
    """Fill grievance : float64[region, stratum] from hardship, likewise, and three signals : float64[region]."""
    b_g, b_s, b_c = weights
    for r in range(out.shape[0]):
        lack = 1.0 - legitimacy[r]
        shared = b_s * local[r] + b_c * cause[r] * lack
        for a in range(out.shape[1]):
            out[r, a] = b_g * lack * hardship[r, a] + shared


class EconomySystem(AbstractSystem):
    """Prices move, hardship and salience follow, grievance sums up."""

    name = "economy"
    owns = frozenset({"price", "salience", "cause", "grievance", "fiscal_room"})
    reads = frozenset({"price_cap", "legitimacy", "heard_share", "online"})

    def __init__(self, country: Country) -> None:
        self._country = country
        p = self._p = numbers(country.scenario.parameters.economy)
        self._weights = (float(p.hardship_weight), float(p.salience_weight), float(p.cause_weight))
        self._exposed = country.of_regions("exposed_share")
        self._hardship_of, self._treasury = Hardship(country), Treasury(country)
        self._shocks = [
            (max(0, country.tick_at(shock.at)), shock) for shock in country.scenario.header.shocks
        ]

    def init(self, world: World) -> None:
        """Start at the prices before the shocks, without any salience."""
        n = len(self._country.region_ids)
        first = next((shock for _, shock in self._shocks if isinstance(shock, PriceShock)), None)
        self._before = first.price_before.value if first else 1.0
        self._shock_price = np.full(n, self._before)
        self._discontent = np.zeros(n)
        self._unmet = np.zeros(n)
        world.price = np.full(n, self._before)
        world.salience = np.zeros(n)
        world.cause = np.zeros(n)
        self._hardship = self._hardship_of.at(world.price / self._before)
        world.grievance = np.zeros_like(self._hardship)
        world.fiscal_room = self._treasury.left(np.zeros(n))

    def step(self, world: World) -> None:
        """Apply price steps, let salience and cause move, sum up grievance."""
        p, clock = self._p, self._country.clock
        fade = clock.decay(p.salience_decay)
        met = self._unmet * (1.0 - clock.decay(p.salience_rise))
        self._unmet = self._unmet - met
        world.salience = np.maximum(0.0, world.salience * fade + met)
        self._discontent *= fade
        self._apply_shocks(world)
        price = np.minimum(self._shock_price, world.price_cap)
        if np.any(price != world.price):
            self._unmet = self._unmet + np.log2(price / world.price)
            self._hardship = self._hardship_of.at(price / self._before)
            world.fiscal_room = self._treasury.left((self._shock_price - price) / self._before)
        world.price = price
        self._move_cause(world)
        local = self._exposed * world.salience + self._discontent
        _sum_up(self._weights, self._hardship, world.legitimacy, local, world.cause, world.grievance)

    def _apply_shocks(self, world: World) -> None:
        for tick, shock in self._shocks:
            if tick != world.tick:
                continue
            regions = self._country.region_mask(shock.regions)
            if isinstance(shock, PriceShock):
                self._shock_price[regions] = shock.price_after.value
            elif isinstance(shock, DiscontentShock):
                self._discontent[regions] += shock.size.value * shock.exposure.value

    def _move_cause(self, world: World) -> None:
        p, country = self._p, self._country
        heard = world.heard_share[country.centre]
        per_million = PER_MILLION * heard * world.online
        growth = p.cause_rate * per_million / (per_million + p.cause_half) * (1.0 - world.cause)
        world.cause = world.cause * country.clock.decay(p.cause_decay) + growth * country.clock.tick_hours
        world.cause = np.minimum(world.cause, 1.0)
