"""Security: how many men stand on a street, whether they act, and when they break.

Equations, per place
    readiness     holiday level until recall, then towards the recalled level with τ
    usable        Σ branches men · readiness · coherence · (1 - given shirking), less guard duty (which
                  the guarantor's men take over), less routed men, less coordination lost in a blackout
    shirking      Λ(s₀ + s₁ log₁₀((crowd + 1) / (force + 1)) + s₂ kinship - s₃ morale)   McLauchlin (2010)
    force         moves towards min(usable · (1 - shirking), ratio · crowd + guard) with the response time,
                  back with the stand-down time
    used force    force · share of the posture (stand aside … disperse and shoot 1, withdraw 0)
    morale        falls while the violent outnumber the force, recovers with τ
    rout          hazard of `formulas.rout_rate`; routed men return with τ; arms are lost

Sources of the numbers are in the parameter file. The guarantor's men guard and patrol: they free the
host's men and are not counted into the force.

Limits: no chain of command below the branch, no fuel or ammunition, no single units; a place's police
never leave it but by a recorded order; who obeys whom is given as series until the palace is built.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from qantar.engine.random import uniform
from qantar.engine.streams import Stream
from qantar.model.country import Country, numbers
from qantar.model.events import Event
from qantar.model.state import AbstractSystem, World
from qantar.model.streets.formulas import rout_rate
from qantar.scenario.schema import BRANCHES, POSTURES

GUARANTOR = BRANCHES.index("guarantor")
SHOOT = POSTURES.index("shoot")
_ROUT = int(Stream.ROUT)


def posture_shares(p: Any) -> NDArray[np.float64]:  # noqa: ANN401
    """Return the part of the force that each posture uses : float64[posture]; shoot 1, withdraw 0."""
    shares = [p.posture_stand_aside, p.posture_guard, p.posture_contain, p.posture_disperse, 1.0, 0.0]
    return np.array(shares)


@njit(cache=True)
def _rout(
    seed: int, member: int, tick: int, key: np.ndarray, violent: np.ndarray, force: np.ndarray,
    rate: float, even_ratio: float, dt: float,
) -> np.ndarray:
    """Return which places rout in this tick : bool[place]."""
    routed = np.zeros(key.size, dtype=np.bool_)
    for place in range(key.size):
        hazard = rout_rate(rate, violent[place], force[place], even_ratio)
        if hazard > 0.0:
            u = uniform(seed, member, _ROUT, key[place], 0, tick, 0)
            routed[place] = u < -math.expm1(-hazard * dt)
    return routed


class SecuritySystem(AbstractSystem):
    """Arrival, readiness, shirking, morale and rout, place by place."""

    name = "security"
    owns = frozenset({
        "force", "used_force", "free_force", "shirking", "shooting", "contact_share", "routed_men", "lost_arms",
    })
    reads = frozenset({
        "men", "recalled", "posture", "coherence", "shirking_given", "connectivity", "peaceful", "violent",
    })
    streams = frozenset({Stream.ROUT})
    emits = frozenset({"rout"})

    def __init__(self, country: Country) -> None:
        self._country = country
        self._p = numbers(country.scenario.parameters.security)
        self._lost_coordination = country.scenario.parameters.media.blackout_coordination.value
        self._shares = posture_shares(self._p)
        self._kinship = country.of_regions("kinship")[country.region]

    def init(self, world: World) -> None:
        """Start on holiday: few men ready, none on a street."""
        n = len(self._country.place_ids)
        self._readiness = np.full(len(self._country.region_ids), self._p.readiness_holiday)
        self._morale = np.ones(n)
        world.force, world.used_force, world.free_force = np.zeros(n), np.zeros(n), np.zeros(n)
        world.shirking, world.routed_men, world.lost_arms = np.zeros(n), np.zeros(n), np.zeros(n)
        world.shooting = np.zeros(n, dtype=bool)
        world.contact_share = np.zeros(n)

    def step(self, world: World) -> None:
        """Carry the forces through one tick."""
        p, country = self._p, self._country
        crowd = (world.peaceful + world.violent).astype(np.float64)
        violent = world.violent.astype(np.float64)
        usable = self._usable(world)
        world.shirking = self._shirking(crowd, world.force)
        willing = usable * (1.0 - world.shirking)
        needed = np.where(crowd > 0.0, p.contact_ratio * crowd + p.contact_guard, 0.0)
        target = np.minimum(willing, needed)
        rising = target > world.force
        kept = np.where(rising, country.clock.decay(p.response_hours), country.clock.decay(p.stand_down_hours))
        world.force = np.minimum(target + (world.force - target) * kept, willing)
        self._break(world, violent)
        world.contact_share = self._shares[world.posture][country.region]
        world.used_force = world.force * world.contact_share
        world.free_force = np.maximum(0.0, willing - world.force) * world.contact_share
        world.shooting = (world.posture == SHOOT)[country.region]
        outnumbered = violent > world.force
        recovery = country.clock.decay(p.morale_recovery)
        self._morale = 1.0 + (self._morale - 1.0) * recovery
        self._morale = np.where(
            outnumbered, self._morale * np.exp(-p.morale_loss * country.clock.tick_hours), self._morale
        )

    def _usable(self, world: World) -> NDArray[np.float64]:
        p, country = self._p, self._country
        goal = np.where(world.recalled, p.readiness_recalled, p.readiness_holiday)
        self._readiness = goal + (self._readiness - goal) * country.clock.decay(p.recall_hours)
        own = np.ones(len(BRANCHES))
        own[GUARANTOR] = 0.0
        obeying = world.coherence * (1.0 - world.shirking_given)
        ready = self._readiness[country.region][:, None] * obeying[country.region] * world.men * own
        ready_men = ready.sum(axis=1)
        freed = p.freed_per_guarantor * world.men[:, GUARANTOR]
        guarding = np.maximum(0.0, p.guard_duty * ready_men - freed)
        coordination = 1.0 - self._lost_coordination * (1.0 - world.connectivity[country.region])
        return np.asarray(np.maximum(0.0, (ready_men - guarding) * coordination - world.routed_men))

    def _shirking(self, crowd: NDArray[np.float64], force: NDArray[np.float64]) -> NDArray[np.float64]:
        p = self._p
        odds = (
            p.shirk_base + p.shirk_crowd * np.log10((crowd + 1.0) / (force + 1.0))
            + p.shirk_kinship * self._kinship - p.shirk_morale * self._morale
        )
        shirking: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-odds))
        return shirking

    def _break(self, world: World, violent: NDArray[np.float64]) -> None:
        p, country = self._p, self._country
        world.routed_men = world.routed_men * country.clock.decay(p.regroup_hours)
        routed = _rout(
            world.seed, world.member, world.tick, country.key, violent, world.force,
            p.rout_rate, p.rout_ratio, country.clock.tick_hours,
        )
        world.lost_arms = np.where(routed, p.rout_arms * world.force, 0.0)
        for place in np.flatnonzero(routed):
            world.events.add(Event(
                world.tick, "rout", country.place_ids[place], country.region_ids[country.region[place]],
                value=float(world.force[place]),
                text=f"{world.force[place]:.0f} men give way before {violent[place]:.0f} violent",
            ))
        world.routed_men = world.routed_men + np.where(routed, world.force, 0.0)
        world.force = np.where(routed, 0.0, world.force)
