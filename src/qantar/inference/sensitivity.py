"""Which parameters decide: Sobol indices of deaths, peak and endings.

Sobol indices need a design of their own with some 10,000 runs for a dozen parameters. Here they are
those of an emulator: a polynomial of second order in the scores, fitted to a table of prior runs. SALib
(Herman and Usher 2017, JOSS 2(9), 97) draws Saltelli's design (2010) on the emulator and computes the
indices. What the emulator misses, curvature beyond the second order and chance alike, is told as such.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qantar.inference.outcomes import ENDINGS, Layout
from qantar.inference.parts import Rows

Floats = NDArray[np.float64]

FOLDS = 5
RIDGE = 1.0
BASE_SAMPLES = 2_048
WAVE_ENDING = "quiet"
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


def outputs(rows: Rows, layout: Layout) -> dict[str, Floats]:
    """Return what is explained: log deaths, log peak of participants, and whether there was a wave, by row."""
    participants = np.stack([rows.outcomes[:, layout.column[f"participants@{day}"]] for day in layout.dates], axis=1)
    quiet = next(number for number, ending in enumerate(ENDINGS) if ending.name.lower() == WAVE_ENDING)
    return {
        "deaths": np.log1p(rows.outcomes[:, layout.column[f"deaths@{layout.dates[-1]}"]].astype(np.float64)),
        "peak": np.log1p(participants.max(axis=1).astype(np.float64)),
        "wave": (rows.outcomes[:, layout.column["ending"]] != quiet).astype(np.float64),
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


def fit(scores: Floats, values: Floats) -> Floats:
    """Return the coefficients of the emulator; the intercept is not shrunk."""
    x = features(scores)
    penalty = RIDGE * np.eye(x.shape[1])
    penalty[0, 0] = 0.0
    return np.asarray(np.linalg.solve(x.T @ x + penalty, x.T @ values), dtype=np.float64)


def explained(scores: Floats, values: Floats) -> float:
    """Return the share of variance that the emulator explains in rows that it was not fitted to."""
    fold = np.arange(len(values)) % FOLDS
    left: Floats = np.zeros(values.shape, dtype=np.float64)
    for number in range(FOLDS):
        inside = fold != number
        left[~inside] = values[~inside] - features(scores[~inside]) @ fit(scores[inside], values[inside])
    variance = float(values.var())
    return 1.0 - float((left**2).mean()) / variance if values.min() < values.max() else 0.0


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
        answers = features(points) @ fit(sound.scores, values)
        indices = analyze.analyze(problem, answers, calc_second_order=False, seed=seed)
        first, total, error = (np.asarray(indices[key]) for key in ("S1", "ST", "ST_conf"))
        found.append(Sensitivity(output, names, first, total, error, explained(sound.scores, values)))
    return found
