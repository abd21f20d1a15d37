"""A fit by regression on runs from the priors, each half of them for itself.

`qantar.inference.adjust` moves the rows nearest to the record along a regression. All of its parameter sets weigh
about the same, where ABC-SMC with as few runs is left with a handful (docs/decisions/032). Two halves give two
opinions, and how far these lie apart is how much a score of them is chance.
"""

from __future__ import annotations

import numpy as np

from qantar.inference.adjust import Adjusted, adjusted, marked
from qantar.inference.outcomes import layout_of
from qantar.inference.parts import Rows
from qantar.inference.studies import Study
from qantar.inference.tables import Table, Variant
from qantar.scenario.schema import Scenario

HALVES = 2


def prior_table(study: Study, scenario: Scenario, palace: str, seed: int, count: int) -> Table:
    """Return the table of a study: row k has the k-th point of its priors and is member k.

    Two studies of one scenario share every draw; a parameter that one of them fixes is the same point less one number.
    """
    varied, priors = study.scenario(scenario).model_copy(update={"posterior": None}), study.priors(scenario)
    rows = np.arange(count, dtype=np.int64)
    points = priors.draw(seed, range(count))
    return Table(study.name, (Variant(varied),), priors, layout_of(varied), palace, seed, points, np.zeros_like(rows), rows)


def moved_halves(study: Study, scenario: Scenario, rows: Rows, seed: int) -> tuple[Adjusted, ...]:
    """Return what the even and the odd rows of a table say of the study's parameters; rows that failed are left out."""
    targets = study.targets(scenario)
    sound, marks = marked(rows, targets, seed)
    halves = [slice(number, None, HALVES) for number in range(HALVES)]
    return tuple(adjusted(sound.scores[half], marks[half], targets.observed, targets.weights) for half in halves)
