"""The country day by day: small maps of the median run, with the regions that the record names."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from qantar.report.digest import Digest
from qantar.report.figures.painting import PER_100_000, Scale, level_scale, paint
from qantar.report.figures.shapes import Frame, frame
from qantar.report.figures.style import INK, RECORD, WIDTH, Drawing, canvas, headline, house_style, short
from qantar.report.material import Material
from qantar.report.record import in_protest
from qantar.report.wording import day, exact, listed, number

MOST_DAYS = 12
COLUMNS = 3
TALLEST = 5.0
"""Height of one map, inches."""

NAMED = 2
LABEL_WIDTH = 0.22
LABEL_HEIGHT = 0.1
"""Room that the name of a place needs, as shares of a map."""

LARGEST_CIRCLE = 170.0
SMALLEST_CIRCLE = 4.0
"""Areas of circles, points²."""

_RING: dict[str, Any] = {"markerfacecolor": (1, 1, 1, 0.55), "markeredgecolor": INK, "markeredgewidth": 0.7, "zorder": 4}


@dataclass(frozen=True)
class _Panel:
    """What one small map shows."""

    when: date
    per_100_000: NDArray[np.float64]
    place_median: NDArray[np.float64]
    participants: float
    recorded: frozenset[str]


def map_by_day(found: Digest) -> Drawing:
    """Small maps: regions by median participants per 100,000, places as circles, the record's regions outlined."""
    material = found.material
    panels = _panels(material)
    window = frame(material.case.shapes, material.case.regions, material.case.places)
    columns = min(COLUMNS, len(panels))
    rows = math.ceil(len(panels) / columns)
    height = min(WIDTH / columns * window.aspect * (window.north - window.south) / (window.east - window.west), TALLEST)
    with house_style():
        figure = canvas(rows * (height + 0.22) + 1.3)
        grid = figure.subplots(rows, columns, squeeze=False)
        scale = level_scale(PER_100_000)
        top = max([float(panel.place_median.max()) for panel in panels] + [10 * material.case.judgement["small_protest"]])
        for axes, panel in zip(grid.flat, panels, strict=False):
            _draw(axes, panel, material, window, (scale, top))
        for axes in list(grid.flat)[len(panels) :]:
            axes.set_axis_off()
        headline(figure, _title(panels, material))
        bar = figure.colorbar(
            scale.bar, ax=grid, orientation="horizontal", shrink=0.55, aspect=38, pad=0.02, extend="max"
        )
        bar.set_label("participants per 100,000 residents of the region, median over the runs (grey: under 1)")
        bar.set_ticks(PER_100_000, labels=[f"{edge:,}" for edge in PER_100_000])
        figure.legend(handles=_keys(top, any(panel.recorded for panel in panels)), loc="outside lower center", ncols=3, fontsize=8.5)
    return Drawing("map-by-day", figure, _caption(panels, material, window), _alternative(panels, material))


def _panels(material: Material) -> list[_Panel]:
    populations = np.array([max(region.population, 1) for region in material.case.regions])
    region_median = np.median(material.places.region_peak, axis=0)
    place_median = np.where(material.places.settlements, material.places.place_median, 0.0)
    total = np.median(material.daily["participants"], axis=0)
    recorded = [in_protest(material.case, when) for when in material.dates]
    return [
        _Panel(
            material.dates[column], 1e5 * region_median[column] / populations, place_median[column], float(total[column]), recorded[column]
        )
        for column in chosen_days(total, np.array([bool(regions) for regions in recorded]))
    ]


def chosen_days(total: NDArray[np.float64], recorded: NDArray[np.bool_]) -> range:
    """At most a dozen days in a row: those with most recorded days, then with most people out, then the earliest."""
    starts = range(max(len(total) - MOST_DAYS, 0) + 1)
    windows = [range(start, min(start + MOST_DAYS, len(total))) for start in starts]
    return max(windows, key=lambda days: (int(recorded[days].sum()), float(total[days].sum()), -days.start))


def _draw(axes: Axes, panel: _Panel, material: Material, window: Frame, sizes: tuple[Scale, float]) -> None:
    scale, top = sizes
    recorded = {number for number, region in enumerate(material.case.regions) if region.id in panel.recorded}
    paint(axes, window, scale.shades(panel.per_100_000), recorded, RECORD)
    _circles(axes, panel, material, (window, top))
    axes.set_title(f"{day(panel.when)}: {number(panel.participants)} out", fontsize=9.5, pad=3)


