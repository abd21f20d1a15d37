"""Philox4x32-10, the counter-based generator under every draw.

Source: Salmon, Moraes, Dror and Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3",
SC11, section 4.3; constants as in Random123, whose known answers are among the tests.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from qantar.engine.compiled import njit

Whole = int | np.integer[Any]
"""A word as callers have it: any integer."""

_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
MASK = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_ROUNDS = 10


@njit(inner=True, inline="always")
def ten_rounds(
    x0: np.uint64, x1: np.uint64, x2: np.uint64, x3: np.uint64, y0: np.uint64, y1: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Return the four words of a counter and a key of 32 bits each, held in 64, as 64 bits with 32 in use.

    Put into its callers as it stands, so that a loop over counters becomes one over lanes of the processor.
    """
    for _ in range(_ROUNDS):
        product_0, product_1 = _MULTIPLIER_0 * x0, _MULTIPLIER_1 * x2
        x0, x1, x2, x3 = (
            (product_1 >> _HALF) ^ x1 ^ y0,
            product_1 & MASK,
            (product_0 >> _HALF) ^ x3 ^ y1,
            product_0 & MASK,
        )
        y0, y1 = (y0 + _WEYL_0) & MASK, (y1 + _WEYL_1) & MASK
    return x0, x1, x2, x3


@njit("UniTuple(uint32, 4)(uint64, uint64, uint64, uint64, uint64, uint64)")
def philox4x32_10(
    c0: Whole, c1: Whole, c2: Whole, c3: Whole, k0: Whole, k1: Whole
) -> tuple[np.uint32, np.uint32, np.uint32, np.uint32]:
    """Return four 32-bit words for a counter of four words and a key of two; higher bits are ignored."""
    # Everything is uint64 with 32 bits in use: Numba turns int64 mixed with uint64 into float64.
    x0, x1, x2, x3 = ten_rounds(
        np.uint64(c0) & MASK, np.uint64(c1) & MASK, np.uint64(c2) & MASK, np.uint64(c3) & MASK,
        np.uint64(k0) & MASK, np.uint64(k1) & MASK,
    )
    return np.uint32(x0), np.uint32(x1), np.uint32(x2), np.uint32(x3)
