"""Tables of runs: points drawn beforehand, each run once, in files that can be added to."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qantar.ensembles.crew import Crew, carry_out
from qantar.ensembles.design import with_parameters
from qantar.ensembles.task import Assignment, Work, nothing
from qantar.errors import StoreError
from qantar.inference.observing import observe
from qantar.inference.outcomes import Layout
from qantar.inference.parts import Rows, batches, joined, part_file, read_rows, write_rows
from qantar.inference.priors import Priors
from qantar.inference.progress import CalibrationProgress, OnCalibration
from qantar.results.manifest import Receipt
from qantar.results.store import log
from qantar.scenario.checks_calibration import parameter_at
from qantar.scenario.schema import Scenario

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Variant:
    """A version of the scenario; when the point is set, `shifts` are added to parameters, and those in `off` get these values."""

    scenario: Scenario
    shifts: tuple[tuple[str, float], ...] = ()
    off: tuple[tuple[str, float], ...] = ()

    def at(self, priors: Priors, scores: Floats) -> Scenario:
        """Return the scenario at a point."""
        varied = priors.apply(self.scenario, scores)
        moved = {}
        for name, shift in self.shifts:
            value = parameter_at(varied.parameters, name)
            assert value is not None
            moved[name] = value.value + shift
        return with_parameters(varied, moved | dict(self.off))


@dataclass(frozen=True)
class Table:
    """Rows to be run: the point, the version of the scenario and the member's number of each.

    scores : float64[row, parameter]; variant, members : int64[row]
    """

    name: str
    variants: tuple[Variant, ...]
    priors: Priors
    layout: Layout
    palace: str
    seed: int
    scores: Floats
    variant: NDArray[np.int64]
    members: NDArray[np.int64]

    def run(self, row: int) -> NDArray[np.float32]:
        """Return the outcomes of a row. Raises RuntimeError where the run failed."""
        scenario = self.variants[int(self.variant[row])].at(self.priors, self.scores[row])
        return observe(scenario, self.layout, seed=self.seed, member=int(self.members[row]), palace=self.palace)


@dataclass(frozen=True)
class TableWork:
    """A table, as workers see it."""

    folder: Path
    parts: Path
    table: Table

    def compute(
        self,
        assignment: Assignment,
        *,
        on_start: Callable[[int], None] = nothing,
        on_finish: Callable[[int, bool], None] = nothing,
        on_write: Callable[[], None] = nothing,
    ) -> Receipt:
        """Run and store a batch of rows; outcomes of one that fails are NaN."""
        rows = assignment.members
        outcomes = np.full((len(rows), len(self.table.layout.names)), np.nan, dtype=np.float32)
        for position, row in enumerate(rows):
            on_start(row)
            try:
                if row not in assignment.given_up:
                    outcomes[position] = self.table.run(row)
            except Exception:  # noqa: BLE001 - one row must never end a table
                log(self.folder, f"{self.table.name}, row {row} failed\n{traceback.format_exc()}")
            on_finish(row, bool(np.isnan(outcomes[position, 0])))
        on_write()
        scores = self.table.scores[rows.start : rows.stop]
        write_rows(self.parts, rows, Rows(scores, outcomes, np.full(len(rows), np.nan), np.ones(len(rows))))
        return Receipt(rows[0], rows[-1], "", int(np.isnan(outcomes[:, 0]).sum()))

    def rehearse(self, member: int) -> None:
        """Run one row and store nothing; whatever it raises is ignored."""
        with suppress(Exception):
            self.table.run(member)


def run_table(table: Table, folder: Path, parts: Path, crew: Crew, tell: OnCalibration) -> Rows:
    """Run what is missing of a table and return all of it.

    Raises StoreError where rows cannot be written.
    """
    total = len(table.members)
    run_missing(TableWork(folder, parts, table), parts, batches(range(total)), crew, tell, table.name)
    return read_table(parts, total)


def run_missing(work: Work, parts: Path, wanted: Sequence[range], crew: Crew, tell: OnCalibration, name: str = "") -> None:
    """Have those batches computed that are not there yet, and tell how many of all their rows are.

    Raises StoreError where rows cannot be written.
    """
    missing = [batch for batch in wanted if not part_file(parts, batch).exists()]
    total = sum(len(batch) for batch in wanted)
    done = [total - sum(len(batch) for batch in missing)]

    def show(running: Mapping[int, bool], restarts: int) -> None:
        count = done[0] + len(running)
        tell(CalibrationProgress(-1, total, count, count, count, total, np.inf, restarts, name))

    def on_receipt(receipt: Receipt) -> None:
        done[0] += len(receipt.members)

    show({}, 0)
    carry_out(work, missing, crew, on_receipt, show)


def read_table(parts: Path, total: int) -> Rows:
    """Return the rows of a table of `total` rows. Raises StoreError where some are not there."""
    found = []
    for batch in batches(range(total)):
        rows = read_rows(parts, batch)
        if rows is None:
            raise StoreError(f"{part_file(parts, batch)} is missing: the same command makes it again")
        found.append(rows)
    return joined(found)
