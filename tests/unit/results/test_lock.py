"""Two runs never write to one folder, and a lock dies with its process."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from qantar.results import lock
from qantar.results.lock import FolderInUseError, holder, working, writing

HOLD = """
import sys, time
from pathlib import Path
from qantar.results.lock import {name}
with {name}(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""
SOURCE = Path(__file__).parents[3] / "src"


def hold(folder: Path, name: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD.format(name=name), str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def test_a_second_run_is_refused_and_told_who_the_first_is(tmp_path: Path) -> None:
    process = hold(tmp_path, "writing")
    try:
        with pytest.raises(FolderInUseError, match=f"process {process.pid}") as found, writing(tmp_path):
            pass
        assert found.value.exit_code == 2
        assert (holder(tmp_path) or {})["process"] == process.pid
    finally:
        end(process)
    assert holder(tmp_path) is None
    with writing(tmp_path):
        assert (holder(tmp_path) or {})["process"] == os.getpid()


def test_a_run_waits_for_the_workers_of_a_killed_one(tmp_path: Path) -> None:
    process = hold(tmp_path, "working")
    waited: list[float] = []
    threading.Timer(0.5, process.send_signal, [signal.SIGKILL]).start()
    start = time.monotonic()
    with writing(tmp_path, on_wait=lambda: waited.append(time.monotonic())):
        assert time.monotonic() - start > 0.3
    assert len(waited) == 1
    end(process)


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOLCK])
def test_a_file_system_without_locks_is_no_reason_to_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def none(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(lock.fcntl, "flock", none)
    with writing(tmp_path), working(tmp_path):
        assert holder(tmp_path) is None
    with (tmp_path / "lock").open("rb") as handle:
        assert not lock.try_lock(handle, without=False)


def test_workers_share(tmp_path: Path) -> None:
    with working(tmp_path), working(tmp_path):
        assert holder(tmp_path) is None
