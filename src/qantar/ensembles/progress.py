"""How far an ensemble is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

COUNTED = ("running", "switching channels")
"""What goes on while members are counted; at other times there is nothing to count."""


@dataclass(frozen=True)
class Progress:
    """A state of the work.

    asked : members in all; stored : those that are safe on disk; running : those that are run but not
    yet written; failed : members, among both, that could not be finished; restarts : workers that died;
    doing : what goes on; of : whose members these are, where there is more than one ensemble
    """

    asked: int
    stored: int
    running: int = 0
    failed: int = 0
    restarts: int = 0
    doing: str = "running"
    of: str = ""

    @property
    def done(self) -> int:
        """Members that have been run."""
        return self.stored + self.running

    @property
    def counts(self) -> bool:
        """Whether members are being run now."""
        return self.doing in COUNTED

    @property
    def words(self) -> str:
        """What goes on, with whose members they are."""
        return f"{self.of}: {self.doing}" if self.of else self.doing


OnProgress = Callable[[Progress], None]


def silent(progress: Progress) -> None:
    """Tell nobody."""
    del progress
