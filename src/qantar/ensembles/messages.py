"""Messages between an ensemble and its workers, over plain pipes.

A worker is told its work and then one assignment after the other on its standard input, and may be told to rest and then of
other work; it answers on its standard output. The end of its input means that nobody waits for it any more.
"""

from __future__ import annotations

import pickle
import struct
from dataclasses import dataclass
from typing import IO, Any

from qantar.results.manifest import Receipt

_LENGTH = struct.Struct(">Q")


@dataclass(frozen=True)
class Started:
    """A member is being run."""

    member: int


@dataclass(frozen=True)
class Finished:
    """A member has been run."""

    member: int
    failed: bool


@dataclass(frozen=True)
class Writing:
    """All members of the batch have been run; it is being written."""


@dataclass(frozen=True)
class Done:
    """The batch is in the store."""

    receipt: Receipt


@dataclass(frozen=True)
class Broken:
    """The worker cannot go on, for a reason that a new worker would meet too."""

    reason: str


@dataclass(frozen=True)
class Rest:
    """To a worker: the work is done, and its folder is to be let go; other work may follow."""


@dataclass(frozen=True)
class Resting:
    """The worker holds no folder any more, and waits for other work."""


Message = Started | Finished | Writing | Done | Broken | Resting


def packed(message: Any) -> bytes:  # noqa: ANN401
    """A message as it is written. Raises whatever pickle does where it cannot be."""
    content = pickle.dumps(message)
    return _LENGTH.pack(len(content)) + content


def send(pipe: IO[bytes], message: Any) -> None:  # noqa: ANN401
    """Write one message."""
    pipe.write(packed(message))
    pipe.flush()


def receive(pipe: IO[bytes]) -> Any:  # noqa: ANN401
    """Read one message. Raises EOFError at the end, even in the middle of a message."""
    (length,) = _LENGTH.unpack(_exactly(pipe, _LENGTH.size))
    return pickle.loads(_exactly(pipe, length))  # noqa: S301 - from our own child, over our own pipe


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    content = pipe.read(size)
    if len(content) < size:
        raise EOFError
    return content
