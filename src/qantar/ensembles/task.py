"""What a worker needs to compute any batch of an ensemble, and how it computes one."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from qantar.results.batch import Batch
from qantar.results.frame import Frame
from qantar.results.manifest import Receipt
from qantar.results.run import Run
from qantar.results.store import log, write_batch


@dataclass(frozen=True)
class Assignment:
    """A batch to compute; `given_up` maps members that are not tried again to the reason."""

    members: range
    given_up: Mapping[int, str] = field(default_factory=dict)


def nothing(*_: object) -> None:
    """Tell nobody."""


class Work(Protocol):
    """What workers can be given to do, batch by batch. It is sent to other processes, so it can be pickled."""

    @property
    def folder(self) -> Path:
        """Where results go; its log takes what workers complain of."""

    def compute(
        self,
        assignment: Assignment,
        *,
        on_start: Callable[[int], None] = nothing,
        on_finish: Callable[[int, bool], None] = nothing,
        on_write: Callable[[], None] = nothing,
    ) -> Receipt:
        """Compute and store a batch.

        on_start(member), on_finish(member, failed), on_write() : told as the batch goes on
        """

    def rehearse(self, member: int) -> None:
        """Do what is done for one member and store nothing."""


class Simulate(Protocol):
    """Whatever makes a run of a member; it must be importable by name, for it is sent to other processes."""

    def __call__(self, scenario: Any, *, seed: int, member: int, palace: str | None) -> Run:  # noqa: ANN401
        """Run one member."""


class Vary(Protocol):
    """Whatever makes a member's own scenario; returns it with what was drawn, by name."""

    def __call__(self, scenario: Any, *, seed: int, member: int) -> tuple[Any, dict[str, float]]:  # noqa: ANN401
        """Make the scenario of one member."""


def keep(scenario: Any, *, seed: int, member: int) -> tuple[Any, dict[str, float]]:  # noqa: ANN401
    """Every member runs the same scenario."""
    del seed, member
    return scenario, {}


@dataclass(frozen=True)
class Task:
    """An ensemble as workers see it. Everything in it can be pickled.

    scenario : handed to `vary` and then to `simulate` as it is
    frame, folder : coordinates of the store, and where it lies
    """

    scenario: Any
    seed: int
    frame: Frame
    folder: Path
    simulate: Simulate
    vary: Vary = keep
    palace: str | None = None

    def compute(
        self,
        assignment: Assignment,
        *,
        on_start: Callable[[int], None] = nothing,
        on_finish: Callable[[int, bool], None] = nothing,
        on_write: Callable[[], None] = nothing,
    ) -> Receipt:
        """Run every member of a batch and write the batch.

        A member that raises becomes a failed row with its reason; the traceback goes to the store's log.

        Raises StoreError where the store does not take the batch.
        """
        batch = Batch(self.frame, assignment.members)
        for member in assignment.members:
            on_start(member)
            before = batch.failed
            if member in assignment.given_up:
                batch.put_failure(member, assignment.given_up[member])
            else:
                _run_member(self, batch, member)
            on_finish(member, batch.failed > before)
        on_write()
        return write_batch(self.folder, batch)

    def rehearse(self, member: int) -> None:
        """Run one member and store nothing; whatever it raises is ignored."""
        with suppress(Exception):
            scenario, _ = self.vary(self.scenario, seed=self.seed, member=member)
            self.simulate(scenario, seed=self.seed, member=member, palace=self.palace)


def _run_member(task: Task, batch: Batch, member: int) -> None:
    try:
        scenario, drawn = task.vary(task.scenario, seed=task.seed, member=member)
        if task.vary is not keep:
            batch.put_parameters(member, drawn)
        run = task.simulate(scenario, seed=task.seed, member=member, palace=task.palace)
        batch.put(run)
    except Exception as error:  # noqa: BLE001 - one member must never end an ensemble
        log(task.folder, f"member {member} failed\n{traceback.format_exc()}")
        batch.put_failure(member, f"{type(error).__name__}: {error}")
