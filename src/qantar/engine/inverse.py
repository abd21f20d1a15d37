"""Exact inverses of the binomial, Poisson and hypergeometric distribution functions, from one uniform.

One uniform, one count: the count never falls when the uniform, the number of people or the
chance rises, so a run and its counterfactual twin stay close where their worlds are close.

All three laws have probabilities whose ratio of neighbours is rational in k,

    f(k + 1) / f(k) = (a - k) (c - e k) / ((k + 1) (g + e k))

(binomial: a = n, c = p / q, e = 0, g = 1; Poisson: likewise with a c = mean and a beyond any count;
hypergeometric: a = good, c = draws, e = 1, g = bad - draws + 1), so one pair of summations serves all. Every sum runs from the thin end of
a tail towards the answer and adds positive terms only, hence both tails are exact to rounding:
the distribution function is right to about 1e-13 of the smaller of its two tails (1e-11 for
1e10 people, where 5e5 terms are added).

A sum starts either at k = 0 (small means) or beyond the answer where, by Bernstein's inequality,
less than exp(-36) of the tail is left out; its first term is Loader's saddle-point form
(C. Loader 2000, "Fast and accurate computation of binomial probabilities"). Cost: a comparison
when n p < 1 - u, about n p terms up to a mean of 100, about 10 standard deviations beyond.
"""

from __future__ import annotations

import math

from qantar.engine.compiled import njit

_SMALL_MEAN = 100.0
"""Up to this mean the sum starts at 0: shorter than the way from a far start, and f(0) > 1e-80."""
_FEW_TRIALS = 16.0
"""Up to so many trials the chance of no success is a product, whose rounding is far below that of the cdf."""
_THIN_TAIL = 1e-4
"""An upper tail below this is summed from its thin end, not taken as 1 - F."""
_LEFT_OUT = 36.0
"""Minus the log of the share of a tail that may be left out: exp(-36) is 2e-16."""
_BAND = 4.0
"""Width, in log tail, of the bands with one common start: inside a band sums are identical."""
_SMALLEST_TAIL = 1e-30
"""Tails below this are taken as this; a keyed uniform is never closer to 0 or 1 than 2**-53."""
_ENDLESS = 2.0**60
"""Trials of the binomial that stands for a Poisson law: (a - k) c is the mean to rounding for any k that is met."""
_BLOCK = 1024
"""Terms between two corrections for the rounding of c, which would else add up over 10**5 terms."""
_SPLITTER = 134217729.0
_HALF_LOG_TWO_PI = 0.91893853320467274178
_STIRLING_EXACT_BELOW = 16.0
_SERIES_WITHIN = 0.1


@njit(error_model="numpy", inner=True)
def _product(x: float, y: float) -> tuple[float, float]:
    """Return x * y and its rounding error, exactly (Dekker 1971)."""
    high = x * y
    t = _SPLITTER * x
    x1 = t - (t - x)
    x2 = x - x1
    t = _SPLITTER * y
    y1 = t - (t - y)
    y2 = y - y1
    return high, ((x1 * y1 - high) + x1 * y2 + x2 * y1) + x2 * y2


@njit(error_model="numpy", inner=True)
def _stirling_error(n: float) -> float:
    """Return log(n!) - log(sqrt(2 pi n) (n / e)**n), for a whole n of at least 1."""
    if n < _STIRLING_EXACT_BELOW:
        return math.lgamma(n + 1.0) - (n + 0.5) * math.log(n) + n - _HALF_LOG_TWO_PI
    m = n * n
    return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - (1 / 1188 - 691 / 360360 / m) / m) / m) / m) / m) / n


@njit(error_model="numpy", inner=True)
def _deviance(x: float, mean: float, excess: float) -> float:
    """Return x log(x / mean) - excess for excess = x - mean, which the caller knows more exactly."""
    if abs(excess) >= _SERIES_WITHIN * (x + mean):
        return x * math.log(x / mean) - excess
    v = excess / (x + mean)
    total = excess * v
    term = 2.0 * x * v
    square = v * v
    j = 1.0
    while True:
        term *= square
        j += 2.0
        more = total + term / j
        if more == total:
            return total
        total = more


@njit(error_model="numpy", inner=True)
def _binomial_pmf(k: float, n: float, p: float) -> float:
    """Probability of k successes in n trials of chance p in (0, 0.5] (Loader 2000)."""
    if k == 0.0:
        return math.exp(n * math.log1p(-p))
    if k == n:
        return math.exp(n * math.log(p))
    mean, rest = _product(n, p)
    excess = (k - mean) - rest
    exponent = _stirling_error(n) - _stirling_error(k) - _stirling_error(n - k)
    exponent -= _deviance(k, mean, excess) + _deviance(n - k, n - mean, -excess)
    return math.exp(exponent) * math.sqrt(n / (2.0 * math.pi * k * (n - k)))


