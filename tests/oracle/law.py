"""The exact law of a tick: the chance of everything that can happen to everybody, and the moments of all counts.

Off a street by the exponential of the generator of stages and ways off; from home by competing exponentials.
Given the state at the start of a tick people are independent, so the cumulants of counts are sums.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
from scipy.linalg import expm

from qantar.model.country import Country
from qantar.model.state import World
from qantar.model.streets import bags as kernel
from tests.oracle import rates
from tests.oracle.clocks import options_of
from tests.oracle.movers import Kind, Movers, compartments, names, table
from tests.oracle.people import AFRAID, DELIVERED, REMANDED, STAGES, TIRED, People


@dataclass
class Law:
    """Of each count of `movers.table`: mean, variance, fourth cumulant; and chances : float64[person, kind]."""

    mean: np.ndarray
    variance: np.ndarray
    fourth: np.ndarray
    chances: np.ndarray


def off_street(pace: float, ways: np.ndarray, left: int, dt: float) -> np.ndarray:
    """Chances of one and two stages on and of the six ways off, with `left` stages to go."""
    q = np.zeros((left + 6, left + 6))
    for stage in range(left):
        q[stage, stage + 1 if stage + 1 < left else left + rates.TO_TIRED] += pace
        q[stage, left:] += ways
        q[stage, stage] -= q[stage].sum()
    row = expm(q * dt)[0]
    on = np.zeros(2)
    on[: left - 1] = row[1:left]
    return np.concatenate([on, row[left:]])


def chances(p: SimpleNamespace, country: Country, world: World, now: rates.Moment, people: People) -> np.ndarray:
    """Return the chance of every kind of move : float64[person, kind]."""
    n = len(country.region)
    places = rates.of_places(p, country, world, now, people.count(DELIVERED, n) + people.count(REMANDED, n))
    out = np.zeros((people.home.size, len(Kind)))

    def share(h: np.ndarray) -> np.ndarray:
        total = h.sum(axis=1, keepdims=True)
        return np.divide(h * -np.expm1(-total * now.dt), total, out=np.zeros_like(h), where=total > 0)

    quiet = share(rates.of_quiet(p, country, world, now, people, places))
    out[:, Kind.JOIN], out[:, Kind.LOOT] = quiet[:, rates.TO_JOIN], quiet[:, rates.TO_LOOT]
    for what, kind, worse in (
        (rates.TO_STRAY, Kind.STRAY_HURT, p.shoot_kill_share), (rates.TO_CURFEW, Kind.CURFEW_HELD, p.curfew_remand_share),
        (rates.TO_SERVICE, Kind.SERVICE_HURT, p.security_death_share),
    ):
        out[:, kind], out[:, kind + 1] = quiet[:, what] * (1.0 - worse), quiet[:, what] * worse

    pace, ways = rates.of_street(p, world, people, places)
    where = np.flatnonzero(people.out)
    rows, inverse = np.unique(np.column_stack([pace, ways, people.stage])[where], axis=0, return_inverse=True)
    exits = np.array([off_street(row[0], row[1:7], STAGES - int(row[7]), now.dt) for row in rows])[inverse.ravel()]
    out[where, Kind.ONE_ON], out[where, Kind.TWO_ON] = exits[:, 0], exits[:, 1]
    for way, kind in enumerate((Kind.TIRED, Kind.AFRAID, Kind.TURN, Kind.HELD, Kind.HURT, Kind.KILLED)):
        out[where, kind] = exits[:, 2 + way]

    others = share(rates.of_others(p, country, world, now, people))
    at_home = np.isin(people.state, (TIRED, AFRAID))
    out[:, Kind.BACK] = others[:, rates.TO_QUIET]
    out[:, Kind.RAID_HELD] = np.where(at_home, others[:, rates.TO_END], 0.0)
    out[:, Kind.CUSTODY_DEATH] = np.where(at_home, 0.0, others[:, rates.TO_END])
    for usual in (Kind.HELD, Kind.RAID_HELD):
        out[:, usual + 1] = out[:, usual] * p.remand_share
        out[:, usual] *= 1.0 - p.remand_share
    return out


def law(p: SimpleNamespace, country: Country, world: World, now: rates.Moment, people: People) -> Law:
    """Return the exact moments of all counts of a tick that begins here."""
    chance = chances(p, country, world, now, people)
    n, (classes, strata) = len(country.region), country.population.counts.shape[1:]
    size = (n, classes, strata)
    parts = []
    who, kind = np.nonzero(chance)
    going = (kind == Kind.JOIN) | (kind == Kind.LOOT)
    where = compartments(people)

    def sums(who: np.ndarray, kind: np.ndarray, to: np.ndarray, q: np.ndarray) -> np.ndarray:
        m = Movers(who, kind, people.home[who], people.place[who], to, where[who], people.propensity_class[who], people.stratum[who])
        return np.array([table(m, *size, w) for w in (q, q * (1 - q), q * (1 - q) * (1 - 6 * q * (1 - q)))])

    parts.append(sums(who, kind, people.place[who], chance[who, kind]))
    parts[0][:, named(size, " to ") | named(size, "left ")] = 0.0
    rested = np.flatnonzero(where >= kernel.TIRED)
    leaving = sums(rested, np.full(rested.size, Kind.BACK), people.place[rested], chance[rested].sum(axis=1))
    leaving[:, ~named(size, "left ")] = 0.0
    parts.append(leaving)
    for kind_, pull, stay in ((Kind.JOIN, p.travel_weight * world.near, 1.0), (Kind.LOOT, world.disorder, 0.0)):
        movers = who[going & (kind == kind_)]
        for home in np.unique(people.home[movers]):
            them = movers[people.home[movers] == home]
            for to, weight in zip(*options_of(country, pull, int(home), stay), strict=True):
                part = sums(them, np.full(them.size, kind_), np.full(them.size, to), chance[them, kind_] * weight)
                part[:, ~named(size, " to ")] = 0.0
                parts.append(part)
    return Law(*np.sum(parts, axis=0), chance)


def named(size: tuple[int, int, int], part: str) -> np.ndarray:
    """Which counts of the table have a name with this in it : bool[name]."""
    return np.array([part in name for name in names(*size)])


def whole_law(chances_of_kind: np.ndarray, most: int) -> np.ndarray:
    """Return P(k people), k = 0..most, of independent people with the given chances, exactly (by its transform)."""
    q, n = np.unique(chances_of_kind[chances_of_kind > 0], return_counts=True)
    w = np.exp(-2j * np.pi * np.arange(most + 1) / (most + 1))
    transform = np.exp((n[:, None] * np.log(1.0 - q[:, None] + q[:, None] * w[None, :])).sum(axis=0))
    return np.maximum(0.0, np.fft.ifft(transform).real)
