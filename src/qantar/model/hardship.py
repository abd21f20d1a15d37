"""Hardship: how far the basket outruns income, by region and stratum.

Equations
    income        lognormal, mean m_r · livelihood factor, σ from the Gini: G = 2 Φ(σ / √2) - 1
                  (Aitchison and Brown 1957); each livelihood in three income slices (terciles)
    left of it    income · (1 + g) · (1 - debt) · (1 - lockdown loss), g the rise of incomes since they were
                  measured; the loss falls on precarious work, and once more on newcomers, who have no net
    basket        share · m̄ (m_r / m̄)^locality, m̄ the country's mean income, times
                  1 + food share · rise of food + (1 - food share) · rise of the rest
                  + fuel weight · exposed_r · (price / price₀ - 1)
    hardship      H = Λ(κ (log basket - log income left + newcomer shift))
    lost jobs     of those in precarious work a share λ_r lives as those out of work do:
                  H ← (1 - λ_r) H + λ_r H_out of work, λ_r = rise of unemployment · out of work_r / precarious_r

Limits: nobody changes livelihood during a run; debt weighs alike on all; every region has the same
relative spread of incomes within a livelihood.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from qantar.model.country import Country, numbers

LIVELIHOODS = ("income_secure", "income_precarious", "income_out_of_work")
PRECARIOUS, OUT_OF_WORK = 1, 2

Floats = NDArray[np.float64]


def lognormal_sigma(gini: float) -> float:
    """Return σ of a lognormal with this Gini coefficient: G = 2 Φ(σ / √2) - 1."""
    return math.sqrt(2.0) * NormalDist().inv_cdf((gini + 1.0) / 2.0)


def slice_means(n: int) -> Floats:
    """Return the mean of a standard normal in each of `n` equally likely slices : float64[slice]."""
    normal = NormalDist()
    edges = [-math.inf, *[normal.inv_cdf(i / n) for i in range(1, n)], math.inf]
    density = [0.0 if math.isinf(edge) else normal.pdf(edge) for edge in edges]
    return np.array([(density[i] - density[i + 1]) * n for i in range(n)])


class Hardship:
    """The hardship of every (region, adult stratum) at given prices of the main good."""

    def __init__(self, country: Country) -> None:
        p = self._p = numbers(country.scenario.parameters.economy)
        strata = country.population.strata
        adult = strata.livelihood >= 0
        self._livelihood, self._slice = strata.livelihood[adult], strata.slice[adult]
        self._origin, self._kin = strata.origin[adult], (strata.sex[adult], strata.age[adult])
        self._exposed = country.of_regions("exposed_share")
        income = country.of_regions("income_mean")
        weights = country.region_residents / country.region_residents.sum()
        mean = float(weights @ income)
        self._basket = p.basket_share * mean * (income / mean) ** p.basket_locality
        self._log_income = np.log(income)[:, None] + self._log_left()[None, :]
        precarious = np.maximum(country.of_regions("precarious_share"), 1e-9)
        self._lost = np.minimum(1.0, p.jobs_lost * country.of_regions("out_of_work_share") / precarious)
        self._twin = self._twins_out_of_work()

    def _log_left(self) -> Floats:
        """Log of what is left of income, relative to the region's mean : float64[stratum]."""
        p = self._p
        sigma = lognormal_sigma(p.gini)
        factor = np.array([getattr(p, name) for name in LIVELIHOODS])[self._livelihood]
        kept = np.where(self._livelihood == PRECARIOUS, 1.0 - p.lockdown_loss, 1.0)
        kept = kept * np.where(self._origin == 1, 1.0 - p.lockdown_loss_newcomer, 1.0)
        kept = kept * (1.0 + p.income_rise) * (1.0 - p.debt_service)
        log_left: Floats = np.log(factor * kept) + sigma * slice_means(3)[self._slice] - 0.5 * sigma**2
        return log_left

    def _twins_out_of_work(self) -> NDArray[np.int64]:
        """Return for each stratum the one that differs only by being out of work : int64[stratum]."""
        sex, age = self._kin
        codes = list(zip(sex.tolist(), age.tolist(), self._slice.tolist(), self._origin.tolist(), strict=True))
        out = {code: i for i, code in enumerate(codes) if self._livelihood[i] == OUT_OF_WORK}
        return np.array([out[code] for code in codes], dtype=np.int64)

    def at(self, relative_price: Floats) -> Floats:
        """Return hardship : float64[region, stratum], in [0, 1].

        relative_price : float64[region]   price of the main good over its price before the shocks
        """
        p = self._p
        dearer = 1.0 + p.food_share * p.food_rise + (1.0 - p.food_share) * p.other_rise
        dearer = dearer + p.fuel_basket_weight * self._exposed * (relative_price - 1.0)
        log_basket = np.log(self._basket * dearer)
        gap = log_basket[:, None] - self._log_income + p.newcomer_hardship * self._origin[None, :]
        hardship = 1.0 / (1.0 + np.exp(-p.hardship_slope * gap))
        lost = self._lost[:, None] * (self._livelihood == PRECARIOUS)[None, :]
        mixed: Floats = (1.0 - lost) * hardship + lost * hardship[:, self._twin]
        return mixed
