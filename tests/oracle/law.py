"""The exact law of a tick: the chance of everything that can happen to everybody, and the moments of all counts.

Off a street by the exponential of the generator of stages, turning and ways off; from home by competing
exponentials. Given the state at the start of a tick people are independent, so the cumulants of counts are sums.
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
from tests.oracle.clocks import ENDS, OFF, RIOTER, options_of
from tests.oracle.movers import OFF_STREET, Kind, Size, blocks, compartments
from tests.oracle.people import AFRAID, DELIVERED, QUIET, REMANDED, STAGES, TIRED, VIOLENT, People

PEACEFUL_ROWS, VIOLENT_ROWS, GONE = 0, STAGES, 2 * STAGES
"""States of the generator: peaceful by stage, violent by stage, then the ways off."""


@dataclass
class Law:
    """Of each count of `movers.table`: mean, variance, fourth cumulant; and chances : float64[person, kind]."""

    mean: np.ndarray
    variance: np.ndarray
    fourth: np.ndarray
    chances: np.ndarray


def generator(pace: float, peaceful: np.ndarray, violent: np.ndarray) -> np.ndarray:
    """Return the rates from state to state on one street : float64[state, state]."""
    q = np.zeros((GONE + 6, GONE + 6))
    for first, ways in ((PEACEFUL_ROWS, peaceful), (VIOLENT_ROWS, violent)):
        for stage in range(STAGES):
            row = q[first + stage]
            row[GONE:] += ways
            row[first + stage + 1 if stage + 1 < STAGES else GONE + rates.TO_TIRED] += pace
            row[VIOLENT_ROWS] += row[GONE + rates.TO_VIOLENT]
            row[GONE + rates.TO_VIOLENT] = 0.0
            row[first + stage] -= row.sum()
    return q


def over_a_tick(q: np.ndarray, dt: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the chances from state to state over a tick, and those of somebody who comes out at any moment of it."""
    n = len(q)
    both = expm(np.block([[q, np.eye(n)], [np.zeros((n, 2 * n))]]) * dt)
    return both[:n, :n], both[:n, n:] / dt


def as_ends(row: np.ndarray, group: int) -> np.ndarray:
    """Turn chances of the generator's states into those of compartments : float64[compartment]."""
    out = np.zeros(kernel.COMPARTMENTS)
    out[group * STAGES : (group + 1) * STAGES] = row[:STAGES]
    out[kernel.VIOLENT : kernel.TIRED] += row[VIOLENT_ROWS:GONE]
    for way, compartment in enumerate(ENDS):
        out[compartment] += row[GONE + way] if compartment >= 0 else 0.0
    return out


def shares(hazards: np.ndarray, dt: float) -> np.ndarray:
    """Competing exponentials: (1 - exp(-Σh dt)) h / Σh, row by row."""
    total = hazards.sum(axis=1, keepdims=True)
    return np.divide(hazards * -np.expm1(-total * dt), total, out=np.zeros_like(hazards), where=total > 0)


def one_after_the_other(hazards: np.ndarray, back: np.ndarray, people: People, dt: float) -> np.ndarray:
    """Chances of those at home where joining, looting and each way of being struck are drawn in turn, as the kernels do.

    back: chance of everybody to be quiet again in this tick, before anybody is struck. Strikes are so many expected hits,
    shared by those who can be struck and are there.
    """
    out, there = np.zeros_like(hazards), np.where(people.state == QUIET, 1.0, back)
    for what in (rates.TO_JOIN, rates.TO_LOOT):
        out[:, what] = there * -np.expm1(-hazards[:, what] * dt)
        there = there - out[:, what]
    service = people.adult & (people.sex == 1) & (people.work == 0) & (people.age <= 3)
    for what, who in ((rates.TO_STRAY, np.ones_like(service)), (rates.TO_CURFEW, people.adult), (rates.TO_SERVICE, service)):
        hits = np.bincount(people.home, weights=hazards[:, what] * dt)
        among = np.bincount(people.home, weights=there * who)
        out[:, what] = there * who * -np.expm1(-hits / np.maximum(among, 1.0))[people.home]
        there = there - out[:, what]
    return out


