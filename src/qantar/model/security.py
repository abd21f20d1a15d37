"""Security: how many men stand on a street, whether they act, and when they break.

Equations, per place
    readiness     holiday level until recall, then towards the recalled level with τ; where the palace decides, a
                  working day recalls by itself, and a run that begins on one begins at the recalled level
    usable        Σ branches men · readiness · coherence · (1 - given shirking), less guard duty (which
                  the guarantor's men take over), less routed men, less coordination lost in a blackout
    shirking      Λ(s₀ + s₁ log₁₀((crowd + 1) / (force + 1)) + s₂ kinship - s₃ morale)   McLauchlin (2010), both of the neighbourhood
    force         moves towards min(usable · (1 - shirking), ratio · crowd + more · violent + guard · crowd / crowd around)
                  of the middle of the tick, with the response time where the neighbourhood wants more men than are there,
                  else with the stand-down time; what acts in a tick is its mean, target + (start - target) τ (1 - exp(-dt/τ)) / dt
    used force    force · share of the posture (stand aside … disperse and shoot 1, withdraw 0)
    morale        falls while the violent of the neighbourhood outnumber its force, recovers with τ
    rout          hazard of `formulas.rout_rate`, again of the neighbourhood's; routed men return with τ; arms are lost

Sources of the numbers are in the parameter file. The guarantor's men guard and patrol: they free the
host's men and are not counted into the force.

Limits: no chain of command below the branch, no fuel or ammunition, no single units; a place's police
never leave it but by a recorded order. Who obeys whom is given as series with recorded orders; else the palace says it.
"""

from __future__ import annotations

import math
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from qantar.engine.compiled import njit
from qantar.engine.random import uniform
from qantar.engine.steady import steady
from qantar.engine.streams import Stream
from qantar.model.country import Country, numbers
from qantar.model.events import Event
from qantar.model.neighbourhood import Neighbourhood, neighbourhood, sum_around
from qantar.model.state import AbstractSystem, World
from qantar.model.streets.formulas import rout_rate
from qantar.scenario.vocabulary import BRANCHES, POSTURES

GUARANTOR = BRANCHES.index("guarantor")
SHOOT = POSTURES.index("shoot")
_ROUT = int(Stream.ROUT)

Floats = NDArray[np.float64]


class SecurityNumbers(NamedTuple):
    """The parameters that the kernel reads; units as in `SecurityParameters`, `lost_coordination` from the media."""

    lost_coordination: float
    guard_duty: float
    freed_per_guarantor: float
    response_hours: float
    stand_down_hours: float
    contact_ratio: float
    contact_violent: float
    contact_guard: float
    shirk_base: float
    shirk_crowd: float
    shirk_kinship: float
    shirk_morale: float
    morale_loss: float
    morale_recovery: float
    rout_ratio: float
    rout_rate: float
    rout_arms: float
    regroup_hours: float
    readiness_holiday: float
    readiness_recalled: float
    recall_hours: float


class Units(NamedTuple):
    """The men of each place and what they are up to : float64[place] (`region`, `key` int64[place]).

    men : float64[place, branch]; peaceful, violent : as foretold for the middle of the tick; kinship with the crowd
    arrived : the force at the end of a tick; force : in the mean of it; gave_way : men who were routed in this tick
    used, free_used : what the posture lets act of the force and of the men who are not on a street
    contact : the posture's share; shooting : bool[place]
    """

    key: NDArray[np.int64]
    region: NDArray[np.int64]
    kinship: Floats
    morale: Floats
    gave_way: Floats
    arrived: Floats
    men: Floats
    peaceful: Floats
    violent: Floats
    shirking: Floats
    routed_men: Floats
    force: Floats
    lost_arms: Floats
    used: Floats
    free_used: Floats
    contact: Floats
    shooting: NDArray[np.bool_]


ON_DUTY = attrgetter(
    "men", "peaceful_ahead", "violent_ahead", "shirking", "routed_men", "force", "lost_arms", "used_force", "free_force", "contact_share",
    "shooting",
)
"""The fields of `Units` that the world has, in its order; those before are the system's own."""


class Command(NamedTuple):
    """What the men of each region are told and able to do : float64[region] (`posture` int64, `recalled` bool).

    coherence, stay_away : float64[region, branch] shares that obey and that shirk as given
    readiness : moved towards its level, holiday or recalled, through the tick
    shares : float64[posture], see `posture_shares`
    """

    posture: NDArray[np.int64]
    recalled: NDArray[np.bool_]
    coherence: Floats
    stay_away: Floats
    readiness: Floats
    connectivity: Floats
    shares: Floats


