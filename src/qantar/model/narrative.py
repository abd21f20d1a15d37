"""Narrative: legitimacy, whom people blame, how the crowd is framed, and who could still broker a deal.

Equations, per region
    L ← L₀ + (L - L₀) exp(-dt/τ) - death · (deaths per 100,000 seen) + loot · reach · disorder · dt
        - foreign · nationalism · dt while foreign troops are in the country + relief of a dismissal
    kept inside [0, 1]

Blame B over government, patron, president, rioters and a foreign hand adds up to 1. Each hour something moves
blame to a role: B_role ← B_role + w (1 - B_role), the others shrink alike, with w
    government   price · salience · dt            patron   cause · C · dt
    president    death · (deaths of the tick per 100,000), and foreign · nationalism · dt under foreign troops
    rioters      disorder · mean disorder · dt
    statement    weight · reach · L, to whom it names; it also moves the foreign frame, in as far as it is believed
A role whose holder left loses its blame, which the others take over in proportion. The foreign frame fades with
its τ. Brokerage falls by exp(-loss · detained per 100,000): a crackdown takes the people who could sign a deal.

Deaths elsewhere count with the weight that fear gives them. The sign of the looting term is open
(order threatened, or order lost): its prior has both. Reach is that of the state's media, which show it.

Limits: one legitimacy for all strata of a region and one blame for the country; prices act through
grievance, not here; the opposition says nothing, for nobody hears it.
"""

from __future__ import annotations

import math

import numpy as np

from qantar.model.country import Country, numbers
from qantar.model.state import AbstractSystem, World
from qantar.scenario.schema import BLAMED, BRANCHES

GUARANTOR = BRANCHES.index("guarantor")
PER_HUNDRED_THOUSAND = 1e5


class NarrativeSystem(AbstractSystem):
    """Legitimacy, blame, the foreign frame and brokerage."""

    name = "narrative"
    owns = frozenset({"legitimacy", "blame", "foreign_frame", "brokerage"})
    reads = frozenset({
        "new_deaths", "disorder", "men", "relief", "departed", "statements", "salience", "cause", "cum_detained",
    })

    def __init__(self, country: Country) -> None:
        self._country = country
        self._p = numbers(country.scenario.parameters.narrative)
        self._reach = country.of_regions("state_media_reach")
        self._elsewhere = country.scenario.parameters.streets.fear_elsewhere.value
        self._share = country.region_residents / country.region_residents.sum()
        self._first_brokerage = country.of_regions("brokerage")
        self._exposed = country.of_regions("exposed_share")

    def init(self, world: World) -> None:
        """Start at the level before the crisis; nobody is blamed more than anybody else."""
        world.legitimacy = np.full(len(self._country.region_ids), self._p.legitimacy_start)
        world.blame = np.full(len(BLAMED), 1.0 / len(BLAMED))
        world.foreign_frame = 0.0
        world.brokerage = self._first_brokerage.copy()

    def step(self, world: World) -> None:
        """Move legitimacy, blame, frame and brokerage through one tick."""
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
        self._blame(world, PER_HUNDRED_THOUSAND * float(all_of_it), float(self._share @ disorder))
        detained = np.bincount(country.region, weights=world.cum_detained, minlength=n)
        lost = np.exp(-p.brokerage_loss * PER_HUNDRED_THOUSAND * detained / country.region_residents)
        world.brokerage = self._first_brokerage * lost

    def _blame(self, world: World, deaths: float, disorder: float) -> None:
        p, dt = self._p, self._country.clock.tick_hours
        blame = world.blame.copy()
        foreign = float(world.men[:, GUARANTOR].sum() > 0)
        for role in world.departed:
            if role:
                blame[BLAMED.index(role)] = 0.0
        blame = blame / blame.sum() if blame.sum() > 0.0 else np.full(len(BLAMED), 1.0 / len(BLAMED))
        trust = float(self._share @ (self._reach * world.legitimacy))
        moves = [
            ("government", p.blame_price * float(self._share @ (self._exposed * np.maximum(world.salience, 0.0))) * dt),
            ("patron", p.blame_cause * float(self._share @ world.cause) * dt),
            ("president", p.blame_death * deaths + p.blame_foreign * p.nationalism * foreign * dt),
            ("rioters", p.blame_disorder * disorder * dt),
            *((statement.blames, p.statement_weight * trust) for statement in world.statements),
        ]
        for role, weight in moves:
            if weight > 0.0:
                part = -math.expm1(-weight)
                blame = blame * (1.0 - part)
                blame[BLAMED.index(role)] += part
        world.blame = blame
        frame = world.foreign_frame * self._country.clock.decay(p.frame_decay)
        for statement in world.statements:
            frame += statement.framing * trust * (1.0 - frame)
        world.foreign_frame = frame
