"""Ctrl-C, heard between two steps and never inside one.

A compiled kernel that is interrupted while it takes its arguments ends in a SystemError, and the interrupt is gone: the member would
count as failed and the run go on. So whoever calls kernels keeps Ctrl-C back and listens where nothing is half done.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_pressed = threading.Event()


@contextmanager
def patient() -> Iterator[None]:
    """Keep Ctrl-C back until somebody listens, or the block has come to its end; a second one is not kept.

    Inside another such block, in another thread than the main one, and where somebody else handles the signal, it does nothing.
    """
    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    _pressed.clear()
    signal.signal(signal.SIGINT, _keep)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    listen()


def listen() -> None:
    """Raise KeyboardInterrupt where Ctrl-C was pressed and kept back."""
    if _pressed.is_set():
        _pressed.clear()
        raise KeyboardInterrupt


def _keep(number: int, frame: FrameType | None) -> None:
    if _pressed.is_set():
        signal.default_int_handler(number, frame)
    _pressed.set()
