"""Command: how well each branch obeys the commander-in-chief.

    obedience_b = Λ(base + loyalty · (l_chief - tension · l_rival)) · (1 - shake · exp(-(t - t_change) / τ))

with l_chief the commander's loyalty to the holder of the top office (0 where that one is not free), l_rival his
largest loyalty to anybody else who is free, tension how openly the centres of power are at odds. Where the holder of
the top office commands a branch himself the first factor is 1, and so it is for the guarantor's men; a branch without a commander, or
any where the top office is vacant, obeys at a level of its own. On a holiday, until recall, part of the command is away.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qantar.engine.compiled import njit
from qantar.model.palace.court import Court
from qantar.model.palace.polity import Polity
from qantar.scenario.vocabulary import BRANCHES

Floats = NDArray[np.float64]

GUARANTOR = BRANCHES.index("guarantor")


def tension(court: Court, p: Any) -> float:  # noqa: ANN401 - parameters as bare numbers
    """Return how openly the centres of power are at odds, a share."""
    return min(1.0, float(p.tension_start + p.tension_struggle * (court.struggles + court.purged)))


def obedience_rules(p: Any) -> Floats:  # noqa: ANN401
    """Return the parameters of obedience in the order in which the kernel takes them."""
    return np.array([p.obey_base, p.obey_loyalty, p.obey_vacant])


@njit()
def obeys(
    holder: np.ndarray, top: int, commander: np.ndarray, loyalty: np.ndarray, free: np.ndarray, heat: float, rule: np.ndarray,
) -> np.ndarray:
    """Return how well each branch obeys the holder of the top office once used to its commander : float64[branch]."""
    found = np.ones(commander.size)
    chief = holder[top]
    for branch in range(commander.size):
        office = commander[branch]
        who = holder[office] if office >= 0 else -1
        if who < 0 or chief < 0:
            found[branch] = rule[2]
        elif who != chief:
            rival = 0.0
            for other in range(free.size):
                if free[other] and other not in (chief, who):
                    rival = max(rival, loyalty[other, who])
            own = loyalty[chief, who] if free[chief] else 0.0
            found[branch] = 1.0 / (1.0 + math.exp(-(rule[0] + rule[1] * (own - heat * rival))))
    found[GUARANTOR] = 1.0
    return found


def obedience(polity: Polity, court: Court, p: Any) -> Floats:  # noqa: ANN401
    """Return how well each branch obeys in a court : float64[branch]; see `obeys`."""
    return np.asarray(obeys(
        court.holder, polity.top, polity.commander, court.loyalty, court.free, tension(court, p), obedience_rules(p),
    ))


def shaken(court: Court, p: Any, hour: float) -> Floats:  # noqa: ANN401
    """Return the factor on obedience while branches get used to a new commander : float64[branch]."""
    return np.asarray(1.0 - p.obey_shake * np.exp(-(hour - court.changed_at) / p.obey_settle))


@njit()
def armed_weight(holder: np.ndarray, top: int, commander: np.ndarray, men: np.ndarray, follow: float, n: int) -> np.ndarray:
    """Return the share of the armed men in the capital who follow each actor : float64[actor].

    men : float64[branch] in the capital. Of a branch the part `follow` goes with its commander, the rest with
    the commander-in-chief.
    """
    weight = np.zeros(n)
    total = men.sum()
    if total <= 0.0:
        return weight
    for branch in range(men.size):
        office = commander[branch]
        if office >= 0 and holder[office] >= 0:
            weight[holder[office]] += follow * men[branch] / total
        if holder[top] >= 0:
            weight[holder[top]] += (1.0 - follow) * men[branch] / total
    return weight
