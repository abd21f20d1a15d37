"""Where somebody on the street is at the end of a tick, in closed form, and how many movers go which way.

Hazards hold for the length of a tick. A way is: one or two stages of time out on, home tired, home afraid, turned violent,
held, hurt, dead, and, for those who turned violent in this tick, one or two of the stages of the violent on since.
"""

from __future__ import annotations

import math

import numpy as np

from qantar.engine.compiled import njit
from qantar.engine.random import binomial, uniform, uniform_pair
from qantar.engine.streams import Stream
from qantar.model.streets.bags import STAGES
from qantar.model.streets.setting import Key

_PROGRESS = int(Stream.PROGRESS)

TIME_OUT, FEAR, TURN, DETAIN, INJURE, KILL = range(6)
"""Hazards of the street; all but the first lead out of it for good."""
EXITS = 6
ALONE = STAGES - 1 + EXITS
"""Ways of somebody whose tick ends with turning violent: one or two stages on, then the exits."""
WAYS = ALONE + STAGES - 1
"""Where movers go, in the order in which they are split: as above, then turned, and one or two stages on since."""
FEW = 16
"""Up to so many movers choose their ways one by one."""
NODES = ((0.5 - math.sqrt(0.15), 5.0 / 18.0), (0.5, 8.0 / 18.0), (0.5 + math.sqrt(0.15), 5.0 / 18.0))
"""Gauss and Legendre's three points on (0, 1) with their weights, exact up to the fifth degree."""

Rates = tuple[float, float, float]
"""Of one person's hazards: a = h[TIME_OUT], the sum b of the others, and θ = a + b, per hour."""


@njit(borrows=True, inner=True)
def rates_of(hazards: np.ndarray) -> Rates:
    """Return the `Rates` of float64[exit]."""
    b = 0.0
    for e in range(TIME_OUT + 1, EXITS):
        b += hazards[e]
    return hazards[TIME_OUT], b, hazards[TIME_OUT] + b


@njit(borrows=True, inner=True)
def _alone(hazards: np.ndarray, rates: Rates, stages_left: int, dt: float, stay: float, out: np.ndarray) -> float:
    """Fill and return what `street_chances` does, whose rates and stay = exp(-θ dt) are known."""
    a, b, theta = rates
    term, erlang = stay, stay
    staged = stay
    moved = 0.0
    for k in range(1, STAGES):
        if k < stages_left:
            term *= a * dt / k
            staged *= theta * dt / k
            erlang += staged
            out[k - 1] = term
            moved += term
        else:
            out[k - 1] = 0.0
    tired = 0.0
    if theta > 0.0:
        tired = max(0.0, 1.0 - erlang)
        for _ in range(stages_left):
            tired *= a / theta
    out[STAGES - 1 + TIME_OUT] = tired
    moved += tired
    rest = max(0.0, 1.0 - stay - moved) if b > 0.0 else 0.0
    share = rest / b if b > 0.0 else 0.0
    for e in range(TIME_OUT + 1, EXITS):
        out[STAGES - 1 + e] = share * hazards[e]
    return moved + rest


@njit(borrows=True, inner=True)
def street_chances(hazards: np.ndarray, stages_left: int, dt: float, out: np.ndarray) -> float:
    """Fill `out` : float64[ALONE], where somebody on the street goes in `dt` up to turning violent; return the sum.

    hazards : float64[exit]   per hour; TIME_OUT leads from stage to stage and from the last one home.
    With a = h[TIME_OUT], b the sum of the others, θ = a + b and r stages left, by independent competing
    exponentials

        P(k stages on, still out)  = exp(-θ dt) (a dt)^k / k!                               k < r
        P(home, tired)             = (a / θ)^r (1 - exp(-θ dt) Σ_{k<r} (θ dt)^k / k!)
        P(exit e)                  = h_e / b · (1 - the rest)
    """
    rates = rates_of(hazards)
    return _alone(hazards, rates, stages_left, dt, math.exp(-rates[2] * dt), out)


@njit(borrows=True, inner=True)
def _still_there(a: float, stages_left: int, dt: float, stay: float) -> float:
    """Return the chance of being on the street in the same state after `dt`: exp(-θ dt) Σ_{k<r} (a dt)^k / k!."""
    term = total = stay
    for k in range(1, stages_left):
        term *= a * dt / k
        total += term
    return total


@njit(borrows=True, inner=True)
def violent_since(violent: np.ndarray, dt: float, out: np.ndarray) -> None:
    """Fill `out` : float64[node, way], where somebody is after `dt` who turned violent at each of its `NODES`.

    violent : float64[exit], hazards of the violent. The way TURN stands for being violent in the first stage.
    """
    rates = rates_of(violent)
    for node in range(len(NODES)):
        here, left = out[node], (1.0 - NODES[node][0]) * dt
        moved = _alone(violent, rates, STAGES, left, math.exp(-rates[2] * left), here)
        for k in range(STAGES - 1):
            here[ALONE + k] = here[k]
            here[k] = 0.0
        here[STAGES - 1 + TURN] = 1.0 - moved


