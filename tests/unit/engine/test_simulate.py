"""The loop calls a model in order, and turns what breaks into an ending."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest

from qantar.engine.ending import Ending
from qantar.engine.save import Save
from qantar.engine.simulate import Outcome, simulate
from qantar.errors import AssemblyError, UsageError


def nothing(tick: int) -> None:
    """Let the tick pass."""
    del tick


@dataclass
class Diary:
    """A model that writes down what is asked of it and does `act` in each tick."""

    act: Callable[[int], object] = nothing
    n_ticks: int = 4
    lines: list[str] = field(default_factory=list)

    def init(self, seed: int, member: int) -> dict[str, int]:
        """Begin."""
        self.lines.append(f"init {seed} {member}")
        return {"ticks": 0}

    def step(self, state: dict[str, int], tick: int) -> None:
        """Act and count."""
        self.act(tick)
        state["ticks"] += 1
        self.lines.append(f"step {tick}")

    def observe(self, state: dict[str, int], tick: int) -> None:
        """Note what is seen."""
        self.lines.append(f"observe {tick} {state['ticks']}")

    def ending(self, state: dict[str, int]) -> tuple[Ending, str]:
        """Stay quiet."""
        return Ending.QUIET, f"nothing in {state['ticks']} ticks"


def raising(error: BaseException, at: int) -> Callable[[int], object]:
    """Return an act that raises `error` in tick `at`."""

    def act(tick: int) -> None:
        if tick == at:
            raise error

    return act


def test_the_order_of_a_run() -> None:
    model = Diary(n_ticks=3)
    outcome = simulate(model, seed=5, member=2, save=Save(every_ticks=2))
    assert model.lines == ["init 5 2", "step 0", "step 1", "observe 1 2", "step 2", "observe 2 3"]
    assert outcome == Outcome(Ending.QUIET, "nothing in 3 ticks", 3, {"ticks": 3})


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (raising(AssemblyError("no water"), 2), "no water"),
        (raising(ZeroDivisionError("by zero"), 2), "ZeroDivisionError: by zero"),
        (raising(np.linalg.LinAlgError("singular"), 2), "LinAlgError: singular"),
        (lambda tick: np.float64(1.0) / np.float64(2 - tick), "FloatingPointError: divide by zero"),
        (lambda tick: np.array([np.inf, 1.0]) * (2.0 - tick), "FloatingPointError: invalid value"),
    ],
)
def test_numbers_that_break_down_are_an_ending_with_a_reason(act: Callable[[int], object], reason: str) -> None:
    outcome = simulate(Diary(act))
    assert outcome.ending is Ending.FAILED
    assert outcome.reason.startswith(f"after 2 of 4 ticks: {reason}")
    assert outcome.ticks_done == 2
    assert outcome.state == {"ticks": 2}


@pytest.mark.parametrize("error", [KeyboardInterrupt(), TypeError("a mistake in the code")])
def test_an_interrupt_and_a_mistake_in_the_code_pass_through(error: BaseException) -> None:
    with pytest.raises(type(error)):
        simulate(Diary(raising(error, 1)))


@pytest.mark.parametrize("key", [{"seed": -1}, {"seed": 2**32}, {"member": -1}, {"member": 2**32}])
def test_a_seed_or_member_that_draws_cannot_tell_apart_is_refused(key: dict[str, int]) -> None:
    model = Diary()
    with pytest.raises(UsageError, match=f"the {next(iter(key))} must be a whole number from 0 to 4294967295"):
        simulate(model, **key)
    assert model.lines == []
