"""A last sieve: parameter sets under which the country rises for nothing.

The run without shocks that a candidate is judged by lasts some days, with the candidate's own draws. Every
parameter set of the last generation is run once more without them, over the whole clock and with other draws; one
that has a wave loses its weight. That is one more step of rejection, with a quiet fortnight as one more
figure of the record: a set stays with the probability that it stays quiet. A set whose run fails loses its weight, too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from qantar.ensembles.crew import Crew
from qantar.inference.outcomes import Layout, waves
from qantar.inference.parts import Rows
from qantar.inference.priors import Priors
from qantar.inference.progress import OnCalibration
from qantar.inference.tables import Table, Variant, run_table
from qantar.scenario.intervention import without_shocks
from qantar.scenario.schema import Scenario

FIRST_MEMBER = 2**31
"""Members from here on; fresh members of a fit are numbered from 0."""


@dataclass(frozen=True)
class Sifted:
    """Parameter sets with the weights that a sieve left them, how many had a wave, and of how many the run failed."""

    rows: Rows
    risen: int
    failed: int


@dataclass(frozen=True)
class Sieve:
    """What every parameter set is run with. `folder` : of the calibration; `parts` : where the rows go."""

    scenario: Scenario
    priors: Priors
    layout: Layout
    palace: str
    seed: int
    folder: Path
    parts: Path

    def run(self, crew: Crew, tell: OnCalibration, accepted: Rows) -> Sifted:
        """Sieve the rows; where none with a weight stays quiet, all keep theirs.

        Raises StoreError where rows cannot be written.
        """
        numbers = np.arange(len(accepted), dtype=np.int64)
        layout = replace(self.layout, twin_days=0)
        table = Table(
            "sieve", (Variant(without_shocks(self.scenario)),), self.priors, layout, self.palace, self.seed, accepted.scores,
            np.zeros_like(numbers), numbers + FIRST_MEMBER,
        )  # fmt: skip
        rows = run_table(table, self.folder, self.parts, crew, tell)
        rose = waves(rows.outcomes, layout) & rows.sound
        weight = np.where(rose | ~rows.sound, 0.0, accepted.weight)
        left = replace(accepted, weight=weight) if (weight > 0.0).any() else accepted
        return Sifted(left, int(rose.sum()), int((~rows.sound).sum()))
