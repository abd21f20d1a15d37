"""The loop that runs any model: begin, step, watch, end. A failure is an ending, not a crash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np

from qantar.engine.ending import Ending
from qantar.engine.interrupt import listen, patient
from qantar.engine.random import KEY_BITS
from qantar.engine.save import Save
from qantar.errors import QantarError, UsageError

StateT = TypeVar("StateT")

NUMERICAL_FAILURES = (QantarError, ArithmeticError, np.linalg.LinAlgError)
"""What a model may raise when its numbers break down; anything else is a mistake in the code."""


class Model(Protocol[StateT]):
    """What the engine needs of a model; it never looks into the state."""

    n_ticks: int

    def init(self, seed: int, member: int) -> StateT:
        """Return the state before the first tick, a function of seed and member alone."""
        ...

    def step(self, state: StateT, tick: int) -> None:
        """Carry the state through one tick."""
        ...

    def observe(self, state: StateT, tick: int) -> None:
        """Record the state at the end of a tick; called for the ticks that `Save` wants."""
        ...

    def ending(self, state: StateT) -> tuple[Ending, str]:
        """Return how the run ended, and why, from the state after the last tick."""
        ...


@dataclass(frozen=True)
class Outcome(Generic[StateT]):
    """How a run ended.

    ending, reason : the ending and a sentence on why
    ticks_done : ticks that were completed, `n_ticks` unless the run failed
    state : the last state, None when the run failed before there was one
    """

    ending: Ending
    reason: str
    ticks_done: int
    state: StateT | None


def check_run_key(seed: int, member: int) -> None:
    """Raise UsageError unless seed and member fit the key of the draws: 0 to 2**32 - 1."""
    for name, value in (("seed", seed), ("member", member)):
        if not 0 <= value < 1 << KEY_BITS:
            raise UsageError(f"the {name} must be a whole number from 0 to {(1 << KEY_BITS) - 1}, not {value}")


def simulate(
    model: Model[StateT], *, seed: int = 0, member: int = 0, save: Save | None = None
) -> Outcome[StateT]:
    """Run a model from its first tick to its last.

    Args:
        model: what to run.
        seed: seed of the ensemble, 0 to 2**32 - 1.
        member: number of the member, 0 to 2**32 - 1.
        save: which ticks to observe; all by default.

    Returns:
        The outcome. A model that raises a QantarError, an ArithmeticError (an invalid operation or
        a division by zero in NumPy is one here) or a LinAlgError ends as FAILED, with the reason. Ctrl-C is heard between ticks.

    Raises:
        UsageError: seed or member are out of range.
    """
    check_run_key(seed, member)
    chosen = save if save is not None else Save()
    state: StateT | None = None
    done = 0
    try:
        with patient(), np.errstate(invalid="raise", divide="raise"):
            state = model.init(seed, member)
            for tick in range(model.n_ticks):
                listen()
                model.step(state, tick)
                done = tick + 1
                if chosen.wants_tick(tick, model.n_ticks):
                    model.observe(state, tick)
            ending, reason = model.ending(state)
    except NUMERICAL_FAILURES as error:
        return Outcome(Ending.FAILED, f"after {done} of {model.n_ticks} ticks: {_describe(error)}", done, state)
    return Outcome(ending, reason, done, state)


def _describe(error: Exception) -> str:
    """Return an error's own words, with its kind where the words alone would not explain it."""
    return str(error) if isinstance(error, QantarError) else f"{type(error).__name__}: {error}"
