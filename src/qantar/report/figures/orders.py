"""The timeline of orders that the record gave to the runs, under the crowds that they met."""

from __future__ import annotations

import textwrap

import numpy as np
from matplotlib.axes import Axes

from qantar.report.case import Case, Order
from qantar.report.digest import Digest
from qantar.report.figures.style import FAINT, INK, NEUTRAL, PALETTE, RUNS, Drawing, canvas, headline, house_style, thousands
from qantar.report.figures.time_axis import label_days, position
from qantar.report.given import OrderGroup, order_groups
from qantar.report.wording import counted, day, hour, listed

ROW = 0.2
LABEL = 66
LONGEST_WHERE = 36


def timeline(found: Digest) -> Drawing | None:
    """Orders by kind and hour, with bars as long as they held; none where no order was given."""
    case, groups = found.material.case, order_groups(found.material.case)
    if not groups:
        return None
    rows = sum(len(group.orders) for group in groups) + len(groups)
    with house_style():
        figure = canvas(1.7 + ROW * rows + 0.7)
        crowd, lanes = figure.subplots(2, 1, sharex=True, height_ratios=(1.2, ROW * rows))
        _crowd(crowd, found)
        _lanes(lanes, case, groups)
        first, last = _window(case)
        lanes.set_xlim(position(case.moment(first)), position(case.moment(last)))
        label_days(lanes, (last - first) / 24, most=9)
        lanes.set_xlabel("local time of the country; a mark is midnight")
        headline(figure, _title(case, found.material.palace))
    text = "Orders in time: " + "; ".join(f"{hour(case.start, order.at)} {_label(case, order)}" for order in case.orders) + "."
    given = found.material.palace == "recorded"
    caption = (
        f"{'Given by the record to every run at these hours' if given else 'What the state did in fact; these runs did not read it'}. "
        "A bar lasts as long as the order held; a dot has no recorded end or acts at once."
    )
    return Drawing("orders", figure, caption, text)


def _window(case: Case) -> tuple[float, float]:
    times = [order.at for order in case.orders]
    untils = [order.until for order in case.orders if order.until is not None]
    return max(min(times) - 6, 0.0), min(max([max(times) + 30, min(times) + 48, *untils]), case.hours(case.end))


def _crowd(axes: Axes, found: Digest) -> None:
    material = found.material
    times = [position(material.case.moment(float(hours))) for hours in material.hours]
    median = np.median(material.crowd, axis=0)
    axes.fill_between(times, 0, median, color=RUNS, alpha=0.35, linewidth=0)
    axes.plot(times, median, color=RUNS, linewidth=1.2)
    axes.set_ylim(bottom=0)
    axes.set_ylabel("out, median run\n(people)")
    axes.tick_params(axis="x", labelbottom=False)
    thousands(axes.yaxis)


def _lanes(axes: Axes, case: Case, groups: tuple[OrderGroup, ...]) -> None:
    height, ticks, labels, first = 0, [], [], _window(case)[0]
    for number, group in enumerate(groups):
        colour = PALETTE[number % len(PALETTE)]
        if number % 2 == 0:
            axes.axhspan(height - 0.5, height + len(group.orders) + 0.5, color=FAINT, alpha=0.45, linewidth=0)
        ticks.append(height)
        labels.append(group.name.upper())
        height += 1
        for order in group.orders:
            _bar(axes, case, order, (height, colour, first))
            ticks.append(height)
            labels.append(f"{_label(case, order, group.name)}  {hour(case.start, order.at)}")
            height += 1
    axes.set_yticks(ticks, labels, fontsize=7.8)
    heads = {group.name.upper() for group in groups}
    for label in axes.get_yticklabels():
        if label.get_text() in heads:
            label.set_fontweight("bold")
            label.set_color(NEUTRAL)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=False)
    axes.set_ylim(height - 0.3, -0.7)


def _bar(axes: Axes, case: Case, order: Order, lane: tuple[int, str, float]) -> None:
    height, colour, first = lane
    start = position(case.moment(max(order.at, first)))
    if order.until is not None:
        end = position(case.moment(order.until))
        axes.plot([start, end], [height, height], color=colour, linewidth=6, solid_capstyle="butt", alpha=0.85)
    axes.plot([start], [height], marker="o", markersize=5, color=colour, markeredgecolor=INK, markeredgewidth=0.6, clip_on=False, zorder=4)


def _label(case: Case, order: Order, kind: str = "") -> str:
    """What was ordered where, without the kind under whose name it stands anyway."""
    return textwrap.shorten(f"{(order.text or order.id).removeprefix(f'{kind}: ')}{_where(case, order)}", LABEL, placeholder=" …")


def _where(case: Case, order: Order) -> str:
    names = [case.region_names.get(region, region) for region in order.regions]
    if not names:
        return ""
    named = f" ({listed(names)})"
    return named if len(named) <= LONGEST_WHERE else f" ({counted(len(names), 'region')})"


def _title(case: Case, palace: str) -> str:
    moments = [case.moment(order.at).date() for order in case.orders]
    busiest = max(sorted(set(moments)), key=moments.count)
    unread = "" if palace == "recorded" else " in fact, unread by these runs"
    return f"{counted(len(case.orders), 'order')}{unread}, {moments.count(busiest)} of them on {day(busiest)}"
