"""The kernel of controlled rounding: a table of fractions becomes integers, no margin moves.

A cell of the table with row totals r, column totals c and grand total n is expected to hold
r_i c_j / n people. Its remainder is kept as the integer (r_i c_j) mod n, so nothing here is a
floating-point number but the draw itself, and every margin is met exactly.

Source: Cox (1987), "A constructive procedure for unbiased controlled rounding", JASA 82, 520-524:
find a cycle of open cells that alternates between rows and columns, move along it until one
of them closes, and choose the direction so that no cell changes in expectation.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qantar.engine.compiled import njit
from qantar.engine.random import uniform
from qantar.engine.streams import Stream

Counts = NDArray[np.int64]

_POPULATION = int(Stream.POPULATION)


@njit(inner=True)
def _next_open(rest: Counts, first: Counts, here: int, came: int) -> int:
    """Return a neighbour of a node over an open cell, not the one we came from; -1 if none.

    Nodes are the rows 0..m-1 and then the columns m..m+n-1; `first` remembers how far a node has been closed.
    """
    rows, columns = rest.shape
    is_row = here < rows
    size = columns if is_row else rows
    offset = rows if is_row else 0
    at = first[here]
    while at < size and (rest[here, at] if is_row else rest[at, here - rows]) == 0:
        at += 1
    first[here] = at
    if at < size and at + offset == came:
        at += 1
        while at < size and (rest[here, at] if is_row else rest[at, here - rows]) == 0:
            at += 1
    return at + offset if at < size else -1


@njit(inner=True)
def _cell(path: Counts, low: int, length: int, step: int, rows: int) -> tuple[int, int]:
    """Return row and column of the cell between two neighbours of the cycle path[low:length]."""
    one = path[low + step]
    other = path[low + step + 1] if low + step + 1 < length else path[low]
    return min(one, other), max(one, other) - rows


@njit(inner=True)
def _turn_cycle(rest: Counts, counts: Counts, total: int, path: Counts, low: int, length: int, draw: float) -> None:
    """Move along one cycle until a cell closes; rest and counts change in place."""
    rows = rest.shape[0]
    up = total
    down = total
    for step in range(length - low):
        row, column = _cell(path, low, length, step, rows)
        open_part = rest[row, column]
        if step % 2 == 0:
            up = min(up, total - open_part)
            down = min(down, open_part)
        else:
            up = min(up, open_part)
            down = min(down, total - open_part)
    move = up if draw * (up + down) < down else -down
    for step in range(length - low):
        row, column = _cell(path, low, length, step, rows)
        moved = rest[row, column] + (move if step % 2 == 0 else -move)
        if moved == total:
            counts[row, column] += 1
            moved = 0
        rest[row, column] = moved


@njit()
def close_cells(rest: Counts, counts: Counts, total: int, key: int, level: int) -> None:
    """Close every open cell; the rows and columns of rest must sum to multiples of the total."""
    rows, columns = rest.shape
    first = np.zeros(rows + columns, np.int64)
    seen = np.full(rows + columns, -1, np.int64)
    path = np.empty(rows + columns + 1, np.int64)
    turns = 0
    for start in range(rows):
        path[0] = start
        seen[start] = 0
        length = 1
        while True:
            here = path[length - 1]
            came = path[length - 2] if length > 1 else -1
            there = _next_open(rest, first, here, came)
            if there < 0:
                break
            if seen[there] < 0:
                seen[there] = length
                path[length] = there
                length += 1
                continue
            low = seen[there]
            _turn_cycle(rest, counts, total, path, low, length, uniform(0, 0, _POPULATION, key, level, 0, turns))
            turns += 1
            for position in range(low + 1, length):
                seen[path[position]] = -1
            length = low + 1
        seen[start] = -1


@njit(inner=True)
def _cross(rows: Counts, columns: Counts, key: int, level: int, counts: Counts) -> None:
    """Fill counts : int64[row, column], with the rounded product table of two margins."""
    total: int = 0
    for row in range(rows.size):
        total += rows[row]
    if total == 0:
        return
    rest = np.empty(counts.shape, np.int64)
    for row in range(rows.size):
        for column in range(columns.size):
            product = rows[row] * columns[column]
            counts[row, column] = product // total
            rest[row, column] = product - counts[row, column] * total
    close_cells(rest, counts, total, key, level)


@njit()
def _cross_all(rows: Counts, columns: Counts, keys: Counts, level: int, counts: Counts) -> None:
    """Fill counts : int64[place, row, column], place by place."""
    for place in range(keys.size):
        _cross(rows[place], columns[place], keys[place], level, counts[place])


def cross_totals(rows: Counts, columns: Counts, key: int, level: int) -> Counts:
    """Round the product table of two margins; see `qantar.population.marginals.cross`."""
    counts = np.zeros((1, rows.size, columns.size), np.int64)
    _cross_all(rows[None], columns[None], np.array([key]), level, counts)
    table: Counts = counts[0]
    return table


def cross_each(strata: Counts, classes: Counts, keys: Counts, level: int) -> Counts:
    """Cross strata with classes in every place: (place, stratum) and (place, class) -> (place, class, stratum)."""
    counts = np.zeros((len(keys), strata.shape[1], classes.shape[1]), np.int64)
    _cross_all(strata, classes, keys, level, counts)
    return np.ascontiguousarray(counts.transpose(0, 2, 1))
