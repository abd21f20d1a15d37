"""Economy: prices, hardship, and the grievance that they feed.

Equations
    income        lognormal, mean m_r · livelihood factor, σ from the Gini: G = 2 Φ(σ / √2) - 1
                  (Aitchison and Brown 1957); each livelihood in three income slices (terciles)
    basket        share · m̄ (m_r / m̄)^locality, m̄ the country's mean income, · (1 + fuel weight · exposed_r · (price / price₀ - 1))
    hardship      H = Λ(κ (log basket - log income + newcomer shift))
    salience      S ← S exp(-dt/τ) + what people meet of log₂(new price / old price), never below 0; 1 is a
                  fresh doubling. A step is met over the time in which people fill their tanks:
                  unmet U ← U exp(-dt/τ_rise) + log₂(new / old)
    cause         C ← C exp(-dt/τ) + rate · seen / (seen + half) · (1 - C) · dt, where seen is the known
                  crowd per million residents, weighted by attention from the region's centre (media) and by
                  how much of it arrives
    grievance     b_g H (1 - L) + b_s exposed S + b_c C (1 - L)

Limits: no debt, no lost work, no market that clears; fiscal room does not bind, as the recorded
concessions are given. Incomes stay what they were; within a livelihood every region has the same
relative spread.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from numba import njit
from numpy.typing import NDArray

from qantar.model.country import Country, numbers
from qantar.model.state import AbstractSystem, World
from qantar.scenario.schema import DiscontentShock, PriceShock

PER_MILLION = 1e6
LIVELIHOODS = ("income_secure", "income_precarious", "income_out_of_work")


def lognormal_sigma(gini: float) -> float:
    """Return σ of a lognormal with this Gini coefficient: G = 2 Φ(σ / √2) - 1."""
    return math.sqrt(2.0) * NormalDist().inv_cdf((gini + 1.0) / 2.0)


def slice_means(n: int) -> NDArray[np.float64]:
    """Return the mean of a standard normal in each of `n` equally likely slices : float64[slice]."""
    normal = NormalDist()
    edges = [-math.inf, *[normal.inv_cdf(i / n) for i in range(1, n)], math.inf]
    density = [0.0 if math.isinf(edge) else normal.pdf(edge) for edge in edges]
    return np.array([(density[i] - density[i + 1]) * n for i in range(n)])


@njit(cache=True)
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
    owns = frozenset({"price", "salience", "cause", "grievance"})
    reads = frozenset({"price_cap", "legitimacy", "heard_share", "online"})

    def __init__(self, country: Country) -> None:
        self._country = country
        p = self._p = numbers(country.scenario.parameters.economy)
        strata = country.population.strata
        adult = strata.livelihood >= 0
        self._livelihood, self._slice = strata.livelihood[adult], strata.slice[adult]
        self._newcomer = strata.origin[adult].astype(np.float64)
        self._weights = (float(p.hardship_weight), float(p.salience_weight), float(p.cause_weight))
        self._exposed = country.of_regions("exposed_share")
        self._income = country.of_regions("income_mean")
        weights = country.region_residents / country.region_residents.sum()
        self._mean_income = float(weights @ self._income)
        self._shocks = [
            (max(0, country.tick_at(shock.at)), shock) for shock in country.scenario.header.shocks
        ]
        sigma = lognormal_sigma(p.gini)
        factor = np.array([getattr(p, name) for name in LIVELIHOODS])[self._livelihood]
        log_income = np.log(factor) + sigma * slice_means(3)[self._slice] - 0.5 * sigma**2
        self._log_income = np.log(self._income)[:, None] + log_income[None, :]

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
        self._hardship = self._hardship_at(world.price)
        world.grievance = np.zeros((n, self._livelihood.size))

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
            self._hardship = self._hardship_at(price)
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

    def _hardship_at(self, price: NDArray[np.float64]) -> NDArray[np.float64]:
        p = self._p
        dearer = 1.0 + p.fuel_basket_weight * self._exposed * (price / self._before - 1.0)
        local_mean = self._mean_income * (self._income / self._mean_income) ** p.basket_locality
        log_basket = np.log(p.basket_share * local_mean * dearer)
        gap = log_basket[:, None] - self._log_income + p.newcomer_hardship * self._newcomer[None, :]
        hardship: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-p.hardship_slope * gap))
        return hardship
