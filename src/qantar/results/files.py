"""Files that are either there in full or not at all, whatever kills the process or the machine."""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path

PARTIAL = ".partial"
"""Ending of files that are being written; a leftover one belongs to nobody and may be removed."""

UNSETTLED = frozenset({errno.ENOENT, errno.ENOTEMPTY})
"""Errors of removing a folder in which something else still appears or vanishes."""


def sync_directory(folder: Path) -> None:
    """Make the names inside a folder durable."""
    if os.name != "posix":  # elsewhere folders cannot be opened; renames are durable enough there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, durably."""
    missing = [path for path in (folder, *folder.parents) if not path.is_dir()]
    folder.mkdir(parents=True, exist_ok=True)
    for path in missing:
        sync_directory(path.parent)


def sync_files(files: Iterable[Path]) -> None:
    """Make the content and the names of existing files durable."""
    folders = set()
    for file in files:
        _sync(file)
        folders.add(file.parent)
    for folder in sorted(folders):
        sync_directory(folder)


def _sync(file: Path) -> None:
    with file.open("r+b") as handle:  # Windows makes nothing durable through a handle that only reads
        os.fsync(handle.fileno())


def write_through(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a temporary file beside `path`, then put it durably in its place."""
    temporary = path.with_name(f"{path.name}.{uuid.uuid4().hex}{PARTIAL}")
    try:
        write(temporary)
        _sync(temporary)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


def write_text(path: Path, text: str) -> None:
    """Replace the text of a file in one step."""
    write_through(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def write_bytes(path: Path, content: bytes) -> None:
    """Replace the content of a file in one step."""
    write_through(path, lambda temporary: temporary.write_bytes(content))


def sweep(folder: Path) -> None:
    """Remove what killed processes left half-written below a folder."""
    for leftover in list(folder.rglob(f"*{PARTIAL}")):
        if leftover.is_dir():
            _remove_folder(leftover)
        else:
            leftover.unlink(missing_ok=True)


def _remove_folder(folder: Path) -> None:
    """Remove a folder in which threads of a writer that failed may still be writing or cleaning up."""
    while folder.exists():
        try:
            shutil.rmtree(folder)
        except OSError as error:
            if error.errno not in UNSETTLED:
                raise
