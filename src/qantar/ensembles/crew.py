"""Who does the work: this process, worker processes on this machine, or a cluster."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from qantar.engine.interrupt import listen, patient
from qantar.ensembles.pool import Pool
from qantar.ensembles.task import Assignment, Work
from qantar.errors import UsageError
from qantar.results.manifest import Receipt

OnReceipt = Callable[[Receipt], None]
"""Told of each batch that is stored."""

OnChange = Callable[[Mapping[int, bool], int], None]
"""Told of each step: members that are run but not yet stored (and whether they failed), workers that died so far."""


@dataclass(frozen=True)
class Crew:
    """Who works.

    workers : processes on this machine, None for one a core; cluster : address of a running Dask
    scheduler, which then works alone

    Raises UsageError where both are given or there is to be no worker at all.
    """

    workers: int | None = None
    cluster: str | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if self.workers is not None and self.workers < 1:
            raise UsageError(f"an ensemble needs at least 1 worker, not {self.workers}")
        if self.workers is not None and self.cluster is not None:
            raise UsageError("--workers and --cluster exclude each other: a cluster has the workers that it has")

    def ready(self) -> None:
        """Raise UsageError where a cluster is to work and does not answer: to be asked before anything is made."""
        if self.cluster is not None:
            from qantar.ensembles.cluster import check_scheduler

            check_scheduler(self.cluster)


def default_workers() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def carry_out(work: Work, batches: Sequence[range], crew: Crew, on_receipt: OnReceipt, on_change: OnChange) -> None:
    """Have all batches computed and stored.

    Raises StoreError when a batch cannot be written, and passes on whatever ends it (Ctrl-C).
    """
    if not batches:
        return
    if crew.cluster is not None:
        from qantar.ensembles.cluster import on_cluster

        on_cluster(work, batches, crew.cluster, on_receipt, on_change)
        return
    workers = crew.workers or default_workers()
    if workers == 1:
        _here(work, batches, on_receipt, on_change)
    else:
        pool = Pool(work, list(batches), workers)
        pool.run(on_receipt, lambda: on_change(pool.running, pool.restarts))


def _here(work: Work, batches: Sequence[range], on_receipt: OnReceipt, on_change: OnChange) -> None:
    for members in batches:
        running: dict[int, bool] = {}

        def finish(member: int, failed: bool, running: dict[int, bool] = running) -> None:
            listen()
            running[member] = failed
            on_change(running, 0)

        with patient():
            on_receipt(work.compute(Assignment(members), on_finish=finish))
        on_change({}, 0)
