"""A torus of cells that can be looked at fast: who is near, and which of them.

A cell is four bits (cop, active, empty, unused), sixteen cells a word, so that the widest row of a
neighbourhood of radius 7 is one window of a word. Rows of windows are added up bit by bit: at most
15 rows, so no count of four bits overflows. The torus carries copies of the seven cells beyond each
of its sides, which makes every window one piece.

Limits: radius 1 to 7; sides of 15 and more.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qantar.engine.compiled import njit

NOBODY, COP, ACTIVE, EMPTY = 0, 1, 2, 4
"""Marks of a cell: somebody who is neither cop nor active, a cop, an active person, nobody at all."""
REACH = 7
ROWS = 2 * REACH + 1

_ONES = np.uint64(0x1111111111111111)
_LOW = np.uint64(0x0F0F0F0F0F0F0F0F)
_BYTES = np.uint64(0x0101010101010101)
_CELL = np.uint64(15)
_ONE, _TWO, _FOUR, _LAST_CELL, _LAST_BYTE = np.uint64(1), np.uint64(2), np.uint64(4), np.uint64(60), np.uint64(56)


def empty(height: int, width: int) -> NDArray[np.uint64]:
    """Return a torus of empty cells, margins included : uint64[word, row], for the rows of a neighbourhood to lie side by side."""
    return np.full(((width + 2 * REACH) // 16 + 2, height + 2 * REACH), np.uint64(EMPTY) * _ONES)


def diamond(radius: int) -> NDArray[np.uint64]:
    """Return the windows of a von Neumann neighbourhood without its centre : uint64[row]."""
    masks = np.zeros(ROWS, dtype=np.uint64)
    for row in range(ROWS):
        for column in range(ROWS):
            if 0 < abs(row - REACH) + abs(column - REACH) <= radius:
                masks[row] |= _CELL << np.uint64(4 * column)
    return masks


@njit(inner=True)
def _copy(at: int, size: int) -> int:
    """Return where a coordinate is repeated in the margin, or the coordinate itself."""
    return at + size if at < REACH else at - size if at >= size - REACH else at


@njit()
def _write(cells: np.ndarray, y: int, x: int, mark: int) -> None:
    """Write the mark of one cell, margins counted."""
    row, word, shift = y + REACH, (x + REACH) >> 4, np.uint64(((x + REACH) & 15) << 2)
    cells[word, row] = (cells[word, row] & ~(_CELL << shift)) | (np.uint64(mark) << shift)


@njit()
def put(cells: np.ndarray, size: tuple[int, int], y: int, x: int, mark: int) -> None:
    """Write the mark of a cell, and its copies in the margins; size : height, width."""
    _write(cells, y, x, mark)
    y_copy, x_copy = _copy(y, size[0]), _copy(x, size[1])
    if y_copy != y:
        _write(cells, y_copy, x, mark)
    if x_copy != x:
        _write(cells, y, x_copy, mark)
        if y_copy != y:
            _write(cells, y_copy, x_copy, mark)


@njit(inner=True)
def _total(columns: np.uint64) -> int:
    """Add up sixteen counts of four bits."""
    pairs = (columns & _LOW) + ((columns >> _FOUR) & _LOW)
    return int((pairs * _BYTES) >> _LAST_BYTE)


@njit()
def look(cells: np.ndarray, masks: np.ndarray, y: int, x: int, seen: np.ndarray) -> tuple[int, int, int]:
    """Return how many cops, active people and empty cells are near; `seen` keeps the windows for `find`."""
    cops, actives, empties = np.uint64(0), np.uint64(0), np.uint64(0)
    word, shift = np.uint64(x >> 4), np.uint64((x & 15) << 2)
    rest = _LAST_CELL - shift
    for i in range(ROWS):
        row = np.uint64(y) + np.uint64(i)
        # Shifting by 64 is undefined: the neighbour word goes left in two steps.
        window = ((cells[word, row] >> shift) | ((cells[word + _ONE, row] << rest) << _FOUR)) & masks[i]
        seen[i] = window
        cops += window & _ONES
        actives += (window >> _ONE) & _ONES
        empties += (window >> _TWO) & _ONES
    return _total(cops), _total(actives), _total(empties)


@njit()
def find(seen: np.ndarray, mark: int, nth: int) -> tuple[int, int]:
    """Return the offsets (row, column) of the nth cell with a mark among those last looked at, from 0."""
    plane = np.uint64(mark >> 1)  # marks 1, 2, 4 are bits 0, 1, 2
    for i in range(ROWS):
        bits = (seen[i] >> plane) & _ONES
        here = int((bits * _ONES) >> _LAST_CELL)
        if nth >= here:
            nth -= here
            continue
        for _ in range(nth):
            bits &= bits - _ONE
        below = ((bits & ~(bits - _ONE)) - _ONE) & _ONES
        return i - REACH, int((below * _ONES) >> _LAST_CELL) - REACH
    return 0, 0
