"""Holding: the chance that the regime holds, as an actor sees it. One equation, used by every move.

    lost_k   = c_k / (c_k + ratio · F_k + half · n_k),   c_k = peaceful + violent weight · violent
    logit    = base - capital · lost_capital - cities · mean(lost) - trend · max(T, 0)
               + legitimacy · (L - L0) - aside · share of men aside + backing · guarantor + bias + noise

over the capital and the big cities k, weighted by residents n_k (in `half` by the million); F_k is the force that has
arrived, c_k the largest crowd seen lately, T = log((c + small) / (c₋₁ + small)) with c and c₋₁ the largest national
crowds of the last day and of the one before, and small `trend_people`, far below which no trend is seen. What a move is
expected to do enters as an `Expectation`, which moves the inputs.

Limits: no actor learns during the crisis how wrong he was; an actor's bias and noise are his for all of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qantar.engine.compiled import njit
from qantar.model.country import Country
from qantar.model.state import World

Floats = NDArray[np.float64]

DAY_HOURS = 24.0
FEWEST_CITIES = 3
VIOLENT_PART = 0.1
"""Part of a crowd worth an order that has to be violent before an order to shoot comes into question."""
CALM_TREND, CALM_PART = 0.1, 0.02
"""Below this trend, and with less than this part of half a city in any big city, nothing presses."""
_LARGEST_ODDS = 30.0


@dataclass(frozen=True)
class Situation:
    """The country as the palace sees it at a turn.

    crowd, force : float64[city], the first city being the capital; weight : float64[city], adding up to 1
    trouble : bool[region] with a crowd worth an order; violent : bool[region] where part of it is violent
    troubled : whether any region is in trouble; half : float64[city] crowd that half loses a city to no force
    """

    crowd: Floats
    force: Floats
    half: Floats
    weight: Floats
    trend: float
    legitimacy: float
    aside: float
    backing: float
    trouble: NDArray[np.bool_]
    violent: NDArray[np.bool_]
    troubled: bool
    national: float

    @cached_property
    def calm(self) -> bool:
        """Whether no region is in trouble and no wave is growing: then judgements can be kept for the next turn."""
        return not self.troubled and self.trend <= CALM_TREND and bool((self.crowd <= CALM_PART * self.half).all())

    @cached_property
    def levels(self) -> Floats:
        """Return trend, legitimacy, men aside and backing : float64[4]."""
        return np.array((self.trend, self.legitimacy, self.aside, self.backing))


@dataclass(frozen=True)
class Expectation:
    """What a move is expected to change: factors on force and crowd, shifts of the other inputs."""

    force: float = 1.0
    crowd: float = 1.0
    trend: float = 0.0
    legitimacy: float = 0.0
    backing: float = 0.0
    city: int = -1
    """The one city whose force and crowd change, -1 for all."""

    def changes(self) -> Floats:
        """Return the changes : float64[6], in the order of the fields."""
        return np.array((self.force, self.crowd, self.trend, self.legitimacy, self.backing, float(self.city)))


NOTHING = Expectation()


def lost(situation: Situation, ratio: float) -> Floats:
    """Return the share of each city that the crowd holds : float64[city]."""
    return np.asarray(situation.crowd / (situation.crowd + ratio * situation.force + situation.half))


def rules(p: Any) -> Floats:  # noqa: ANN401 - parameters as bare numbers
    """Return the parameters of holding in the order in which the kernel takes them."""
    return np.array([p.base, p.capital, p.cities, p.trend, p.legitimacy, p.aside, p.backing, p.ratio])


@njit()
def _odds(
    rule: np.ndarray, crowd: np.ndarray, force: np.ndarray, half: np.ndarray, weight: np.ndarray, levels: np.ndarray,
    change: np.ndarray,
) -> float:
    """Return the log-odds of holding before what an actor misjudges; the equation stands at the top of this file."""
    capital, cities = 0.0, 0.0
    for city in range(crowd.size):
        here = change[5] < 0.0 or int(change[5]) == city
        people = crowd[city] * (change[1] if here else 1.0)
        men = force[city] * (change[0] if here else 1.0)
        gone = people / (people + rule[7] * men + half[city])
        cities += weight[city] * gone
        if city == 0:
            capital = gone
    odds: float = (
        rule[0] - rule[1] * capital - rule[2] * cities - rule[3] * max(levels[0] + change[2], 0.0)
        + rule[4] * (levels[1] + change[3]) - rule[5] * levels[2] + rule[6] * min(levels[3] + change[4], 1.0)
    )
    return odds


def odds_of_holding(rule: Floats, situation: Situation, expected: Expectation, own: float) -> float:
    """Return the log-odds that the regime holds; `own` is how the actor misjudges."""
    s = situation
    return float(_odds(rule, s.crowd, s.force, s.half, s.weight, s.levels, expected.changes())) + own


def chance(odds: float) -> float:
    """Return the probability with these log-odds."""
    return 1.0 / (1.0 + math.exp(-min(max(odds, -_LARGEST_ODDS), _LARGEST_ODDS)))


class Watch:
    """What the palace remembers of the streets between its turns: two days of crowds, and the largest lately."""

    def __init__(self, country: Country) -> None:
        parameters = country.scenario.parameters
        self._country = country
        self._p = parameters.holding
        self._trouble = parameters.moves.trouble.value
        big = np.flatnonzero((country.residents >= self._p.city.value) & ~country.remainder)
        if big.size < FEWEST_CITIES:
            settled = np.flatnonzero(~country.remainder)
            big = settled[np.argsort(-country.residents[settled], kind="stable")[:FEWEST_CITIES]]
        self.cities = np.array([country.capital, *(place for place in big if place != country.capital)], dtype=np.int64)
        residents = country.residents[self.cities]
        self._weight = residents / residents.sum()
        self._half = self._p.half.value * residents / 1e6
        self._kept = country.clock.decay(self._p.memory.value)
        self._day = max(1, round(DAY_HOURS / country.clock.tick_hours))
        self._n_ticks = country.clock.n_ticks
        self.start()

    def start(self) -> None:
        """Forget everything."""
        self.national = np.zeros(self._n_ticks)
        self._seen = np.zeros(self.cities.size)
        self._legitimacy0 = math.nan

    def look(self, world: World) -> None:
        """Take in a tick."""
        peaceful, violent = world.peaceful[self.cities], world.violent[self.cities]
        self.national[world.tick] = world.peaceful.sum() + world.violent.sum()
        self._seen = np.maximum(self._seen * self._kept, peaceful + self._p.violent.value * violent)

    def situation(self, world: World) -> Situation:
        """Return what the palace makes of the country now."""
        country, tick = self._country, world.tick
        if math.isnan(self._legitimacy0):
            self._legitimacy0 = float(world.legitimacy.mean())
        today = self.national[max(0, tick + 1 - self._day):tick + 1].max()
        before = self.national[max(0, tick + 1 - 2 * self._day):max(0, tick + 1 - self._day)]
        yesterday = before.max() if before.size else 0.0
        small = self._p.trend_people.value
        trend = math.log((today + small) / (yesterday + small))
        aside = world.aside[self.cities].sum(axis=1)
        there = world.men[self.cities].sum(axis=1) + aside
        n = len(country.region_ids)
        crowd = world.peaceful + world.violent
        settled = ~country.remainder
        by_region = np.bincount(country.region[settled], weights=crowd[settled], minlength=n)
        violent = np.bincount(country.region[settled], weights=world.violent[settled], minlength=n)
        trouble = by_region >= self._trouble
        shares = country.region_residents / country.region_residents.sum()
        return Situation(
            crowd=self._seen, force=world.force[self.cities], half=self._half, weight=self._weight, trend=trend,
            legitimacy=float(shares @ world.legitimacy) - self._legitimacy0,
            aside=float(self._weight @ (aside / np.maximum(there, 1.0))), backing=world.backing,
            trouble=trouble, violent=violent >= VIOLENT_PART * self._trouble, troubled=bool(trouble.any()), national=float(today),
        )
