"""One tick of the oracle: everybody's competing clocks are drawn, and the first to ring decides.

Hazards are those at the start of the tick. Who joins or turns violent does nothing else in that tick;
who passes a stage of time out goes on competing in the next one.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from qantar.model.country import Country
from qantar.model.state import World
from tests.oracle import rates
from tests.oracle.movers import Kind, Movers
from tests.oracle.people import (
    AFRAID,
    DEAD,
    DELIVERED,
    INJURED,
    PEACEFUL,
    QUIET,
    REMANDED,
    STAGES,
    TIRED,
    VIOLENT,
    People,
)

AFTERWARDS = {
    Kind.JOIN: PEACEFUL, Kind.LOOT: VIOLENT, Kind.STRAY_HURT: INJURED, Kind.STRAY_DEAD: DEAD, Kind.CURFEW_HELD: DELIVERED,
    Kind.CURFEW_REMANDED: REMANDED, Kind.SERVICE_HURT: INJURED, Kind.SERVICE_DEAD: DEAD, Kind.TIRED: TIRED, Kind.AFRAID: AFRAID,
    Kind.TURN: VIOLENT, Kind.HELD: DELIVERED, Kind.REMANDED: REMANDED, Kind.HURT: INJURED, Kind.KILLED: DEAD, Kind.BACK: QUIET,
    Kind.RAID_HELD: DELIVERED, Kind.RAID_REMANDED: REMANDED, Kind.CUSTODY_DEATH: DEAD,
}


def first_to_ring(hazards: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw for each row of hazards : float64[person, what] which clock rings first, and when (hours)."""
    with np.errstate(divide="ignore"):
        when = rng.exponential(size=hazards.shape) / hazards
    return when.argmin(axis=1), when.min(axis=1)


def run_street(
    hazards: tuple[np.ndarray, np.ndarray], people: People, dt: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return what way everybody on a street goes off it in dt, -1 for none, and the stage they then are in."""
    pace, ways = hazards
    way, stage = np.full(pace.size, -1), people.stage.copy()
    left, running = np.full(pace.size, dt), np.flatnonzero(people.out)
    while running.size:
        which, wait = first_to_ring(np.column_stack([pace[running], ways[running]]), rng)
        left[running] -= wait
        rang = left[running] > 0.0
        running, which = running[rang], which[rang]
        stage[running[which == 0]] += 1
        over = (which == 0) & (stage[running] == STAGES)
        way[running[over]] = rates.TO_TIRED
        gone = which > 0
        way[running[gone]] = which[gone] - 1
        running = running[~over & ~gone]
    return way, stage


def destinations(country: Country, pull: np.ndarray, home: np.ndarray, stay: float, rng: np.random.Generator) -> np.ndarray:
    """Draw where each goes: to a place within reach with weight pull · distance weight, or stays."""
    to = home.copy()
    for here in np.unique(home):
        them = np.flatnonzero(home == here)
        options, weights = options_of(country, pull, int(here), stay)
        to[them] = rng.choice(options, size=them.size, p=weights)
    return to


def options_of(country: Country, pull: np.ndarray, home: int, stay: float) -> tuple[np.ndarray, np.ndarray]:
    """Return where people of a place may go, itself first, and with what chances; `stay` 0: by its own pull."""
    away = rates.reach(country, home)
    weights = np.array([stay or pull[home], *[pull[j] * weight for j, weight in away]])
    return np.array([home, *[j for j, _ in away]]), weights / weights.sum()


def tick(
    p: SimpleNamespace, country: Country, world: World, now: rates.Moment, people: People, rng: np.random.Generator
) -> tuple[Movers, np.ndarray]:
    """Draw one tick; return who moved how, and everybody's stage at its end. Nobody is moved yet (see `move`)."""
    held = people.count(DELIVERED, len(country.region)) + people.count(REMANDED, len(country.region))
    places = rates.of_places(p, country, world, now, held)
    kind = np.full(people.home.size, -1)
    to = people.place.copy()

    quiet = np.flatnonzero(people.state == QUIET)
    which, when = first_to_ring(rates.of_quiet(p, country, world, now, people, places)[quiet], rng)
    rang = when < now.dt
    quiet, which = quiet[rang], which[rang]
    usual = np.array([Kind.JOIN, Kind.LOOT, Kind.STRAY_HURT, Kind.CURFEW_HELD, Kind.SERVICE_HURT])
    worse = np.array([0.0, 0.0, p.shoot_kill_share, p.curfew_remand_share, p.security_death_share])
    kind[quiet] = usual[which] + (rng.uniform(size=quiet.size) < worse[which])
    joined, looted = kind == Kind.JOIN, kind == Kind.LOOT
    to[joined] = destinations(country, p.travel_weight * world.near, people.home[joined], 1.0, rng)
    to[looted] = destinations(country, world.disorder, people.home[looted], 0.0, rng)

    way, stage = run_street(rates.of_street(p, world, people, places), people, now.dt, rng)
    off = np.flatnonzero(way >= 0)
    kind[off] = np.array([Kind.TIRED, Kind.AFRAID, Kind.TURN, Kind.HELD, Kind.HURT, Kind.KILLED])[way[off]]
    on = people.out & (way < 0) & (stage > people.stage)
    kind[on] = np.where(stage[on] - people.stage[on] == 1, Kind.ONE_ON, Kind.TWO_ON)

    others = rates.of_others(p, country, world, now, people)
    which, when = first_to_ring(others, rng)
    rang = np.flatnonzero((others.sum(axis=1) > 0.0) & (when < now.dt))
    at_home = np.isin(people.state[rang], (TIRED, AFRAID))
    kind[rang] = np.where(which[rang] == rates.TO_QUIET, Kind.BACK, np.where(at_home, Kind.RAID_HELD, Kind.CUSTODY_DEATH))
    held_now = np.flatnonzero((kind == Kind.HELD) | (kind == Kind.RAID_HELD))
    kind[held_now] += rng.uniform(size=held_now.size) < p.remand_share
    moved = np.flatnonzero(kind >= 0)
    return Movers.of(people, moved, kind[moved], to[moved]), stage


def move(people: People, moved: Movers, stage: np.ndarray) -> None:
    """Carry out what a tick brought."""
    people.stage = stage
    who, kind = moved.person, moved.kind
    for after, state in AFTERWARDS.items():
        them = who[kind == after]
        people.state[them] = state
        people.stage[them] = 0
    people.place[who] = moved.to
    home = np.isin(people.state, (QUIET, TIRED, AFRAID))
    people.place[home] = people.home[home]