class Callup(NamedTuple):
    """Room for what a tick calls for : float64[place] (`more`, `routed` bool[place]); see `_call_up` and `_break`."""

    crowd: Floats
    standing: Floats
    willing: Floats
    target: Floats
    more: NDArray[np.bool_]
    routed: NDArray[np.bool_]


@njit(inner=True)
def usable_men(p: SecurityNumbers, men: np.ndarray, command: Command, region: int) -> float:
    """Return the men of a place who can be used, before shirking and rout; men : float64[branch]."""
    ready: float = 0.0
    for b in range(men.size):
        if b != GUARANTOR:
            ready += men[b] * command.coherence[region, b] * (1.0 - command.stay_away[region, b])
    readiness, cut = command.readiness[region], 1.0 - command.connectivity[region]
    ready *= readiness
    guarding = max(0.0, p.guard_duty * ready - p.freed_per_guarantor * men[GUARANTOR])
    usable: float = (ready - guarding) * (1.0 - p.lost_coordination * cut)
    return usable


@njit(inner=True)
def shirking_share(p: SecurityNumbers, crowd: float, force: float, kinship: float, morale: float) -> float:
    """Return the share of a unit that shirks. Source: McLauchlin (2010) for the terms; their weights are assumed."""
    local = math.log10((crowd + 1.0) / (force + 1.0))
    odds = p.shirk_base + p.shirk_crowd * local + p.shirk_kinship * kinship - p.shirk_morale * morale
    return 1.0 / (1.0 + math.exp(-odds))


@njit(borrows=True, inner=True)
def _call_up(p: SecurityNumbers, nearby: Neighbourhood, units: Units, command: Command, room: Callup) -> None:
    """Fill how many men of each place are willing and how many are wanted, and whether the neighbourhood wants more than it has."""
    crowd, standing, willing, target = room.crowd, room.standing, room.willing, room.target
    for i in range(crowd.size):
        crowd[i] = units.peaceful[i] + units.violent[i]
    for i in range(crowd.size):
        usable, around = usable_men(p, units.men[i], command, units.region[i]), sum_around(nearby, crowd, i)
        standing[i] = sum_around(nearby, units.arrived, i)
        units.shirking[i] = shirking_share(p, around, standing[i], units.kinship[i], units.morale[i])
        willing[i] = max(0.0, usable - units.routed_men[i]) * (1.0 - units.shirking[i])
        needed = 0.0
        if crowd[i] > 0.0:
            needed = p.contact_ratio * crowd[i] + p.contact_violent * units.violent[i] + p.contact_guard * crowd[i] / around
        target[i] = min(willing[i], needed)
    for i in range(crowd.size):
        room.more[i] = sum_around(nearby, target, i) > standing[i]


@njit(borrows=True, inner=True)
def _move(p: SecurityNumbers, units: Units, room: Callup, dt: float) -> None:
    """Let the force of every place approach what is wanted; fill its mean through the tick and what it is at the end."""
    coming, going = math.exp(-dt / p.response_hours), math.exp(-dt / p.stand_down_hours)
    for i in range(units.force.size):
        kept, hours = (coming, p.response_hours) if room.more[i] else (going, p.stand_down_hours)
        away, willing = units.arrived[i] - room.target[i], room.willing[i]
        units.force[i] = min(room.target[i] + away * (1.0 - kept) * hours / dt, willing)
        units.arrived[i] = min(room.target[i] + away * kept, willing)


@njit(borrows=True, inner=True)
def _break(run: tuple[int, int, int], p: SecurityNumbers, nearby: Neighbourhood, units: Units, room: Callup, dt: float) -> None:
    """Fill whose men give way, and let morale fall where the violent of the neighbourhood outnumber its force, else recover."""
    seed, member, tick = run
    recovered, lost = math.exp(-dt / p.morale_recovery), math.exp(-p.morale_loss * dt)
    for i in range(units.force.size):
        violent, force = sum_around(nearby, units.violent, i), sum_around(nearby, units.force, i)
        hazard = rout_rate(p.rout_rate, violent, force, p.rout_ratio) if units.force[i] > 0.0 else 0.0
        room.routed[i] = hazard > 0.0 and uniform(seed, member, _ROUT, units.key[i], 0, tick, 0) < -math.expm1(-hazard * dt)
        units.morale[i] = 1.0 + (units.morale[i] - 1.0) * recovered
        if violent > force:
            units.morale[i] *= lost


