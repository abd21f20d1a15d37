"""Temporary folders for results that nobody named a place for.

Those of a process lie in one folder with a lock that is shared by all processes that use the results and dies with them. A later
run takes the lock of every such folder that it finds; where it gets one, nobody is left who uses the folder, and it is removed.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from qantar.results.layout import LOCK, WORKERS_LOCK
from qantar.results.lock import LOCKS_HOLD, try_lock

PREFIX = "qantar-scratch-"
OWNER = "owner"
RESULTS = "results"

_held: dict[Path, int] = {}
"""Folders that this process uses -> the open files that hold their locks; nobody closes them but the end of the process."""

_own: set[Path] = set()
"""Those among them that this process made."""


def scratch_folder() -> Path:
    """Make an empty folder below the temporary folder that stays as long as this process, until a run after that removes it."""
    while True:
        own = _own_folder()
        with suppress(FileNotFoundError):  # somebody has taken it away since
            return Path(tempfile.mkdtemp(prefix=f"{RESULTS}-", dir=own))


def _own_folder() -> Path:
    """The folder for all results of this process; a new one where it has none that is still there."""
    for folder in tuple(_own):
        if folder.parent == Path(tempfile.gettempdir()) and _is_there(folder, _held[folder]):
            return folder
    while True:  # a run that sweeps at this very moment may take a folder that nobody holds yet
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        with suppress(FileNotFoundError):
            (folder / OWNER).touch()
            if _use(folder):
                _own.add(folder)
                return folder


@contextmanager
def scratch() -> Iterator[Path]:
    """Have an empty folder, which is removed at the end, or by a later run where this process does not come to that."""
    results = scratch_folder()
    try:
        yield results
    finally:
        shutil.rmtree(results, ignore_errors=True)
        _leave(results.parent)


def _leave(folder: Path) -> None:
    """Remove a folder of this process that holds no results any more."""
    with suppress(FileNotFoundError):
        if [path.name for path in folder.iterdir()] == [OWNER]:
            shutil.rmtree(folder, ignore_errors=True)
            _own.discard(folder)
            os.close(_held.pop(folder))


def use_scratch(path: Path) -> None:
    """Keep a temporary folder for as long as this process lives where a path lies in one that another process made."""
    for folder in path.absolute().parents:
        if folder.name.startswith(PREFIX) and folder not in _held:
            with suppress(OSError):
                _use(folder)


def sweep_scratch() -> None:
    """Remove the temporary folders of this user that no living process uses. What cannot be removed stays."""
    if not LOCKS_HOLD:
        return
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            if not folder.is_symlink() and folder.stat().st_uid == os.getuid():
                _sweep(folder)


def _use(folder: Path) -> bool:
    """Hold a folder; False where somebody is removing it."""
    handle = os.open(folder / OWNER, os.O_RDONLY)
    if try_lock(handle, shared=True) and _is_there(folder, handle):
        _held[folder] = handle
        return True
    os.close(handle)
    return False


def _sweep(folder: Path) -> None:
    """Remove a folder where its lock can be had, and those of all results in it: workers outlive a killed run by a moment."""
    if not (folder / OWNER).exists():
        folder.rmdir()  # somebody was killed before it had a lock; where there is anything in it, this raises OSError
        return
    with (folder / OWNER).open("rb") as handle:
        if try_lock(handle, without=False) and _is_there(folder, handle.fileno()) and not _written(folder):
            for path in folder.iterdir():
                if path.name != OWNER:
                    shutil.rmtree(path, ignore_errors=True)
            if [path.name for path in folder.iterdir()] == [OWNER]:  # else the lock stays, for the next run to try again
                shutil.rmtree(folder, ignore_errors=True)


def _is_there(folder: Path, handle: int) -> bool:
    """Whether a lock that was got is that of the folder, and not of one that was removed before."""
    try:
        return os.path.samestat(os.fstat(handle), (folder / OWNER).stat())
    except FileNotFoundError:
        return False


def _written(folder: Path) -> bool:
    """Whether a process is writing to results in a folder."""
    for name in (LOCK, WORKERS_LOCK):
        for path in folder.rglob(name):
            with path.open("rb") as handle:
                if not try_lock(handle):
                    return True
    return False
