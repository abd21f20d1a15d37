"""How figures and tables of a fit are written."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

THOUSAND = 1_000.0
NOTHING = 1e-9
"""What is smaller is what sums of weights leave of a zero."""


def number(value: float) -> str:
    """Write a figure with three digits that matter."""
    if math.isnan(value):
        return "-"
    if abs(value) >= THOUSAND:
        return f"{float(f'{value:.3g}'):,.0f}"
    return "0" if abs(value) < NOTHING else f"{value:.3g}"


def rows_of(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table in Markdown, its columns as wide as they need to be."""
    lines = [list(header), *(list(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    text = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines]
    text.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(text) + "\n"
