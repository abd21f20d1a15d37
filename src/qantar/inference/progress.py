"""How far a calibration is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class CalibrationProgress:
    """A state of the work on one study.

    generation : of the sequential sampler, -1 for a table of runs; wanted, accepted : candidates to be
    accepted, and those that are; candidates : of the generation; used, budget : runs of the study;
    tolerance : distance within which a candidate is accepted; restarts : workers that died
    """

    generation: int
    wanted: int
    accepted: int
    candidates: int
    used: int
    budget: int
    tolerance: float
    restarts: int = 0
    study: str = ""

    @property
    def acceptance(self) -> float:
        """Share of the generation's candidates that were accepted."""
        return self.accepted / self.candidates if self.candidates else 0.0


OnCalibration = Callable[[CalibrationProgress], None]


def silent(progress: CalibrationProgress) -> None:
    """Tell nobody."""
    del progress
