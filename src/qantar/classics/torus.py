"""A torus of cells that can be looked at fast: who is near, and which of them.

A cell is two bits, one in each of two planes. A word holds a tile of a plane, four rows of sixteen cells, row after row,
so that the first of several cells in a word is the first in reading order too. A neighbourhood of radius 7, fifteen cells
a side, lies in five tiles below each other and the five beside them, 160 bytes in two pieces. The torus carries copies of
the seven cells beyond each of its sides, which makes every neighbourhood one piece.

Limits: radius 1 to 7; sides of 15 and more.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qantar.classics.bits import count, nth_bit
from qantar.engine.compiled import njit
from qantar.engine.prefetch import ask

NOBODY, COP, ACTIVE, EMPTY = range(4)
"""Marks of a cell: somebody who is neither cop nor active, a cop, an active person, nobody at all. The bits are the planes."""
REACH = 7
ROWS = 2 * REACH + 1
TALL, WIDE, TILES = 4, 16, 5
"""Rows and columns of a tile; tiles below each other that a neighbourhood may lie in."""

_LANE, _LANES = np.uint64(0xFFFF), np.uint64(0x0001000100010001)
_ONE, _TWO, _THREE, _FOUR, _LAST, _WIDE = np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(4), np.uint64(15), np.uint64(WIDE)


def empty(height: int, width: int) -> NDArray[np.uint64]:
    """Return a torus of empty cells, margins included : uint64[column of tiles, row of tiles, plane]."""
    return np.full(((width - 1) // WIDE + 2, (height - 1) // TALL + TILES, 2), np.uint64(2**64 - 1))


def diamond(radius: int) -> NDArray[np.uint64]:
    """Return a von Neumann neighbourhood without its centre, by the row of its first tile that it starts in : uint64[row, tile]."""
    masks = np.zeros((TALL, TILES), dtype=np.uint64)
    for start in range(TALL):
        for row in range(ROWS):
            for column in range(ROWS):
                if 0 < abs(row - REACH) + abs(column - REACH) <= radius:
                    tile, inside = divmod(start + row, TALL)
                    masks[start, tile] |= _ONE << np.uint64(inside * WIDE + column)
    return masks


def sight() -> NDArray[np.uint64]:
    """Return room for what `look` saw : uint64[mark, tile]."""
    return np.zeros((EMPTY + 1, TILES), dtype=np.uint64)


@njit(inner=True)
def _copy(at: int, size: int) -> int:
    """Return where a coordinate is repeated in the margin, or the coordinate itself."""
    return at + size if at < REACH else at - size if at >= size - REACH else at


@njit(borrows=True, inner=True)
def _write(cells: np.ndarray, y: int, x: int, mark: int) -> None:
    """Write the mark of one cell, margins counted."""
    row, column, bits = np.uint64(y + REACH), np.uint64(x + REACH), np.uint64(mark)
    tile, block = row >> _TWO, column >> _FOUR
    shift = ((row & _THREE) << _FOUR) | (column & _LAST)
    others = ~(_ONE << shift)
    cells[block, tile, 0] = (cells[block, tile, 0] & others) | ((bits & _ONE) << shift)
    cells[block, tile, 1] = (cells[block, tile, 1] & others) | ((bits >> _ONE) << shift)


@njit(borrows=True)
def _repeat(cells: np.ndarray, size: tuple[int, int], y: int, x: int, mark: int) -> None:
    """Write the mark of a cell near a side to its copies in the margins."""
    y_copy, x_copy = _copy(y, size[0]), _copy(x, size[1])
    if y_copy != y:
        _write(cells, y_copy, x, mark)
    if x_copy != x:
        _write(cells, y, x_copy, mark)
        if y_copy != y:
            _write(cells, y_copy, x_copy, mark)


@njit(borrows=True, inline="always")
def put(cells: np.ndarray, size: tuple[int, int], y: int, x: int, mark: int) -> None:
    """Write the mark of a cell, and its copies in the margins; size : height, width."""
    _write(cells, y, x, mark)
    if min(y, x) < REACH or y >= size[0] - REACH or x >= size[1] - REACH:
        _repeat(cells, size, y, x, mark)


@njit(borrows=True, inner=True)
def approach(cells: np.ndarray, y: int, x: int) -> None:
    """Ask memory for what `look` will read."""
    block, tile = x // WIDE, y // TALL
    for column in (block, block + 1):
        ask(cells, (column, tile, 0))
        ask(cells, (column, tile + TILES - 1, 1))


@njit(borrows=True, inline="always")
def look(cells: np.ndarray, masks: np.ndarray, y: int, x: int, seen: np.ndarray) -> tuple[int, int, int]:
    """Return how many cops, active people and empty cells are near; `seen` keeps them for `find`."""
    cops = actives = empties = 0
    block, tile, start = np.uint64(x) >> _FOUR, np.uint64(y) >> _TWO, np.uint64(y) & _THREE
    shift = np.uint64(x) & _LAST
    back, left = _WIDE - shift, (_LANE >> shift) * _LANES
    for i in range(TILES):
        here, beside = masks[start, i] & left, masks[start, i] & ~left
        row = tile + np.uint64(i)
        first = ((cells[block, row, 0] >> shift) & here) | ((cells[block + _ONE, row, 0] << back) & beside)
        second = ((cells[block, row, 1] >> shift) & here) | ((cells[block + _ONE, row, 1] << back) & beside)
        seen[COP, i], seen[ACTIVE, i], seen[EMPTY, i] = first & ~second, second & ~first, first & second
        cops += count(first & ~second)
        actives += count(second & ~first)
        empties += count(first & second)
    return cops, actives, empties


@njit(borrows=True)
def find(seen: np.ndarray, mark: int, nth: int, y: int) -> tuple[int, int]:
    """Return the offsets (row, column) of the nth cell with a mark among those last looked at, from row y; n is counted from 0."""
    tile = before = upto = 0
    for i in range(TILES - 1):
        upto += count(seen[mark, i])
        tile, before = (i + 1, upto) if nth >= upto else (tile, before)
    bit = nth_bit(seen[mark, tile], nth - before)
    return TALL * tile + bit // WIDE - y % TALL - REACH, bit % WIDE - REACH
