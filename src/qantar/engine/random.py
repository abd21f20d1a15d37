"""Draws as pure functions of who, what, where and when; no generator keeps a state.

| word      | bits    | holds                                                     |
|-----------|---------|-----------------------------------------------------------|
| key 0     | 32      | seed                                                      |
| key 1     | 32      | member                                                    |
| counter 0 | 8 + 24  | stream (`qantar.engine.streams`), tick (or what it has there) |
| counter 1 | 32      | place, by the key of its identifier (`place_key`)         |
| counter 2 | 32      | cell                                                      |
| counter 3 | 32      | index (a candidate, an entry, an attempt)                 |

No two draws share a counter as long as each part fits its bits: the packing loses nothing. Two
runs with one seed share every draw until their states differ, which is what makes a
counterfactual and its twin comparable.

All functions are Numba kernels that other kernels may call; `binomial`, `poisson` and `hypergeometric`
come from `qantar.engine.inverse`.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from functools import lru_cache

import numpy as np

from qantar.engine.compiled import njit
from qantar.engine.inverse import binomial, hypergeometric, poisson
from qantar.engine.philox import MASK, Whole, philox4x32_10, ten_rounds
from qantar.errors import AssemblyError

__all__ = [
    "binomial",
    "check_keys",
    "fill_pairs",
    "fill_uniforms",
    "fill_words",
    "gamma_noise",
    "hypergeometric",
    "philox4x32_10",
    "place_key",
    "poisson",
    "uniform",
    "uniform_pair",
    "words",
]

KEY_BITS = 32
TICK_BITS = 24
STREAM_BITS = 8

_TICK_SHIFT = np.uint64(TICK_BITS)
_TICK_MASK = np.uint64((1 << TICK_BITS) - 1)
_HIGH_SHIFT = np.uint64(20)
_LOW_SHIFT = np.uint64(12)
_STEP = 2.0**-52
_NORMAL, _ACCEPT, _BOOST = 0, 1, 2
_LANES = 4
"""Below so many draws at once a loop over lanes is no quicker."""
_NO_SPREAD = 1e-6
"""Noise narrower than this is none: its shape, 1e12 and more, would leave rounding to decide."""


@njit(inner=True, inline="always")
def _head(stream: Whole, tick: Whole) -> np.uint64:
    """Return the first word of a counter."""
    return (np.uint64(stream) << _TICK_SHIFT) | (np.uint64(tick) & _TICK_MASK)


@njit("UniTuple(uint32, 4)(int64, int64, int64, int64, int64, int64, int64)")
def words(
    seed: int, member: int, stream: int, place: int, cell: int, tick: int, index: int
) -> tuple[np.uint32, np.uint32, np.uint32, np.uint32]:
    """Return the four 32-bit words of a draw; see the packing table at the top of this file."""
    return philox4x32_10(_head(stream, tick), place, cell, index, seed, member)


@njit(inner=True, inline="always")
def _unit(high: Whole, low: Whole) -> float:
    """Turn two words into the middle of one of 2**52 equal parts of (0, 1): never 0, never 1.

    With 53 random bits the largest middle would round to 1; with 52, u and 1 - u are both exact.
    """
    bits = (np.uint64(high) << _HIGH_SHIFT) | (np.uint64(low) >> _LOW_SHIFT)
    return (np.float64(np.int64(bits)) + 0.5) * _STEP


@njit("float64(int64, int64, int64, int64, int64, int64, int64)")
def uniform(seed: int, member: int, stream: int, place: int, cell: int, tick: int, index: int) -> float:
    """Return one number, uniform on (0, 1): an odd multiple of 2**-53."""
    w0, w1, _, _ = words(seed, member, stream, place, cell, tick, index)
    return _unit(w0, w1)


@njit("UniTuple(float64, 2)(int64, int64, int64, int64, int64, int64, int64)")
def uniform_pair(
    seed: int, member: int, stream: int, place: int, cell: int, tick: int, index: int
) -> tuple[float, float]:
    """Return two independent numbers, uniform on (0, 1); the first is what `uniform` returns."""
    w0, w1, w2, w3 = words(seed, member, stream, place, cell, tick, index)
    return _unit(w0, w1), _unit(w2, w3)


@njit(borrows=True, inner=True)
def fill_uniforms(key: tuple[int, int], stream: int, place: int, cell: int, tick: int, first: int, out: np.ndarray) -> None:
    """Fill `out` : float64[draw] with what `uniform` returns for `first` and the indices after it; `key` is seed and member.

    In lanes of the processor: a third of the time of as many calls of `uniform`.
    """
    if out.size < _LANES:
        for i in range(out.size):
            out[i] = uniform(key[0], key[1], stream, place, cell, tick, first + i)
        return
    head = _head(stream, tick) & MASK
    where, who = np.uint64(place) & MASK, np.uint64(cell) & MASK
    seed, member = np.uint64(key[0]) & MASK, np.uint64(key[1]) & MASK
    for i in range(out.size):
        w0, w1, _, _ = ten_rounds(head, where, who, np.uint64(first + i) & MASK, seed, member)
        out[i] = _unit(w0, w1)


@njit(borrows=True, inner=True)
def fill_pairs(key: tuple[int, int], stream: int, place: int, cell: int, tick: int, first: int, out: np.ndarray) -> None:
    """Fill `out` : float64[draw] with what `uniform_pair` returns for `first` and the indices after it, pair after pair.

    Of an odd number the last stays as it is. For key and speed see `fill_uniforms`.
    """
    pairs = out.size // 2
    if pairs < _LANES:
        for i in range(pairs):
            out[2 * i], out[2 * i + 1] = uniform_pair(key[0], key[1], stream, place, cell, tick, first + i)
        return
    head = _head(stream, tick) & MASK
    where, who = np.uint64(place) & MASK, np.uint64(cell) & MASK
    seed, member = np.uint64(key[0]) & MASK, np.uint64(key[1]) & MASK
    for i in range(pairs):
        w0, w1, w2, w3 = ten_rounds(head, where, who, np.uint64(first + i) & MASK, seed, member)
        out[2 * i], out[2 * i + 1] = _unit(w0, w1), _unit(w2, w3)


@njit(borrows=True, inner=True)
def fill_words(key: tuple[int, int], stream: int, place: int, cell: int, tick: int, first: int, out: np.ndarray) -> None:
    """Fill `out` : uint32[4 * draw] with what `words` returns for `first` and the indices after it, four words a draw.

    What is left beyond fours stays as it is. For key and speed see `fill_uniforms`.
    """
    head = _head(stream, tick) & MASK
    where, who = np.uint64(place) & MASK, np.uint64(cell) & MASK
    seed, member = np.uint64(key[0]) & MASK, np.uint64(key[1]) & MASK
    for i in range(out.size // 4):
        w0, w1, w2, w3 = ten_rounds(head, where, who, np.uint64(first + i) & MASK, seed, member)
        out[4 * i], out[4 * i + 1], out[4 * i + 2], out[4 * i + 3] = np.uint32(w0), np.uint32(w1), np.uint32(w2), np.uint32(w3)


@njit("float64(int64, int64, int64, int64, int64, float64)")
def gamma_noise(seed: int, member: int, stream: int, place: int, tick: int, sd: float) -> float:
    """Return a gamma-distributed factor with mean 1 and standard deviation `sd`; 1 below 1e-6.

    Shape 1 / sd**2, by Marsaglia and Tsang (2000, ACM TOMS 26:363) on keyed normals (Box and
    Muller 1958); below shape 1 by their section 6, gamma(a) = gamma(a + 1) U**(1/a). The attempt
    is the index of its draws; cells 0 to 2 of the stream are taken.
    """
    if sd < _NO_SPREAD:
        return 1.0
    shape = 1.0 / (sd * sd)
    factor = 1.0 / shape
    if shape < 1.0:
        factor *= uniform(seed, member, stream, place, _BOOST, tick, 0) ** (1.0 / shape)
        shape += 1.0
    d = shape - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    attempt = 0
    while True:
        u1, u2 = uniform_pair(seed, member, stream, place, _NORMAL, tick, attempt)
        x = math.sqrt(-2.0 * math.log(u1)) * math.cos(2.0 * math.pi * u2)
        v = (1.0 + c * x) ** 3
        if v > 0.0:
            u = uniform(seed, member, stream, place, _ACCEPT, tick, attempt)
            if math.log(u) < 0.5 * x * x + d * (1.0 - v + math.log(v)):
                return d * v * factor
        attempt += 1


@lru_cache(maxsize=1 << 16)
def place_key(identifier: str) -> int:
    """Return the 32-bit number by which draws know a place (or anything with a stable identifier).

    It depends on the identifier alone, so adding or reordering places changes no other place's draws.
    """
    return int.from_bytes(hashlib.blake2b(identifier.encode(), digest_size=KEY_BITS // 8).digest(), "little")


def check_keys(identifiers: Iterable[str]) -> None:
    """Raise AssemblyError when two identifiers share a key, for then they would share their draws."""
    seen: dict[int, str] = {}
    for identifier in identifiers:
        key = place_key(identifier)
        if key in seen:
            raise AssemblyError(
                f"the identifiers {seen[key]!r} and {identifier!r} would share their random draws; rename one of them"
            )
        seen[key] = identifier
