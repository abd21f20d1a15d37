"""Work on a cluster: batches as tasks of a running Dask scheduler (extra `cluster`).

Each task computes a batch, writes its own part of the store and returns a receipt; results never travel through
the scheduler. Workers must see the results folder under the same path, and have the same version of Qantar.
The same bytes come out as on one machine: a batch does not know where it is computed.

What happens when something dies
    a worker        the scheduler gives its batch to another one; one that it had done and not told of is done again
    a member that kills its worker again and again
                    its batch is tried member by member without writing, and the culprit is given up with its reason
    the scheduler   this process stops with a word; what is stored stays, and the same command goes on
    this process    the scheduler forgets its tasks; a worker that is in the middle of a batch holds its mark on
                    the folder until it is done, and the next run waits for it
"""

from __future__ import annotations

import queue
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from qantar.ensembles.task import Assignment, Work
from qantar.errors import MissingExtraError, QantarError, StoreError, UsageError
from qantar.results.lock import working
from qantar.results.manifest import Receipt
from qantar.results.repair import CLUSTER_DIED

if TYPE_CHECKING:
    from qantar.ensembles.crew import OnChange, OnReceipt

CONNECT_SECONDS = 30
"""How long a scheduler may take to answer."""

GLANCE_SECONDS = 5
"""How often this process looks whether the scheduler is still there while no batch comes in."""

AHEAD = 2
"""Batches that wait on the cluster for each thread that works there; the others wait here."""

FEWEST_AHEAD = 8


@dataclass
class Batches:
    """Batches that are not done: the ones that wait here, the ones that the cluster has, and who is given up."""

    waiting: deque[range]
    flying: dict[str, range] = field(default_factory=dict)
    given_up: dict[int, str] = field(default_factory=dict)
    deaths: Counter[int] = field(default_factory=Counter)
    restarts: int = 0


def compute_there(work: Work, assignment: Assignment) -> Receipt | str:
    """Compute a batch on a worker of the cluster: a receipt, or why it cannot be written."""
    work.folder.mkdir(parents=True, exist_ok=True)
    try:
        with working(work.folder):
            return work.compute(assignment)
    except QantarError as error:
        return str(error)


def try_there(work: Work, member: int) -> None:
    """Run one member on a worker of the cluster and write nothing: to find out which one kills its worker."""
    work.rehearse(member)


def on_cluster(work: Work, batches: Sequence[range], address: str, on_receipt: OnReceipt, on_change: OnChange) -> None:
    """Have all batches computed by a running scheduler's workers.

    Raises:
        MissingExtraError: the extra `cluster` is not installed.
        UsageError: nobody answers at the address.
        StoreError: a batch cannot be written, or the scheduler is gone.
    """
    client = _connected(address)
    try:
        _Foreman(client, _library(), work, batches).run(on_receipt, on_change)
    except (OSError, TimeoutError) as error:
        raise StoreError(f"the scheduler at {address} is gone ({error}); what is stored is safe, and the same command goes on") from error
    finally:
        client.close(timeout=1)


def check_scheduler(address: str) -> None:
    """Raise UsageError where no scheduler answers, and MissingExtraError where the extra `cluster` is not installed."""
    _connected(address).close(timeout=1)


def _connected(address: str) -> Any:  # noqa: ANN401 - a client
    distributed = _library()
    try:
        from distributed.comm.addressing import get_address_host_port

        get_address_host_port(address)  # a client that is refused this itself goes on in the background
    except (ValueError, NotImplementedError) as error:
        raise UsageError(f"--cluster {address}: this is no address of a Dask scheduler ({error}); expected tcp://HOST:8786") from error
    try:
        return distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise UsageError(f"no Dask scheduler answers at {address}: {error}; start one, or leave --cluster out") from error


def _library() -> Any:  # noqa: ANN401 - a library that may be missing
    try:
        import distributed
    except ImportError:
        raise MissingExtraError("--cluster", "cluster") from None
    return distributed


class _Foreman:
    """Hands batches out and takes receipts in."""

    def __init__(self, client: Any, distributed: Any, work: Work, batches: Sequence[range]) -> None:  # noqa: ANN401
        self._client, self._library = client, distributed
        self._left = Batches(deque(batches))
        self._work = work
        self._kept: dict[str, Any] = {}
        self._done: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def run(self, on_receipt: OnReceipt, on_change: OnChange) -> None:
        """Go on until every batch is stored."""
        self._send()
        while self._left.flying or self._left.waiting:
            future = self._next()
            members = self._left.flying.pop(future.key)
            del self._kept[future.key]  # what nobody keeps the scheduler forgets
            self._take(future, members, on_receipt)
            on_change({}, self._left.restarts)
            self._send()

    def _take(self, future: Any, members: range, on_receipt: OnReceipt) -> None:  # noqa: ANN401
        """Accept what became of a batch; one whose receipt went with its worker is handed out once more."""
        status = future.status
        if status == "cancelled":
            raise OSError("it gave up its tasks")
        if status == "error":
            self._failed(future, members)
        elif status == "finished":
            found = future.result()
            if isinstance(found, str):
                raise StoreError(found)
            on_receipt(found)
        else:  # lost, or pending again since
            self._left.restarts += 1
            self._left.waiting.appendleft(members)

    def _next(self) -> Any:  # noqa: ANN401 - a future
        """The next batch that is done; a look at the scheduler now and then, for nobody tells when it is gone."""
        while True:
            try:
                return self._done.get(timeout=GLANCE_SECONDS)
            except queue.Empty:
                if self._client.status != "running":
                    raise OSError(f"the connection is {self._client.status}") from None

    def _send(self) -> None:
        threads = sum(self._client.nthreads().values())
        room = max(FEWEST_AHEAD, AHEAD * threads) - len(self._left.flying)
        for _ in range(min(room, len(self._left.waiting))):
            members = self._left.waiting.popleft()
            given_up = {member: why for member, why in self._left.given_up.items() if member in members}
            future = self._client.submit(compute_there, self._work, Assignment(members, given_up), pure=False)
            self._left.flying[future.key] = members
            self._kept[future.key] = future
            future.add_done_callback(self._done.put)

    def _failed(self, future: Any, members: range) -> None:  # noqa: ANN401
        """A batch whose workers died again and again, or that raised: find the member that does it."""
        error = future.exception()
        if not isinstance(error, self._library.KilledWorker):
            raise StoreError(f"members {members[0]} to {members[-1]} cannot be computed on the cluster: {error!r}") from error
        self._left.restarts += 1
        before = len(self._left.given_up)
        for member in members:
            tried = self._client.submit(try_there, self._work, member, pure=False)
            if isinstance(tried.exception(), self._library.KilledWorker):
                self._left.given_up[member] = f"{CLUSTER_DIED} again and again"
        if len(self._left.given_up) == before:
            raise StoreError(f"workers of the cluster died around members {members[0]} to {members[-1]}; see their logs") from error
        self._left.waiting.appendleft(members)