class Tick:
    """All that a tick can do, from one state of the country."""

    def __init__(
        self, p: SimpleNamespace, country: Country, world: World, now: rates.Moment, people: People, *, in_turn: bool = False
    ) -> None:
        self.in_turn = in_turn
        self.p, self.country, self.world, self.now, self.people = p, country, world, now, people
        n = len(country.region)
        self.places = rates.of_places(p, country, world, now, people.count(DELIVERED, n) + people.count(REMANDED, n))
        pace, ways = rates.of_street(p, world, self.places)
        self.runs = {
            (i, group): over_a_tick(generator(pace[i], ways[i, group], ways[i, RIOTER]), now.dt) for i in range(n) for group in range(4)
        }
        self.size: Size = (n, *country.population.counts.shape[1:])
        self.sums = {name: np.zeros((3, len(names))) for name, names in blocks(self.size).items()}

    def chances(self) -> np.ndarray:
        """Return the chance of every kind of move : float64[person, kind]."""
        p, now, people = self.p, self.now, self.people
        out = np.zeros((people.home.size, len(Kind)))
        hazards = rates.of_quiet(p, self.country, self.world, now, people, self.places)
        quiet = shares(hazards, now.dt)
        back = shares(rates.of_others(p, self.country, self.world, now, people), now.dt)[:, rates.TO_QUIET]
        if self.in_turn:
            quiet = one_after_the_other(hazards, back, people, now.dt)
        out[:, Kind.JOIN], out[:, Kind.LOOT] = quiet[:, rates.TO_JOIN], quiet[:, rates.TO_LOOT]
        for what, kind, worse in (
            (rates.TO_STRAY, Kind.STRAY_HURT, p.shoot_kill_share), (rates.TO_CURFEW, Kind.CURFEW_HELD, p.curfew_remand_share),
            (rates.TO_SERVICE, Kind.SERVICE_HURT, p.security_death_share),
        ):
            out[:, kind], out[:, kind + 1] = quiet[:, what] * (1.0 - worse), quiet[:, what] * worse
        for (i, group), (moves, _) in self.runs.items():
            rioting = people.state == VIOLENT
            here = people.out & (people.place == i) & (rioting == (group == RIOTER)) & (rioting | (people.group == group))
            for stage in range(STAGES):
                them = here & (people.stage == stage)
                row = moves[(VIOLENT_ROWS if group == RIOTER else PEACEFUL_ROWS) + stage]
                own = VIOLENT_ROWS if group == RIOTER else PEACEFUL_ROWS
                for on, kind in enumerate((Kind.ONE_ON, Kind.TWO_ON), start=1):
                    out[them, kind] = row[own + stage + on] if stage + on < STAGES else 0.0
                if group != RIOTER:
                    out[np.ix_(them, [Kind.TURN, Kind.TURN_ONE_ON, Kind.TURN_TWO_ON])] = row[VIOLENT_ROWS:GONE]
                for way, kind in enumerate(OFF):
                    if way != rates.TO_VIOLENT:
                        out[them, kind] = row[GONE + way]
        others = shares(rates.of_others(p, self.country, self.world, now, people), now.dt)
        at_home = np.isin(people.state, (TIRED, AFRAID))
        out[:, Kind.BACK] = others[:, rates.TO_QUIET]
        out[:, Kind.RAID_HELD] = np.where(at_home, others[:, rates.TO_END], 0.0)
        out[:, Kind.CUSTODY_DEATH] = np.where(at_home, 0.0, others[:, rates.TO_END])
        for usual in (Kind.HELD, Kind.RAID_HELD):
            out[:, usual + 1] = out[:, usual] * p.remand_share
            out[:, usual] *= 1.0 - p.remand_share
        return out

    def count(self, block: str, index: np.ndarray, q: np.ndarray) -> None:
        """Add independent people, each counted at `index` with chance q."""
        size = self.sums[block].shape[1]
        variance = q * (1.0 - q)
        for k, w in enumerate((q, variance, variance * (1.0 - 6.0 * variance))):
            self.sums[block][k] += np.bincount(index, weights=w, minlength=size)

    def comers(self, what: str, kind: Kind, chance: np.ndarray, pull: np.ndarray, stay: float) -> None:
        """Count those who come out by where they go and where their tick ends."""
        people, n = self.people, self.size[0]
        for home in np.unique(people.home[chance[:, kind] > 0]):
            options, weights = options_of(self.country, pull, int(home), stay)
            for group in range(3):
                them = np.flatnonzero((chance[:, kind] > 0) & (people.home == home) & (people.group == group))
                q = chance[them, kind]
                ends = np.zeros(kernel.COMPARTMENTS)
                for j, weight in zip(options, weights, strict=True):
                    self.count(f"{what} by way", np.full(them.size, home * n + j), q * weight)
                    runs = self.runs[int(j), RIOTER if kind == Kind.LOOT else group][1]
                    ends += weight * as_ends(runs[VIOLENT_ROWS if kind == Kind.LOOT else PEACEFUL_ROWS], group)
                share = self.p.remand_share
                ends[kernel.REMANDED] = ends[kernel.DELIVERED] * share
                ends[kernel.DELIVERED] *= 1.0 - share
                for compartment in np.flatnonzero(ends):
                    self.count(f"{what} by end", np.full(them.size, compartment), q * ends[compartment])