@njit(borrows=True, inner=True)
def stays(rates: Rates, dt: float, turns: bool) -> tuple[float, float, float, float]:
    """Return exp(-θ t) for t = `dt` and for each of its `NODES`, which are needed of those who may turn violent."""
    theta = rates[2]
    stay = math.exp(-theta * dt)
    if not turns:
        return stay, stay, stay, stay
    return stay, math.exp(-theta * NODES[0][0] * dt), math.exp(-theta * NODES[1][0] * dt), math.exp(-theta * NODES[2][0] * dt)


@njit(borrows=True, inner=True)
def known_chances(
    hazards: np.ndarray, rates: Rates, stay: tuple[float, float, float, float], since: np.ndarray, stages_left: int, dt: float,
    out: np.ndarray,
) -> float:
    """Fill and return what `tick_chances` does, whose `rates_of` and `stays` are known: all stages share them."""
    total = _alone(hazards, rates, stages_left, dt, stay[0], out)
    for way in range(ALONE, WAYS):
        out[way] = 0.0
    turned = out[STAGES - 1 + TURN]
    if turned <= 0.0:
        return total
    a = NODES[0][1] * _still_there(rates[0], stages_left, NODES[0][0] * dt, stay[1])
    b = NODES[1][1] * _still_there(rates[0], stages_left, NODES[1][0] * dt, stay[2])
    c = NODES[2][1] * _still_there(rates[0], stages_left, NODES[2][0] * dt, stay[3])
    scale = turned / (a + b + c)
    out[STAGES - 1 + TURN] = 0.0
    for way in range(STAGES - 1, WAYS):
        out[way] += scale * (a * since[0, way] + b * since[1, way] + c * since[2, way])
    return total


@njit(borrows=True, inner=True)
def tick_chances(hazards: np.ndarray, since: np.ndarray, stages_left: int, dt: float, out: np.ndarray) -> float:
    """Fill `out` : float64[way], where somebody on the street is after `dt`; return the sum of the chances.

    hazards : float64[exit], of this person; since : float64[node, way], see `violent_since`

    P(way) = street_chances of the own hazards, and of those who turn at s the way of one of the violent in what is
    left: P(turned) ∫ f(s) street_chances(violent, all stages, dt - s) ds, with f(s) in proportion to the chance
    of being there at s. The integral by Gauss and Legendre's three points, f scaled so that it keeps P(turned).
    """
    rates = rates_of(hazards)
    return known_chances(hazards, rates, stays(rates, dt, hazards[TURN] > 0.0), since, stages_left, dt, out)


@njit(borrows=True, inner=True)
def _one_by_one(key: Key, where: int, cell: int, movers: int, chances: np.ndarray, total: float, out: np.ndarray) -> None:
    """Send each mover a way of its own, in proportion to the chances; add to `out`."""
    last, spare = chances.size - 1, 0.5
    while last > 0 and chances[last] <= 0.0:
        last -= 1
    for i in range(movers):
        if i % 2 == 0:
            u, spare = uniform_pair(key.seed, key.member, _PROGRESS, where, cell, key.moment, i // 2)
        else:
            u = spare
        left, w = u * total - chances[0], 0
        while left >= 0.0 and w < last:
            w += 1
            left -= chances[w]
        out[w] += 1


@njit(borrows=True, inner=True)
def share_out(key: Key, where: int, cell: int, movers: int, chances: np.ndarray, total: float, out: np.ndarray) -> None:
    """Share movers over their ways, in proportion to the chances, which sum to `total` : a multinomial draw.

    A few choose one by one, more are shared by conditional binomials; the law is the same, and which is quicker is known.
    """
    for w in range(out.size):
        out[w] = 0
    if movers <= FEW:
        _one_by_one(key, where, cell, movers, chances, total, out)
        return
    left, open_ = movers, total
    for w in range(chances.size):
        if left == 0:
            return
        if chances[w] <= 0.0:
            continue
        if chances[w] >= open_:
            out[w] = left
        else:
            u = uniform(key.seed, key.member, _PROGRESS, where, cell, key.moment, w)
            out[w] = binomial(u, left, chances[w] / open_)
        left -= out[w]
        open_ -= chances[w]
    if left > 0:  # rounding of the differences left a crumb: it goes where the last chance was
        for w in range(chances.size - 1, -1, -1):
            if chances[w] > 0.0:
                out[w] += left
                break
