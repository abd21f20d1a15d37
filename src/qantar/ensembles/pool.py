"""Worker processes on this machine: one thread each, restarted when they are killed.

Why not the pools of the standard library: they import the user's main script again in each worker
(an ensemble in a script without a guard would then start itself), and a worker that is killed while
it holds the lock of a shared queue blocks all the others. Here each worker has pipes of its own.
"""

from __future__ import annotations

import queue
from collections import deque
from collections.abc import Callable
from typing import IO

from qantar.ensembles.messages import Broken, Done, Finished, Resting, Started, Writing, packed
from qantar.ensembles.task import Work
from qantar.ensembles.worker_process import Flight, Outbox, WorkerProcess, keep_worker, kept_worker, workers_are_kept
from qantar.errors import StoreError
from qantar.results.layout import LOG
from qantar.results.manifest import Receipt


class Pool:
    """A fixed number of workers that take batches from a list."""

    def __init__(self, work: Work, batches: list[range], workers: int) -> None:
        self._log = work.folder / LOG
        self._packed = packed(work)
        self._waiting = deque(Flight(members) for members in batches)
        self._outbox: Outbox = queue.SimpleQueue()
        self._workers: set[WorkerProcess] = set()
        self._size = min(workers, len(batches))
        self.restarts = 0

    @property
    def running(self) -> dict[int, bool]:
        """Members that are run but not yet in the store, and whether they failed."""
        flights = [worker.flight for worker in self._workers if worker.flight is not None]
        return {member: failed for flight in flights for member, failed in flight.finished.items()}

    def run(self, on_receipt: Callable[[Receipt], None], on_change: Callable[[], None]) -> None:
        """Compute all batches; `on_receipt` is told of each, `on_change` of each step in between.

        Raises StoreError when a batch cannot be written, and passes on whatever ends it (Ctrl-C); the
        workers are gone in any case.
        """
        with self._log.open("ab") as errors:
            try:
                for _ in range(self._size):
                    self._employ(errors)
                while self._workers:
                    self._turn(errors, on_receipt)
                    on_change()
            finally:
                for worker in self._workers:
                    worker.end()

    def _employ(self, errors: IO[bytes]) -> None:
        if self._waiting:
            worker = kept_worker(self._packed, self._outbox) or WorkerProcess(self._packed, self._outbox, errors)
            self._workers.add(worker)
            worker.start(self._waiting.popleft())

    def _turn(self, errors: IO[bytes], on_receipt: Callable[[Receipt], None]) -> None:
        worker, message = self._outbox.get()
        flight = worker.flight
        match message:
            case Resting():
                self._workers.discard(worker)
                keep_worker(worker)
            case None if flight is None:  # it died while it was to rest, or was dismissed
                self._dismiss(worker)
            case _ if flight is None:
                pass
            case Started(member):
                flight.current = member
            case Finished(member, failed):
                flight.finished[member] = failed
            case Writing():
                flight.current = None
            case Done(receipt):
                worker.flight = None
                on_receipt(receipt)
                self._next(worker)
            case Broken(reason):
                raise StoreError(reason)
            case None:
                self._replace(worker, flight, errors)

    def _next(self, worker: WorkerProcess) -> None:
        if self._waiting:
            worker.start(self._waiting.popleft())
        elif workers_are_kept():
            worker.rest()
        else:
            self._dismiss(worker)

    def _dismiss(self, worker: WorkerProcess) -> None:
        self._workers.discard(worker)
        worker.end()

    def _replace(self, worker: WorkerProcess, flight: Flight, errors: IO[bytes]) -> None:
        """Put another worker in the place of one that died, and let it redo the batch first."""
        how = worker.death()
        self._dismiss(worker)
        self.restarts += 1
        flight.crashed(how)
        self._waiting.appendleft(flight)
        self._employ(errors)