def law(
    p: SimpleNamespace, country: Country, world: World, now: rates.Moment, people: People, *, in_turn: bool = False
) -> Law:
    """Return the exact moments of all counts of a tick that begins here.

    in_turn: whether those at home join, loot and are struck one after the other, as the kernels have it, or all at once
    """
    tick = Tick(p, country, world, now, people, in_turn=in_turn)
    chance = tick.chances()
    who, kind = np.nonzero(chance)
    q = chance[who, kind]
    tick.count("kind", kind, q)
    at_home = kind <= Kind.SERVICE_DEAD
    tick.count("kind by place", kind * tick.size[0] + np.where(at_home, people.home[who], people.place[who]), q)
    where = compartments(people)
    street = np.isin(kind, OFF_STREET)
    tick.count("street by compartment", (kind[street] - OFF_STREET[0]) * kernel.TIRED + where[who[street]], q[street])
    rested = np.flatnonzero((where >= kernel.TIRED) & (where < kernel.DEAD))
    tick.count("others by compartment", where[rested] - kernel.TIRED, chance[rested][:, Kind.BACK :].sum(axis=1))
    tick.count("join by class", people.propensity_class, chance[:, Kind.JOIN])
    tick.count("join by stratum", people.stratum, chance[:, Kind.JOIN])
    tick.comers("join", Kind.JOIN, chance, p.travel_weight * world.near, 1.0)
    tick.comers("loot", Kind.LOOT, chance, world.disorder, 0.0)
    return Law(*np.concatenate(list(tick.sums.values()), axis=1), chance)


def whole_law(chances_of_kind: np.ndarray, most: int) -> np.ndarray:
    """Return P(k people), k = 0..most, of independent people with the given chances, exactly (by its transform)."""
    q, n = np.unique(chances_of_kind[chances_of_kind > 0], return_counts=True)
    w = np.exp(-2j * np.pi * np.arange(most + 1) / (most + 1))
    transform = np.exp((n[:, None] * np.log(1.0 - q[:, None] + q[:, None] * w[None, :])).sum(axis=0))
    return np.maximum(0.0, np.fft.ifft(transform).real)
