"""The packed torus says what a plain look at every cell says."""

from __future__ import annotations

import numpy as np
import pytest

from qantar.classics.torus import ACTIVE, COP, EMPTY, NOBODY, diamond, empty, find, look, put, sight

MARKS = (NOBODY, COP, ACTIVE, EMPTY)


def filled(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """A torus in which every cell was written twice, and the same as a plain table."""
    plain = np.empty((height, width), dtype=np.int64)
    cells = empty(height, width)
    for layer in (5, 11):
        for y in range(height):
            for x in range(width):
                plain[y, x] = MARKS[(y * y * 31 + x * layer + x * y * 7) % 13 % 4]
                put(cells, (height, width), y, x, plain[y, x])
    return cells, plain


@pytest.mark.parametrize(("height", "width"), [(15, 15), (17, 33), (40, 40)])
@pytest.mark.parametrize("radius", [1, 4, 7])
def test_counts_and_finds_are_those_of_a_plain_search(height: int, width: int, radius: int) -> None:
    cells, plain = filled(height, width)
    masks, seen = diamond(radius), sight()
    for y in range(height):
        for x in range(width):
            near = [
                (dy, dx) for dy in range(-radius, radius + 1) for dx in range(-radius, radius + 1) if 0 < abs(dy) + abs(dx) <= radius
            ]
            marks = np.array([plain[(y + dy) % height, (x + dx) % width] for dy, dx in near])
            counts = look(cells, masks, y, x, seen)
            assert counts == tuple(int((marks == mark).sum()) for mark in (COP, ACTIVE, EMPTY))
            for mark, count in zip((COP, ACTIVE, EMPTY), counts, strict=True):
                found = [find(seen, mark, nth, y) for nth in range(count)]
                assert found == [where for where, there in zip(near, marks, strict=True) if there == mark]


def test_a_diamond_has_two_r_times_r_plus_one_cells() -> None:
    for radius in range(1, 8):
        for masks in diamond(radius):
            assert sum(int(mask).bit_count() for mask in masks) == 2 * radius * (radius + 1)
