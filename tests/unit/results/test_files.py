"""What is written is durable before it counts."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from pathlib import Path

import pytest

from qantar.results import files


def test_files_are_made_durable_through_handles_that_may_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ways = []

    def look(handle: int) -> None:
        if stat.S_ISREG(os.fstat(handle).st_mode):
            ways.append(fcntl.fcntl(handle, fcntl.F_GETFL) & os.O_ACCMODE)

    monkeypatch.setattr(files.os, "fsync", look)
    files.write_text(tmp_path / "x", "1")
    files.sync_files([tmp_path / "x"])
    assert ways == [os.O_RDWR, os.O_RDWR]


@pytest.mark.parametrize("number", [errno.ENOENT, errno.ENOTEMPTY])
def test_what_changes_while_a_folder_is_swept_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    leftover = tmp_path / f"batch{files.PARTIAL}"
    leftover.mkdir()
    (leftover / "chunk").write_bytes(b"half")
    remove, calls = files.shutil.rmtree, []

    def while_its_writer_cleans_up(folder: Path) -> None:
        calls.append(folder)
        if len(calls) == 1:
            (leftover / "chunk").unlink()
            raise OSError(number, os.strerror(number))
        remove(folder)

    monkeypatch.setattr(files.shutil, "rmtree", while_its_writer_cleans_up)
    files.sweep(tmp_path)
    assert len(calls) == 2
    assert not leftover.exists()


def test_what_cannot_be_swept_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / f"batch{files.PARTIAL}").mkdir()

    def refused(folder: Path) -> None:
        raise PermissionError(errno.EACCES, "refused", str(folder))

    monkeypatch.setattr(files.shutil, "rmtree", refused)
    with pytest.raises(PermissionError):
        files.sweep(tmp_path)
