"""The palace over time in one run, beside the streets: offices, power, patronage and who leans where."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qantar.report.digest import Digest
from qantar.report.figures.style import FAINT, INK, NEUTRAL, PALETTE, RUNS, Drawing, canvas, headline, house_style, thousands
from qantar.report.figures.time_axis import label_days, position

if TYPE_CHECKING:
    from matplotlib.axes import Axes

OFFICE, POWER, LEAN = "palace-office", "palace-power", "palace-lean"
VACANT = "vacant"
ROW = 0.34
MORE = ("#8c6bb1", "#a3b300", "#c9a08a", "#8fa3b8")
"""Colours for a ninth to a twelfth actor; beyond them colours come again."""
LEAST_LEAN = 0.1
"""Loyalties below this are not drawn."""


def palace_over_time(found: Digest) -> Drawing | None:
    """Offices, power and leanings of the run whose largest day is nearest the median; none where no palace was simulated."""
    if not found.material.members:
        return None
    row = _typical(found)
    member = int(found.material.numbers[row])
    mine = found.material.events_of(member)
    if mine.empty or not (mine["kind"] == OFFICE).any():
        return None
    offices = mine[mine["kind"] == OFFICE]
    colours = _colours(mine)
    names = list(dict.fromkeys(offices.sort_values("value")["text"]))
    with house_style():
        figure = canvas(6.4 + ROW * len(names))
        parts = figure.subfigures(2, 1, height_ratios=(3.0 + ROW * len(names), 3.4), squeeze=False)
        top, bottom = parts[0, 0], parts[1, 0]
        crowd, seats, shares = top.subplots(3, 1, sharex=True, height_ratios=(1.0, ROW * len(names), 1.3))
        _crowd(crowd, found, row)
        _seats(seats, found, offices, (names, colours))
        _shares(shares, found, mine[mine["kind"] == POWER], colours)
        label_days(shares, found.material.hours[-1] / 24, most=9)
        before, after = bottom.subplots(1, 2)
        _leanings(before, mine, colours, first=True)
        _leanings(after, mine, colours, first=False)
        headline(figure, f"The palace beside the streets in run {member}")
    changes = int(offices.duplicated("value").sum())
    caption = (
        "One run, the one whose largest day is nearest the median. A bar is one holder of an office; below it shares of power; in the "
        "circles a line leads from a client to whom he leans, thicker where he leans more (hidden from the others in the run)."
    )
    return Drawing("palace", figure, caption, f"Run {member}: {changes} offices changed hands among {', '.join(names)}.")


def _typical(found: Digest) -> int:
    """Return the row of the finished member whose largest day is nearest the median."""
    peak = found.material.daily["participants"].max(axis=1)
    return int(np.abs(peak - np.median(peak)).argmin())


def _spoken(identifier: str) -> str:
    return identifier.replace("-", " ") or VACANT


def _colours(events: pd.DataFrame) -> dict[str, str]:
    """Return a colour for every actor, in the order of power at the start; the vacant seat is grey."""
    start = events[(events["kind"] == POWER)].drop_duplicates("actor").sort_values("value", ascending=False)
    colours = {str(actor): (PALETTE + MORE)[number % len(PALETTE + MORE)] for number, actor in enumerate(start["actor"])}
    return {**colours, "": FAINT}


def _times(found: Digest, hours: NDArray[np.float64]) -> list[float]:
    return [position(found.material.case.moment(float(hour))) for hour in hours]


def _crowd(axes: Axes, found: Digest, row: int) -> None:
    material = found.material
    times = _times(found, material.hours)
    axes.fill_between(times, 0, material.crowd[row], color=RUNS, alpha=0.35, linewidth=0)
    axes.set_ylabel("out (people)")
    axes.set_ylim(bottom=0)
    axes.tick_params(axis="x", labelbottom=False)
    thousands(axes.yaxis)


def _seats(axes: Axes, found: Digest, offices: pd.DataFrame, drawn: tuple[list[str], dict[str, str]]) -> None:
    names, colours = drawn
    end = position(found.material.case.moment(float(found.material.hours[-1])))
    for height, name in enumerate(names):
        rows = offices[offices["text"] == name]
        starts = [*_times(found, rows["hour"].to_numpy(dtype=np.float64)), end]
        for number, actor in enumerate(str(actor) for actor in rows["actor"]):
            left, width = starts[number], starts[number + 1] - starts[number]
            axes.barh(height, width, left=left, height=0.72, color=colours.get(actor, NEUTRAL), edgecolor="white")
            if width > 0.08 * (end - starts[0]):
                dark = actor and colours.get(actor) not in {PALETTE[1], PALETTE[4]}
                axes.text(left + width / 2, height, _spoken(actor), ha="center", va="center", fontsize=7.5, color="white" if dark else INK)
    axes.set_yticks(range(len(names)), [_spoken(name) for name in names], fontsize=8)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.grid(axis="y", visible=False)
    axes.tick_params(axis="x", labelbottom=False)


def _shares(axes: Axes, found: Digest, rows: pd.DataFrame, colours: dict[str, str]) -> None:
    last = float(found.material.hours[-1])
    for actor, mine in rows.groupby("actor", sort=False):
        times = [*mine["hour"].to_numpy(dtype=np.float64), last]
        values = [*mine["value"], mine["value"].iloc[-1]]
        axes.step(_times(found, np.array(times)), values, where="post", color=colours[str(actor)], linewidth=1.6, label=_spoken(str(actor)))
    axes.set_ylabel("power (share, 0 to 1)")
    axes.set_ylim(bottom=0)
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=7.5)
    axes.set_xlabel("local time of the country; a mark is midnight")


def _leanings(axes: Axes, events: pd.DataFrame, colours: dict[str, str], *, first: bool) -> None:
    """Draw actors on a circle, sized by power, and a line from each client to whom he leans."""
    shares, leans = events[events["kind"] == POWER], events[events["kind"] == LEAN]
    when = shares["hour"].min() if first else shares["hour"].max()
    power = shares[shares["hour"] == when].drop_duplicates("actor", keep="last").set_index("actor")
    gone = {str(actor) for actor, text in power["text"].items() if text == "gone"}
    actors = [actor for actor in colours if actor]
    spots = {actor: (math.sin(2 * math.pi * i / len(actors)), math.cos(2 * math.pi * i / len(actors))) for i, actor in enumerate(actors)}
    links = leans[leans["hour"] == when].drop_duplicates(["actor", "text"], keep="last")
    for client, patron, loyalty in zip(links["actor"], links["text"], links["value"], strict=True):
        if loyalty >= LEAST_LEAN and patron in spots and client in spots:
            style = {"arrowstyle": "-|>", "color": colours[patron], "linewidth": 3.2 * loyalty, "alpha": 0.75, "shrinkA": 9, "shrinkB": 11}
            axes.annotate("", xy=spots[patron], xytext=spots[client], arrowprops=style)
    for actor, (x, y) in spots.items():
        size = 60 + 1_400 * float(power["value"].get(actor, 0.0))
        faint = actor in gone
        axes.scatter([x], [y], s=size, color=FAINT if faint else colours[actor], edgecolor=INK, linewidth=0.6, zorder=3)
        label = f"{_spoken(actor)}{' (gone)' if faint else ''}"
        axes.text(1.45 * x, 1.22 * y, label, ha="center", va="center", fontsize=7.5, color=NEUTRAL if faint else INK)
    axes.set_xlim(-2.1, 2.1)
    axes.set_ylim(-1.45, 1.45)
    axes.set_title("at the start" if first else "at the end", fontsize=9.5, loc="center")
    axes.set_aspect("equal")
    axes.axis("off")
