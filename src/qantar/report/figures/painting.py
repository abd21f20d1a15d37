"""The regions of a country on a map: outlines in colours, points for those too small to see, and the window."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PolyCollection
from matplotlib.colors import BoundaryNorm, Colormap

from qantar.report.figures.shapes import Frame

BLANK = "#f3f4f6"
"""Of a region with nothing to show."""

PER_100_000 = (1, 3, 10, 30, 100, 300, 1_000, 3_000)
"""Participants per 100,000 residents at which the colour changes."""

BORDER, POINT_BORDER = "#9ca3af", "#4b5563"


@dataclass(frozen=True)
class Scale:
    """Colours that change at some edges; what is nearer to zero than the smallest of them is blank."""

    colours: Colormap
    norm: BoundaryNorm
    least: float

    def shades(self, values: Iterable[float]) -> list[Any]:
        """Return matplotlib's colour of each value."""
        return [self.colours(self.norm(value)) if abs(value) >= self.least else BLANK for value in values]

    @property
    def bar(self) -> ScalarMappable:
        """What a colour bar of the scale is drawn from."""
        return ScalarMappable(self.norm, self.colours)


def level_scale(edges: Sequence[float]) -> Scale:
    """Return the colours of what is above zero."""
    colours = colormaps["YlGnBu"].with_extremes(under=BLANK)
    return Scale(colours, BoundaryNorm(edges, colours.N, extend="max"), edges[0])


def paint(axes: Axes, window: Frame, shades: Sequence[Any], marked: Collection[int], mark: str) -> None:
    """Draw every region in its colour, and those that are marked (by number) with an outline of another one.

    shades : matplotlib's colour of each region
    """
    axes.add_collection(
        PolyCollection(
            [outline.ring for outline in window.outlines],
            facecolors=[shades[outline.region] for outline in window.outlines],
            edgecolors=BORDER,
            linewidths=0.5,
        )
    )
    rings = [outline.ring for outline in window.outlines if outline.region in marked]
    if rings:
        axes.add_collection(PolyCollection(rings, facecolors="none", edgecolors=mark, linewidths=1.4))
    for region, longitude, latitude in window.points:
        edge = mark if region in marked else POINT_BORDER
        axes.plot(
            [longitude], [latitude], marker="s", markersize=8, markerfacecolor=shades[region], markeredgecolor=edge, markeredgewidth=1.3
        )
    axes.set_xlim(window.west, window.east)
    axes.set_ylim(window.south, window.north)
    axes.set_aspect(window.aspect)
    axes.set_axis_off()
