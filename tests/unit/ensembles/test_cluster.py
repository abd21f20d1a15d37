"""Ensembles on a real Dask scheduler with real workers: the same bytes as here, whoever is killed."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qantar.ensembles.cluster import _Foreman
from qantar.ensembles.crew import Crew
from qantar.ensembles.local import fill
from qantar.ensembles.task import Assignment, Task
from qantar.errors import MissingExtraError, UsageError
from qantar.results.lock import writing
from qantar.results.manifest import Identity, Receipt, read_manifest
from qantar.results.open import Ensemble, open_results
from qantar.results.store import claim, intact, prepare
from tests import fakes
from tests.unit.ensembles.test_disasters import wait_for
from tests.unit.ensembles.test_local import series_bytes

ROOT = Path(__file__).parents[3]
MEMBERS = 110
LOCAL = ["--host", "127.0.0.1", "--no-dashboard"]
Run = Callable[..., Ensemble]
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


def test_without_the_extra_the_command_that_installs_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'qantar\[cluster\]'"):
        on_cluster(tmp_path / "s", "tcp://127.0.0.1:1")


def test_workers_and_a_cluster_exclude_each_other() -> None:
    with pytest.raises(UsageError, match="exclude each other"):
        Crew(2, "tcp://127.0.0.1:1")


class Told:
    """A batch on a cluster, of which one thing is told."""

    def __init__(self, number: int, status: str, receipt: object) -> None:
        self.key, self.status, self._receipt = str(number), status, receipt

    def result(self) -> object:
        assert self.status == "finished"
        return self._receipt

    def exception(self) -> None:
        return None

    def add_done_callback(self, told: Callable[[Told], None]) -> None:
        told(self)


class Scripted:
    """A cluster that ends its batches one after the other as it is told."""

    def __init__(self, *statuses: str) -> None:
        self._statuses = list(statuses)
        self.given: list[range] = []

    def nthreads(self) -> dict[str, int]:
        return {"a": 1}

    def submit(self, function: object, work: object, assignment: Assignment, *, pure: bool) -> Told:
        del function, work, pure
        self.given.append(assignment.members)
        return Told(len(self.given), self._statuses.pop(0), Receipt(assignment.members[0], assignment.members[-1], "h", 0))


@pytest.mark.parametrize("status", ["lost", "pending"])
def test_a_batch_whose_receipt_went_with_its_worker_is_done_again(status: str) -> None:
    client, receipts = Scripted("finished", status, "finished"), []
    batches = [range(25), range(25, 50)]
    _Foreman(client, None, None, batches).run(receipts.append, lambda *_: None)  # type: ignore[arg-type]
    assert client.given == [*batches, batches[1]]
    assert [receipt.members for receipt in receipts] == batches


def test_a_scheduler_that_gives_up_its_tasks_ends_it() -> None:
    with pytest.raises(OSError, match="gave up"):
        _Foreman(Scripted("cancelled"), None, None, [range(5)]).run(lambda _: None, lambda *_: None)  # type: ignore[arg-type]


def on_cluster(folder: Path, address: str, simulate: fakes.Simulated = fakes.simulate, scenario: object = None) -> Ensemble:
    claim(folder)
    with writing(folder):
        identity = Identity("fake", "0123456789ab", 0, "recorded", "point", "0.1.0")
        manifest = prepare(folder, identity, MEMBERS, fakes.FRAME, fakes.context(), "")
        fill(Task(scenario, 0, fakes.FRAME, folder, simulate), manifest, MEMBERS, Crew(cluster=address))
    return open_results(folder)


class Machines:
    """A scheduler and its workers, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "scheduler.json"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.scheduler = self._start("scheduler", "--port", "0", "--scheduler-file", str(self._file))
        wait_for(lambda: self._file.exists() and self._file.read_text().rstrip().endswith("}"))
        self.address: str = json.loads(self._file.read_text())["address"]
        self.workers = [self.hire() for _ in range(2)]

    def hire(self) -> subprocess.Popen[bytes]:
        return self._start("worker", self.address, "--nthreads", "1", "--no-nanny", "--death-timeout", "60")

    def _start(self, what: str, *words: str) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])}
        process = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{what}", *words, *LOCAL],
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.processes.append(process)
        return process

    def close(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()  # sockets to a scheduler that is gone are the library's; they shall not be found in another test


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    """A scheduler with two workers of one thread each."""
    pytest.importorskip("distributed", reason="distributed is not installed (pip install 'qantar[cluster]')")
    found = Machines(tmp_path)
    try:
        yield found
    finally:
        found.close()


@pytest.fixture
def calm(run: Run, tmp_path: Path) -> Ensemble:
    """What one process leaves."""
    return run(tmp_path / "calm", MEMBERS, workers=1)


def test_a_cluster_leaves_the_same_bytes(machines: Machines, calm: Ensemble, tmp_path: Path) -> None:
    found = on_cluster(tmp_path / "s", machines.address)
    assert found.manifest == calm.manifest
    assert series_bytes(found.path) == series_bytes(calm.path)


def test_a_worker_that_is_killed_costs_nothing(machines: Machines, calm: Ensemble, tmp_path: Path) -> None:
    found = on_cluster(tmp_path / "s", machines.address, fakes.simulate_killed_once, str(tmp_path / "marker"))
    assert (tmp_path / "marker").exists()
    wait_for(lambda: any(worker.poll() is not None for worker in machines.workers))
    assert found.manifest == calm.manifest
    assert series_bytes(found.path) == series_bytes(calm.path)


DRIVER = """
import sys
from pathlib import Path
from qantar.errors import QantarError
from tests import fakes
from tests.unit.ensembles.test_cluster import on_cluster
try:
    on_cluster(Path(sys.argv[1]), sys.argv[2], fakes.simulate_slowly)
except QantarError as error:
    print(error, flush=True)
    sys.exit(error.exit_code)
"""


@pytest.mark.parametrize("victim", ["scheduler", "driver"])
def test_a_killed_scheduler_or_driver_loses_no_batch_that_is_stored(
    machines: Machines, run: Run, calm: Ensemble, tmp_path: Path, victim: str
) -> None:
    folder = tmp_path / "s"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])}
    driver = subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(folder), machines.address], env=environment, stdout=subprocess.PIPE, text=True
    )
    wait_for(lambda: (folder / "manifest.json").exists() and len(read_manifest(folder).done) >= 25)
    (machines.scheduler if victim == "scheduler" else driver).send_signal(signal.SIGKILL)
    said, _ = driver.communicate(timeout=90)
    if victim == "scheduler":
        assert driver.returncode == 1
        assert "the same command goes on" in said
    stored = read_manifest(folder)
    assert 25 <= len(stored.done) < MEMBERS
    assert all(intact(folder, batch) for batch in stored.batches)
    started = time.monotonic()
    found = run(folder, MEMBERS, workers=2)
    assert time.monotonic() - started < 60
    assert found.manifest["batches"] == calm.manifest["batches"]
    assert series_bytes(found.path) == series_bytes(calm.path)


def test_nobody_at_the_address_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason="distributed is not installed (pip install 'qantar[cluster]')")
    monkeypatch.setattr("qantar.ensembles.cluster.CONNECT_SECONDS", 1)
    with pytest.raises(UsageError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:1"):
        on_cluster(tmp_path / "s", "tcp://127.0.0.1:1")
