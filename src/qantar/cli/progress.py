"""Progress of an ensemble on standard error: a bar in a terminal, a line a batch elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

from qantar.ensembles.progress import OnProgress, Progress, silent

SLOW = 0.1
"""Members a second below which members a minute are given."""

SECONDS = 60.0

TellT = TypeVar("TellT")


@contextmanager
def shown(*, quiet: bool) -> Iterator[OnProgress]:
    """A function to tell of progress, for as long as the context lasts."""
    nobody: OnProgress = silent
    with shown_by(_bar, lambda: _Lines().tell, nobody, quiet=quiet) as tell:
        yield tell


@contextmanager
def shown_by(
    bar: Callable[[], AbstractContextManager[TellT]], lines: Callable[[], TellT], silent: TellT, *, quiet: bool
) -> Iterator[TellT]:
    """One of three ways to tell of progress: a bar in a terminal, lines elsewhere, or nothing."""
    if quiet:
        yield silent
    elif sys.stderr.isatty():
        with bar() as tell:
            yield tell
    else:
        yield lines()


@contextmanager
def _bar() -> Iterator[OnProgress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    clock = _Clock()
    with Bar(*columns, console=Console(stderr=True)) as bar:
        line = bar.add_task("starting", total=None, note="")

        def tell(progress: Progress) -> None:
            total = progress.asked if progress.counts else None
            bar.update(line, description=progress.words, total=total, completed=progress.done, note=clock.note(progress))

        yield tell


class _Clock:
    """Members a second since the first one of this work."""

    def __init__(self) -> None:
        self._start: tuple[float, int] | None = None
        self._words = ""

    def rate(self, progress: Progress) -> float:
        """Members a second; 0 while it cannot be told."""
        now = time.monotonic()
        if progress.words != self._words:
            self._words, self._start = progress.words, None
        if self._start is None and progress.counts:
            self._start = (now, progress.done)
        if self._start is None or now <= self._start[0]:
            return 0.0
        return max(0.0, (progress.done - self._start[1]) / (now - self._start[0]))

    def left(self, progress: Progress) -> str:
        """Time to the end at the rate so far, in words; empty while it cannot be told."""
        rate = self.rate(progress)
        if not rate or progress.done >= progress.asked:
            return ""
        seconds = (progress.asked - progress.done) / rate
        return f"{seconds:.0f} s" if seconds < 2 * SECONDS else f"{seconds / SECONDS:.0f} min"

    def note(self, progress: Progress) -> str:
        """Rate, failures and restarts in a few words."""
        parts = []
        if rate := self.rate(progress):
            parts.append(f"{rate:.2g}/s" if rate >= SLOW else f"{SECONDS * rate:.2g}/min")
        if progress.failed:
            parts.append(f"{progress.failed} failed")
        if progress.restarts:
            parts.append(f"{progress.restarts} workers restarted")
        return ", ".join(parts)


class _Lines:
    """Plain lines for logs: one when the work changes its nature or another batch is stored."""

    def __init__(self) -> None:
        self._clock = _Clock()
        self._last: tuple[str, int] | None = None

    def tell(self, progress: Progress) -> None:
        """Print a line where there is news."""
        note = self._clock.note(progress)
        news = (progress.words, progress.stored)
        if news != self._last:
            self._last = news
            text = f"{progress.words}: {progress.stored} of {progress.asked} members stored"
            if left := self._clock.left(progress):
                note = f"{note}, about {left} left"
            sys.stderr.write(f"{text}{f' ({note})' if note else ''}\n")
            sys.stderr.flush()
