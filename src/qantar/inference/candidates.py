"""Candidates of a calibration: proposed, run and weighed as a pure function of their key.

pyABC draws from NumPy's global generator. This is the one file that may touch it: the generator is
seeded from a keyed draw before each candidate and put back afterwards, so that candidate k of a
generation is the same whoever computes it, after whatever else.
"""

from __future__ import annotations

import pickle
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qantar.engine.random import words
from qantar.engine.streams import Stream
from qantar.ensembles.task import Assignment, nothing
from qantar.inference.parts import Rows, write_rows
from qantar.results.manifest import Receipt
from qantar.results.store import log

MEMBERS = 2**32


_one_at_a_time = threading.Lock()
"""The generator is one for all threads of a process; a worker of a cluster may have several."""


@contextmanager
def keyed_generator(seed: int, key: int, generation: int, candidate: int) -> Iterator[None]:
    """Let NumPy's global generator give the draws of one candidate; other threads wait."""
    with _one_at_a_time:
        before = np.random.get_state()
        np.random.seed([int(word) for word in words(seed, 0, int(Stream.CANDIDATE), key, generation + 1, 0, candidate)])
        try:
            yield
        finally:
            np.random.set_state(before)


def drawn_member() -> int:
    """Return the member's number that a candidate runs with, from the generator of the moment."""
    return int(np.random.randint(0, MEMBERS, dtype=np.uint64))


def drawn_uniform() -> float:
    """Return a number in [0, 1) from the generator of the moment."""
    return float(np.random.random_sample())


def drawn_normals(count: int) -> NDArray[np.float64]:
    """Return standard normal numbers from the generator of the moment."""
    return np.random.standard_normal(count)


@lru_cache(maxsize=1)
def _unpacked(simulate_one: bytes) -> Callable[[], Any]:
    loaded: Callable[[], Any] = pickle.loads(simulate_one)  # noqa: S301 - made by the process that started this one
    return loaded


@dataclass(frozen=True)
class CandidateWork:
    """Candidates of one generation, as workers see them.

    folder : of the calibration; parts : where the rows go; simulate_one : pyABC's function, pickled;
    names : the parameters, in the order of the rows; n_outcomes : numbers that a run leaves
    """

    folder: Path
    parts: Path
    seed: int
    key: int
    generation: int
    simulate_one: bytes
    names: tuple[str, ...]
    n_outcomes: int

    def compute(
        self,
        assignment: Assignment,
        *,
        on_start: Callable[[int], None] = nothing,
        on_finish: Callable[[int, bool], None] = nothing,
        on_write: Callable[[], None] = nothing,
    ) -> Receipt:
        """Compute and store a batch of candidates; one that fails is a row at an infinite distance."""
        members = assignment.members
        rows = Rows(
            np.full((len(members), len(self.names)), np.nan),
            np.full((len(members), self.n_outcomes), np.nan, dtype=np.float32),
            np.full(len(members), np.inf),
            np.zeros(len(members)),
        )
        for position, candidate in enumerate(members):
            on_start(candidate)
            failed = candidate in assignment.given_up or not self._fill(rows, position, candidate)
            on_finish(candidate, failed)
        on_write()
        write_rows(self.parts, members, rows)
        return Receipt(members[0], members[-1], "", int(np.isinf(rows.distance).sum()))

    def rehearse(self, member: int) -> None:
        """Run one candidate and store nothing; whatever it raises is ignored."""
        rows = Rows(np.zeros((1, len(self.names))), np.zeros((1, self.n_outcomes), dtype=np.float32), np.zeros(1), np.zeros(1))
        self._fill(rows, 0, member)

    def _fill(self, rows: Rows, position: int, candidate: int) -> bool:
        try:
            with keyed_generator(self.seed, self.key, self.generation, candidate):
                particle = _unpacked(self.simulate_one)()
        except Exception:  # noqa: BLE001 - one candidate must never end a calibration
            log(self.folder, f"generation {self.generation}, candidate {candidate} failed\n{traceback.format_exc()}")
            return False
        rows.scores[position] = [particle.parameter[name] for name in self.names]
        outcomes: NDArray[np.float32] = particle.sum_stat["outcomes"]
        rows.outcomes[position] = outcomes
        rows.distance[position] = particle.distance
        rows.weight[position] = particle.weight
        return not np.isinf(particle.distance)
