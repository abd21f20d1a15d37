"""Media: how much of what happens elsewhere arrives, and how late.

Equations
    online        i c + (1 - i c) w, i internet users, c connectivity left by blackouts, w word of mouth
    known crowd   follows the true crowd with lag τ (1 + (factor - 1)(1 - c̄)), c̄ the country's connectivity
    far           online · A / (A + k n̄): A attention-weighted known crowd elsewhere, n̄ the residents
                  weighted alike, k the half-saturation, well inside the range of crowds

Weights of attention are (1 + km / scale)^-1 less the nearby kernel, exact for pairs nearer than the
exact range and region to region beyond, within a region that of the exact range; a share of attention can go by
region and not by distance (see `geography.attention`). Because both A and n̄ are sums
over places, cutting a city into districts changes nothing.

Limits: one public, no rival outlets, no censorship of single items; ties between places are distance or region.
"""

from __future__ import annotations

import numpy as np

from qantar.engine.compiled import njit
from qantar.engine.steady import steady
from qantar.model.country import Country, numbers
from qantar.model.geography import Pairs
from qantar.model.state import AbstractSystem, World
from qantar.model.streets.formulas import saturation


@njit()
def _reach(internet: np.ndarray, connectivity: np.ndarray, mouth: float, out: np.ndarray) -> None:
    """Fill the share of each region that is reached, by the internet where it is on and else by word of mouth : float64[region]."""
    for r in range(out.size):
        reached = internet[r] * connectivity[r]
        out[r] = reached + (1.0 - reached) * mouth


@steady
@njit()
def _hear(
    minds: tuple[Pairs, np.ndarray, np.ndarray], region: np.ndarray, crowd: tuple[np.ndarray, np.ndarray], kept: float,
    signal: tuple[np.ndarray, np.ndarray, np.ndarray, float, float],
    filled: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    """Let news of the crowds spread and fill the known crowd, the heard share and the signal of protest elsewhere : float64[place].

    minds : attention as pairs, from region to region, and attention-weighted residents
    crowd : peaceful and violent, int64[place]; kept : share of what was known that is still believed
    signal : reach of the internet, connectivity, who is reached, which is filled : float64[region]; share of news that comes by
        word of mouth, and the share at half the signal
    """
    pairs, regional, residents = minds
    (peaceful, violent), (internet, connectivity, online, mouth, half), (known, heard_share, elsewhere) = crowd, signal, filled
    _reach(internet, connectivity, mouth, online)
    start, to, weight = pairs.start, pairs.to, pairs.weight
    by_region = np.zeros(regional.shape[0])
    for i in range(known.size):
        out = float(peaceful[i] + violent[i])
        known[i] = out + (known[i] - out) * kept
        by_region[region[i]] += known[i]
    far = np.zeros(by_region.size)
    for a in range(far.size):
        for b in range(far.size):
            far[a] += regional[a, b] * by_region[b]
    for i in range(known.size):
        heard = far[region[i]]
        for k in range(start[i], start[i + 1]):
            heard += weight[k] * known[to[k]]
        heard_share[i] = max(0.0, heard) / residents[i] if residents[i] > 0.0 else 0.0
        elsewhere[i] = online[region[i]] * saturation(heard_share[i], half)


class MediaSystem(AbstractSystem):
    """Connectivity, the known crowd and the signal of protest elsewhere."""

    name = "media"
    owns = frozenset({"connectivity", "online", "known_crowd", "heard_share", "far"})
    reads = frozenset({"connectivity_ordered", "peaceful", "violent"})

    def __init__(self, country: Country) -> None:
        self._country = country
        self._p = numbers(country.scenario.parameters.media)
        self._half = float(country.scenario.parameters.streets.far_half.value)
        self._mouth = float(self._p.word_of_mouth)
        self._internet = country.of_regions("internet_share")
        self._share = country.region_residents / country.region_residents.sum()
        self._minds = (country.attention.pairs, country.attention.regional, country.attention.residents)

    def init(self, world: World) -> None:
        """Start with everything connected and nothing known."""
        world.connectivity = np.ones(len(self._country.region_ids))
        world.online = np.empty_like(world.connectivity)
        _reach(self._internet, world.connectivity, self._mouth, world.online)
        for name in ("known_crowd", "heard_share", "far"):
            setattr(world, name, np.zeros(len(self._country.place_ids)))

    def step(self, world: World) -> None:
        """Follow the blackouts and let news of the crowds spread."""
        p, country = self._p, self._country
        world.connectivity[:] = world.connectivity_ordered
        cut = 1.0 - float(self._share @ world.connectivity)
        kept = country.clock.decay(p.news_lag * (1.0 + (p.blackout_lag_factor - 1.0) * cut))
        signal = (self._internet, world.connectivity, world.online, self._mouth, self._half)
        crowd, filled = (world.peaceful, world.violent), (world.known_crowd, world.heard_share, world.far)
        _hear(self._minds, country.region, crowd, kept, signal, filled)
