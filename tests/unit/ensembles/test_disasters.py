"""Real disasters: a full disk, Ctrl-C, a machine that sleeps, a worker that outlives its parent. Nothing is lost, and going on
leaves what an undisturbed run leaves."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from qantar.errors import StoreError
from qantar.results import files, store
from qantar.results.manifest import read_manifest
from qantar.results.open import Ensemble
from qantar.results.store import intact
from tests import fakes
from tests.unit.ensembles.test_local import alive, children, series_bytes

Run = Callable[..., Ensemble]
ROOT = Path(__file__).parents[3]
MEMBERS = 60

PROGRAM = """
import os, resource, sys
from pathlib import Path
from qantar.ensembles.crew import Crew
from qantar.ensembles.local import fill
from qantar.ensembles.task import Task
from qantar.errors import QantarError
from qantar.results.lock import writing
from qantar.results.manifest import Identity
from qantar.results.store import claim, prepare
from tests import fakes
folder, limit = Path(sys.argv[1]), int(sys.argv[2])
claim(folder)
try:
    with writing(folder):
        identity = Identity("fake", "0123456789ab", 0, "recorded", "point", "0.1.0")
        manifest = prepare(folder, identity, 60, fakes.FRAME, fakes.context(), "")
        if limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        fill(Task(None, 0, fakes.FRAME, folder, fakes.simulate_slowly), manifest, 60, Crew(2))
except QantarError as error:
    print(error)
    sys.exit(error.exit_code)
except KeyboardInterrupt:
    print("stopped")
    sys.exit(130)
"""


def start(folder: Path, limit: int = 0) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder), str(limit)], env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    )


def wait_for(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "what was waited for did not come"
        time.sleep(0.005)


def at_work(worker: int, folder: Path) -> bool:
    """Whether a worker process holds its mark on the folder."""
    held = Path(f"/proc/{worker}/fd")
    try:
        return any(str(handle.readlink()) == str(folder / "lock.workers") for handle in held.iterdir())
    except OSError:
        return False


def stored(folder: Path) -> int:
    return len(read_manifest(folder).done) if (folder / "manifest.json").exists() else -1


@pytest.fixture
def calm(run: Run, tmp_path: Path) -> Path:
    """What an undisturbed run leaves."""
    return run(tmp_path / "calm", MEMBERS, workers=1).path


def assert_goes_on(run: Run, folder: Path, calm: Path) -> None:
    """All that the manifest lists is whole; the same call goes on to what an undisturbed run leaves."""
    if (folder / "manifest.json").exists():
        assert all(intact(folder, batch) for batch in read_manifest(folder).batches)
    after = run(folder, MEMBERS, workers=1)
    assert after.manifest["batches"] == read_manifest(calm).as_dict()["batches"]
    assert series_bytes(folder) == series_bytes(calm)
    assert not list(folder.rglob("*.partial"))


@pytest.mark.parametrize("limit", [1, 2500, 5000])
def test_files_that_may_not_grow(run: Run, tmp_path: Path, calm: Path, limit: int) -> None:
    process = start(tmp_path / "s", limit)
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 1, said
    assert "cannot be" in said
    assert_goes_on(run, tmp_path / "s", calm)


@pytest.mark.parametrize("moment", [1, 2, 5, 9, 14, 20, 27, 35, 44, 54, 65])
def test_a_disk_that_is_full_at_any_moment(run: Run, tmp_path: Path, calm: Path, moment: int, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0

    def full(_: int) -> None:
        nonlocal calls
        calls += 1
        if calls >= moment:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(files.os, "fsync", full)
        with pytest.raises(StoreError, match="No space left on device"):
            run(tmp_path / "s", MEMBERS, workers=1)
    assert_goes_on(run, tmp_path / "s", calm)


def test_ctrl_c_ends_workers_and_keeps_what_is_stored(run: Run, tmp_path: Path, calm: Path) -> None:
    process = start(tmp_path / "s")
    wait_for(lambda: stored(tmp_path / "s") >= 25)
    workers = children(process.pid)
    os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=30)
    assert (process.returncode, said) == (130, "stopped\n")
    wait_for(lambda: not any(alive(worker) for worker in workers), 5)
    assert 25 <= stored(tmp_path / "s") < MEMBERS
    assert_goes_on(run, tmp_path / "s", calm)


def test_a_machine_that_sleeps(run: Run, tmp_path: Path, calm: Path) -> None:
    """Everybody is stopped in the middle and wakes later: nothing notices."""
    process = start(tmp_path / "s")
    wait_for(lambda: stored(tmp_path / "s") >= 0 and len(children(process.pid)) == 2)
    everybody = [process.pid, *children(process.pid)]
    for sleeper in everybody:
        os.kill(sleeper, signal.SIGSTOP)
    time.sleep(0.5)
    for sleeper in everybody:
        os.kill(sleeper, signal.SIGCONT)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert stored(tmp_path / "s") == MEMBERS
    assert_goes_on(run, tmp_path / "s", calm)


def test_a_worker_that_outlives_its_parent_is_waited_for(run: Run, tmp_path: Path, calm: Path) -> None:
    """A worker that hangs (stopped here) while its parent is killed could write later: the next run does not start before it is gone."""
    folder = tmp_path / "s"
    process = start(folder)
    wait_for(lambda: len(children(process.pid)) == 2 and all(at_work(worker, folder) for worker in children(process.pid)))
    workers = children(process.pid)
    for worker in workers:
        os.kill(worker, signal.SIGSTOP)
    process.kill()
    process.communicate(timeout=30)
    before = stored(folder)
    assert all(alive(worker) for worker in workers)
    following = start(folder)
    time.sleep(1.5)
    assert following.poll() is None, following.communicate(timeout=30)
    assert stored(folder) == before < MEMBERS, "it began while an old worker could still write"
    for worker in workers:
        os.kill(worker, signal.SIGCONT)
    following.communicate(timeout=60)
    assert following.returncode == 0
    assert not any(alive(worker) for worker in workers)
    assert_goes_on(run, folder, calm)


def test_a_second_run_of_the_same_folder_is_refused_while_the_first_works(tmp_path: Path) -> None:
    process = start(tmp_path / "s")
    wait_for(lambda: stored(tmp_path / "s") >= 0)
    second = start(tmp_path / "s")
    said, _ = second.communicate(timeout=60)
    assert second.returncode == 2
    assert f"process {process.pid}" in said
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert stored(tmp_path / "s") == MEMBERS


def test_a_failure_that_cannot_be_logged_is_a_row_all_the_same(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(store, "_append", full)
    members = run(tmp_path / "s", 10, workers=1, simulate=fakes.simulate_some_fail).members
    assert list(members.loc[members["ending"] == "failed", "member"]) == [7, 8]
