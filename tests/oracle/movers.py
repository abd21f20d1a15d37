"""Who moved how in a tick, and the table of counts by which two ways of moving are compared."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from qantar.model.streets import bags as kernel
from tests.oracle.people import AT_HOME, PEACEFUL, QUIET, STAGES, VIOLENT, People


class Kind(IntEnum):
    """Every transition. A fate that is worse follows the usual one."""

    JOIN = 0
    LOOT = 1
    STRAY_HURT = 2
    STRAY_DEAD = 3
    CURFEW_HELD = 4
    CURFEW_REMANDED = 5
    SERVICE_HURT = 6
    SERVICE_DEAD = 7
    ONE_ON = 8
    TWO_ON = 9
    TIRED = 10
    AFRAID = 11
    TURN = 12
    HELD = 13
    REMANDED = 14
    HURT = 15
    KILLED = 16
    BACK = 17
    RAID_HELD = 18
    RAID_REMANDED = 19
    CUSTODY_DEATH = 20


NOT_OUT = -1
OFF_STREET = range(Kind.ONE_ON, Kind.KILLED + 1)


@dataclass
class Movers:
    """One row a mover: who (where known), how, from which place and compartment, to where, and of which cell."""

    person: np.ndarray
    kind: np.ndarray
    home: np.ndarray
    place: np.ndarray
    to: np.ndarray
    compartment: np.ndarray
    propensity_class: np.ndarray
    stratum: np.ndarray

    @classmethod
    def of(cls, people: People, who: np.ndarray, kind: np.ndarray, to: np.ndarray) -> Movers:
        """Movers among people of the oracle."""
        return cls(who, kind, people.home[who], people.place[who], to, compartments(people)[who],
                   people.propensity_class[who], people.stratum[who])


def compartments(people: People) -> np.ndarray:
    """The compartment of the counted model that everybody is in, NOT_OUT for the quiet."""
    out = np.full(people.state.size, NOT_OUT)
    for state, number in AT_HOME.items():
        out[people.state == state] = number
    peaceful, violent = people.state == PEACEFUL, people.state == VIOLENT
    out[peaceful] = kernel.PEACEFUL + people.group[peaceful] * STAGES + people.stage[peaceful]
    out[violent] = kernel.VIOLENT + people.stage[violent]
    out[people.state == QUIET] = NOT_OUT
    return out


def names(places: int, classes: int, strata: int) -> list[str]:
    """Name every count of `table`, in its order."""
    kinds = [kind.name.lower() for kind in Kind]
    return [
        *[f"{kind} in place {i}" for kind in kinds for i in range(places)],
        *[f"{kinds[k]} from compartment {c}" for k in OFF_STREET for c in range(kernel.TIRED)],
        *[f"left compartment {c}" for c in range(kernel.TIRED, kernel.DEAD)],
        *[f"join of class {c}" for c in range(classes)], *[f"join of stratum {s}" for s in range(strata)],
        *[f"{what} from {i} to {j}" for what in ("join", "loot") for i in range(places) for j in range(places)],
        *kinds,
    ]


def table(m: Movers, places: int, classes: int, strata: int, weight: np.ndarray | None = None) -> np.ndarray:
    """Count the movers in every way in which they are compared : float64[name]; `weight` counts a mover as so many."""
    w = np.ones(m.kind.size) if weight is None else weight

    def count(who: np.ndarray, index: np.ndarray, size: int) -> np.ndarray:
        return np.bincount(index[who], weights=w[who], minlength=size)

    street = np.isin(m.kind, OFF_STREET)
    others = (m.compartment >= kernel.TIRED) & (m.compartment < kernel.DEAD)
    join, loot = m.kind == Kind.JOIN, m.kind == Kind.LOOT
    return np.concatenate([
        count(np.ones_like(street), m.kind * places + m.place, len(Kind) * places),
        count(street, (m.kind - OFF_STREET[0]) * kernel.TIRED + m.compartment, len(OFF_STREET) * kernel.TIRED),
        count(others, m.compartment - kernel.TIRED, kernel.DEAD - kernel.TIRED),
        count(join, m.propensity_class, classes), count(join, m.stratum, strata),
        count(join, m.home * places + m.to, places**2), count(loot, m.home * places + m.to, places**2),
        count(np.ones_like(street), m.kind, len(Kind)),
    ])
