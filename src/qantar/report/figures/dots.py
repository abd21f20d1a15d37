"""Dots with their intervals, in rows from the top, beside a line at nothing where they are differences."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from qantar.report.figures.style import INK, RECORD, RUNS


@dataclass(frozen=True)
class Look:
    """What a dot looks like, and what it says of itself in the legend."""

    meaning: str
    colour: str = RUNS
    marker: str = "o"
    hollow: bool = False


PLAIN = Look("mean and 95 % interval")
UNCLEAR = Look("the interval holds zero, or there is none", hollow=True)
OTHER_WAY = Look("the other sign than as it is", RECORD, "D")
OTHER_UNCLEAR = Look("the other sign, the interval holds zero or there is none", RECORD, "D", hollow=True)


def dot(axes: Axes, at: float, interval: tuple[float, float], row: float, look: Look = PLAIN) -> None:
    """Draw a value and its interval in a row; without an interval (nan) only the value."""
    if not math.isnan(interval[0]):
        axes.plot(interval, [row, row], color=look.colour, linewidth=1.8, solid_capstyle="butt", zorder=2)
    face = "white" if look.hollow else look.colour
    axes.plot(
        [at], [row], linestyle="none", marker=look.marker, markersize=6.5, markerfacecolor=face, markeredgecolor=look.colour,
        markeredgewidth=1.3, zorder=3,
    )  # fmt: skip


def name_looks(axes: Axes, looks: Sequence[Look]) -> None:
    """Name in the legend of `axes` the looks that occur, each once and in the order in which they are given."""
    for look in dict.fromkeys(looks):
        face = "white" if look.hollow else look.colour
        axes.plot(
            [], [], color=look.colour, linewidth=1.8, marker=look.marker, markersize=6.5, markerfacecolor=face, label=look.meaning
        )  # fmt: skip


def rows(axes: Axes, names: Sequence[str], size: float = 9.0) -> None:
    """Name the rows 0, 1, ... from the top; size : of letters, points."""
    axes.set_yticks(range(len(names)), names, fontsize=size)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.grid(axis="y", visible=False)


def nothing(axes: Axes) -> None:
    """Draw the line at zero, where there is no difference."""
    axes.axvline(0.0, color=INK, linewidth=0.9, zorder=1)
