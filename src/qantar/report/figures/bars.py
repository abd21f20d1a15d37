"""Regions in protest by day, casualties by area, and how the runs ended."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from qantar.experiments.share import wilson as wilson_interval
from qantar.report.case import Observation
from qantar.report.digest import Digest
from qantar.report.figures.style import INK, PALETTE, RECORD, RUNS, Drawing, canvas, headline, house_style, root_scale, short
from qantar.report.tables import AreaRow, EndingRow
from qantar.report.wording import day, exact, number, percent

AREAS = 20


def regions_by_day(found: Digest) -> Drawing:
    """Regions in protest a day: median, 50 % and 90 % intervals, the record's points."""
    material = found.material
    values = np.quantile(material.daily["regions"], (0.05, 0.25, 0.5, 0.75, 0.95), axis=0)
    x = np.arange(len(material.dates))
    with house_style():
        figure = canvas(3.2)
        axes = figure.add_subplot()
        axes.vlines(x, values[0], values[4], color=RUNS, alpha=0.3, linewidth=9, label="90 % of the runs")
        axes.vlines(x, values[1], values[3], color=RUNS, alpha=0.55, linewidth=9, label="50 % of the runs")
        axes.plot(x, values[2], linestyle="none", marker="o", color=RUNS, markeredgecolor="white", markersize=7, label="median run")
        for column, row in enumerate(found.days):
            record = row.cells["regions"].record
            if record is not None:
                _diamond(axes, column + 0.28, record.value, weak=record.use == "weak")
                axes.annotate(
                    exact(record.value),
                    (column + 0.28, record.value),
                    xytext=(7, -3),
                    textcoords="offset points",
                    color=RECORD,
                    fontsize=8.5,
                    fontweight="bold",
                )
        _name_records(axes, [row.cells["regions"].record for row in found.days])
        axes.set_xticks(x[:: max(1, len(x) // 15)], [day(when) for when in material.dates][:: max(1, len(x) // 15)])
        axes.set_ylim(-0.6, len(material.case.regions) + 0.9)
        axes.set_yticks(range(0, len(material.case.regions) + 1, max(1, math.ceil(len(material.case.regions) / 6))))
        axes.grid(axis="x", visible=False)
        axes.set_xlabel("local date")
        axes.set_ylabel(f"in protest (regions, of {len(material.case.regions)})")
        top = int(values[2].argmax())
        headline(figure, f"Protest reaches {number(float(values[2, top]))} of {len(material.case.regions)} regions in the median run")
        axes.legend(loc="upper left", bbox_to_anchor=(0, -0.22), ncols=4, fontsize=8.5, borderaxespad=0)
    threshold = exact(material.case.judgement["region_protest"])
    low, middle, high = (number(float(values[level, top])) for level in (0, 2, 4))
    largest = f"The median is largest on {day(material.dates[top])}: {middle} regions, 90 % of the runs {low} to {high}."
    return Drawing(
        "regions-by-day",
        figure,
        f"A region is in protest on a day when {threshold} or more people are out in one of its settlements.",
        f"Regions in protest by day. {largest}",
    )


def by_area(found: Digest, key: str) -> Drawing:
    """Deaths or detained by region and recorded place: dot with 90 % interval, the record beside it."""
    rows = sorted(found.areas, key=lambda row: _size(row, key))[-AREAS:]
    with house_style():
        figure = canvas(1.5 + 0.27 * max(len(rows), 1))
        axes = figure.add_subplot()
        for height, row in enumerate(rows):
            _area(axes, height, row, key)
        axes.set_yticks(range(len(rows)), [f"{short(row.name)} (place)" if row.is_place else short(row.name) for row in rows])
        axes.set_ylim(-0.7, len(rows) - 0.3)
        root_scale(axes, "x")
        right = max([row.cells[key].runs.high for row in rows] + [_recorded(row, key) for row in rows] + [4.0])
        ticks = _root_ticks(right)
        axes.set_xticks(ticks, [f"{value:,}" for value in ticks])
        axes.set_xlim(0, right * 1.12)
        axes.grid(axis="y", visible=False)
        axes.set_xlabel(f"{key} (people), square-root scale")
        headline(figure, _area_title(rows, key))
        axes.plot([], [], color=RUNS, marker="o", label="median run and 90 % interval")
        _name_records(axes, [row.cells[key].record for row in rows])
        axes.legend(loc="lower right", fontsize=8.5)
    alternative = "; ".join(
        f"{row.name} median {number(row.cells[key].runs.middle)}{f', record {exact(_recorded(row, key))}' if row.cells[key].record else ''}"
        for row in reversed(rows)
    )
    return Drawing(
        f"{key}-by-area",
        figure,
        f"{key.capitalize()} to the end of the run by region, and by place where the record names one. No diamond: no record of that area.",
        f"{key.capitalize()} by area: {alternative}.",
    )


def _area(axes: Axes, height: float, row: AreaRow, key: str) -> None:
    runs, record = row.cells[key].runs, row.cells[key].record
    axes.plot([runs.low, runs.high], [height, height], color=RUNS, alpha=0.45, linewidth=4, solid_capstyle="butt")
    axes.plot([runs.middle], [height], marker="o", color=RUNS, markersize=6.5, markeredgecolor="white")
    if record is not None:
        _diamond(axes, record.value, height, weak=record.use == "weak")
        right = record.value >= runs.middle
        axes.annotate(
            exact(record.value),
            (record.value, height),
            xytext=(7 if right else -7, -3),
            textcoords="offset points",
            color=RECORD,
            fontsize=8.5,
            ha="left" if right else "right",
            fontweight="bold",
            path_effects=[withStroke(linewidth=2.5, foreground="white")],
        )


def _root_ticks(right: float) -> list[int]:
    """Round numbers up to `right`, far enough apart on a square-root scale to be read."""
    ticks = [0]
    for value in (1, 5, 20, 50, *(factor * 10**power for power in range(2, 8) for factor in (1, 2, 3, 5))):
        if value <= right * 1.05 and math.sqrt(value) - math.sqrt(ticks[-1]) > math.sqrt(right) / 12:
            ticks.append(value)
    return ticks


def _name_records(axes: Axes, records: Sequence[Observation | None]) -> None:
    """Name in the legend the diamonds that are there: full ones, hollow ones for weak accounts, or both."""
    weak = {record.use == "weak" for record in records if record is not None}
    for is_weak in sorted(weak):
        fill = "white" if is_weak else RECORD
        axes.plot(
            [], [], linestyle="none", marker="D", color=RECORD, markerfacecolor=fill, label="record, weak" if is_weak else "record"
        )  # fmt: skip


def _diamond(axes: Axes, x: float, y: float, *, weak: bool) -> None:
    axes.plot(
        [x],
        [y],
        marker="D",
        markersize=6.5,
        markerfacecolor="white" if weak else RECORD,
        markeredgecolor=RECORD,
        markeredgewidth=1.3,
        zorder=5,
    )


def _recorded(row: AreaRow, key: str) -> float:
    record = row.cells[key].record
    return record.value if record is not None else 0.0


def _size(row: AreaRow, key: str) -> tuple[float, float, str]:
    return max(row.cells[key].runs.middle, _recorded(row, key)), row.cells[key].runs.high, row.name


def _area_title(rows: list[AreaRow], key: str) -> str:
    if not rows:
        return f"No {key} anywhere"
    most = max((row for row in rows if not row.is_place), key=lambda row: row.cells[key].runs.middle, default=rows[-1])
    compared = [row for row in rows if row.cells[key].held]
    inside = sum(not row.cells[key].outside for row in compared)
    tail = f"; {inside} of {len(compared)} recorded areas inside the interval" if compared else ""
    return f"Most {key} in the median: {short(most.name)}{tail}"


def endings(found: Digest) -> Drawing:
    """How the runs ended: shares with 95 % intervals."""
    rows = found.endings[::-1]
    with house_style():
        figure = canvas(1.3 + 0.42 * len(rows))
        axes = figure.add_subplot()
        for height, row in enumerate(rows):
            low, high = wilson(row)
            axes.barh(height, 100 * row.share.value, height=0.6, color=PALETTE[(len(rows) - 1 - height) % len(PALETTE)], alpha=0.85)
            axes.plot([100 * low, 100 * high], [height, height], color=INK, linewidth=2, solid_capstyle="butt")
            axes.annotate(
                f"{percent(row.share)}  ({row.share.count})",
                (max(100 * high, 100 * row.share.value), height),
                xytext=(6, -3),
                textcoords="offset points",
                fontsize=9,
            )
        axes.set_yticks(range(len(rows)), [row.name for row in rows])
        axes.set_xlim(0, 116)
        axes.set_xticks(range(0, 101, 20))
        axes.grid(axis="y", visible=False)
        axes.set_xlabel("share of the runs, % (line: 95 % interval; number of runs in brackets)")
        headline(figure, _ending_title(found.endings[0]))
    text = "How the runs ended: " + ", ".join(f"{row.name} {percent(row.share)}" for row in found.endings) + "."
    return Drawing(
        "endings", figure, "How the runs ended. " + " ".join(f"{row.name.capitalize()}: {row.sentence}" for row in found.endings), text
    )


def _ending_title(first: EndingRow) -> str:
    if first.share.count * 2 <= first.share.members:
        return f"Most frequent ending: {first.name}"
    return f"{'All' if first.share.count == first.share.members else 'Most'} runs end: {first.name}"


def wilson(row: EndingRow) -> tuple[float, float]:
    """The 95 % interval of the share of an ending."""
    return wilson_interval(row.share.value, row.share.members)
