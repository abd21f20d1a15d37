"""Narrative: legitimacy. Blame, frames and the commission come with the palace and are not built yet.

Equation, per region
    L ← L₀ + (L - L₀) exp(-dt/τ) - death · (deaths per 100,000 seen) + loot · reach · disorder · dt
        - foreign · nationalism · dt while foreign troops are in the country + relief of a dismissal
    kept inside [0, 1]

Deaths elsewhere count with the weight that fear gives them. The sign of the looting term is open
(order threatened, or order lost): its prior has both. Reach is that of the state's media, which show it.

Limits: one legitimacy for all strata of a region; prices act through grievance, not here.
"""

from __future__ import annotations

import numpy as np

from qantar.model.country import Country, numbers
from qantar.model.state import AbstractSystem, World
from qantar.scenario.schema import BRANCHES

GUARANTOR = BRANCHES.index("guarantor")
PER_HUNDRED_THOUSAND = 1e5


class NarrativeSystem(AbstractSystem):
    """Legitimacy follows deaths, disorder, foreign troops and relief."""

    name = "narrative"
    owns = frozenset({"legitimacy"})
    reads = frozenset({"new_deaths", "disorder", "men", "relief"})

    def __init__(self, country: Country) -> None:
        self._country = country
        self._p = numbers(country.scenario.parameters.narrative)
        self._reach = country.of_regions("state_media_reach")
        self._elsewhere = country.scenario.parameters.streets.fear_elsewhere.value

    def init(self, world: World) -> None:
        """Start at the level before the crisis."""
        world.legitimacy = np.full(len(self._country.region_ids), self._p.legitimacy_start)

    def step(self, world: World) -> None:
        """Move legitimacy through one tick."""
        p, country = self._p, self._country
        dt = country.clock.tick_hours
        n = world.legitimacy.size
        deaths = np.bincount(country.region, weights=world.new_deaths, minlength=n)
        own = deaths / country.region_residents
        all_of_it = deaths.sum() / country.region_residents.sum()
        seen = PER_HUNDRED_THOUSAND * (own + self._elsewhere * (all_of_it - own))
        residents = np.bincount(country.region, weights=world.disorder * country.residents, minlength=n)
        disorder = residents / country.region_residents
        foreign = p.legitimacy_foreign * p.nationalism * dt * float(world.men[:, GUARANTOR].sum() > 0)
        level = p.legitimacy_start + (world.legitimacy - p.legitimacy_start) * country.clock.decay(p.legitimacy_recovery)
        level = level - p.legitimacy_death * seen + p.legitimacy_loot * self._reach * disorder * dt - foreign
        level = level + p.legitimacy_relief * world.relief
        world.legitimacy = np.clip(level, 0.0, 1.0)
