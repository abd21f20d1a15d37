"""Where the two sides of a comparison differ: each as a map, and the difference beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm
from matplotlib.figure import SubFigure
from matplotlib.patches import Patch
from numpy.typing import NDArray

from qantar.report.case import Case
from qantar.report.comparison import sentences as say
from qantar.report.figures.painting import PER_100_000, Scale, level_scale, paint
from qantar.report.figures.shapes import Frame, frame
from qantar.report.figures.style import INK, WIDTH, Drawing, canvas, headline, house_style, short
from qantar.report.wording import listed

if TYPE_CHECKING:
    from qantar.comparison.effect import Effect

Floats = NDArray[np.float64]

TALLEST = 3.2
"""Height of one map, inches."""

HEADING = 1.0
"""Room for the names of a row and its two scales, inches."""

MOST_NAMED = 3


@dataclass(frozen=True)
class _Row:
    """What a row of maps shows: a figure by region over residents, and where its colours change.

    words, there : of all regions, and of one; edges : of the levels; the difference has them on both sides of zero
    """

    key: str
    words: str
    there: str
    unit: str
    residents: float
    edges: tuple[float, ...]


def _mirrored(edges: tuple[float, ...]) -> tuple[float, ...]:
    """Edges on both sides of zero."""
    return (*(-edge for edge in reversed(edges)), *edges)


def _shift_scale(edges: tuple[float, ...]) -> Scale:
    """The colours of differences, which the colour-blind can tell apart."""
    colours = colormaps["PuOr_r"]
    return Scale(colours, BoundaryNorm(_mirrored(edges), colours.N, extend="both"), edges[0])


ROWS = (
    _Row(
        "participants", "out on each region's fullest day", "out on its fullest day", "people per 100,000 residents", 1e5, PER_100_000
    ),
    _Row("deaths", "deaths", "deaths", "people per million residents", 1e6, (0.1, 0.3, 1, 3, 10, 30, 100)),
)  # fmt: skip


def map_of_both(effect: Effect) -> Drawing | None:
    """Small maps: both sides and the difference, by region and per resident; None where no region differs."""
    rows = [row for row in ROWS if any(mean.value for mean in effect.regions[row.key].values())]
    if not rows:
        return None
    case = say.case_of(effect)
    window = frame(case.shapes, case.regions, case.places)
    shape = window.aspect * (window.north - window.south) / (window.east - window.west)
    with house_style():
        figure = canvas(len(rows) * (min(WIDTH / 3 * shape, TALLEST) + HEADING) + 0.7)
        for part, row in zip(figure.subfigures(len(rows), 1, squeeze=False)[:, 0], rows, strict=True):
            grid = part.subplots(1, 3)
            level, shift = level_scale(row.edges), _shift_scale(row.edges)
            _draw_row(grid, effect, row, (case, window), (level, shift))
            _scale_bar(part, level, list(grid[:2]), f"{row.words} ({row.unit})", {edge: f"{edge:,}" for edge in row.edges})
            few = _mirrored(row.edges[2::4])  # so that their labels have room
            _scale_bar(part, shift, grid[2], f"difference ({row.unit})", {edge: say.signed(edge) for edge in few})
        headline(figure, _title(effect, rows[-1], case))
        clear = Patch(facecolor="none", edgecolor=INK, linewidth=1.6, label="the 95 % interval of the difference leaves zero out")
        figure.legend(handles=[clear], loc="outside lower center", fontsize=8.5)
    return Drawing("map-of-both", figure, _caption(window, case), _alternative(effect, rows, case))


def _scale_bar(part: SubFigure, scale: Scale, axes: Any, words: str, ticks: dict[float, str]) -> None:  # noqa: ANN401 - one or several
    bar = part.colorbar(scale.bar, ax=axes, orientation="horizontal", shrink=0.8, aspect=30, pad=0.02)
    bar.set_label(words, fontsize=8.5)
    bar.set_ticks(list(ticks), labels=list(ticks.values()))
    bar.ax.tick_params(labelsize=7.5)


def _draw_row(grid: NDArray[np.object_], effect: Effect, row: _Row, country: tuple[Case, Frame], scales: tuple[Scale, Scale]) -> None:
    (case, window), (level, shift) = country, scales
    residents = np.array([max(region.population, 1) for region in case.regions]) / row.residents
    levels, differences = effect.region_levels[row.key], effect.regions[row.key]
    ids = [region.id for region in case.regions]
    for axes, side, name in zip(grid, ("a", "b"), ("A", "B"), strict=False):
        values = levels[side].reindex(ids).fillna(0.0).to_numpy(dtype=np.float64) / residents
        _panel(axes, window, level.shades(values), set(), name)
    values = np.array([differences[name].value if name in differences else 0.0 for name in ids]) / residents
    clear = {number for number, name in enumerate(ids) if name in differences and differences[name].clear}
    _panel(grid[2], window, shift.shades(values), clear, "B less A")


def _panel(axes: Axes, window: Frame, shades: list[object], marked: set[int], title: str) -> None:
    paint(axes, window, shades, marked, INK)
    axes.set_title(title, fontsize=9.5, pad=3)


def _title(effect: Effect, row: _Row, case: Case) -> str:
    found = effect.regions[row.key]
    region = say.largest_first(found)[0]
    mean = found[region]
    unclear = f", {say.ALIKE}" if mean.alike else "" if mean.clear else ", not clear of zero"
    return f"Where they differ: {short(case.region_names.get(region, region))}, {say.signed_words(mean.value)} {row.there}{unclear}"


def _caption(window: Frame, case: Case) -> str:
    points = [case.regions[number].name for number, _, _ in window.points]
    tail = f" Squares are regions too small to be seen or without an outline: {listed(points, limit=20)}." if points else ""
    return f"Means over the pairs, per resident; grey: less than the smallest step of the scale.{tail}"


def _alternative(effect: Effect, rows: list[_Row], case: Case) -> str:
    parts = []
    for row in rows:
        found = effect.regions[row.key]
        largest = say.largest_first(found)[:MOST_NAMED]
        names = [f"{case.region_names.get(region, region)} {say.interval(found[region])}" for region in largest]
        parts.append(f"{row.words}: {', '.join(names)}")
    return f"Maps of both sides and of the difference. Largest differences in people: {'; '.join(parts)}."
