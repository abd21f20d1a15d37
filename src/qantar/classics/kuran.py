"""Kuran's model of revolutions that surprise everybody.

T. Kuran (1991), "Now out of never: the element of surprise in the East European revolution of 1989",
World Politics 44(1): 7-48. People hide what they think of a government. Each has a threshold: the
size of the public opposition, per cent of everybody, at which opposing openly becomes less of a
burden than pretending. Public opposition rests where it is the share of those whose threshold it
reaches. Private thoughts can move a little and the rest a lot, or the other way round, and since
they are hidden nobody sees it coming.

It is Granovetter's map in shares, with a crowd that has private reasons, so it runs on his model.

Departure: `jumps` compares societies with drawn thresholds, to say how often a small change is a
large one; the paper argues with examples.
Limits: where thresholds come from is left out, and so are leaders, groups and repression.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qantar.classics.granovetter import Listed, Riot
from qantar.engine.random import uniform
from qantar.engine.simulate import simulate
from qantar.engine.streams import Stream
from qantar.errors import UsageError

CELL = 2
"""Cell of the stream CLASSIC that holds this model's draws; the index is the person."""
EVERYBODY = 100.0
"""Thresholds and opposition are per cent; a threshold above 100 is somebody who never opposes."""
A = (0.0, 20.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 100.0)
"""The paper's first society of ten: one opposes openly."""
A_PRIME = (0.0, 10.0, *A[2:])
"""The same, but that the second person needs a little less company."""


def course(thresholds: Sequence[float]) -> list[float]:
    """Return public opposition after each round, per cent, from nobody to its rest.

    Raises UsageError when there is nobody, or a threshold is negative or not a number.
    """
    if not thresholds or not all(threshold >= 0.0 for threshold in thresholds):
        raise UsageError("thresholds must be at least one number, none below 0 per cent")
    people = len(thresholds)
    riot = Riot(Listed(tuple(threshold * people / EVERYBODY for threshold in thresholds)), people)
    simulate(riot)
    return [EVERYBODY * rioters / people for rioters in riot.history]


def rest(thresholds: Sequence[float]) -> float:
    """Return where public opposition rests, per cent."""
    return course(thresholds)[-1]


def equilibria(thresholds: Sequence[float]) -> list[float]:
    """Return every public opposition, per cent, that would stay if it were there once.

    More than one is what makes the present a poor guide: the same private thoughts carry either.
    """
    order = np.sort(np.asarray(thresholds, dtype=np.float64))
    size = EVERYBODY * np.arange(len(order) + 1) / len(order)
    return [float(share) for share, reached in zip(size, np.searchsorted(order, size, side="right"), strict=True)
            if EVERYBODY * reached / len(order) == share]  # fmt: skip


def society(people: int, step: float, seed: int, member: int) -> list[float]:
    """Return drawn thresholds: 0, step, 2 step, ... 100 per cent, all as likely."""
    rungs = round(EVERYBODY / step) + 1
    return [step * int(rungs * uniform(seed, member, int(Stream.CLASSIC), 0, CELL, 0, i)) for i in range(people)]


def jumps(people: int, step: float, *, members: int, seed: int = 0) -> NDArray[np.float64]:
    """Return by how much opposition rises when the one nearest to joining needs a step less : float64[member], per cent.

    Each member is a society with at least one person who opposes anyway and somebody who does not.
    """
    found: list[float] = []
    member = 0
    while len(found) < members:
        thresholds = sorted(society(people, step, seed, member))
        member += 1
        before = rest(thresholds)
        if thresholds[0] > 0.0 or before == EVERYBODY:
            continue
        nearest = next(i for i, threshold in enumerate(thresholds) if threshold > before)
        thresholds[nearest] = max(0.0, thresholds[nearest] - step)
        found.append(rest(thresholds) - before)
    return np.array(found)
