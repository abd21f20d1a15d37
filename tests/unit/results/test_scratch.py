"""Temporary folders go once nobody uses them any more, whatever ended who made them, and never before."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qantar.results import scratch
from tests.unit.results.conftest import make_store

SOURCE = Path(__file__).parents[3] / "src"
HEAD = "import sys, time; from pathlib import Path; from qantar.results.scratch import scratch_folder; folder = scratch_folder(); "
MAKE = "(folder / 'x').write_text('1')"
USE = "from qantar.results.scratch import use_scratch; use_scratch(Path(sys.argv[1]))"
WORK = "from qantar.results.lock import working; working_here = working(Path(sys.argv[1])); working_here.__enter__()"
TAIL = "; print(folder if 'folder' in globals() else '', flush=True); time.sleep(60)"
Start = Callable[..., tuple[subprocess.Popen[str], Path]]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Start a process that prints a folder and waits; the temporary folder is a new one, here and there."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    started: list[subprocess.Popen[str]] = []

    def run(code: str, *arguments: Path) -> tuple[subprocess.Popen[str], Path]:
        command = [sys.executable, "-c", code + TAIL, *map(str, arguments)]
        environment = {**os.environ, "PYTHONPATH": str(SOURCE), "TMPDIR": str(tmp_path)}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        started.append(process)
        assert process.stdout is not None
        return process, Path(process.stdout.readline().strip())

    yield run
    for process in started:
        kill(process)
        assert process.stdout is not None
        process.stdout.close()


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_a_folder_goes_once_its_process_was_killed_and_not_before(start: Start, tmp_path: Path) -> None:
    process, folder = start(HEAD + MAKE)
    mine = scratch.scratch_folder()
    scratch.sweep_scratch()
    assert (folder / "x").read_text() == "1" and mine.is_dir()
    kill(process)
    scratch.sweep_scratch()
    assert not folder.parent.exists() and mine.is_dir()
    assert [path.name for path in tmp_path.iterdir()] == [mine.parent.name]


@pytest.mark.parametrize("use", [USE, WORK])
def test_a_folder_stays_while_another_process_reads_it_or_a_worker_writes(start: Start, use: str) -> None:
    owner, folder = start(HEAD + MAKE)
    other, _ = start("import sys, time; from pathlib import Path; " + use, folder)
    kill(owner)
    scratch.sweep_scratch()
    assert (folder / "x").exists()
    kill(other)
    scratch.sweep_scratch()
    assert not folder.parent.exists()


def test_who_opens_results_keeps_them(start: Start) -> None:
    from qantar.results.open import open_results

    owner, folder = start(HEAD + MAKE)
    (folder / "x").unlink()
    make_store(folder, 3)
    kill(owner)
    found = open_results(folder)
    scratch.sweep_scratch()
    assert len(found.members) == 3
    os.close(scratch._held.pop(folder.parent))
    scratch.sweep_scratch()
    assert not folder.parent.exists()


@pytest.mark.usefixtures("start")
def test_what_is_no_temporary_folder_of_ours_stays(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / scratch.RESULTS).mkdir(parents=True)
    (elsewhere / scratch.OWNER).touch()
    (tmp_path / f"{scratch.PREFIX}link").symlink_to(elsewhere)
    (tmp_path / "qantar-staging-0123").mkdir()
    kept = tmp_path / f"{scratch.PREFIX}kept"
    (kept / "of-somebody").mkdir(parents=True)
    (tmp_path / f"{scratch.PREFIX}empty").mkdir()
    scratch.sweep_scratch()
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"elsewhere", f"{scratch.PREFIX}link", "qantar-staging-0123", kept.name}
    assert (elsewhere / scratch.RESULTS).is_dir()


@pytest.mark.usefixtures("start")
def test_a_folder_that_somebody_sweeps_before_it_is_held_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    use, tried = scratch._use, []

    def late(folder: Path) -> bool:
        tried.append(folder)
        if len(tried) < 3:
            scratch.sweep_scratch()
        return use(folder)

    monkeypatch.setattr(scratch, "_use", late)
    folder = scratch.scratch_folder()
    assert folder.is_dir() and folder.parent == tried[-1] and len(tried) == 3


@pytest.mark.usefixtures("start")
def test_all_results_of_a_process_need_one_open_file() -> None:
    before = len(scratch._held)
    first, second = scratch.scratch_folder(), scratch.scratch_folder()
    assert first != second and first.parent == second.parent
    assert len(scratch._held) == before + 1
    with scratch.scratch() as third:
        assert third.parent == first.parent
    scratch.sweep_scratch()
    assert first.is_dir() and second.is_dir() and not third.exists()


@pytest.mark.usefixtures("start")
def test_nothing_is_swept_where_a_file_system_has_no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    from qantar.results import lock

    def none(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(lock.fcntl, "flock", none)
    folder = scratch.scratch_folder()
    scratch.sweep_scratch()
    assert folder.is_dir()


def test_a_process_that_ends_leaves_no_warning(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", HEAD + MAKE], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""


@pytest.mark.usefixtures("start")
def test_a_folder_for_a_while_is_gone_after_it(tmp_path: Path) -> None:
    with scratch.scratch() as folder:
        (folder / "x").write_text("1")
        scratch.sweep_scratch()
        assert (folder / "x").exists()
    assert not list(tmp_path.iterdir())


def test_an_ensemble_sweeps_and_lies_in_such_a_folder(start: Start) -> None:
    from qantar.ensembles.local import ensemble
    from qantar.scenario.load import load

    process, folder = start(HEAD + MAKE)
    kill(process)
    found = ensemble(load("borderland").set("clock.end", "2024-03-08T00:00"), members=1, on=1, parameters="point")
    assert not folder.parent.exists()
    assert found.path.parent.name.startswith(scratch.PREFIX) and len(found.members) == 1
