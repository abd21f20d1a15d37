"""Granovetter's threshold model of collective behaviour.

M. Granovetter (1978), "Threshold models of collective behavior", American Journal of Sociology
83(6): 1420-1443. A person joins a riot when at least as many others riot as the person's threshold
says. Two crowds that are almost the same person by person can end quite differently.

Limits: everybody sees everybody, nobody leaves, and time is only the number of the round.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from statistics import NormalDist
from typing import Protocol

from qantar.engine.ending import Ending
from qantar.engine.random import uniform
from qantar.engine.simulate import simulate
from qantar.engine.streams import Stream
from qantar.errors import UsageError

CELL = 1
"""Cell of the stream CLASSIC that holds this model's draws; the index is the person."""
_CLASSIC = int(Stream.CLASSIC)


class Thresholds(Protocol):
    """Where the thresholds of a crowd come from."""

    def draw(self, seed: int, member: int) -> list[float]:
        """Return one threshold per person: the number of others who must riot first."""
        ...


@dataclass(frozen=True)
class Listed:
    """Thresholds that are the same in every run."""

    values: tuple[float, ...]

    def draw(self, seed: int, member: int) -> list[float]:
        """Return the list, whatever the seed."""
        del seed, member
        return list(self.values)


@dataclass(frozen=True)
class Normal:
    """Thresholds drawn from a normal distribution; below 0 a person needs nobody to start.

    people : size of the crowd
    mean, sd : of the thresholds, in people; sd more than 0
    """

    people: int
    mean: float
    sd: float

    def draw(self, seed: int, member: int) -> list[float]:
        """Return thresholds as a function of seed and member; a wider spread moves the same people further."""
        law = NormalDist(self.mean, self.sd)
        return [law.inv_cdf(uniform(seed, member, _CLASSIC, 0, CELL, 0, i)) for i in range(self.people)]


@dataclass
class Crowd:
    """State of a riot: thresholds in rising order, and how many riot."""

    thresholds: list[float]
    rioters: int = 0


class Riot:
    """The model as the engine runs it: a tick is a round in which everybody looks at the last one.

    Rioters never become fewer, so as many rounds as people, and one, always reach the rest.
    """

    def __init__(self, thresholds: Thresholds, people: int) -> None:
        """Take the source of thresholds and the number of people it gives."""
        self._thresholds = thresholds
        self.n_ticks = people + 1
        self.history: list[int] = []

    def init(self, seed: int, member: int) -> Crowd:
        """Gather the crowd; nobody riots yet."""
        self.history = []
        return Crowd(sorted(self._thresholds.draw(seed, member)))

    def step(self, state: Crowd, tick: int) -> None:
        """Let everybody riot whose threshold the last round has reached: r <- #{i : t_i <= r}."""
        del tick
        state.rioters = bisect_right(state.thresholds, state.rioters)

    def observe(self, state: Crowd, tick: int) -> None:
        """Note how many riot after the round."""
        del tick
        self.history.append(state.rioters)

    def ending(self, state: Crowd) -> tuple[Ending, str]:
        """Call it quiet when fewer than half of the crowd riot."""
        people = len(state.thresholds)
        ending = Ending.QUIET if 2 * state.rioters < people else Ending.STILL_CONTESTED
        return ending, f"{state.rioters} of {people} people riot"


def rioters(thresholds: Listed | Normal, *, seed: int = 0, member: int = 0) -> int:
    """Return how many riot in the end."""
    people = len(thresholds.values) if isinstance(thresholds, Listed) else thresholds.people
    outcome = simulate(Riot(thresholds, people), seed=seed, member=member)
    if outcome.state is None:
        raise UsageError(outcome.reason)
    return outcome.state.rioters


def share_of_riots(thresholds: Normal, more_than: int, *, members: int, seed: int = 0) -> float:
    """Return the share of `members` crowds in which more than `more_than` people riot in the end."""
    return sum(rioters(thresholds, seed=seed, member=member) > more_than for member in range(members)) / members


def normal_limit(people: float, mean: float, sd: float, tolerance: float = 1e-12) -> float:
    """Return the rest, from r = 0, of a very large crowd's map r <- N Phi((r - mean) / sd), per N people.

    The equation behind Granovetter's figure 2: the equilibrium against the spread of thresholds.
    """
    law = NormalDist(mean, sd)
    last, now = -1.0, 0.0
    while now - last > tolerance:
        last, now = now, people * law.cdf(now)
    return now


def critical_sd(people: float, mean: float, low: float, high: float, tolerance: float = 1e-6) -> float:
    """Return the spread at which the rest jumps over half of the crowd, between `low` and `high`.

    Raises UsageError when the rest does not jump between them.
    """
    if not normal_limit(people, mean, low) < people / 2 <= normal_limit(people, mean, high):
        raise UsageError(f"no jump between spreads of {low} and {high}")
    while high - low > tolerance:
        middle = (low + high) / 2
        if normal_limit(people, mean, middle) < people / 2:
            low = middle
        else:
            high = middle
    return high
