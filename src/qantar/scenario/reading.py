"""Reads the text of one file of a scenario folder, and refuses what no scenario needs.

A folder may come from a stranger. Only regular files inside the folder are opened, never through a
link; their size is known before they are read; their text is UTF-8 without control characters.
"""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from qantar.scenario.mistakes import Mistakes

LARGEST_YAML = 1 << 20
LARGEST_TABLE = 4 << 20
LARGEST_BIBLIOGRAPHY = 1 << 20
LARGEST_MAP = 4 << 20

_OPEN_FLAGS = os.O_RDONLY
for _flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):
    _OPEN_FLAGS |= getattr(os, _flag, 0)

# Control characters (a tab and a line feed are none), other line breaks of Unicode, byte-order marks in
# the middle, marks that reorder what an editor shows, and halves of characters, which escapes can spell.
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "UTF-8 with a byte-order mark"),
    (b"\xff\xfe", "UTF-16 or UTF-32"),
    (b"\xfe\xff", "UTF-16"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
)


@dataclass(frozen=True)
class Folder:
    """A scenario's folder; `shown` is how messages name it, so that an editor finds the files."""

    path: Path
    shown: str

    def shown_file(self, name: str) -> str:
        """Name a file of the folder as messages do."""
        return str(Path(self.shown) / name)


def read_text(folder: Folder, name: str, largest: int, mistakes: Mistakes, *, needed: bool = True) -> str | None:
    """Return the text of a file with plain line feeds, or None after noting why it cannot be had.

    largest: bytes. needed: whether the absence of the file is a mistake.
    """
    shown = folder.shown_file(name)
    try:
        raw = _read_bytes(folder.path / name, largest)
    except FileNotFoundError:
        if needed:
            mistakes.add(shown, 1, 1, "the file is missing, a scenario needs it")
        return None
    except (OSError, _RefusedError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        mistakes.add(shown, 1, 1, f"the file cannot be read: {reason}")
        return None
    return _decode(raw, shown, mistakes)


class _RefusedError(Exception):
    """The file is something that a scenario may not hold."""


def _read_bytes(path: Path, largest: int) -> bytes:
    if path.is_symlink():
        raise _RefusedError("it is a link, expected a file of its own in this folder")
    descriptor = os.open(path, _OPEN_FLAGS)
    with os.fdopen(descriptor, "rb") as file:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            raise _RefusedError("it is not a regular file")
        if about.st_size > largest:
            raise _RefusedError(f"it has {about.st_size} bytes, expected at most {largest}")
        raw = file.read(largest + 1)
    if len(raw) > largest:
        raise _RefusedError(f"it has more than {largest} bytes")
    return raw


def _decode(raw: bytes, shown: str, mistakes: Mistakes) -> str | None:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            mistakes.add(shown, 1, 1, f"the file is {encoding}, expected plain UTF-8 (in Excel: save, then remove the mark)")
            return None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line, column = _position(raw[: error.start].decode("utf-8", "replace"))
        mistakes.add(shown, line, column, f"byte 0x{raw[error.start]:02x} is not UTF-8; save the file as UTF-8")
        return None
    text = text.replace("\r\n", "\n")
    found = FORBIDDEN.search(text)
    if found:
        line, column = _position(text[: found.start()])
        mistakes.add(shown, line, column, forbidden_message(found[0]))
        return None
    return text


def forbidden_message(character: str) -> str:
    """Word the refusal of a character."""
    return f"the character U+{ord(character):04X} is not allowed in a scenario"


def _position(before: str) -> tuple[int, int]:
    """Line and column, from 1, of what follows the text `before`."""
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
