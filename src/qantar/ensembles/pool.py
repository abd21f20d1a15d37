"""Worker processes on this machine: one thread each, restarted when they are killed.

Why not the pools of the standard library: they import the user's main script again in each worker
(an ensemble in a script without a guard would then start itself), and a worker that is killed while
it holds the lock of a shared queue blocks all the others. Here each worker has pipes of its own.
"""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO

from qantar.ensembles.messages import Broken, Done, Finished, Message, Started, Writing, packed, receive
from qantar.ensembles.task import Assignment, Work
from qantar.errors import StoreError
from qantar.model.helper import environment
from qantar.results.layout import LOG
from qantar.results.manifest import Receipt
from qantar.results.repair import WORKER_DIED

PATIENCE = 3
"""Times that a worker may die over the same member before the member is given up."""

ONE_THREAD = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLOSC_NTHREADS")


@dataclass
class Flight:
    """A batch on its way: who is at it, which member is up, how often workers died over which."""

    members: range
    current: int | None = None
    finished: dict[int, bool] = field(default_factory=dict)
    deaths: Counter[int | None] = field(default_factory=Counter)
    given_up: dict[int, str] = field(default_factory=dict)

    def crashed(self, how: str) -> None:
        """Note that a worker died over this batch.

        Raises StoreError when that happened too often outside of any member: another try would not help.
        """
        self.deaths[self.current] += 1
        if self.deaths[self.current] >= PATIENCE:
            if self.current is None:
                raise StoreError(f"workers died {PATIENCE} times around members {self.members[0]} to {self.members[-1]} ({how}); see {LOG}")
            self.given_up[self.current] = f"{WORKER_DIED} {PATIENCE} times ({how})"
        self.current = None
        self.finished.clear()


class WorkerProcess:
    """One worker process and the batch that it is at.

    It is spoken to by a thread of its own: it reads what its work is, more than a pipe holds, only once it has imported
    everything, and the others shall not wait for that.

    work : what it is to do, packed
    """

    def __init__(self, work: bytes, outbox: queue.SimpleQueue[tuple[WorkerProcess, Message | None]], errors: IO[bytes]) -> None:
        self.flight: Flight | None = None
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "qantar.ensembles.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={**environment(), **dict.fromkeys(ONE_THREAD, "1")},
            start_new_session=True,
        )
        self._inbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._inbox.put(work)
        self._speaker = threading.Thread(target=self._speak, daemon=True)
        self._speaker.start()
        threading.Thread(target=self._listen, args=(outbox,), daemon=True).start()

    def _speak(self) -> None:
        assert self._process.stdin is not None
        for message in iter(self._inbox.get, None):
            with suppress(OSError):  # a process that is gone is found out by its listener
                self._process.stdin.write(message)
                self._process.stdin.flush()

    def _listen(self, outbox: queue.SimpleQueue[tuple[WorkerProcess, Message | None]]) -> None:
        assert self._process.stdout is not None
        try:
            while True:
                outbox.put((self, receive(self._process.stdout)))
        except (EOFError, OSError, ValueError):
            outbox.put((self, None))

    def start(self, flight: Flight) -> None:
        """Hand a batch to the worker. One that is dead already is found out by its listener."""
        self.flight = flight
        self._inbox.put(packed(Assignment(flight.members, dict(flight.given_up))))

    def death(self) -> str:
        """How the process ended, in words."""
        code = self._process.wait()
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    def end(self) -> None:
        """Kill the process."""
        self._process.kill()
        self._process.wait()
        self._inbox.put(None)
        self._speaker.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what could not be sent to a process that is gone
                    pipe.close()


class Pool:
    """A fixed number of workers that take batches from a list."""

    def __init__(self, work: Work, batches: list[range], workers: int) -> None:
        self._log = work.folder / LOG
        self._packed = packed(work)
        self._waiting = deque(Flight(members) for members in batches)
        self._outbox: queue.SimpleQueue[tuple[WorkerProcess, Message | None]] = queue.SimpleQueue()
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
            worker = WorkerProcess(self._packed, self._outbox, errors)
            self._workers.add(worker)
            worker.start(self._waiting.popleft())

    def _turn(self, errors: IO[bytes], on_receipt: Callable[[Receipt], None]) -> None:
        worker, message = self._outbox.get()
        flight = worker.flight
        match message:
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
        else:
            self._workers.discard(worker)
            worker.end()

    def _replace(self, worker: WorkerProcess, flight: Flight, errors: IO[bytes]) -> None:
        """Put another worker in the place of one that died, and let it redo the batch first."""
        how = worker.death()
        self._workers.discard(worker)
        worker.end()
        self.restarts += 1
        flight.crashed(how)
        self._waiting.appendleft(flight)
        self._employ(errors)
