"""Who moved how in a tick, and the table of counts by which two ways of moving are compared."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from qantar.model.streets import bags as kernel
from tests.oracle.people import AT_HOME, PEACEFUL, QUIET, STAGES, VIOLENT, People


class Kind(IntEnum):
    """Every transition of a tick, by where it began and ended. A fate that is worse follows the usual one.

    Those who join or loot go on in what is left of their tick: where they end is counted beside the kind.
    """

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
    TURN_ONE_ON = 13
    TURN_TWO_ON = 14
    HELD = 15
    REMANDED = 16
    HURT = 17
    KILLED = 18
    BACK = 19
    RAID_HELD = 20
    RAID_REMANDED = 21
    CUSTODY_DEATH = 22


NOT_OUT = -1
OFF_STREET = range(Kind.ONE_ON, Kind.KILLED + 1)
Size = tuple[int, int, int]


@dataclass
class Movers:
    """One row a mover.

    person (where known), kind, home, place where it began, `to` where one then stood, compartments of the
    counted model in which it began and ended (NOT_OUT: quiet), and the cell
    """

    person: np.ndarray
    kind: np.ndarray
    home: np.ndarray
    place: np.ndarray
    to: np.ndarray
    compartment: np.ndarray
    end: np.ndarray
    propensity_class: np.ndarray
    stratum: np.ndarray


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


def blocks(size: Size) -> dict[str, list[str]]:
    """Name every count of the table, block by block."""
    places, classes, strata = size
    kinds = [kind.name.lower() for kind in Kind]
    return {
        "kind": kinds,
        "kind by place": [f"{kind} in place {i}" for kind in kinds for i in range(places)],
        "street by compartment": [f"{kinds[k]} from compartment {c}" for k in OFF_STREET for c in range(kernel.TIRED)],
        "others by compartment": [f"left compartment {c}" for c in range(kernel.TIRED, kernel.DEAD)],
        "join by class": [f"join of class {c}" for c in range(classes)],
        "join by stratum": [f"join of stratum {s}" for s in range(strata)],
        **{f"{what} by way": [f"{what} from {i} to {j}" for i in range(places) for j in range(places)] for what in ("join", "loot")},
        **{f"{what} by end": [f"{what} ending in {c}" for c in range(kernel.COMPARTMENTS)] for what in ("join", "loot")},
    }


def table(m: Movers, size: Size) -> np.ndarray:
    """Count the movers in every way in which they are compared : float64[name]."""
    places = size[0]
    street = np.isin(m.kind, OFF_STREET)
    others = (m.compartment >= kernel.TIRED) & (m.compartment < kernel.DEAD)
    join, loot = m.kind == Kind.JOIN, m.kind == Kind.LOOT
    index = {
        "kind": m.kind, "kind by place": m.kind * places + m.place,
        "street by compartment": (m.kind[street] - OFF_STREET[0]) * kernel.TIRED + m.compartment[street],
        "others by compartment": m.compartment[others] - kernel.TIRED,
        "join by class": m.propensity_class[join], "join by stratum": m.stratum[join],
        "join by way": m.home[join] * places + m.to[join], "loot by way": m.home[loot] * places + m.to[loot],
        "join by end": m.end[join], "loot by end": m.end[loot],
    }
    return np.concatenate([np.bincount(index[name], minlength=len(names)) for name, names in blocks(size).items()]).astype(float)
