"""Measures: what an order does, apart from who gives it and why.

A measure is decided by somebody (the record, the palace, the alliance, a unit) and carried out by
`qantar.model.carry_out`. Regions are bool[region]; ticks count from the start of the run.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Announcement:
    """Something is said or signed that does nothing by itself."""


@dataclass(frozen=True)
class Curfew:
    """Nobody may be out between two local hours of the day."""

    from_hour: float
    to_hour: float


@dataclass(frozen=True)
class Blackout:
    """The net is cut to a share of its normal reach."""

    connectivity: float


@dataclass(frozen=True)
class Posture:
    """Rules of engagement, an index into POSTURES."""

    posture: int


@dataclass(frozen=True)
class Recall:
    """Men and commanders come back from the holiday; it is not undone."""


@dataclass(frozen=True)
class Reinforcement:
    """Men of a branch move between two places; they arrive after road or air time."""

    branch: int
    origin: int
    destination: int
    men: float


@dataclass(frozen=True)
class Concession:
    """A demand is met: a signal of efficacy, and a cap on the main good's price where one is named."""

    size: float
    price: float | None = None


@dataclass(frozen=True)
class Departure:
    """A holder leaves an office: relief in as far as that holder was blamed, and a signal of efficacy.

    blamed_as : whom people blamed in that holder, a name of `BLAMED` in `qantar.model.narrative`, or empty
    """

    relief: float
    size: float
    blamed_as: str = ""


@dataclass(frozen=True)
class Request:
    """The guarantor is asked for men; it decides by itself."""


@dataclass(frozen=True)
class Landing:
    """Men of the guarantor arrive at a place; a negative number leaves."""

    place: int
    men: float


@dataclass(frozen=True)
class Statement:
    """Somebody names the guilty: `blames` is a name of `BLAMED`; `framing` moves the foreign frame, a share."""

    blames: str
    framing: float = 0.0


@dataclass(frozen=True)
class StandingAside:
    """The men of a branch in a place leave the streets (share 1), or come back to duty (share 0)."""

    place: int
    branch: int
    share: float


Effect = (
    Announcement | Curfew | Blackout | Posture | Recall | Reinforcement | Concession | Departure | Request
    | Landing | Statement | StandingAside
)


@dataclass(frozen=True, eq=False)
class Measure:
    """A measure that somebody decided.

    name : who or what stands in the event's column *actor*; text : what a reader of the story sees
    start : first tick at which it takes effect, None for the next one
    end : tick at which it stops to stand, None for never
    reported : whether carrying it out is an event; what the palace decides was reported when it decided
    """

    name: str
    regions: NDArray[np.bool_]
    effect: Effect
    text: str = ""
    start: int | None = None
    end: int | None = None
    reported: bool = True