@njit(error_model="numpy", inner=True)
def _hypergeometric_pmf(k: float, good: float, bad: float, draws: float) -> float:
    """Probability of k good ones in `draws` without replacement: three binomials (Loader 2000)."""
    p = draws / (good + bad)
    return _binomial_pmf(k, good, p) * _binomial_pmf(draws - k, bad, p) / _binomial_pmf(draws, good + bad, p)


@njit(error_model="numpy", inner=True)
def _climb(
    target: float, k: float, term: float, top: float, law: tuple[float, float, float, float, float]
) -> float:
    """Sum f upwards from f(k) = term; return the first k at which the sum reaches `target`."""
    a, c, e, g, drift = law
    total = term
    while total < target:
        for _ in range(_BLOCK):
            if total >= target or k >= top:
                return k
            term *= (a - k) * (c - e * k) / ((k + 1.0) * (g + e * k))
            k += 1.0
            total += term
        term *= drift
    return k


@njit(error_model="numpy", inner=True)
def _descend(
    target: float, k: float, term: float, law: tuple[float, float, float, float, float]
) -> float:
    """Sum f downwards from f(k) = term; return the smallest k whose upper tail is at most `target`."""
    a, c, e, g, drift = law
    total = term
    while total <= target:
        for _ in range(_BLOCK):
            if total > target or k <= 0.0:
                return k
            k -= 1.0
            term *= (k + 1.0) * (g + e * k) / ((a - k) * (c - e * k))
            total += term
        term /= drift
    return k


@njit(error_model="numpy", inner=True)
def _from_zero(
    low: float, high: float, term: float, top: float, law: tuple[float, float, float, float, float]
) -> float:
    """Quantile of a law with a small mean, from f(0) = term."""
    if high >= _THIN_TAIL:
        return _climb(low, 0.0, term, top, law)
    a, c, e, g, _ = law
    k = 0.0
    while k < top:
        ratio = (a - k) * (c - e * k) / ((k + 1.0) * (g + e * k))
        # Ratios fall with k, so what lies beyond k is at most term * ratio / (1 - ratio).
        if ratio < 0.5 and term * ratio < high * math.exp(-_LEFT_OUT):
            break
        term *= ratio
        k += 1.0
    return _descend(high, k, term, law)


@njit(error_model="numpy", inner=True)
def _reach(tail: float, variance: float) -> float:
    """Distance from the mean beyond which less than exp(-36) of `tail` lies (Bernstein's inequality)."""
    bands = 1.0 + math.floor(-math.log(max(tail, _SMALLEST_TAIL)) / _BAND)
    depth = _LEFT_OUT + _BAND * bands
    return depth / 3.0 + math.sqrt(depth * depth / 9.0 + 2.0 * depth * variance)


@njit(error_model="numpy", inner=True)
def _binomial_law(n: float, p: float) -> tuple[float, float, float, float, float]:
    """Ratio of neighbouring probabilities; the last item repairs the rounding of p / q per block."""
    q = 1.0 - p
    q_rest = (1.0 - q) - p
    odds = p / q
    product, product_rest = _product(odds, q)
    odds_rest = ((p - product) - product_rest - odds * q_rest) / q
    return n, odds, 0.0, 1.0, 1.0 + _BLOCK * (odds_rest / odds)


@njit(error_model="numpy", inner=True)
def _chance_of_none(n: float, p: float) -> float:
    """Return (1 - p)^n for p in (0, 0.5]."""
    if n > _FEW_TRIALS:
        return math.exp(n * math.log1p(-p))
    none = 1.0
    for _ in range(int(n)):
        none *= 1.0 - p
    return none


@njit(error_model="numpy", inner=True)
def _binomial_quantile(low: float, high: float, n: float, p: float) -> float:
    """Smallest k with F(k) >= low (equally, 1 - F(k) <= high), for p in (0, 0.5]."""
    mean = n * p
    if high >= mean:
        return 0.0  # the chance of any success is at most n p
    if mean <= _SMALL_MEAN:
        none = _chance_of_none(n, p)
        if low <= none:
            return 0.0
        return _from_zero(low, high, none, n, _binomial_law(n, p))
    reach = _reach(min(low, high), mean * (1.0 - p))
    if low <= high:
        start = max(0.0, math.floor(mean - reach))
        target = max(low, _SMALLEST_TAIL)
        return _climb(target, start, _binomial_pmf(start, n, p), n, _binomial_law(n, p))
    start = min(n, math.ceil(mean + reach))
    return _descend(max(high, _SMALLEST_TAIL), start, _binomial_pmf(start, n, p), _binomial_law(n, p))


