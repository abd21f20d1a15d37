"""Fan charts: median and bands of the runs by day and by hour, with the record's points."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from qantar.report.case import Observation
from qantar.report.digest import Digest
from qantar.report.figures.style import RECORD, RUNS, Drawing, canvas, headline, house_style, thousands
from qantar.report.figures.time_axis import HOURS_SHOWN_BELOW, label_days, position
from qantar.report.wording import day, exact, listed, number

BANDS = (0.05, 0.25, 0.5, 0.75, 0.95)
FEW = 1_000
LABELS = {
    "participants": "participants a day (people)",
    "deaths": "deaths to the end of the day (people)",
    "detained": "detained to the end of the day (people)",
    "injured": "injured to the end of the day (people)",
}
MEANINGS = {"participants": "The largest number out in any one hour of the day, summed over places"}
NOUNS = {"participants": "participants", "deaths": "deaths", "detained": "detained", "injured": "injured"}


def daily_fan(found: Digest, key: str) -> Drawing:
    """A national daily figure: median, 50 % and 90 % bands, the record's points with their values."""
    material = found.material
    values = np.quantile(material.daily[key], BANDS, axis=0)
    record = [row.cells[key].record for row in found.days] if key in found.days[0].cells else []
    points = [row for row in record if row is not None]
    with house_style():
        figure = canvas(3.9)
        axes = figure.add_subplot()
        days = np.array([position(when) for when in material.dates])
        _bands(axes, days, values, markers=True)
        _record_points(axes, points)
        _people_axis(axes, _linear_below(values), max(float(values.max()), *(row.value for row in points), 1.0))
        _day_axis(axes, material.dates)
        axes.set_ylabel(LABELS[key])
        headline(figure, _title(found, key, values))
        _legend(axes)
    return Drawing(f"fan-{key}", figure, _caption(key, points, _linear_below(values)), _alternative(found, key, values, points))


def hourly_fan(found: Digest) -> Drawing:
    """People out hour by hour: median, 50 % and 90 % bands."""
    material = found.material
    values = np.quantile(material.crowd, BANDS, axis=0)
    times = np.array([position(material.case.moment(float(hours))) for hours in material.hours])
    peak = int(values[2].argmax())
    top = material.case.moment(float(material.hours[peak]))
    with house_style():
        figure = canvas(3.4)
        axes = figure.add_subplot()
        _bands(axes, times, values, markers=False)
        _people_axis(axes, 10.0, max(float(values.max()), 1.0))
        label_days(axes, len(material.dates))
        axes.set_xlim(times[0], times[-1])
        axes.set_xlabel("local time of the country; a mark is midnight")
        axes.set_ylabel("out in the whole country (people)")
        headline(figure, f"Hour by hour the median run is fullest on {day(top.date())} at {top:%H:%M}")
        _legend(axes)
    largest = f"The median is largest, {number(float(values[2, peak]))}, at {_moment(top)}."
    text = f"The number of people out in the country at the end of every hour. {largest}"
    return Drawing(
        "fan-hours",
        figure,
        "People out at the end of every hour, in the whole country. The scale is linear up to 10 and logarithmic above.",
        text,
    )


def _moment(when: datetime) -> str:
    return f"{when:%H:%M} on {day(when.date())}"


def _bands(axes: Axes, x: NDArray[np.float64], values: NDArray[np.float64], *, markers: bool) -> None:
    axes.fill_between(x, values[0], values[4], color=RUNS, alpha=0.18, linewidth=0, label="90 % of the runs")
    axes.fill_between(x, values[1], values[3], color=RUNS, alpha=0.32, linewidth=0, label="50 % of the runs")
    axes.plot(x, values[2], color=RUNS, linewidth=1.8, marker="o" if markers else None, markersize=4, label="median run")


def _record_points(axes: Axes, points: list[Observation]) -> None:
    if not points:
        return
    for weak, label in ((False, "record"), (True, "record, weak")):
        kept = [row for row in points if (row.use == "weak") == weak]
        if kept:
            face = "white" if weak else RECORD
            axes.plot(
                [position(row.date) for row in kept],
                [row.value for row in kept],
                linestyle="none",
                marker="D",
                markersize=7,
                markerfacecolor=face,
                markeredgecolor=RECORD,
                markeredgewidth=1.4,
                label=label,
                zorder=5,
            )
    for row in points:
        axes.annotate(
            exact(row.value),
            (position(row.date), row.value),
            xytext=(0, 9),
            textcoords="offset points",
            ha="center",
            fontsize=8.5,
            color=RECORD,
            fontweight="bold",
            zorder=6,
            path_effects=[withStroke(linewidth=2.5, foreground="white")],
        )


def _people_axis(axes: Axes, linear_below: float, top: float) -> None:
    axes.set_yscale("symlog", linthresh=linear_below, linscale=0.5)
    ticks = [0.0, *(10.0**power for power in range(int(np.log10(linear_below)), int(np.ceil(np.log10(max(top, 10.0)))) + 1))]
    axes.set_yticks(ticks)
    axes.set_yticks([], minor=True)
    axes.set_ylim(0, max(top * 2.2, linear_below * 1.5))
    thousands(axes.yaxis)


def _linear_below(values: NDArray[np.float64]) -> float:
    """Where a scale turns from linear to logarithmic: low where the runs stay small."""
    return 100.0 if float(values[-1].max()) > FEW else 10.0


def _day_axis(axes: Axes, dates: tuple[date, ...]) -> None:
    label_days(axes, max(len(dates), HOURS_SHOWN_BELOW + 1))
    axes.set_xlim(position(dates[0]) - 0.5, position(dates[-1]) + 0.5)
    axes.set_xlabel("local date")


def _legend(axes: Axes) -> None:
    axes.legend(loc="upper left", bbox_to_anchor=(0, -0.2), ncols=5, fontsize=8.5, borderaxespad=0, handletextpad=0.5, columnspacing=1.6)


def _title(found: Digest, key: str, values: NDArray[np.float64]) -> str:
    if key == "participants":
        top = int(values[2].argmax())
        return f"The median run peaks on {day(found.material.dates[top])} with {number(float(values[2, top]))} participants"
    return f"The median run ends with {number(float(values[2, -1]))} {NOUNS[key]}"


def _caption(key: str, points: list[Observation], linear_below: float) -> str:
    scale = f"The scale is linear up to {number(linear_below)} and logarithmic above."
    sources = sorted({row.source for row in points})
    return f"{MEANINGS.get(key, LABELS[key].capitalize())}. {scale}" + (f" Record: {listed(sources)}." if sources else "")


def _alternative(found: Digest, key: str, values: NDArray[np.float64], points: list[Observation]) -> str:
    top = int(values[2].argmax())
    dates = found.material.dates
    low, middle, high = (number(float(values[level, top])) for level in (0, 2, 4))
    text = f"Fan chart of {NOUNS[key]} by day. Largest median {middle} on {day(dates[top])}, 90 % of the runs {low} to {high}."
    if points:
        text += " Record: " + ", ".join(f"{exact(row.value)} on {day(row.date)}" for row in points) + "."
    return text
