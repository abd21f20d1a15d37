"""Philox4x32-10 is the published generator, bit for bit."""

from __future__ import annotations

import pytest

from qantar.engine.philox import philox4x32_10

ONES = 0xFFFFFFFF
RANDOM123 = [
    ((0, 0, 0, 0, 0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ONES,) * 6, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]
"""Counter and key, words: the known answers of Random123 (kat_vectors, philox4x32 10)."""


@pytest.mark.parametrize(("given", "expected"), RANDOM123)
def test_known_answers(given: tuple[int, ...], expected: tuple[int, ...]) -> None:
    assert tuple(int(word) for word in philox4x32_10(*given)) == expected


@pytest.mark.parametrize("position", range(6))
def test_bits_beyond_the_thirty_second_are_ignored(position: int) -> None:
    given = [11, 12, 13, 14, 15, 16]
    plain = philox4x32_10(*given)
    given[position] += 1 << 32
    assert philox4x32_10(*given) == plain
