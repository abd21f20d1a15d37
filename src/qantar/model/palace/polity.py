"""The polity: what a scenario's palace says that does not change, and the court drawn from it.

Loyalties and health are drawn per member. Where a value has a spread, that is its prior; a loyalty
without one is normal in log-odds around the value, with the spread of the parameters. The value itself
is what everybody takes the actor for.

An observer's private signal of another's log-odds is the truth plus normal noise; his belief is the
posterior mean of truth given the value, the spread and the signal (normal prior, normal noise), as in a
global game (Morris and Shin 2003).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qantar.engine.random import check_keys, place_key, uniform
from qantar.engine.streams import Stream
from qantar.errors import AssemblyError
from qantar.model.palace.court import VACANT, Court
from qantar.model.palace.power import check_passing
from qantar.scenario.prior import inverse_prior
from qantar.scenario.schema import Palace
from qantar.scenario.value import Value
from qantar.scenario.vocabulary import BRANCHES, POWERS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_NORMAL = NormalDist()
_CERTAIN = 1e-3
"""Loyalties of 0 and 1 have no log-odds; they are cut to this distance."""


@dataclass(frozen=True)
class Polity:
    """Offices and actors as arrays. Dimensions: actor, office, branch, power.

    formal : float64[office]; holder : int64[office] at the start; commander : int64[branch] office or -1
    appoints, vetoes : bool[office, office]; may : bool[office, power]; top : number of the top office
    ambitious : bool[actor] who would rather rule himself than put somebody in (above the median)
    loyalty : float64[patron, client] as everybody takes it
    """

    actors: tuple[str, ...]
    names: tuple[str, ...]
    key: Ints
    offices: tuple[str, ...]
    titles: tuple[str, ...]
    formal: Floats
    holder: Ints
    commander: Ints
    appoints: Bools
    vetoes: Bools
    lifelong: Bools
    may: Bools
    top: int
    blamed_as: tuple[str, ...]
    eligible: Bools
    ambition: Floats
    ambitious: Bools
    health: tuple[Value, ...]
    means: Floats
    loyalty: Floats
    ties: tuple[tuple[int, int, Value], ...]

    @property
    def n(self) -> int:
        """Number of actors."""
        return len(self.actors)

    @cached_property
    def powers(self) -> tuple[frozenset[str], ...]:
        """What each office may order."""
        return tuple(frozenset(power for power, may in zip(POWERS, row, strict=True) if may) for row in self.may.tolist())

    @cached_property
    def weighty(self) -> tuple[bool, ...]:
        """Which offices weigh at least as much as the mean one : by office."""
        return tuple((self.formal >= self.formal.mean()).tolist())


def _top(palace: Palace) -> int:
    """The office that is marked, else the one with the largest formal weight."""
    marked = [number for number, office in enumerate(palace.offices) if office.top]
    return marked[0] if marked else int(np.argmax([office.formal.value for office in palace.offices]))


def build_polity(palace: Palace) -> Polity:
    """Turn a checked palace into arrays. Raises AssemblyError without offices or actors."""
    players = [actor for actor in palace.actors if actor.plays]
    if not players or not palace.offices:
        raise AssemblyError("a simulated palace needs at least one office and one actor in palace.yaml")
    check_keys([actor.id for actor in players])
    number = {actor.id: i for i, actor in enumerate(players)}
    seat = {office.id: i for i, office in enumerate(palace.offices)}
    n, m = len(players), len(palace.offices)
    appoints, vetoes = np.zeros((m, m), dtype=bool), np.zeros((m, m), dtype=bool)
    may, commander, top = np.zeros((m, len(POWERS)), dtype=bool), np.full(len(BRANCHES), -1, dtype=np.int64), _top(palace)
    for i, office in enumerate(palace.offices):
        appoints[i, [seat[other] for other in office.appoints]] = True
        vetoes[i, [seat[other] for other in office.vetoes]] = True
        may[i, [POWERS.index(power) for power in office.powers]] = True
        commander[[BRANCHES.index(branch) for branch in office.commands]] = i
    if not may.any():
        may[top] = True
    ties = [(number[actor.patron], i, actor.loyalty) for i, actor in enumerate(players)
            if actor.patron in number and actor.loyalty is not None]
    ties += [(number[tie.to], i, tie.loyalty) for i, actor in enumerate(players) for tie in actor.ties if tie.to in number]
    ambition = np.array([actor.ambition.value for actor in players])
    loyalty = np.zeros((n, n))
    for patron, client, value in ties:
        loyalty[patron, client] = value.value
    return Polity(
        actors=tuple(number), names=tuple(actor.name for actor in players),
        key=np.array([place_key(actor.id) for actor in players], dtype=np.int64),
        offices=tuple(seat), titles=tuple(office.title for office in palace.offices),
        formal=np.array([office.formal.value for office in palace.offices]),
        holder=np.array([number.get(office.holder or "", VACANT) for office in palace.offices], dtype=np.int64),
        commander=commander, appoints=appoints, vetoes=vetoes,
        lifelong=np.array([office.lifelong for office in palace.offices]), may=may, top=top,
        blamed_as=tuple(office.blamed_as or ("president" if i == top else "") for i, office in enumerate(palace.offices)),
        eligible=np.array([actor.eligible for actor in players]),
        ambition=ambition, ambitious=ambition >= np.median(ambition),
        health=tuple(actor.health for actor in players), means=np.array([actor.means.value for actor in players]),
        loyalty=loyalty, ties=tuple(ties),
    )


def log_odds(share: float) -> float:
    """Return log(share / (1 - share)), of a share cut away from 0 and 1."""
    cut = min(max(share, _CERTAIN), 1.0 - _CERTAIN)
    return math.log(cut / (1.0 - cut))


def share_of(odds: float) -> float:
    """Return the share with these log-odds."""
    return 1.0 / (1.0 + math.exp(-odds))


def _within_one(loyalty: Floats) -> Floats:
    """Scale the loyalties of a client down to a sum of 1 where they are more."""
    return np.asarray(loyalty / np.maximum(loyalty.sum(axis=-2, keepdims=True), 1.0))


def draw_court(polity: Polity, p: Any, seed: int, member: int) -> Court:  # noqa: ANN401 - parameters as bare numbers
    """Return the court of a member at the start: loyalties, health and beliefs drawn, offices as they stand.

    Raises AssemblyError where power would feed on itself.
    """
    n = polity.n
    truth, belief = np.zeros((n, n)), np.zeros((n, n, n))
    health = np.array([
        min(max(inverse_prior(value, uniform(seed, member, int(Stream.LOYALTY), key, 0, 0, 0)), 0.0), 1.0)
        for value, key in zip(polity.health, polity.key, strict=True)
    ])
    for patron, client, value in polity.ties:
        u = uniform(seed, member, int(Stream.LOYALTY), polity.key[client], 1, 0, polity.key[patron])
        public = log_odds(value.value)
        drawn = public + p.loyalty_spread * _NORMAL.inv_cdf(u)
        true = drawn if value.spread is None else log_odds(inverse_prior(value, u))
        truth[patron, client] = share_of(true)
        weight = p.loyalty_spread**2 / (p.loyalty_spread**2 + p.signal_noise**2)
        for observer in range(n):
            v = uniform(seed, member, int(Stream.BELIEF), polity.key[observer], polity.key[client], 0, polity.key[patron])
            signal = true + p.signal_noise * _NORMAL.inv_cdf(v)
            believed = true if observer == client else public + weight * (signal - public)
            belief[observer, patron, client] = share_of(believed)
    truth = _within_one(truth)
    check_passing(truth, np.ones(n), p.patronage_pass)
    return Court(
        holder=polity.holder.copy(), free=np.ones(n, dtype=bool), health=health, means=polity.means.copy(),
        loyalty=truth, belief=_within_one(belief), wronged=np.zeros(n, dtype=bool),
        changed_at=np.full(len(BRANCHES), -math.inf),
        immune=np.array([bool(polity.lifelong[polity.holder == actor].any()) for actor in range(n)]),
    )
