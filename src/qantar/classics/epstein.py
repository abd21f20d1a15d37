"""Epstein's civil violence, model I: a rebellion against a central authority on a grid.

J. M. Epstein (2002), "Modeling civil violence: an agent-based computational approach", PNAS 99
(suppl. 3): 7243-7250. With hardship H and risk aversion R of a citizen, uniform on (0, 1), legitimacy
L, cops C and actives A in sight (oneself counted as one), and a threshold T:

    grievance G = H (1 - L),   P = 1 - exp(-k C / A),   active if G - R P > T, else quiet

A cop arrests a random active in sight for a term of 0 to J ticks. Who is not in jail then moves to a
random empty cell in sight. All act one after another, in an order drawn anew each tick.

Departures: C / A is rounded, half to even, as in the example of the library Mesa. The paper does not
say so, and without it nothing bursts (`Rounding.NONE`). As in that example, sight is a von Neumann
neighbourhood, the jailed stay on their cells, and everybody acts and then moves; in the paper they move first.
Limits: sight 1 to 7, sides of 15 and more; a whole number below n is drawn from 32 bits, so that no
value is off by more than a share of n / 2^32.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from qantar.classics.epstein_agents import OFFICER, REBEL, Square, census, settled, withdraw
from qantar.classics.epstein_rules import Rounding, Rules, arrest_chances
from qantar.classics.epstein_tick import tick_once
from qantar.classics.epstein_turns import turns
from qantar.classics.torus import REACH, ROWS, diamond
from qantar.engine.ending import Ending
from qantar.engine.simulate import simulate
from qantar.errors import UsageError

FOR_EVER = 2**31 - 2
"""A longest term that no run outlasts."""
OUTBURST = 50
"""More active people than this are an outburst, on the paper's grid of 40 by 40."""


@dataclass(frozen=True)
class Society:
    """Parameters of model I; the defaults are those of Mesa's example.

    height, width : cells of the torus
    citizens, cops : chance that a cell starts with one
    sight : cells, of citizens and cops alike
    longest_term : J, ticks
    threshold, arrest : T and k
    """

    height: int = 40
    width: int = 40
    citizens: float = 0.7
    cops: float = 0.074
    sight: int = 7
    longest_term: int = 1_000
    threshold: float = 0.1
    arrest: float = 2.3
    rounding: Rounding = Rounding.NEAREST

    def __post_init__(self) -> None:
        """Refuse what the grid cannot hold, with every mistake at once."""
        wrong = []
        if not 1 <= self.sight <= REACH:
            wrong.append(f"sight must be 1 to {REACH} cells, not {self.sight}")
        if min(self.height, self.width) < ROWS:
            wrong.append(f"a grid must have at least {ROWS} cells a side, not {self.height} by {self.width}")
        if min(self.citizens, self.cops) < 0.0 or self.citizens + self.cops > 1.0:
            wrong.append(f"cells with citizens and with cops must be shares with a sum of at most 1, not {self.citizens} and {self.cops}")
        if not 0 <= self.longest_term <= FOR_EVER:
            wrong.append(f"the longest term must be 0 to {FOR_EVER} ticks, not {self.longest_term}")
        if wrong:
            raise UsageError("; ".join(wrong))


@dataclass
class Series:
    """Numbers of people after each tick."""

    active: list[int] = field(default_factory=list)
    jailed: list[int] = field(default_factory=list)
    cops: list[int] = field(default_factory=list)


class Rebellion:
    """The model as the engine runs it, through given courses of legitimacy and of the share of cops that are left.

    legitimacy : one number a tick, in [0, 1]
    cops_left : one share a tick of the cops at the start, in [0, 1]; all of them by default
    """

    def __init__(self, society: Society, legitimacy: Sequence[float], cops_left: Sequence[float] | None = None) -> None:
        """Take the society and its fate; refuse courses of different lengths."""
        if cops_left is not None and len(cops_left) != len(legitimacy):
            raise UsageError(f"{len(legitimacy)} ticks of legitimacy, but {len(cops_left)} of cops")
        self.n_ticks = len(legitimacy)
        self.series = Series()
        self._society, self._legitimacy, self._cops_left = society, legitimacy, cops_left
        self._masks, self._chances = diamond(society.sight), arrest_chances(society.arrest, int(society.rounding))
        self._turns = turns()

    def init(self, seed: int, member: int) -> Square:
        """Settle the grid; nobody is active yet."""
        of = self._society
        self.series = Series()
        self._key = (seed, member)
        square = settled((of.height, of.width), self._key, of.citizens, of.cops)
        self._cops = int((square.agents["state"] == OFFICER).sum())
        return square

    def step(self, state: Square, tick: int) -> None:
        """Withdraw cops, then let every agent act once."""
        of = self._society
        if self._cops_left is not None:
            withdraw(state, round(self._cops_left[tick] * self._cops))
        rules = Rules(float(self._legitimacy[tick]), of.threshold, of.longest_term, self._masks, self._chances)
        tick_once(state, rules, self._turns, (*self._key, tick))

    def observe(self, state: Square, tick: int) -> None:
        """Count the active, the jailed and the cops."""
        del tick
        active, jailed, cops = census(state.agents)
        self.series.active.append(active)
        self.series.jailed.append(jailed)
        self.series.cops.append(cops)

    def ending(self, state: Square) -> tuple[Ending, str]:
        """Call it quiet when no outburst is under way."""
        active = int((state.agents["state"] == REBEL).sum())
        return Ending.QUIET if active <= OUTBURST else Ending.STILL_CONTESTED, f"{active} people are active"


def run(model: Rebellion, *, seed: int = 0, member: int = 0) -> NDArray[np.int64]:
    """Run to the end; return the number of active people after each tick : int64[tick]."""
    outcome = simulate(model, seed=seed, member=member)
    if outcome.ending is Ending.FAILED:
        raise UsageError(outcome.reason)
    return np.array(model.series.active, dtype=np.int64)


def waiting_times(active: NDArray[np.int64], outburst: int = OUTBURST) -> NDArray[np.int64]:
    """Return ticks from the start of one outburst to the start of the next : int64[gap]."""
    above = active > outburst
    return np.diff(np.flatnonzero(above[1:] & ~above[:-1]))
