"""Whole files of a folder on object storage, many at once: a store far away answers late, but many requests at a time.

An object store has no folders: a file is put where its name says. No listing of a moment ago is asked, for another machine
may have written since. Whatever a client of an object store raises is an OSError here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast

AT_ONCE = 200
"""Files that are fetched, and held in memory, at a time."""


@contextmanager
def _as_oserror() -> Iterator[None]:
    """Tell what clients of object stores raise (no credentials, nobody answers) as an OSError."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        raise OSError(reason_of(error)) from error


def reason_of(error: Exception) -> str:
    """What an error says, on one line."""
    return " ".join(str(error).split()) or type(error).__name__


def read_file(folder: Path, name: str) -> bytes | None:
    """The content of a file as it is at this moment; None where there is none. Raises OSError where that cannot be told."""
    files, root = _opened(folder)
    with _as_oserror():
        try:
            return cast(bytes, files.cat_file(f"{root}/{name}"))
        except FileNotFoundError:
            return None


def read_files(folder: Path, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file. Raises OSError, such as FileNotFoundError, where one cannot be read."""
    files, root = _opened(folder)
    asked = list(names)
    for start in range(0, len(asked), AT_ONCE):
        some = asked[start : start + AT_ONCE]
        with _as_oserror():
            contents = files.cat_ranges([f"{root}/{name}" for name in some], None, None, on_error="raise")
        yield from zip(some, contents, strict=True)


def write_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Put files; each is there in full or not at all where the store promises that, as S3 does.

    What they lie in (folders, or the bucket) is made where it is missed. Raises OSError where they are not taken.
    """
    files, root = _opened(folder)
    values = {f"{root}/{name}": content for name, content in contents.items()}
    with _as_oserror():
        try:
            files.pipe(values)
        except FileNotFoundError:
            for parent in {path.rpartition("/")[0] for path in values}:
                files.makedirs(parent, exist_ok=True)
            files.pipe(values)


def remove_files(folder: Path, names: Iterable[str]) -> None:
    """Remove files, those that are there. Raises OSError where one stays."""
    files, root = _opened(folder)
    for name in names:
        with _as_oserror(), suppress(FileNotFoundError):
            files.rm_file(f"{root}/{name}")


def names_in(folder: Path) -> list[str]:
    """Names of all files below a folder. Raises OSError where they cannot be listed."""
    files, root = _opened(folder)
    with _as_oserror():
        return [path[len(root) + 1 :] for path in files.find(root)]


def _opened(folder: Path) -> tuple[Any, str]:
    """The file system of a folder, with nothing kept of what it listed, and the folder's path there."""
    path: Any = folder
    path.fs.invalidate_cache()
    return path.fs, path.path.rstrip("/")
