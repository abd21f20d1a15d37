"""Rows of runs on disk, batch by batch: plain numbers, each file there in full or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qantar.errors import StoreError
from qantar.results.files import write_through

Floats = NDArray[np.float64]

BATCH = 50
"""Rows of a file, and candidates of a task, at most."""


@dataclass(frozen=True)
class Rows:
    """Runs with what they ran with.

    scores : float64[row, parameter]; outcomes : float32[row, outcome], NaN where a run failed or was given up;
    distance : float64[row], inf where it failed, at least this where it was given up, NaN where nobody asked; weight : float64[row]
    """

    scores: Floats
    outcomes: NDArray[np.float32]
    distance: Floats
    weight: Floats

    def __len__(self) -> int:
        """Number of rows."""
        return self.distance.size

    @property
    def sound(self) -> NDArray[np.bool_]:
        """Which rows are of runs that came to their end: bool[row]."""
        return ~np.isnan(self.outcomes[:, 0])

    def take(self, chosen: NDArray[np.generic] | slice) -> Rows:
        """Return some of the rows."""
        return Rows(self.scores[chosen], self.outcomes[chosen], self.distance[chosen], self.weight[chosen])

    def replaced(self, positions: Sequence[int], others: Rows) -> Rows:
        """Return the rows with others at some positions."""
        chosen = np.arange(len(self))
        chosen[list(positions)] = len(self) + np.arange(len(others))
        return joined([self, others]).take(chosen)


def joined(parts: Sequence[Rows]) -> Rows:
    """Return the rows of several files as one."""
    return Rows(
        np.concatenate([part.scores for part in parts]),
        np.concatenate([part.outcomes for part in parts]),
        np.concatenate([part.distance for part in parts]),
        np.concatenate([part.weight for part in parts]),
    )


def batches(rows: range, size: int = BATCH) -> list[range]:
    """Cut rows into the batches that are files; `rows` begins at the start of one."""
    return [range(start, min(start + size, rows.stop)) for start in range(rows.start, rows.stop, size)]


def part_file(folder: Path, batch: range) -> Path:
    """Return the file of a batch."""
    return folder / f"part-{batch.start:08d}-{batch.stop - 1:08d}.npz"


def write_rows(folder: Path, batch: range, rows: Rows) -> None:
    """Write a batch durably. Raises StoreError where that fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_through(part_file(folder, batch), lambda path: _save(path, rows))
    except OSError as error:
        raise StoreError(f"{folder} cannot be written: {error}") from error


def _save(path: Path, rows: Rows) -> None:
    with path.open("wb") as handle:
        np.savez_compressed(handle, scores=rows.scores, outcomes=rows.outcomes, distance=rows.distance, weight=rows.weight)


def read_rows(folder: Path, batch: range) -> Rows | None:
    """Return a batch, None where it is not there. Raises StoreError where the file is damaged."""
    path = part_file(folder, batch)
    if not path.exists():
        return None
    try:
        with np.load(path, allow_pickle=False) as found:
            return Rows(found["scores"], found["outcomes"], found["distance"], found["weight"])
    except (OSError, ValueError, KeyError) as error:
        raise StoreError(f"{path} is damaged ({error}); remove it, and the same command makes it again") from error
