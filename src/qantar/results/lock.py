"""Locks that keep two runs out of one folder and die with the process that holds them."""

from __future__ import annotations

import errno
import json
import os
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from qantar.errors import StoreError, UsageError
from qantar.results.layout import LOCK, WORKERS_LOCK

try:
    import fcntl
except ImportError:  # a platform without flock: nothing keeps two runs apart there
    fcntl = None  # type: ignore[assignment]

PATIENCE_SECONDS = 60.0
"""How long a run waits for the workers of a killed one to notice that it is gone."""

PAUSE_SECONDS = 0.05
GLANCES = 5
"""Tries to get a lock: `holder`, when asked at the same moment, takes it for an instant."""


class FolderInUseError(UsageError):
    """Another run is writing to the folder; the message says which process."""


LOCKS_HOLD = fcntl is not None
"""Whether a lock that could be had says that nobody else has it."""


NO_LOCKS = frozenset({errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOLCK})
"""What a file system answers that has no locks."""


def try_lock(handle: IO[Any] | int, *, shared: bool = False, without: bool = True) -> bool:
    """Lock an open file until it is closed or its process ends; False where another one has it. Never waits.

    without : what to return where the platform or the file system has no locks
    """
    if fcntl is None:
        return without
    try:
        fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno in NO_LOCKS:
            return without
        raise
    return True


def _lock_soon(handle: IO[Any]) -> bool:
    for _ in range(GLANCES):
        if try_lock(handle):
            return True
        time.sleep(PAUSE_SECONDS)
    return False


def _opened(folder: Path) -> IO[str]:
    try:
        return (folder / LOCK).open("a+", encoding="utf-8")
    except OSError as error:
        raise StoreError(f"{folder} cannot be written: {error.strerror}") from error


@contextmanager
def writing(folder: Path, *, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold a folder for one run.

    Waits until the workers of a killed run are gone, for they could otherwise write behind our back.

    Raises FolderInUseError while another run holds the folder, StoreError where nothing can be written to it.
    """
    with _opened(folder) as handle:
        if not _lock_soon(handle):
            raise FolderInUseError(f"{folder} is being written by {_describe(holder(folder))}; wait for it or choose another --out")
        handle.seek(0)
        handle.truncate()
        json.dump({"process": os.getpid(), "host": platform.node(), "since": time.strftime("%Y-%m-%d %H:%M:%S")}, handle)
        handle.flush()
        _wait_for_workers(folder, on_wait)
        try:
            yield
        finally:
            handle.seek(0)
            handle.truncate()
            handle.flush()


def _wait_for_workers(folder: Path, on_wait: Callable[[], None]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    with (folder / WORKERS_LOCK).open("a+") as handle:
        told = False
        while not try_lock(handle):
            if not told:
                on_wait()
                told = True
            if time.monotonic() > deadline:
                raise FolderInUseError(f"{folder} is still being written by workers of an interrupted run")
            time.sleep(PAUSE_SECONDS)


@contextmanager
def working(folder: Path) -> Iterator[None]:
    """Mark a folder as written by a worker, for as long as the worker lives."""
    with (folder / WORKERS_LOCK).open("a+") as handle:
        if not try_lock(handle, shared=True):
            raise FolderInUseError(f"{folder} is held by another run")
        yield


def holder(folder: Path) -> dict[str, Any] | None:
    """Who writes to the folder now: process, host and since when; None when nobody does."""
    path = folder / LOCK
    if not path.exists():
        return None
    with path.open("r+" if os.access(path, os.W_OK) else "r", encoding="utf-8") as handle:
        if try_lock(handle, shared=True):
            return None
        try:
            found = json.loads(handle.read())
        except ValueError:
            found = {}
    return found if isinstance(found, dict) else {}


def _describe(found: dict[str, Any] | None) -> str:
    if not found:
        return "another run"
    return f"process {found.get('process')} on {found.get('host')} since {found.get('since')}"
