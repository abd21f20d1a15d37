"""Bits of a word, held against Python's own."""

from __future__ import annotations

import numpy as np
import pytest

from qantar.classics.bits import count, nth_bit
from qantar.engine.random import words

LOW = 0xFFFFFFFF
SPECIAL = (0, 1, 1 << 63, (1 << 64) - 1, 0x8000000000000001, 0x0101010101010101, 0x8080808080808080, 0xFF00000000000000)


def drawn(density: int) -> list[int]:
    """Words with half, a quarter or an eighth of their bits set."""
    found = []
    for index in range(300):
        word = (1 << 64) - 1
        for layer in range(density):
            high, low, _, _ = words(1, 2, 0, 0, layer, 0, index)
            word &= (int(high) << 32) | (int(low) & LOW)
        found.append(word)
    return found


@pytest.mark.parametrize("word_list", [SPECIAL, drawn(1), drawn(2), drawn(3)], ids=["special", "half", "quarter", "eighth"])
def test_how_many_and_which_is_the_nth(word_list: list[int]) -> None:
    for word in word_list:
        places = [place for place in range(64) if word >> place & 1]
        assert count(np.uint64(word)) == len(places)
        assert [nth_bit(np.uint64(word), n) for n in range(len(places))] == places
