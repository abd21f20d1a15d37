"""A process of its own that compiles the kernel of an hour, which takes as long as everything else together.

It is started as soon as it is clear that members will be run, before the libraries that this takes are loaded, and only where
the cache of kernels lacks the kernel and there is a second core. Whatever becomes of it, a kernel that is not found in the
cache afterwards is compiled by whoever needs it.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
from pathlib import Path

from qantar.engine.kernel_folder import kernel_folder

WORDS = "from qantar.model.streets.ahead import compile_ahead; compile_ahead()"
SOURCE = str(Path(__file__).resolve().parents[2])
"""Folder from which other processes import Qantar: the one that it was imported from here."""

_started: list[subprocess.Popen[bytes]] = []


def environment() -> dict[str, str]:
    """The environment of a process that is to import the same Qantar; with ``-P`` it imports nothing from the working folder."""
    paths = [SOURCE, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def compiled_before() -> bool:
    """Whether the cache holds the kernel already, as far as its files tell."""
    folder = kernel_folder()
    return folder is not None and any(folder.rglob("hour.pass_hour-*.nbi"))


def start_helper() -> None:
    """Start the helper, unless it was started, is of no use, or would have no core."""
    alone = (os.cpu_count() or 1) == 1
    if _started or alone or kernel_folder() is None or compiled_before():
        return
    quiet, command = subprocess.DEVNULL, [sys.executable, "-P", "-c", WORDS]
    process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, env=environment())  # noqa: S603 - our own words
    _started.append(process)
    atexit.register(_started[0].kill)


def wait_for_helper() -> None:
    """Wait until the helper, where there is one, has ended."""
    for process in _started:
        process.wait()
