"""Bits of a word: how many are set, and which is the nth, without a loop and without a branch."""

from __future__ import annotations

import numpy as np

from qantar.engine.compiled import njit

_PAIRS, _QUADS, _LOW = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333), np.uint64(0x0F0F0F0F0F0F0F0F)
_BYTES, _HIGH, _SEVENS = np.uint64(0x0101010101010101), np.uint64(0x8080808080808080), np.uint64(0x7F7F7F7F7F7F7F7F)
_DIAGONAL, _BYTE = np.uint64(0x8040201008040201), np.uint64(0xFF)
_ONE, _TWO, _THREE, _FOUR, _SEVEN, _EIGHT, _LAST_BYTE = (np.uint64(n) for n in (1, 2, 3, 4, 7, 8, 56))


@njit(inner=True, inline="always")
def _by_byte(word: np.uint64) -> np.uint64:
    """Return how many bits are set in each byte."""
    pairs = word - ((word >> _ONE) & _PAIRS)
    quads = (pairs & _QUADS) + ((pairs >> _TWO) & _QUADS)
    return (quads + (quads >> _FOUR)) & _LOW


@njit("int64(uint64)")
def count(word: np.uint64) -> int:
    """Return how many bits are set."""
    return int(np.int64((_by_byte(word) * _BYTES) >> _LAST_BYTE))


@njit(inner=True, inline="always")
def _passed(sums: np.uint64, n: np.uint64) -> np.uint64:
    """Return how many of eight sums of up to 64, a byte each, are at most n."""
    return ((((((n * _BYTES) | _HIGH) - sums) & _HIGH) >> _SEVEN) * _BYTES) >> _LAST_BYTE


@njit("int64(uint64, int64)")
def nth_bit(word: np.uint64, nth: int) -> int:
    """Return the place of the nth bit that is set; both are counted from 0. The word must have it.

    Sums of bits up to each byte say which byte it is in; there, a bit is spread over a byte, and the same is done again.
    Source: Vigna (2008), "Broadword implementation of rank/select queries", WEA 2008, section 4.
    """
    n = np.uint64(nth)
    sums = _by_byte(word) * _BYTES
    place = _passed(sums, n) << _THREE
    n -= ((sums << _EIGHT) >> place) & _BYTE
    spread = (((word >> place) & _BYTE) * _BYTES) & _DIAGONAL
    ones = ((spread + _SEVENS) >> _SEVEN) & _BYTES
    return int(np.int64(place + _passed(ones * _BYTES, n)))
