"""Media: how much of what happens elsewhere arrives, and how late.

Equations
    online        i c + (1 - i c) w, i internet users, c connectivity left by blackouts, w word of mouth
    known crowd   follows the true crowd with lag τ (1 + (factor - 1)(1 - c̄)), c̄ the country's connectivity
    far           online · A / (A + k n̄): A attention-weighted known crowd elsewhere, n̄ the residents
                  weighted alike, k the half-saturation, well inside the range of crowds

Weights of attention are (1 + km / scale)^-1 less the nearby kernel, exact for pairs nearer than the
exact range and region to region beyond (see `geography.attention`). Because both A and n̄ are sums
over places, cutting a city into districts changes nothing.

Limits: one public, no rival outlets, no censorship of single items; ties between places are distance.
"""

from __future__ import annotations

import numpy as np

from qantar.model.country import Country, numbers
from qantar.model.geography import weigh
from qantar.model.state import AbstractSystem, World


class MediaSystem(AbstractSystem):
    """Connectivity, the known crowd and the signal of protest elsewhere."""

    name = "media"
    owns = frozenset({"connectivity", "online", "known_crowd", "heard_share", "far"})
    reads = frozenset({"connectivity_ordered", "peaceful", "violent"})

    def __init__(self, country: Country) -> None:
        self._country = country
        self._p = numbers(country.scenario.parameters.media)
        self._half = country.scenario.parameters.streets.far_half.value
        self._internet = country.of_regions("internet_share")
        self._share = country.region_residents / country.region_residents.sum()

    def init(self, world: World) -> None:
        """Start with everything connected and nothing known."""
        world.connectivity = np.ones(len(self._country.region_ids))
        world.online = self._online(world.connectivity)
        world.known_crowd = np.zeros(len(self._country.place_ids))
        world.heard_share = np.zeros(len(self._country.place_ids))
        world.far = np.zeros(len(self._country.place_ids))

    def step(self, world: World) -> None:
        """Follow the blackouts and let news of the crowds spread."""
        p, country = self._p, self._country
        world.connectivity = world.connectivity_ordered.copy()
        world.online = self._online(world.connectivity)
        cut = 1.0 - float(self._share @ world.connectivity)
        kept = country.clock.decay(p.news_lag * (1.0 + (p.blackout_lag_factor - 1.0) * cut))
        crowd = (world.peaceful + world.violent).astype(np.float64)
        world.known_crowd = crowd + (world.known_crowd - crowd) * kept
        minds = country.attention
        by_region = np.bincount(country.region, weights=world.known_crowd, minlength=world.online.size)
        heard = weigh(minds.pairs, world.known_crowd) + (minds.regional @ by_region)[country.region]
        heard = np.maximum(heard, 0.0)
        world.heard_share = heard / minds.residents
        world.far = world.online[country.region] * world.heard_share / (world.heard_share + self._half)

    def _online(self, connectivity: np.ndarray) -> np.ndarray:
        reached = self._internet * connectivity
        return np.asarray(reached + (1.0 - reached) * self._p.word_of_mouth)