def _circles(axes: Axes, panel: _Panel, material: Material, scale: tuple[Frame, float]) -> None:
    window, top = scale
    threshold = material.case.judgement["small_protest"]
    rows = [row for row in np.argsort(-panel.place_median) if panel.place_median[row] >= threshold]
    large = [row for row in rows if _circle(panel.place_median[row], top) > SMALLEST_CIRCLE]
    small = [material.case.places[row] for row in rows[len(large) :]]
    places = [material.case.places[row] for row in large]
    axes.plot(
        [place.longitude for place in small],
        [place.latitude for place in small],
        linestyle="none",
        marker="o",
        markersize=SMALLEST_CIRCLE**0.5,
        **_RING,
    )
    axes.scatter(
        [place.longitude for place in places],
        [place.latitude for place in places],
        s=[_circle(panel.place_median[row], top) for row in large],
        facecolor=(1, 1, 1, 0.35),
        edgecolor=INK,
        linewidth=0.8,
        zorder=4,
    )
    apart = LABEL_WIDTH * (window.east - window.west), LABEL_HEIGHT * (window.north - window.south)
    named: list[tuple[float, float]] = []
    for row in rows:
        place = material.case.places[row]
        if len(named) < NAMED and all(abs(place.latitude - y) > apart[1] or abs(place.longitude - x) > apart[0] for x, y in named):
            named.append((place.longitude, place.latitude))
            axes.annotate(
                short(place.name),
                (place.longitude, place.latitude),
                xytext=(0, 4 + _circle(panel.place_median[row], top) ** 0.5 / 2),
                textcoords="offset points",
                fontsize=7.5,
                ha="center",
                zorder=6,
                path_effects=[withStroke(linewidth=2.2, foreground="white")],
            )


def _circle(people: float, top: float) -> float:
    return max(LARGEST_CIRCLE * people / top, SMALLEST_CIRCLE)


def _keys(top: float, recorded: bool) -> list[Line2D | Patch]:
    step = 10.0 ** math.floor(math.log10(max(top, 10.0)))
    found: list[Line2D | Patch] = [
        Line2D(
            [],
            [],
            linestyle="none",
            marker="o",
            markersize=_circle(size, top) ** 0.5,
            markerfacecolor="white",
            markeredgecolor=INK,
            label=f"{exact(size)} out in a settlement",
        )
        for size in (step, step / 10)
    ]
    if recorded:
        found.append(Patch(facecolor="none", edgecolor=RECORD, linewidth=1.6, label="the record names protest here"))
    return found


def _title(panels: list[_Panel], material: Material) -> str:
    if not panels:
        return "No day to draw"
    fullest = max(panels, key=lambda panel: panel.participants)
    region = short(material.case.regions[int(fullest.per_100_000.argmax())].name)
    return f"Where people are out: on {day(fullest.when)}, the fullest day, {region} has most per resident"


def _caption(panels: list[_Panel], material: Material, window: Frame) -> str:
    points = [material.case.regions[row].name for row, _, _ in window.points]
    tail = f" Squares are regions too small to be seen or without an outline: {listed(points, limit=20)}." if points else ""
    threshold = exact(material.case.judgement["small_protest"])
    if len(panels) < len(material.dates):
        tail += f" {len(panels)} of the {len(material.dates)} days are drawn, those with most in the record and on the streets."
    if any(panel.recorded for panel in panels):
        tail = f" Where outlines are orange, the record names crowds in that region on that day.{tail}"
    return (
        "Each map is one local date. Colour: median participants per 100,000 residents of the region. Circles: median number out in a "
        f"settlement, where it reaches {threshold}.{tail}"
    )


def _alternative(panels: list[_Panel], material: Material) -> str:
    parts = []
    for panel in panels:
        top = np.argsort(-panel.place_median)[:3]
        names = [
            f"{material.case.places[row].name} {number(float(panel.place_median[row]))}" for row in top if panel.place_median[row] >= 1
        ]
        parts.append(f"{day(panel.when)}: {', '.join(names) or 'hardly anybody'}")
    return "Maps by day. Largest places in the median: " + "; ".join(parts) + "."
