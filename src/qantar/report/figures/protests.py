"""The quiet country: where small protests are and how large they get."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullFormatter
from numpy.typing import NDArray

from qantar.report.digest import Digest
from qantar.report.figures.style import RUNS, Drawing, canvas, headline, house_style, short, thousands
from qantar.report.wording import exact, listed, number

WIDE_RANGE = 100


def small_protests_figure(found: Digest) -> Drawing | None:
    """Places with most small protests, and the share of protests above each size; none where there are none."""
    protests = found.protests
    if not protests.values:
        return None
    with house_style():
        figure = canvas(3.4)
        where, sizes = figure.subplots(1, 2)
        _where(where, found)
        _sizes(sizes, np.asarray(protests.values))
        often, large = number(protests.mean_a_day), number(protests.sizes[-1])
        headline(figure, f"{often} small protests a day in the country; one in a hundred draws {large} people or more")
    threshold = exact(found.material.case.judgement["small_protest"])
    text = "Small protests by place, a 30 days: " + listed([f"{place.name} {place.a_month:.1f}" for place in protests.places]) + "."
    caption = (
        f"A small protest is a settlement and day with {threshold} or more people out. Right: the share of protests with at least that "
        "many people; both scales are logarithmic."
    )
    return Drawing("small-protests", figure, caption, text)


def _where(axes: Axes, found: Digest) -> None:
    places = found.protests.places[::-1]
    axes.barh(range(len(places)), [place.a_month for place in places], color=RUNS, alpha=0.85, height=0.62)
    axes.set_yticks(range(len(places)), [short(place.name) for place in places])
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("protests in 30 days, mean over the runs")


def _sizes(axes: Axes, values: NDArray[np.float64]) -> None:
    exceeding = 1 - np.arange(values.size) / values.size
    axes.step(values, 100 * exceeding, where="pre", color=RUNS, linewidth=1.8)
    axes.set_xscale("log")
    axes.set_yscale("log")
    _plain_ticks(axes, float(values[0]), float(values[-1]))
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel("people out in the fullest hour")
    axes.set_ylabel("protests at least as large, %")


def _plain_ticks(axes: Axes, low: float, high: float) -> None:
    """Ticks at 1, 2 and 5 times the powers of ten; over a wide range only at these."""
    steps = (1, 2, 5) if high < low * WIDE_RANGE else (1,)
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    axes.set_xticks([step * 10.0**power for power in powers for step in steps if low * 0.9 <= step * 10.0**power <= high * 1.3])
    axes.xaxis.set_minor_formatter(NullFormatter())
    thousands(axes.xaxis)
