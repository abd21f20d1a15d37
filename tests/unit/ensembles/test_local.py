"""Ensembles on one machine: the same results for any number of workers, whatever happens to them."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from qantar.ensembles.local import Options, run_ensemble
from qantar.ensembles.messages import packed
from qantar.ensembles.progress import Progress
from qantar.ensembles.worker_process import Flight, WorkerProcess, kept_workers
from qantar.errors import StoreError, UsageError
from qantar.results.layout import WORKERS_LOCK
from qantar.results.lock import try_lock
from qantar.results.open import Ensemble
from tests import fakes

Run = Callable[..., Ensemble]


def series_bytes(folder: Path) -> dict[str, bytes]:
    root = folder / "series.zarr"
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def test_one_worker_and_two_leave_the_same_bytes(run: Run, tmp_path: Path) -> None:
    one, two = run(tmp_path / "one", 60, workers=1), run(tmp_path / "two", 60, workers=2)
    assert one.manifest == two.manifest
    assert series_bytes(one.path) == series_bytes(two.path)


def test_a_killed_worker_is_replaced_and_nothing_is_lost(run: Run, tmp_path: Path) -> None:
    told: list[Progress] = []
    killed = run(tmp_path / "killed", 60, workers=2, simulate=fakes.simulate_killed_once, scenario=str(tmp_path / "marker"), told=told)
    assert told[-1].restarts == 1
    assert killed.manifest == run(tmp_path / "calm", 60, workers=1).manifest


def test_a_member_that_kills_its_workers_is_given_up_alone(run: Run, tmp_path: Path) -> None:
    members = run(tmp_path / "s", 40, workers=2, simulate=fakes.simulate_deadly).members
    assert list(members.loc[members["ending"] == "failed", "member"]) == [30]
    assert members.loc[30, "reason"] == "its worker process died 3 times (signal 9)"


@pytest.mark.parametrize("workers", [1, 2])
def test_a_member_that_raises_is_a_row_with_its_reason(run: Run, tmp_path: Path, workers: int) -> None:
    store = run(tmp_path / "s", 10, workers=workers, simulate=fakes.simulate_some_fail)
    failed = store.members[store.members["ending"] == "failed"]
    assert list(failed["reason"]) == ["hazard was negative", "KeyError: 'a bug'"]
    assert 'raise KeyError("a bug")' in (store.path / "log.txt").read_text(encoding="utf-8")


def test_progress_counts_up_to_everything(run: Run, tmp_path: Path) -> None:
    told: list[Progress] = []
    run(tmp_path / "s", 30, workers=1, told=told)
    assert [progress.done for progress in told if progress.stored == 0] == list(range(26))
    assert (told[-1].stored, told[-1].running, told[-1].asked) == (30, 0, 30)


def test_what_is_there_is_not_run_again(run: Run, tmp_path: Path) -> None:
    def never(*_: object, **__: object) -> object:
        raise AssertionError

    run(tmp_path / "s", 30, workers=1)
    again = run(tmp_path / "s", 30, workers=1, simulate=never)
    assert again.state.failed == 0


def test_workers_that_cannot_start_end_the_ensemble_with_a_word(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "")  # the fake cannot be imported there
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError, match=r"workers died 3 times around members 0 to 4.*log\.txt"):
        run(tmp_path / "s", 5, workers=2)


def test_nobody_waits_for_a_worker_that_reads_nothing_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deaf = tmp_path / "deaf"
    deaf.write_text("#!/bin/sh\nexec sleep 60\n")
    deaf.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(deaf))
    with (tmp_path / "log").open("ab") as errors:
        worker = WorkerProcess(packed(b"much" * 100_000), queue.SimpleQueue(), errors)
        starting = threading.Thread(target=worker.start, args=(Flight(range(5)),), daemon=True)
        starting.start()
        starting.join(10)
        waits = starting.is_alive()
        worker.end()
    assert not waits


def is_let_go(folder: Path) -> bool:
    """Whether no worker holds the folder."""
    with (folder / WORKERS_LOCK).open("a+") as handle:
        return try_lock(handle)


def test_workers_go_from_one_piece_of_work_to_the_next(run: Run, tmp_path: Path) -> None:
    stores, employed = [], []
    with kept_workers():
        for name in ("one", "two", "three"):
            stores.append(run(tmp_path / name, 60, workers=2, simulate=fakes.simulate_some_fail))
            employed.append(sorted(children(os.getpid())))
            assert is_let_go(tmp_path / name)
    assert employed[0] == employed[1] == employed[2]
    assert len(employed[0]) >= 2
    assert not any(alive(worker) for worker in set(employed[0]) - set(children(os.getpid())))
    assert len(set(employed[0]) - set(children(os.getpid()))) == 2, "those that were kept are gone"
    for store in stores:
        assert store.manifest["batches"] == stores[0].manifest["batches"]
        assert series_bytes(store.path) == series_bytes(stores[0].path)
        assert 'raise KeyError("a bug")' in (store.path / "log.txt").read_text(encoding="utf-8")


def test_a_worker_that_was_killed_while_it_rested_is_replaced(run: Run, tmp_path: Path) -> None:
    others = set(children(os.getpid()))
    told: list[Progress] = []
    with kept_workers():
        run(tmp_path / "one", 60, workers=2)
        first, second = set(children(os.getpid())) - others
        os.kill(first, signal.SIGKILL)
        two = run(tmp_path / "two", 60, workers=2, told=told)
        assert second in children(os.getpid())
    assert told[-1].restarts == 0, "it died over nothing"
    assert two.manifest == run(tmp_path / "calm", 60, workers=1).manifest


def test_what_a_worker_prints_is_in_the_log_of_its_own_work(run: Run, tmp_path: Path) -> None:
    with kept_workers():
        for name in ("one", "two"):
            run(tmp_path / name, 5, workers=2, simulate=fakes.simulate_that_prints, scenario=name)
    for name, other in (("one", "two"), ("two", "one")):
        log = (tmp_path / name / "log.txt").read_text(encoding="utf-8")
        assert f"printed for {name}" in log
        assert f"printed for {other}" not in log


ORPHANS = """
import os, sys
from pathlib import Path
from qantar.ensembles.pool import Pool
from qantar.ensembles.task import Task
from tests import fakes
folder = Path(sys.argv[1])
task = Task(None, 0, fakes.FRAME, folder, fakes.simulate_forever)
Pool(task, [range(25), range(25, 50)], 2).run(print, lambda: print("told", flush=True))
"""


def test_workers_die_with_the_process_that_started_them(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    process = subprocess.Popen(
        [sys.executable, "-c", ORPHANS, str(tmp_path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{root / 'src'}"},
    )
    assert process.stdout is not None
    with process.stdout:
        process.stdout.readline()
        workers = children(process.pid)
        process.kill()
        process.wait()
    assert len(workers) == 2
    deadline = time.monotonic() + 5
    while any(alive(worker) for worker in workers) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(alive(worker) for worker in workers)


def children(parent: int) -> list[int]:
    path = Path(f"/proc/{parent}/task/{parent}/children")
    if not path.exists():
        pytest.skip("this system does not list the children of a process")
    return [int(word) for word in path.read_text().split()]


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().split(") ")[1][0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.parametrize(
    ("members", "seed", "options", "message"),
    [
        (0, 0, Options(), "1 to"),
        (5, -1, Options(), "seed"),
        (5, 2**32, Options(), "seed"),
        (5, 0, Options(workers=0), "at least 1 worker"),
        (5, 0, Options(palace="marble"), "unknown"),
        (5, 0, Options(parameters="guess"), "unknown"),
    ],
)
def test_options_that_cannot_be_are_refused_before_anything_is_made(
    tmp_path: Path, members: int, seed: int, options: Options, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        run_ensemble(None, members=members, seed=seed, out=tmp_path / "s", options=options)  # type: ignore[arg-type]
    assert not (tmp_path / "s").exists()


def test_memory_of_a_batch_does_not_grow_with_members() -> None:
    from qantar.results.batch import Batch

    sizes = {sum(array.nbytes for array in Batch(fakes.FRAME, members).arrays.values()) for members in (range(25), range(9975, 10_000))}
    assert len(sizes) == 1
    assert np.all(np.array(list(sizes)) > 0)
