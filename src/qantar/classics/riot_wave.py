"""A wave of riots that spreads like an epidemic, in the manner of the French riots of 2005.

L. Bonnasse-Gahot, H. Berestycki, M.-A. Depuiset, M. B. Gordon, S. Roché, N. Rodriguez and J.-P. Nadal
(2018), "Epidemiological modelling of the 2005 French riots: a spreading wave and the role of contagion",
Scientific Reports 8: 107. Each town i has a reservoir S of people who might riot, and R who do:

    dS/dt = -β Λ S,   dR/dt = β Λ S - ω R,   Λ_i = Σ_j (1 + d_ij / d0)^-δ R_j

Riots die down by themselves (ω), feed on those at home and on those nearby, and end when the
reservoir is used up. Joins and exits are drawn as binomials (Euler-multinomial, an hour a tick).

Departure: the structure alone is taken over. Reservoirs are given and not fitted to deprivation, no
number is fitted to French police data, and people are counted where the paper has rates of events.
Limits: nobody travels, police and media do not act, and all days are alike.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qantar.engine.compiled import njit
from qantar.engine.ending import Ending
from qantar.engine.random import binomial, uniform
from qantar.engine.streams import Stream
from qantar.errors import UsageError

SITE, JOIN, LEAVE = 30, 31, 32
"""Cells of the stream CLASSIC: where a synthetic town lies, who joins, who leaves (index: the town)."""
_CLASSIC = int(Stream.CLASSIC)
TICKS_PER_DAY = 24
EARTH_RADIUS_KM = 6371.0


@dataclass(frozen=True)
class Contagion:
    """How riots feed; all values assumed but for the four days of an outburst (1 / ω).

    growth : β times the median reservoir over ω: the number who follow one rioter in a median town
    end_rate : ω, per day
    reach_km, decay : d0 and δ
    """

    growth: float = 2.0
    end_rate: float = 0.26
    reach_km: float = 30.0
    decay: float = 4.0

    def weights(self, distance_km: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how much one rioter there counts here : float64[town, town]; 1 at home."""
        return np.asarray((1.0 + distance_km / self.reach_km) ** -self.decay)


@dataclass(frozen=True)
class Towns:
    """Where riots can be.

    reservoir : int64[town]             people who might riot
    distance_km : float64[town, town]   symmetric, 0 at home
    """

    reservoir: NDArray[np.int64]
    distance_km: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Refuse distances that do not belong to the towns."""
        n = len(self.reservoir)
        if self.distance_km.shape != (n, n) or n == 0:
            raise UsageError(f"{n} reservoirs need a table of {n} by {n} distances, not {self.distance_km.shape}")


def from_degrees(reservoir: NDArray[np.int64], latitude: NDArray[np.float64], longitude: NDArray[np.float64]) -> Towns:
    """Return towns at coordinates in degrees, great-circle distances apart (haversine)."""
    lat, lon = np.radians(latitude), np.radians(longitude)
    half = np.sin((lat[:, None] - lat) / 2) ** 2 + np.cos(lat[:, None]) * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    return Towns(reservoir, 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half)))


def synthetic(towns: int, side_km: float, reservoir: int, seed: int = 0) -> tuple[Towns, NDArray[np.float64]]:
    """Return equal towns strewn over a square, and where they lie : float64[town, 2], km; town 0 is in a corner."""
    where = np.array([[uniform(seed, 0, _CLASSIC, 0, SITE, axis, i) for axis in (0, 1)] for i in range(towns)])
    where = side_km * where[np.argsort(where.sum(axis=1), kind="stable")]
    away = np.sqrt(((where[:, None, :] - where[None, :, :]) ** 2).sum(axis=2))
    return Towns(np.full(towns, reservoir, dtype=np.int64), away), where


@njit()
def _hour(people: np.ndarray, pull: np.ndarray, end: float, key: tuple[int, int, int]) -> None:
    """Draw who joins and who leaves in each town : people int64[2, town], reservoir and rioters; pull[here, there] an hour."""
    seed, member, tick = key
    rioters = people[1].copy()
    for i in range(rioters.size):
        force = 0.0
        for j in range(rioters.size):
            force += pull[i, j] * rioters[j]
        chance = -math.expm1(-force)
        joins = binomial(uniform(seed, member, _CLASSIC, 0, JOIN, tick, i), people[0, i], chance)
        leaves = binomial(uniform(seed, member, _CLASSIC, 0, LEAVE, tick, i), people[1, i], end)
        people[0, i] -= joins
        people[1, i] += joins - leaves


class Wave:
    """The model as the engine runs it; `history` is int64[hour, town] of rioters after a run."""

    def __init__(self, towns: Towns, contagion: Contagion, *, origin: int, first: int, days: int) -> None:
        """Let `first` people of town `origin` riot at the start."""
        if not 0 <= origin < len(towns.reservoir) or not 0 < first <= towns.reservoir[origin]:
            raise UsageError(f"{first} people cannot begin in town {origin}: it must exist and have as many in its reservoir")
        self.n_ticks = days * TICKS_PER_DAY
        self.history = np.zeros((self.n_ticks, len(towns.reservoir)), dtype=np.int64)
        self._towns, self._origin, self._first = towns, origin, first
        rate = contagion.growth * contagion.end_rate / float(np.median(towns.reservoir))
        self._pull = rate * contagion.weights(towns.distance_km) / TICKS_PER_DAY
        self._end = -math.expm1(-contagion.end_rate / TICKS_PER_DAY)

    def init(self, seed: int, member: int) -> NDArray[np.int64]:
        """Return reservoirs and rioters : int64[2, town]."""
        self._key = (seed, member)
        people = np.vstack([self._towns.reservoir, np.zeros_like(self._towns.reservoir)])
        people[:, self._origin] += (-self._first, self._first)
        return people

    def step(self, state: NDArray[np.int64], tick: int) -> None:
        """Carry all towns through an hour."""
        _hour(state, self._pull, self._end, (*self._key, tick))

    def observe(self, state: NDArray[np.int64], tick: int) -> None:
        """Note the rioters."""
        self.history[tick] = state[1]

    def ending(self, state: NDArray[np.int64]) -> tuple[Ending, str]:
        """Call it quiet when nobody riots any more."""
        left = int(state[1].sum())
        return (Ending.STILL_CONTESTED if left else Ending.CONTROL_RETURNED), f"{left} people riot"
