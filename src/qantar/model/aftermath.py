"""Aftermath: two years by the month after the hourly run, under one of four policies.

Levels are shares in [0, 1]; a month is the step. With policy k
    grievance   g ← g + (g₀ - g)(1 - exp(-1/τ_g)) + change_k          change_k by policy, of either sign for a crackdown
    rents       r ← r - taken_k / 12                                  redistribution and opening take from the elite
    cohesion    c ← c + (c* - c)(1 - exp(-1/τ_c)),  c* = c₀ - elasticity · (1 - r)
    brokerage   b ← b exp(-loss) under a crackdown, b + gain under an opening
    unrest      Λ(base + grievance · g + legitimacy · L - fear_k + opening_k)         in a month
    uprising    unrest brings the regime down with Λ(base + cohesion · c)
    coup        Λ(base + cohesion · c)                                                in a month
c₀ is what the struggles of the crisis left, after a purge the better the more power the ruler has (`legacy`). Those remanded are tried
bit by bit; courts belong to the vertical, so all are convicted. The health of those who are not sound declines.

The winner chooses the policy by logit in the chance to survive two years plus his taste for rents, as he works it out
from the same equations. A commission finds what suits the winner; whether anybody organised the crowds in this run
stands beside it.

Sources: cohesion by rents and who removes rulers, Svolik (2012); the article's claim that the leadership could
hardly change the model if it wished is the question of `qantar.experiments.reform`.
Limits: no election, no war, no change of prices; unrest of the aftermath is a chance, not a crowd.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qantar.engine.random import uniform
from qantar.engine.streams import Stream

Floats = NDArray[np.float64]

MONTHS = 24
MONTHS_PER_YEAR = 12
COSMETIC_MONTHS = 6
"""Months for which a cosmetic change is news: the first half year."""
_UNREST, _UPRISING, _COUP, _POLICY = 0, 1, 2, 3


class Policy(StrEnum):
    """What the winner does with his victory."""

    CRACKDOWN = "crackdown"
    COSMETIC = "cosmetic change"
    REDISTRIBUTION = "redistribution"
    OPENING = "opening"


@dataclass(frozen=True)
class Legacy:
    """What the hourly run leaves. Shares, but for the people remanded."""

    grievance: float
    cohesion: float
    legitimacy: float
    brokerage: float
    remanded: int


@dataclass(frozen=True)
class Course:
    """Two years under a policy: float64[month] levels and hazards, and what they mean for survival."""

    grievance: Floats
    cohesion: Floats
    rents: Floats
    brokerage: Floats
    unrest: Floats
    uprising: Floats
    coup: Floats

    @property
    def survival(self) -> float:
        """Probability that the regime stands after two years."""
        return float(np.prod((1.0 - self.coup) * (1.0 - self.unrest * self.uprising)))


@dataclass(frozen=True)
class Fate:
    """What happened in the two years of one run.

    unrest : months with renewed unrest; collapse : month in which the regime fell, or None; how : coup or uprising
    """

    policy: Policy
    course: Course
    unrest: tuple[int, ...]
    collapse: int | None
    how: str


def _logistic(odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-odds))


def _grievance_change(p: Any, policy: Policy, month: int) -> float:  # noqa: ANN401 - parameters as bare numbers
    """Return what a policy adds to grievance in a month; negative where it removes some."""
    if policy is Policy.COSMETIC:
        return -float(p.cosmetic_grievance) if month < COSMETIC_MONTHS else 0.0
    changes = {
        Policy.CRACKDOWN: p.crackdown_grievance, Policy.REDISTRIBUTION: -p.redistribution_grievance,
        Policy.OPENING: -p.opening_grievance,
    }
    return float(changes[policy])


def course(legacy: Legacy, policy: Policy, p: Any) -> Course:  # noqa: ANN401
    """Return levels and hazards of two years under a policy; the equations stand at the top of this file."""
    taken = {Policy.REDISTRIBUTION: p.redistribution_rents, Policy.OPENING: p.opening_rents}.get(policy, 0.0)
    push = {Policy.CRACKDOWN: -p.crackdown_fear, Policy.OPENING: p.opening_unrest}.get(policy, 0.0)
    back, follow = -math.expm1(-1.0 / p.grievance_recovery), -math.expm1(-1.0 / p.cohesion_tau)
    g, c, r, b = legacy.grievance, legacy.cohesion, 1.0, legacy.brokerage
    rows = np.zeros((7, MONTHS))
    for month in range(MONTHS):
        g = min(max(g + (p.grievance_start - g) * back + _grievance_change(p, policy, month), 0.0), 1.0)
        r = max(r - taken / MONTHS_PER_YEAR, 0.0)
        c = min(max(c + (legacy.cohesion - p.rent_elasticity * (1.0 - r) - c) * follow, 0.0), 1.0)
        if policy is Policy.CRACKDOWN:
            b *= math.exp(-p.crackdown_brokerage)
        elif policy is Policy.OPENING:
            b = min(b + p.opening_brokerage, 1.0)
        unrest = _logistic(p.unrest_base + p.unrest_grievance * g + p.unrest_legitimacy * legacy.legitimacy + push)
        uprising = _logistic(p.uprising_base + p.uprising_cohesion * c)
        rows[:, month] = g, c, r, b, unrest, uprising, _logistic(p.coup_base + p.coup_cohesion * c)
    return Course(*rows)


def choose(legacy: Legacy, p: Any, seed: int, member: int) -> Policy:  # noqa: ANN401
    """Return the policy that the winner chooses: logit in survival and rents."""
    policies = tuple(Policy)
    courses = [course(legacy, policy, p) for policy in policies]
    worth = np.array([one.survival + p.rent_taste * one.rents.mean() for one in courses])
    weights = np.exp(p.precision * (worth - worth.max()))
    u = uniform(seed, member, int(Stream.AFTERMATH), 0, _POLICY, 0, 0)
    return policies[min(int(np.searchsorted(np.cumsum(weights), u * weights.sum())), len(policies) - 1)]


def live_through(legacy: Legacy, policy: Policy, p: Any, seed: int, member: int) -> Fate:  # noqa: ANN401
    """Return what happens in two years under a policy. Two policies share every draw."""
    path = course(legacy, policy, p)
    unrest: list[int] = []
    for month in range(MONTHS):
        draws = [uniform(seed, member, int(Stream.AFTERMATH), 0, cell, month + 1, 0) for cell in (_UNREST, _UPRISING, _COUP)]
        if draws[2] < path.coup[month]:
            return Fate(policy, path, tuple(unrest), month, "coup")
        if draws[0] < path.unrest[month]:
            unrest.append(month)
            if draws[1] < path.uprising[month]:
                return Fate(policy, path, tuple(unrest), month, "uprising")
    return Fate(policy, path, tuple(unrest), None, "")


def convicted(remanded: int, share: float, months: int) -> int:
    """Return how many of those remanded were tried, and therefore convicted, after some months."""
    return round(remanded * (1.0 - (1.0 - share) ** months))