@njit("int64(float64, int64, float64)", error_model="numpy")
def binomial(u: float, n: int, p: float) -> int:
    """Return the number of successes in n trials of chance p: the inverse of their cdf at u in (0, 1).

    Never falls when u, n or p rises, but for windows in u as wide as the rounding of the cdf
    (about 1e-13 of the nearer tail). n up to 1e10, p in [0, 1]. Raises ArithmeticError when p is
    not a number.
    """
    if p <= 0.0 or n <= 0:
        return 0
    if n == 1 and p < 1.0:
        return int(1.0 - u < p)
    if p <= 0.5:
        return int(_binomial_quantile(u, 1.0 - u, float(n), p))
    if p < 1.0:
        return n - int(_binomial_quantile(1.0 - u, u, float(n), 1.0 - p))
    if p >= 1.0:
        return n
    raise ArithmeticError("a binomial draw needs a chance that is a number")


@njit(error_model="numpy", inner=True)
def _poisson_pmf(k: float, mean: float) -> float:
    """Probability of k events where `mean` are expected (Loader 2000)."""
    if k == 0.0:
        return math.exp(-mean)
    return math.exp(-_stirling_error(k) - _deviance(k, mean, k - mean)) / math.sqrt(2.0 * math.pi * k)


@njit("int64(float64, float64)", error_model="numpy")
def poisson(u: float, mean: float) -> int:
    """Return the number of events where `mean` are expected: the inverse of the Poisson cdf at u in (0, 1).

    Never falls when u or the mean rises, up to the rounding of the cdf (see `binomial`). Mean up to 1e10. Raises
    ArithmeticError when it is not a number.
    """
    if mean <= 0.0:
        return 0
    if not mean < math.inf:
        raise ArithmeticError("a Poisson draw needs a mean that is a number")
    low, high = u, 1.0 - u
    if high >= mean:
        return 0  # the chance of any event is at most the mean
    law = (_ENDLESS, mean / _ENDLESS, 0.0, 1.0, 1.0)
    if mean <= _SMALL_MEAN:
        none = math.exp(-mean)
        return 0 if low <= none else int(_from_zero(low, high, none, _ENDLESS, law))
    reach = _reach(min(low, high), mean)
    if low <= high:
        start = max(0.0, math.floor(mean - reach))
        return int(_climb(max(low, _SMALLEST_TAIL), start, _poisson_pmf(start, mean), _ENDLESS, law))
    start = math.ceil(mean + reach)
    return int(_descend(max(high, _SMALLEST_TAIL), start, _poisson_pmf(start, mean), law))


@njit(error_model="numpy", inner=True)
def _hypergeometric_quantile(low: float, high: float, good: float, bad: float, draws: float) -> float:
    """Smallest k with F(k) >= low, for draws <= good <= (good + bad) / 2."""
    everyone = good + bad
    mean = draws * (good / everyone)
    law = (good, draws, 1.0, bad - draws + 1.0, 1.0)
    if high >= mean:
        return 0.0
    if mean <= _SMALL_MEAN:
        return _from_zero(low, high, _hypergeometric_pmf(0.0, good, bad, draws), draws, law)
    # Hoeffding (1963): without replacement, tails are no heavier than those with replacement.
    reach = _reach(min(low, high), mean * (bad / everyone))
    if low <= high:
        start = max(0.0, math.floor(mean - reach))
        target = max(low, _SMALLEST_TAIL)
        return _climb(target, start, _hypergeometric_pmf(start, good, bad, draws), draws, law)
    start = min(draws, math.ceil(mean + reach))
    return _descend(max(high, _SMALLEST_TAIL), start, _hypergeometric_pmf(start, good, bad, draws), law)


@njit("int64(float64, int64, int64, int64)", error_model="numpy")
def hypergeometric(u: float, good: int, bad: int, draws: int) -> int:
    """Return how many of `draws` taken without replacement are good: the inverse of that cdf at u.

    good, bad, draws : whole numbers of at least 0; more draws than there are means all of them.
    Never falls when u, `good` or `draws` rises, up to the rounding of the cdf.
    """
    if good <= 0 or draws <= 0:
        return 0
    everyone = good + bad
    if draws >= everyone:
        return good
    # good in a sample = draws - bad in it = good - good left out of it: reduce to the short side.
    a, b, d, base, sign, low, high = good, bad, draws, 0, 1, u, 1.0 - u
    if b < a:
        a, b, base, sign, low, high = b, a, base + sign * d, -sign, high, low
    if 2 * d > everyone:
        d, base, sign, low, high = everyone - d, base + sign * a, -sign, high, low
    if d > a:
        a, b, d = d, everyone - d, a
    if d == 0:
        return base
    k = _hypergeometric_quantile(low, high, float(a), float(b), float(d))
    return base + sign * int(k)
