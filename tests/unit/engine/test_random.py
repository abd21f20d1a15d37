"""Draws: the packing loses nothing, uniforms stay inside (0, 1), noise has the moments it promises."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from numba import njit
from scipy import stats

from qantar.engine.philox import philox4x32_10
from qantar.engine.random import check_keys, fill_pairs, fill_uniforms, fill_words, gamma_noise, place_key, uniform, uniform_pair, words
from qantar.engine.streams import Stream
from qantar.errors import AssemblyError

EXTREMES = {
    "seed": (0, 2**32 - 1), "member": (0, 2**32 - 1), "stream": (1, 255), "place": (0, 2**32 - 1),
    "cell": (0, 2**32 - 1), "tick": (0, 2**24 - 1), "index": (0, 2**32 - 1),
}


def test_every_part_of_a_draw_has_bits_of_its_own() -> None:
    drawn = {tuple(map(int, words(*parts))) for parts in itertools.product(*EXTREMES.values())}
    assert len(drawn) == 2 ** len(EXTREMES)


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 7, 8, 9, 64, 65])
@pytest.mark.parametrize("parts", [
    (0, 0, 1, 0, 0, 0, 0), (7, 8, 29, 0xDEADBEEF, 123_456, 0xABCDEF, 99), (2**32 - 1, 2**32 - 1, 255, 5, 6, 7, 2**32 - 80),
])
def test_many_draws_at_once_are_those_of_one_by_one(n: int, parts: tuple[int, ...]) -> None:
    *names, first = parts
    seed, member, *rest = names
    out = np.full(n, 0.5)
    fill_uniforms((seed, member), *rest, first, out)
    assert out.tolist() == [uniform(*names, first + i) for i in range(n)]
    out = np.full(n, 0.5)
    fill_pairs((seed, member), *rest, first, out)
    expected = [u for i in range(n // 2) for u in uniform_pair(*names, first + i)]
    assert out.tolist() == expected + [0.5] * (n % 2)
    four = np.full(n, 1, dtype=np.uint32)
    fill_words((seed, member), *rest, first, four)
    assert four.tolist() == [word for i in range(n // 4) for word in words(*names, first + i)] + [1] * (n % 4)


def test_the_packing_is_the_documented_one() -> None:
    seed, member, stream, place, cell, tick, index = 7, 8, 29, 0xDEADBEEF, 123_456, 0xABCDEF, 99
    expected = philox4x32_10((stream << 24) | tick, place, cell, index, seed, member)
    assert words(seed, member, stream, place, cell, tick, index) == expected


@pytest.mark.parametrize("stream", [1, 29, 255])
def test_neighbouring_draws_never_repeat(stream: int) -> None:
    parts = itertools.product((0, 1), (0, 1), (stream,), range(6), range(6), range(6), range(6))
    assert len({tuple(map(int, words(*part))) for part in parts}) == 4 * 6**4


def test_streams_fit_eight_bits_and_their_numbers_are_pinned() -> None:
    assert all(1 <= stream <= 255 for stream in Stream)
    pinned = {"JOIN": 1, "PICK": 7, "BYSTANDER": 15, "NOISE_JOIN": 17, "PARAMETER": 24, "CLASSIC": 25, "SITE_LEFT": 29}
    assert {name: int(Stream[name]) for name in pinned} == pinned


@njit
def _extreme_uniforms(n: int) -> tuple[float, float, float]:
    low, high, total = 1.0, 0.0, 0.0
    for i in range(n):
        u = uniform(1, 0, 25, 0, 0, 0, i)
        low, high, total = min(low, u), max(high, u), total + u
    return low, high, total / n


def test_uniforms_fill_the_open_interval() -> None:
    n = 1_000_000
    low, high, mean = _extreme_uniforms(n)
    assert 0.0 < low < 20 / n
    assert 1.0 - 20 / n < high < 1.0
    assert abs(mean - 0.5) < 5 / math.sqrt(12 * n)


def test_uniforms_are_odd_multiples_of_two_to_the_minus_53() -> None:
    drawn = [uniform(3, 1, 25, 0, 0, 0, i) * 2.0**53 for i in range(1000)]
    assert all(value % 2 == 1 for value in drawn)


def test_uniforms_look_uniform_and_pairs_independent() -> None:
    pairs = np.array([uniform_pair(5, 0, 25, 0, 0, 0, i) for i in range(20_000)])
    assert [uniform(5, 0, 25, 0, 0, 0, i) for i in range(10)] == list(pairs[:10, 0])
    assert stats.kstest(pairs[:, 0], "uniform").pvalue > 1e-3
    assert stats.kstest(pairs[:, 1], "uniform").pvalue > 1e-3
    assert abs(stats.spearmanr(pairs[:, 0], pairs[:, 1]).statistic) < 4 / math.sqrt(len(pairs))


@pytest.mark.parametrize("sd", [0.05, 0.4, 1.0, 1.7])
def test_gamma_noise_is_gamma_with_mean_one(sd: float) -> None:
    drawn = [gamma_noise(2, 0, Stream.NOISE_JOIN, 17, tick, sd) for tick in range(20_000)]
    assert stats.kstest(drawn, stats.gamma(sd**-2, scale=sd**2).cdf).pvalue > 1e-3


def test_gamma_noise_without_spread_is_one() -> None:
    assert gamma_noise(1, 2, Stream.NOISE_JOIN, 3, 4, 0.0) == 1.0


def test_place_keys_are_stable_and_distinct() -> None:
    assert place_key("almaty") == 355_223_643
    identifiers = [f"place-{i}" for i in range(2_000)]
    assert len({place_key(identifier) for identifier in identifiers}) == len(identifiers)
    check_keys(identifiers)


def test_a_key_that_occurs_twice_is_refused_and_named() -> None:
    with pytest.raises(AssemblyError, match="'almaty' and 'almaty'"):
        check_keys(["almaty", "oral", "almaty"])
