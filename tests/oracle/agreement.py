"""Whether counts follow the law they should, and how surely a mistake would be seen."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import NormalDist

import numpy as np

from tests.oracle.law import Law

NORMAL = NormalDist()
ENOUGH = 25.0
"""A count is compared where this many are expected in all repeats together."""
PART = 500
"""Permutations that are weighed at once."""


class Sums:
    """Running sums of counts over repeats, around a mean that is known."""

    def __init__(self, law: Law) -> None:
        self.law, self.n = law, 0
        self.total, self.squares = np.zeros_like(law.mean), np.zeros_like(law.mean)

    def add(self, counts: np.ndarray) -> None:
        self.n += 1
        self.total += counts
        self.squares += (counts - self.law.mean) ** 2

    def compared(self) -> np.ndarray:
        return self.law.mean * self.n >= ENOUGH

    def z_of_means(self) -> np.ndarray:
        """Standard normal where the counts have the law's mean; 0 where there are too few to tell."""
        told = self.compared()
        out = np.zeros_like(self.total)
        out[told] = (self.total - self.n * self.law.mean)[told] / np.sqrt(self.n * self.law.variance[told])
        return out

    def z_of_spreads(self) -> np.ndarray:
        """Standard normal where the counts have the law's variance: its error follows from the fourth cumulant."""
        told = self.law.variance * self.n >= ENOUGH * 10
        out = np.zeros_like(self.total)
        error = np.sqrt(self.n * (self.law.fourth + 2.0 * self.law.variance**2))
        out[told] = (self.squares - self.n * self.law.variance)[told] / error[told]
        return out


def critical(tests: int, error: float) -> float:
    """Size of z beyond which at most `error` of all families of so many tests go by chance (Bonferroni, two-sided)."""
    return NORMAL.inv_cdf(1.0 - error / (2.0 * tests))


def power(true: Law, planted: Law, repeats: int, error: float) -> float:
    """Chance that the means of counts drawn from `planted` give themselves away against the law `true`.

    That of the one count that shows it best, which is a lower bound for all of them together.
    """
    told = true.mean * repeats >= ENOUGH
    shift = np.sqrt(repeats) * np.abs(planted.mean - true.mean)[told] / np.sqrt(true.variance[told])
    ratio = np.sqrt(planted.variance[told] / true.variance[told])
    best = shift.argmax()
    return 1.0 - NORMAL.cdf((critical(int(told.sum()), error) - shift[best]) / ratio[best])


def odd_fit(seen: np.ndarray, chances: np.ndarray) -> tuple[float, int]:
    """Pearson's chi-square of counts against P(k), bins with fewer than 10 expected put together; and its degrees."""
    repeats, most = seen.size, chances.size - 1
    observed = np.bincount(np.minimum(seen, most), minlength=chances.size).astype(float)
    expected = repeats * chances / chances.sum()
    bins: list[list[float]] = [[0.0, 0.0]]
    for o, e in zip(observed, expected, strict=True):
        if bins[-1][1] >= 10.0:
            bins.append([0.0, 0.0])
        bins[-1][0] += o
        bins[-1][1] += e
    if len(bins) > 1 and bins[-1][1] < 10.0:
        o, e = bins.pop()
        bins[-1][0] += o
        bins[-1][1] += e
    table = np.array(bins)
    return float(((table[:, 0] - table[:, 1]) ** 2 / table[:, 1]).sum()), len(bins) - 1


def energy(a: np.ndarray, b: np.ndarray, rng: np.random.Generator, level: float, permutations: int = 9_999) -> float:
    """Return the p-value of the energy test that two samples of vectors have one law.

    a, b : float64[member, feature], each feature on a scale of its own
    level : what the p-value is held against; so few permutations that no p-value can lie well below it are refused

    Székely and Rizzo (2004): twice the mean distance between samples less those within; its law under equality by
    relabelling members.
    """
    if 1 / (1 + permutations) > level / 4:
        raise ValueError(f"{permutations:,} permutations cannot give a p-value well below {level:.2g}")
    both = np.vstack([a, b])
    scale = both.std(axis=0)
    both = both[:, scale > 0] / scale[scale > 0]
    square = (both**2).sum(axis=1)
    distance = np.sqrt(np.maximum(0.0, square[:, None] + square[None, :] - 2.0 * both @ both.T))
    weights = np.where(np.arange(len(both)) < len(a), 1.0 / len(a), -1.0 / len(b))

    def statistics(x: np.ndarray) -> np.ndarray:
        return -((x @ distance) * x).sum(axis=1)

    here = statistics(weights[None])[0] - 1e-9  # so that rounding does not tell ties apart
    parts = [PART] * (permutations // PART) + [permutations % PART]
    beyond = sum(int((statistics(rng.permuted(np.tile(weights, (n, 1)), axis=1)) >= here).sum()) for n in parts)
    return (1 + beyond) / (1 + permutations)


def smirnov(a: np.ndarray, b: np.ndarray) -> Iterable[float]:
    """Yield the p-value of the two-sample Kolmogorov-Smirnov test of every feature that is not constant."""
    from scipy.stats import ks_2samp

    for x, y in zip(a.T, b.T, strict=True):
        if np.ptp(np.append(x, y)) > 0:
            yield float(ks_2samp(x, y).pvalue)
