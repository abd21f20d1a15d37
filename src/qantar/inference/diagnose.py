"""Whether the method can be trusted: recovery of known parameters, ranks, and what a record can inform.

All of it rests on one table of runs drawn from the priors. Each of some rows is taken as if it were the
record; the others give its posterior (`qantar.inference.adjust`). If the method is sound, the true score's
rank in its posterior is uniform (Talts et al. 2018, arXiv:1804.06788).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qantar.inference.adjust import Adjusted, adjusted, marked
from qantar.inference.parts import Rows
from qantar.inference.targets import Targets

Floats = NDArray[np.float64]

FARTHER = 0.05
"""With fewer synthetic records as far from the table as the real one, a regression to it extrapolates."""

BINS = 10
CASES = 300
TAIL = 0.05
"""Left out at either end of a 90 % interval."""

INFORMED = 0.25
"""A record informs a parameter when it takes away at least this share of the prior's variance."""


@dataclass(frozen=True)
class Trust:
    """What was found for each parameter.

    names; ranks : float64[case, parameter], in [0, 1]; true, recovered : scores, [case, parameter];
    cover : share of the true scores in their 90 % interval; uniform : p-value of the chi-squared test of
    the ranks over `BINS` bins; rows : runs of the table; widths : distance within which each case was
    accepted, float64[case]
    """

    names: tuple[str, ...]
    ranks: Floats
    true: Floats
    recovered: Floats
    cover: Floats
    uniform: Floats
    rows: int
    widths: Floats

    def reaches(self, width: float) -> float:
        """Return the share of the synthetic records that lie at least as far from the table as one accepted within `width`."""
        return float((self.widths >= width).mean())

    @property
    def correlation(self) -> Floats:
        """Correlation of true and recovered scores."""
        return np.array([np.corrcoef(self.true[:, column], self.recovered[:, column])[0, 1] for column in range(len(self.names))])

    @property
    def explained(self) -> Floats:
        """Share of the variance of the true scores that the recovered ones explain, 1 - E(true - recovered)² / E true²."""
        return np.asarray(1.0 - ((self.true - self.recovered) ** 2).mean(axis=0) / self.true.var(axis=0))

    @property
    def explained_error(self) -> Floats:
        """Standard error of `explained` over the cases, for the spread of the true scores as it is."""
        gain = (self.true - self.true.mean(axis=0)) ** 2 - (self.true - self.recovered) ** 2
        return np.asarray(gain.std(axis=0, ddof=1) / np.sqrt(len(gain)) / self.true.var(axis=0))


def trust(table: Rows, targets: Targets, *, seed: int, cases: int = CASES) -> Trust:
    """Take rows of a prior table as records and see whether the method finds their parameters again.

    Rows that failed are left out. A case is a row at equal steps through the table.
    """
    sound, marks = marked(table, targets, seed)
    chosen = np.unique(np.linspace(0, len(sound) - 1, min(cases, len(sound))).astype(np.int64))
    ranks, recovered, widths = [], [], []
    for case in chosen:
        others = np.delete(np.arange(len(sound)), case)
        found = adjusted(sound.scores[others], marks[others], marks[case], targets.weights)
        ranks.append(found.rank(sound.scores[case]))
        recovered.append(found.mean)
        widths.append(found.width)
    rank = np.array(ranks)
    cover = ((rank > TAIL) & (rank < 1.0 - TAIL)).mean(axis=0)
    uniform = np.array([uniformity(rank[:, column]) for column in range(rank.shape[1])])
    return Trust(targets.priors.names, rank, sound.scores[chosen], np.array(recovered), cover, uniform, len(sound), np.array(widths))


def uniformity(ranks: Floats, bins: int = BINS) -> float:
    """Return the p-value of Pearson's chi-squared test that ranks are uniform on [0, 1]."""
    counts = np.histogram(np.clip(ranks, 0.0, 1.0), bins=bins, range=(0.0, 1.0))[0]
    expected = ranks.size / bins
    return chi_squared_tail(float(((counts - expected) ** 2 / expected).sum()), bins - 1)


def chi_squared_tail(value: float, degrees: int) -> float:
    """Return the probability that a chi-squared variable exceeds a value: 1 - P(degrees / 2, value / 2).

    By the series of the lower incomplete gamma function (Abramowitz and Stegun 1964, 6.5.29).
    """
    a, x = degrees / 2.0, value / 2.0
    if x <= 0.0:
        return 1.0
    term = total = 1.0 / a
    n = a
    while abs(term) > abs(total) * 1e-15 and n < a + 10_000:
        n += 1.0
        term *= x / n
        total += term
    return max(0.0, 1.0 - total * math.exp(-x + a * math.log(x) - math.lgamma(a)))


def from_table(table: Rows, targets: Targets, *, seed: int) -> Adjusted:
    """Return the posterior that a prior table gives for the record itself."""
    sound, marks = marked(table, targets, seed)
    return adjusted(sound.scores, marks, targets.observed, targets.weights)


def contraction(scores: Floats, weights: Floats) -> Floats:
    """Return 1 - variance of the posterior / variance of the prior, by parameter; the prior's score has variance 1."""
    mean = weights @ scores
    return np.asarray(1.0 - weights @ (scores - mean) ** 2)
