"""One tick of the oracle: everybody's competing clocks are drawn, and the first to ring decides.

Hazards hold for a tick. Who comes out, passes a stage of time out or turns violent goes on competing, as what
they have become; who goes home, is held, hurt or killed does nothing else in that tick.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from qantar.model.country import Country
from qantar.model.state import World
from qantar.model.streets import bags as kernel
from tests.oracle import rates
from tests.oracle.movers import NOT_OUT, Kind, Movers, compartments
from tests.oracle.people import (
    AFRAID,
    AT_HOME,
    DELIVERED,
    PEACEFUL,
    QUIET,
    REMANDED,
    STAGES,
    TIRED,
    VIOLENT,
    People,
)

RIOTER = 3
"""The row of the violent in tables by group."""
OFF = np.array([Kind.TIRED, Kind.AFRAID, Kind.TURN, Kind.HELD, Kind.HURT, Kind.KILLED])
ENDS = np.array([kernel.TIRED, kernel.AFRAID, -1, kernel.DELIVERED, kernel.INJURED, kernel.DEAD])
AFTER = {
    Kind.STRAY_HURT: kernel.INJURED, Kind.STRAY_DEAD: kernel.DEAD, Kind.CURFEW_HELD: kernel.DELIVERED,
    Kind.CURFEW_REMANDED: kernel.REMANDED, Kind.SERVICE_HURT: kernel.INJURED, Kind.SERVICE_DEAD: kernel.DEAD, Kind.BACK: NOT_OUT,
    Kind.RAID_HELD: kernel.DELIVERED, Kind.CUSTODY_DEATH: kernel.DEAD,
}


def first_to_ring(hazards: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw for each row of hazards : float64[person, what] which clock rings first, and when (hours)."""
    with np.errstate(divide="ignore"):
        when = rng.exponential(size=hazards.shape) / hazards
    return when.argmin(axis=1), when.min(axis=1)


