"""Which parameters decide: Sobol indices of deaths, peak and endings.

Sobol indices need a design of their own with some 10,000 runs for a dozen parameters. Here they are
those of an emulator: a polynomial of second order in the scores, fitted to a table of prior runs by ridge
regression, whose penalty is the one that explains most of runs left out. SALib
(Herman and Usher 2017, JOSS 2(9), 97) draws Saltelli's design (2010) on the emulator and computes the
indices. What the emulator misses, curvature beyond the second order and chance alike, is told as such.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qantar.inference.outcomes import ENDINGS, Layout, waves
from qantar.inference.parts import Rows

Floats = NDArray[np.float64]

FOLDS = 5
PENALTIES = tuple(10.0**power for power in range(6))
"""Of the ridge, for scores of variance 1: the larger, the more runs it takes to believe in a term."""
CHANCE = 0.05
"""An emulator that explains less of the variance of other runs has found nothing, and its indices mean nothing."""
BASE_SAMPLES = 2_048
RARE = 0.02
"""An ending of a smaller share of the runs is not explained: hardly any run would be left to learn it from."""


@dataclass(frozen=True)
class Sensitivity:
    """Indices of one output.

    first, total : shares of the emulator's variance, by parameter; error : half the 95 % interval of
    `total`; explained : share of the variance of runs not used for the fit that the emulator explains
    """

    output: str
    names: tuple[str, ...]
    first: Floats
    total: Floats
    error: Floats
    explained: float

    @property
    def found(self) -> bool:
        """Whether the emulator explains more than chance would."""
        return self.explained >= CHANCE


def outputs(rows: Rows, layout: Layout) -> dict[str, Floats]:
    """Return what is explained: log deaths, log peak of participants, and whether there was a wave, by row."""
    participants = np.stack([rows.outcomes[:, layout.column[f"participants@{day}"]] for day in layout.dates], axis=1)
    return {
        "deaths": np.log1p(rows.outcomes[:, layout.column[f"deaths@{layout.dates[-1]}"]].astype(np.float64)),
        "peak": np.log1p(participants.max(axis=1).astype(np.float64)),
        "wave": waves(rows.outcomes, layout).astype(np.float64),
    }


def endings(rows: Rows, layout: Layout) -> dict[str, Floats]:
    """Return for each ending that is neither rare nor nearly certain whether a run ended so, by row."""
    ended = rows.outcomes[:, layout.column["ending"]]
    found = {ending.value: (ended == number).astype(np.float64) for number, ending in enumerate(ENDINGS)}
    return {name: values for name, values in found.items() if RARE <= values.mean() <= 1.0 - RARE}


def features(scores: Floats) -> Floats:
    """Return 1, every score, and every product of two: [row, feature]."""
    n = scores.shape[1]
    products = [scores[:, i] * scores[:, j] for i in range(n) for j in range(i, n)]
    return np.column_stack([np.ones(len(scores)), scores, *products])


def fit(scores: Floats, values: Floats, ridge: float) -> Floats:
    """Return the coefficients of the emulator; the intercept is not shrunk."""
    x = features(scores)
    penalty = ridge * np.eye(x.shape[1])
    penalty[0, 0] = 0.0
    return np.asarray(np.linalg.solve(x.T @ x + penalty, x.T @ values), dtype=np.float64)


def explained(scores: Floats, values: Floats, ridge: float) -> float:
    """Return the share of variance that the emulator explains in rows that it was not fitted to."""
    fold = np.arange(len(values)) % FOLDS
    left: Floats = np.zeros(values.shape, dtype=np.float64)
    for number in range(FOLDS):
        inside = fold != number
        left[~inside] = values[~inside] - features(scores[~inside]) @ fit(scores[inside], values[inside], ridge)
    variance = float(values.var())
    return 1.0 - float((left**2).mean()) / variance if values.min() < values.max() else 0.0


def best_ridge(scores: Floats, values: Floats) -> tuple[float, float]:
    """Return the penalty that explains most of rows left out, and how much."""
    return max(((ridge, explained(scores, values, ridge)) for ridge in PENALTIES), key=lambda pair: pair[1])


def sensitivities(
    rows: Rows, layout: Layout, names: tuple[str, ...], *, seed: int, samples: int = BASE_SAMPLES,
    read: Callable[[Rows, Layout], dict[str, Floats]] = outputs,
) -> list[Sensitivity]:
    """Return the indices of every output that `read` takes from a table of prior runs."""
    from SALib.analyze import sobol as analyze
    from SALib.sample import sobol as sample

    sound = rows.take(np.flatnonzero(rows.sound))
    problem = {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names), "dists": ["norm"] * len(names)}
    points = sample.sample(problem, samples, calc_second_order=False, seed=seed)
    found = []
    for output, values in read(sound, layout).items():
        if values.min() == values.max():
            continue
        ridge, share = best_ridge(sound.scores, values)
        answers = features(points) @ fit(sound.scores, values, ridge)
        indices = analyze.analyze(problem, answers, calc_second_order=False, seed=seed + 1)  # SALib takes a seed of 0 for none
        first, total, error = (np.asarray(indices[key]) for key in ("S1", "ST", "ST_conf"))
        found.append(Sensitivity(output, names, first, total, error, share))
    return found
