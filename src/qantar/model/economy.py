"""Economy: prices, hardship, and the grievance that they feed.

Equations
    hardship      H of `hardship`, at the price that people pay
    salience      U ← U + log₂(new price / old price) at a step; m = U (1 - exp(-dt/salience_rise)) of it is met in a tick,
                  U ← U - m, S ← S exp(-dt/τ) + m, never below 0; 1 is a
                  fresh doubling. A step, up or down, is met over the time in which people fill their tanks
    cause         C ← C exp(-dt/τ) + rate · v / (1 + v) · (1 - C) · dt, v = (seen / half)^steepness, where seen
                  is the known crowd per million residents, weighted by attention from the region's centre
                  (media) and by how much of it arrives
    grievance     b_g H (1 - L) + b_s (exposed S + D) + b_c C (1 - L), D the salience of shocks without a price, S and C in the
                  mean of the tick
    fiscal room   what conceded prices leave of it (`treasury`)

Limits: no market that clears; one main good, other prices stand still for the length of a run; a state
that concedes more than its room is not stopped.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from qantar.engine.compiled import njit
from qantar.engine.steady import steady
from qantar.model.country import Country, numbers
from qantar.model.hardship import Hardship
from qantar.model.state import AbstractSystem, World
from qantar.model.streets.formulas import hill
from qantar.model.treasury import Treasury
from qantar.scenario.shock import DiscontentShock, PriceShock

PER_MILLION = 1e6


class Pace(NamedTuple):
    """The parameters that the kernel of moods reads; units as in `EconomyParameters`."""

    salience_decay: float
    salience_rise: float
    cause_rate: float
    cause_half: float
    cause_steepness: float
    cause_decay: float


@steady
@njit()
def _sum_up(
    weights: tuple[float, float, float], hardship: np.ndarray, legitimacy: np.ndarray, local: tuple[np.ndarray, np.ndarray, np.ndarray],
    cause: np.ndarray, out: np.ndarray,
) -> None:
    """Fill grievance : float64[region, stratum] from hardship, likewise, and signals : float64[region].

    local : who is exposed to the price, its salience, discontent
    """
    (b_g, b_s, b_c), (exposed, salience, discontent) = weights, local
    for r in range(out.shape[0]):
        lack = 1.0 - legitimacy[r]
        shared = b_s * (exposed[r] * salience[r] + discontent[r]) + b_c * cause[r] * lack
        for a in range(out.shape[1]):
            out[r, a] = b_g * lack * hardship[r, a] + shared


@steady
@njit()
def _pass_on(
    pace: Pace, prices: tuple[np.ndarray, np.ndarray, np.ndarray], moods: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    news: tuple[np.ndarray, np.ndarray, np.ndarray], dt: float,
) -> bool:
    """Move prices and moods through a tick, in place; return whether a price changed.

    prices : float64[region] of the shocks, capped by concessions, paid
    moods : float64[region] salience, steps not met yet, discontent, general cause
    news : heard share, float64[place]; centre of each region, int64[region]; how much arrives, float64[region]
    """
    (shock, cap, paid), (salience, unmet, discontent, cause), (heard, centre, online) = prices, moods, news
    fade, waiting, kept = math.exp(-dt / pace.salience_decay), math.exp(-dt / pace.salience_rise), math.exp(-dt / pace.cause_decay)
    moved = False
    for r in range(paid.size):
        price = min(shock[r], cap[r])
        if price != paid[r]:
            unmet[r] += math.log2(price / paid[r])
            paid[r] = price
            moved = True
        met = unmet[r] * (1.0 - waiting)
        unmet[r] -= met
        salience[r] = max(0.0, salience[r] * fade + met)
        discontent[r] *= fade
        seen = hill(PER_MILLION * heard[centre[r]] * online[r], pace.cause_half, pace.cause_steepness)
        growth = pace.cause_rate * seen * (1.0 - cause[r])
        cause[r] = min(1.0, cause[r] * kept + growth * dt)
    return moved


class EconomySystem(AbstractSystem):
    """Prices move, hardship and salience follow, grievance sums up."""

    name = "economy"
    owns = frozenset({"price", "salience", "cause", "grievance", "fiscal_room"})
    reads = frozenset({"price_cap", "legitimacy", "heard_share", "online"})

    def __init__(self, country: Country) -> None:
        self._country = country
        p = self._p = numbers(country.scenario.parameters.economy)
        self._pace = Pace(*[float(getattr(p, name)) for name in Pace._fields])
        self._weights = (float(p.hardship_weight), float(p.salience_weight), float(p.cause_weight))
        self._exposed = country.of_regions("exposed_share")
        self._hardship_of, self._treasury = Hardship(country), Treasury(country)
        self._shocks = [
            (max(0, country.tick_at(shock.at)), shock)
            for shock in sorted(country.scenario.header.shocks, key=lambda shock: shock.at)
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
        due = [shock for tick, shock in self._shocks if tick == world.tick]
        for shock in due:
            if isinstance(shock, PriceShock):
                self._shock_price[self._country.region_mask(shock.regions)] = shock.price_after.value
        prices = (self._shock_price, world.price_cap, world.price)
        salience, cause = world.salience.copy(), world.cause.copy()
        moods = (world.salience, self._unmet, self._discontent, world.cause)
        news = (world.heard_share, self._country.centre, world.online)
        if _pass_on(self._pace, prices, moods, news, self._country.clock.tick_hours):
            self._hardship = self._hardship_of.at(world.price / self._before)
            world.fiscal_room = self._treasury.left((self._shock_price - world.price) / self._before)
        for shock in due:
            if isinstance(shock, DiscontentShock):
                self._discontent[self._country.region_mask(shock.regions)] += shock.size.value * shock.exposure.value
        salience, cause = 0.5 * (salience + world.salience), 0.5 * (cause + world.cause)
        local = (self._exposed, salience, self._discontent)
        _sum_up(self._weights, self._hardship, world.legitimacy, local, cause, world.grievance)
