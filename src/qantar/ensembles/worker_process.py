"""A worker process as the ensemble that employs it sees it, and those that are kept for the next piece of work."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import IO

from qantar.ensembles.messages import Message, Rest, packed, receive
from qantar.ensembles.task import Assignment
from qantar.errors import StoreError
from qantar.model.helper import environment
from qantar.results.layout import LOG
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


Outbox = queue.SimpleQueue[tuple["WorkerProcess", Message | None]]
"""Where answers of workers arrive; None from one that is gone."""


class WorkerProcess:
    """One worker process and the batch that it is at.

    It is spoken to by a thread of its own: it reads what its work is, more than a pipe holds, only once it has imported
    everything, and the others shall not wait for that.

    work : what it is to do, packed
    """

    def __init__(self, work: bytes, outbox: Outbox, errors: IO[bytes]) -> None:
        self.flight: Flight | None = None
        self._outbox = outbox
        self._gone = False
        self._passing = threading.Lock()
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
        threading.Thread(target=self._listen, daemon=True).start()

    def _speak(self) -> None:
        assert self._process.stdin is not None
        for message in iter(self._inbox.get, None):
            with suppress(OSError):  # a process that is gone is found out by its listener
                self._process.stdin.write(message)
                self._process.stdin.flush()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with suppress(EOFError, OSError, ValueError):
            while True:
                message = receive(self._process.stdout)
                self._outbox.put((self, message))
        with self._passing:
            self._gone = True
            self._outbox.put((self, None))

    def take(self, work: bytes, outbox: Outbox) -> bool:
        """Give other work to a worker that rests, and have its answers put elsewhere; False where it is gone."""
        with self._passing:
            if self._gone:
                return False
            self._outbox = outbox
        self._inbox.put(work)
        return True

    def rest(self) -> None:
        """Have the worker let its folder go; it answers once it has."""
        self._inbox.put(packed(Rest()))

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


_kept: list[WorkerProcess] | None = None
"""Workers that rest until there is other work; None where workers end with their work."""


@contextmanager
def kept_workers() -> Iterator[None]:
    """Keep workers from one piece of work to the next: a new one takes seconds to import what it needs and to load its kernels.

    Within another such block nothing changes. Whoever rests is ended where the outermost block is left.
    """
    global _kept  # noqa: PLW0603 - as processes are the whole process's
    if _kept is not None:
        yield
        return
    _kept = []
    try:
        yield
    finally:
        resting, _kept = _kept, None
        for worker in resting:
            worker.end()


def workers_are_kept() -> bool:
    """Whether workers are kept for the next piece of work."""
    return _kept is not None


def keep_worker(worker: WorkerProcess) -> None:
    """Keep a worker that rests, where workers are kept."""
    assert _kept is not None
    _kept.append(worker)


def kept_worker(work: bytes, outbox: Outbox) -> WorkerProcess | None:
    """Return a worker that was kept, with its new work, or None where there is none."""
    while _kept:
        worker = _kept.pop()
        if worker.take(work, outbox):
            return worker
        worker.end()
    return None