def run_street(
    hazards: tuple[np.ndarray, np.ndarray], where: np.ndarray, who: np.ndarray, stage: np.ndarray, left: np.ndarray,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Let people run through what is left of the tick on a street.

    where, who, stage, left: place, group (or RIOTER), stages passed and hours left of each. Returns the way off (-1 for
    none), and group and stage at the end.
    """
    pace, ways = hazards
    way, who, stage, left = np.full(where.size, -1), who.copy(), stage.copy(), left.copy()
    running = np.arange(where.size)
    while running.size:
        here = where[running]
        which, wait = first_to_ring(np.column_stack([pace[here], ways[here, who[running]]]), rng)
        left[running] -= wait
        rang = left[running] > 0.0
        running, which = running[rang], which[rang] - 1
        stage[running[which < 0]] += 1
        turned = which == rates.TO_VIOLENT
        who[running[turned]], stage[running[turned]] = RIOTER, 0
        way[running] = np.where(which < 0, np.where(stage[running] == STAGES, rates.TO_TIRED, -1), which)
        way[running[turned]] = -1
        running = running[way[running] < 0]
    return way, who, stage


def options_of(country: Country, pull: np.ndarray, home: int, stay: float) -> tuple[np.ndarray, np.ndarray]:
    """Return where people of a place may go, itself first, and with what chances; `stay` 0: by its own pull."""
    away = rates.reach(country, home)
    weights = np.array([stay or pull[home], *[pull[j] * weight for j, weight in away]])
    return np.array([home, *[j for j, _ in away]]), weights / weights.sum()


def destinations(country: Country, pull: np.ndarray, home: np.ndarray, stay: float, rng: np.random.Generator) -> np.ndarray:
    """Draw where each goes: to a place within reach with weight pull · distance weight, or stays."""
    to = home.copy()
    for here in np.unique(home):
        them = np.flatnonzero(home == here)
        options, weights = options_of(country, pull, int(here), stay)
        to[them] = rng.choice(options, size=them.size, p=weights)
    return to


def leave_quiet(
    p: SimpleNamespace, country: Country, world: World, now: rates.Moment, people: People, places: list[SimpleNamespace],
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Draw what happens to the quiet, and when: kind (-1 for nothing) and hour of the tick, of everybody."""
    kind, hour = np.full(people.home.size, -1), np.zeros(people.home.size)
    quiet = np.flatnonzero(people.state == QUIET)
    which, when = first_to_ring(rates.of_quiet(p, country, world, now, people, places)[quiet], rng)
    rang = when < now.dt
    quiet, which = quiet[rang], which[rang]
    usual = np.array([Kind.JOIN, Kind.LOOT, Kind.STRAY_HURT, Kind.CURFEW_HELD, Kind.SERVICE_HURT])
    worse = np.array([0.0, 0.0, p.shoot_kill_share, p.curfew_remand_share, p.security_death_share])
    kind[quiet] = usual[which] + (rng.uniform(size=quiet.size) < worse[which])
    hour[quiet] = when[rang]
    return kind, hour


def leave_rest(
    p: SimpleNamespace, country: Country, world: World, now: rates.Moment, people: People, rng: np.random.Generator
) -> np.ndarray:
    """Draw what happens to those at home after going out, the held and the hurt: kind, -1 for nothing, of everybody."""
    kind = np.full(people.home.size, -1)
    others = rates.of_others(p, country, world, now, people)
    which, when = first_to_ring(others, rng)
    rang = np.flatnonzero((others.sum(axis=1) > 0.0) & (when < now.dt))
    at_home = np.isin(people.state[rang], (TIRED, AFRAID))
    kind[rang] = np.where(which[rang] == rates.TO_QUIET, Kind.BACK, np.where(at_home, Kind.RAID_HELD, Kind.CUSTODY_DEATH))
    return kind


def tick(
    p: SimpleNamespace, country: Country, world: World, now: rates.Moment, people: People, rng: np.random.Generator
) -> Movers:
    """Draw one tick; nobody is moved yet (see `move`)."""
    n = len(country.region)
    places = rates.of_places(p, country, world, now, people.count(DELIVERED, n) + people.count(REMANDED, n))
    kind, hour = leave_quiet(p, country, world, now, people, places, rng)
    kind = np.maximum(kind, leave_rest(p, country, world, now, people, rng))
    to, began = people.place.copy(), compartments(people)
    end = began.copy()
    for after, compartment in AFTER.items():
        end[kind == after] = compartment
    joined, looted = kind == Kind.JOIN, kind == Kind.LOOT
    to[joined] = destinations(country, p.travel_weight * world.near, people.home[joined], 1.0, rng)
    to[looted] = destinations(country, world.disorder, people.home[looted], 0.0, rng)

    out = np.flatnonzero(people.out | joined | looted)
    rioting = (people.state == VIOLENT) | looted
    who = np.where(rioting, RIOTER, people.group)[out]
    hazards = rates.of_street(p, world, places)
    way, became, stage = run_street(hazards, to[out], who, people.stage[out], now.dt - hour[out], rng)
    end[out] = np.where(way >= 0, ENDS[way], became * STAGES + stage)
    moved = (kind[out] < 0) & (end[out] != began[out])
    on = stage - people.stage[out]
    turned = (who != RIOTER) & (became == RIOTER)
    stayed = np.where(turned, Kind.TURN + stage, Kind.ONE_ON + on - 1)
    kind[out[moved]] = np.where(way >= 0, OFF[way], stayed)[moved]

    held = np.flatnonzero((end == kernel.DELIVERED) & (began != end) & (kind != Kind.CURFEW_HELD))
    held = held[rng.uniform(size=held.size) < p.remand_share]
    end[held] = kernel.REMANDED
    kind[held] += np.isin(kind[held], (Kind.HELD, Kind.RAID_HELD))
    rows = np.flatnonzero(kind >= 0)
    return Movers(rows, *[a[rows] for a in (kind, people.home, people.place, to, began, end, people.propensity_class, people.stratum)])


def move(people: People, moved: Movers) -> None:
    """Carry out what a tick brought."""
    who, end = moved.person, moved.end
    people.stage[who] = np.where((end >= 0) & (end < kernel.TIRED), end % STAGES, 0)
    state = np.full(kernel.COMPARTMENTS, PEACEFUL)
    state[kernel.VIOLENT : kernel.TIRED] = VIOLENT
    for at, number in AT_HOME.items():
        state[number] = at
    people.state[who] = np.where(end == NOT_OUT, QUIET, state[end])
    people.place[who] = np.where(np.isin(people.state[who], (QUIET, TIRED, AFRAID)), people.home[who], moved.to)
