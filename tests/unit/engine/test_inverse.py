"""The inverse binomial, Poisson and hypergeometric are exact: both tails, all sizes, against three references."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from scipy import stats

from qantar.engine.inverse import _binomial_pmf, binomial, hypergeometric, poisson
from qantar.engine.random import uniform

EDGE = 2.0**-53
LEVELS = [EDGE, 1e-12, 1e-6, 1e-4, 0.03, 0.3, 0.5 - EDGE, 0.5 + EDGE, 0.61, 0.93, 0.9998, 0.99995, 1 - 1e-9, 1 - EDGE]
CHANCES = [1e-12, 1e-8, 1e-4, 0.01, 0.1, 0.3, 0.4999, 0.5, 0.5001, 0.7, 0.95, 0.9999, 1 - 1e-9]


def is_quantile(law: object, k: int, u: float, tolerance: float = 1e-11) -> bool:
    """Say whether F(k - 1) < u <= F(k), in terms of the smaller tail."""
    if u < 0.5:
        return law.cdf(k) >= u * (1 - tolerance) and law.cdf(k - 1) <= u * (1 + tolerance)
    return law.sf(k) <= (1 - u) * (1 + tolerance) and law.sf(k - 1) >= (1 - u) * (1 - tolerance)


@pytest.mark.parametrize("n", [1, 2, 7, 40, 333, 5_000, 100_000, 2_000_000])
def test_binomial_against_scipy(n: int) -> None:
    wrong = [
        (n, p, u)
        for p in CHANCES for u in LEVELS
        if not is_quantile(stats.binom(n, p), binomial(u, n, p), u)
    ]
    assert wrong == []


@pytest.mark.parametrize("p", [1e-10, 1e-9, 3e-8, 1 - 1e-9])
@pytest.mark.parametrize("u", LEVELS)
def test_binomial_of_ten_thousand_million_people_with_rare_events(p: float, u: float) -> None:
    n = 10**10
    assert is_quantile(stats.binom(n, p), binomial(u, n, p), u, tolerance=1e-9)


@pytest.mark.parametrize(("n", "p"), [(1, 0.5), (5, 0.3), (60, 0.125), (250, 0.41), (400, 0.5)])
def test_binomial_against_exact_fractions(n: int, p: float) -> None:
    chance, cdf, k = Fraction(p), Fraction(0), -1
    draws = sorted(uniform(1, n, 25, 0, 0, 0, i) for i in range(300))
    for u in draws:
        while cdf < Fraction(u):
            k += 1
            cdf += math.comb(n, k) * chance**k * (1 - chance) ** (n - k)
        assert binomial(u, n, p) == k


def boundary(n: int, p: float, k: int) -> float:
    """Return F(k) as the inverse sees it: the largest u that still gives k."""
    low, high = 0.0, 1.0
    while low < (middle := (low + high) / 2) < high:
        if binomial(middle, n, p) <= k:
            low = middle
        else:
            high = middle
    return low


@pytest.mark.parametrize(
    ("n", "p", "accuracy"),
    [(50, 0.3, 1e-13), (1_000, 0.4, 3e-13), (10**6, 0.1, 1e-12), (10**8, 0.3, 1e-11), (10**10, 0.37, 1e-10)],
)
@pytest.mark.parametrize("z", [-3.0, -0.3, 0.3])
def test_the_cdf_behind_the_inverse_is_accurate(n: int, p: float, accuracy: float, z: float) -> None:
    k = round(n * p + z * math.sqrt(n * p * (1 - p)))
    expected = stats.binom.cdf(k, n, p)
    assert boundary(n, p, k) == pytest.approx(expected, rel=accuracy)


def log_factorial(n: int) -> Decimal:
    """Return log n! to 30 digits by Stirling's series (n of at least 1000)."""
    x, half_log_two_pi = Decimal(n), Decimal("0.91893853320467274178032973640562")
    series = 1 / (12 * x) - 1 / (360 * x**3) + 1 / (1260 * x**5)
    return (x + Decimal("0.5")) * x.ln() - x + half_log_two_pi + series


@pytest.mark.parametrize(("n", "p"), [(10**10, 0.37), (10**10, 1e-5), (10**8, 0.5), (10**5, 0.02)])
@pytest.mark.parametrize("z", [-8.0, -1.0, 0.0, 9.0])
def test_probabilities_of_large_numbers_against_fifty_digits(n: int, p: float, z: float) -> None:
    k = round(n * p + z * math.sqrt(n * p * (1 - p)))
    with localcontext() as context:
        context.prec = 50
        chance = Decimal(p)
        exact = log_factorial(n) - log_factorial(k) - log_factorial(n - k)
        exact = (exact + k * chance.ln() + (n - k) * (1 - chance).ln()).exp()
    assert _binomial_pmf(float(k), float(n), p) == pytest.approx(float(exact), rel=3e-13)


@pytest.mark.parametrize("u", LEVELS)
def test_certain_and_impossible_events(u: float) -> None:
    assert [binomial(u, n, p) for n, p in [(0, 0.3), (9, 0.0), (9, 1.0), (10**10, 0.0), (10**10, 1.0)]] == [
        0, 0, 9, 0, 10**10,
    ]


def test_a_chance_that_is_no_number_is_an_arithmetic_error() -> None:
    with pytest.raises(ArithmeticError, match="a chance that is a number"):
        binomial(0.5, 10, math.nan)


@pytest.mark.parametrize(
    ("good", "bad"),
    [(1, 1), (3, 9), (40, 25), (500, 100), (3_000, 90_000), (250_000, 250_000), (20, 2_000_000), (900_000, 100_000)],
)
def test_hypergeometric_against_scipy(good: int, bad: int) -> None:
    everyone = good + bad
    wrong = [
        (draws, u)
        for draws in sorted({1, everyone // 50, everyone // 3, everyone // 2, everyone - everyone // 10, everyone - 1})
        for u in LEVELS
        if not is_quantile(stats.hypergeom(everyone, good, draws), hypergeometric(u, good, bad, draws), u, 1e-9)
    ]
    assert wrong == []


@pytest.mark.parametrize("u", LEVELS)
def test_hypergeometric_without_choice(u: float) -> None:
    given = [(0, 5, 3), (5, 0, 3), (5, 5, 0), (5, 6, 11), (5, 6, 20)]
    assert [hypergeometric(u, *numbers) for numbers in given] == [0, 3, 0, 5, 5]


@pytest.mark.parametrize("mean", [1e-12, 1e-6, 0.01, 0.7, 3.0, 41.0, 99.9, 100.1, 2_500.0, 1e5, 1e6])
def test_poisson_against_scipy(mean: float) -> None:
    tolerance = 1e-11 if mean < 1e6 else 1e-8
    wrong = [u for u in LEVELS if not is_quantile(stats.poisson(mean), poisson(u, mean), u, tolerance)]
    assert wrong == []


@pytest.mark.parametrize("mean", [0.3, 7.0, 260.0, 4e4])
def test_a_poisson_count_never_falls_with_the_mean(mean: float) -> None:
    for u in LEVELS:
        counts = [poisson(u, mean * (1.0 + step / 50.0)) for step in range(60)]
        assert counts == sorted(counts)


def test_no_events_are_expected_and_a_mean_that_is_no_number() -> None:
    assert poisson(0.5, 0.0) == poisson(0.5, -1.0) == 0
    for mean in (math.nan, math.inf):
        with pytest.raises(ArithmeticError):
            poisson(0.5, mean)
