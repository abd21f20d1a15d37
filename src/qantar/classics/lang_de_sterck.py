"""Lang and De Sterck's model of revolutions against a police state.

J. C. Lang and H. De Sterck (2014), "The Arab Spring: a simple compartmental model for the dynamics
of a revolution", Mathematical Social Sciences 69: 12-21 (arXiv 1210.1841). With r the share of the
population that protests,

    dr/dt = c1 v(r) (1 - r) - c2 p(r) r,    v = 1 if r > α else 0,    p = 1 if r < β else 0

c1 is enthusiasm, c2 policing, α the share from which censors cannot hide a protest, β the share from
which the police give up. With r* = c1 / (c1 + c2) a country is in one of four regions:

    failed state    β < α          0 and 1 are stable, and so is all between β and α
    police state    r* < α < β     0 and 1; who is fewer than β goes home
    meta-stable     α < r* < β     0, r* and 1: a protest that neither wins nor ends
    unstable        β < r*, α < β  0 and 1; whoever passes α wins

Between the thresholds r is an exponential, so a tick is exact, whatever its length.

Limits: thresholds are sharp, nobody differs from anybody, and c1, c2, α, β do not move by themselves.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from qantar.engine.ending import Ending
from qantar.engine.simulate import simulate
from qantar.errors import UsageError


class Region(StrEnum):
    """What kind of country the four numbers make."""

    FAILED = "failed state"
    POLICE = "stable police state"
    META = "meta-stable police state"
    UNSTABLE = "unstable police state"


@dataclass(frozen=True)
class Country:
    """The four numbers.

    enthusiasm, policing : c1 and c2, per day, more than 0
    visible, capacity : α and β, shares in (0, 1), not equal
    """

    enthusiasm: float
    policing: float
    visible: float
    capacity: float

    def __post_init__(self) -> None:
        """Refuse what the equation cannot hold."""
        if not (self.enthusiasm > 0.0 and self.policing > 0.0):
            raise UsageError(f"enthusiasm and policing must be more than 0, not {self.enthusiasm} and {self.policing}")
        if not (0.0 < self.visible < 1.0 and 0.0 < self.capacity < 1.0) or self.visible == self.capacity:
            raise UsageError(f"the two thresholds must be different shares within 0 and 1, not {self.visible} and {self.capacity}")

    @property
    def balance(self) -> float:
        """The share r* at which as many join as are dispersed."""
        return self.enthusiasm / (self.enthusiasm + self.policing)

    @property
    def region(self) -> Region:
        """Which of the four regions this is; r* on a threshold counts with the region below."""
        if self.capacity < self.visible:
            return Region.FAILED
        if self.balance <= self.visible:
            return Region.POLICE
        return Region.META if self.balance <= self.capacity else Region.UNSTABLE

    def rests(self) -> list[float]:
        """Return the isolated stable shares; a failed state also rests anywhere from β to α."""
        return [0.0, self.balance, 1.0] if self.region is Region.META else [0.0, 1.0]

    def after(self, share: float, days: float) -> float:
        """Return the share of protesters some days later, exactly.

        On a threshold v(α) = 0 and p(β) = 0, as the equation says.
        """
        while days > 0.0:
            join = self.enthusiasm if share > self.visible else 0.0
            leave = self.policing if share < self.capacity else 0.0
            if join + leave == 0.0:
                return share
            aim = join / (join + leave)
            wall = self._next_threshold(share, aim)
            wait = math.log((aim - share) / (aim - wall)) / (join + leave) if wall is not None else math.inf
            if wait >= days:
                return aim + (share - aim) * math.exp(-(join + leave) * days)
            assert wall is not None
            # One step of the number line beyond: r is on the way, and the next piece begins there.
            share, days = math.nextafter(wall, aim), days - wait
        return share

    def _next_threshold(self, share: float, aim: float) -> float | None:
        """Return the first threshold strictly between a share and where it is heading."""
        between = [t for t in (self.visible, self.capacity) if min(share, aim) < t < max(share, aim)]
        return min(between, key=lambda t: abs(t - share)) if between else None


class Revolution:
    """The model as the engine runs it: a tick is a tenth of a day by default."""

    def __init__(self, country: Country, start: float, *, days: float, tick_days: float = 0.1) -> None:
        """Take a country and the share that protests at the start."""
        if not 0.0 <= start <= 1.0:
            raise UsageError(f"the share of protesters at the start must be from 0 to 1, not {start}")
        self.n_ticks = math.ceil(days / tick_days)
        self.history = [start]
        self._country, self._start, self._tick_days = country, start, tick_days

    def init(self, seed: int, member: int) -> list[float]:
        """Return the share at the start, the only entry of the state; nothing is drawn."""
        del seed, member
        self.history = [self._start]
        return [self._start]

    def step(self, state: list[float], tick: int) -> None:
        """Carry the share through a tick."""
        del tick
        state[0] = self._country.after(state[0], self._tick_days)

    def observe(self, state: list[float], tick: int) -> None:
        """Note the share."""
        del tick
        self.history.append(state[0])

    def ending(self, state: list[float]) -> tuple[Ending, str]:
        """Call order broken where the police have given up."""
        share = state[0]
        if share >= self._country.capacity and share > self._country.visible:
            return Ending.ORDER_BROKEN, f"{share:.0%} protest, more than the police can hold"
        return (Ending.STILL_CONTESTED if share > self._country.visible else Ending.QUIET), f"{share:.0%} protest"


def course(country: Country, start: float, *, days: float, tick_days: float = 0.1) -> list[float]:
    """Return the share that protests, at the start and after each tick."""
    revolution = Revolution(country, start, days=days, tick_days=tick_days)
    simulate(revolution)
    return revolution.history