@steady
@njit()
def _deploy(run: tuple[int, int, int], p: SecurityNumbers, nearby: Neighbourhood, units: Units, command: Command, dt: float) -> bool:
    """Carry the units of every place through one tick; return whether anybody gave way. `run` is seed, member and tick."""
    n, anybody = units.force.size, False
    regrouped, called = math.exp(-dt / p.regroup_hours), math.exp(-dt / p.recall_hours)
    for r in range(command.readiness.size):
        level = p.readiness_recalled if command.recalled[r] else p.readiness_holiday
        command.readiness[r] = level + (command.readiness[r] - level) * called
    room = Callup(np.empty(n), np.empty(n), np.empty(n), np.empty(n), np.empty(n, dtype=np.bool_), np.empty(n, dtype=np.bool_))
    _call_up(p, nearby, units, command, room)
    _move(p, units, room, dt)
    _break(run, p, nearby, units, room, dt)
    for i in range(n):
        posture, force, routed = command.posture[units.region[i]], units.force[i], room.routed[i]
        units.routed_men[i] *= regrouped
        gave_way = units.arrived[i] if routed else 0.0
        units.contact[i] = share = command.shares[posture]
        units.free_used[i] = max(0.0, room.willing[i] - force) * share
        units.shooting[i] = posture == SHOOT
        units.force[i], units.arrived[i] = (0.0, 0.0) if routed else (force, units.arrived[i])
        units.used[i] = units.force[i] * share
        units.routed_men[i] += gave_way
        units.gave_way[i] = gave_way
        anybody |= gave_way > 0.0
        units.lost_arms[i] = p.rout_arms * gave_way
    return anybody


class SecuritySystem(AbstractSystem):
    """Arrival, readiness, shirking, morale and rout, place by place."""

    name = "security"
    owns = frozenset({
        "force", "used_force", "free_force", "shirking", "shooting", "contact_share", "routed_men", "lost_arms",
    })
    reads = frozenset({
        "men", "recalled", "posture", "coherence", "shirking_given", "connectivity", "peaceful_ahead", "violent_ahead",
    })
    streams = frozenset({Stream.ROUT})
    emits = frozenset({"rout"})

    def __init__(self, country: Country) -> None:
        self._country = country
        p = self._p = numbers(country.scenario.parameters.security)
        p.lost_coordination = country.scenario.parameters.media.blackout_coordination.value
        self._numbers = SecurityNumbers(*[float(getattr(p, name)) for name in SecurityNumbers._fields])
        self._shares = posture_shares(p)
        self._kinship = country.of_regions("kinship")[country.region]
        self._nearby = neighbourhood(country.near, country.remainder)

    def init(self, world: World) -> None:
        """Start with few men ready on a holiday, more where they are at their posts, and none on a street."""
        n = len(self._country.place_ids)
        self._readiness = np.where(world.recalled, float(self._p.readiness_recalled), float(self._p.readiness_holiday))
        self._morale, self._gave_way, self._arrived = np.ones(n), np.zeros(n), np.zeros(n)
        for name in ("force", "used_force", "free_force", "shirking", "routed_men", "lost_arms", "contact_share"):
            setattr(world, name, np.zeros(n))
        world.shooting = np.zeros(n, dtype=bool)

    def step(self, world: World) -> None:
        """Carry the forces through one tick."""
        country = self._country
        units = Units(country.key, country.region, self._kinship, self._morale, self._gave_way, self._arrived, *ON_DUTY(world))
        command = Command(
            world.posture, world.recalled, world.coherence, world.shirking_given, self._readiness, world.connectivity, self._shares,
        )
        run, dt = (world.seed, world.member, world.tick), country.clock.tick_hours
        if _deploy(run, self._numbers, self._nearby, units, command, dt):
            self._report_routs(world)

    def _report_routs(self, world: World) -> None:
        country = self._country
        for place in np.flatnonzero(self._gave_way):
            men = float(self._gave_way[place])
            world.events.add(Event(
                world.tick, "rout", country.place_ids[place], country.region_ids[country.region[place]], value=men,
                text=f"{men:.0f} men give way before {world.violent_ahead[place]:.0f} violent",
            ))


def posture_shares(p: Any) -> Floats:  # noqa: ANN401
    """Return the part of the force that each posture uses : float64[posture]; shoot 1, withdraw 0."""
    shares = [p.posture_stand_aside, p.posture_guard, p.posture_contain, p.posture_disperse, 1.0, 0.0]
    return np.array(shares)
