"""Figures of a comparison: both sides as fans, the paired difference by day, what carries it, endings, regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from qantar.comparison.carried import DIRECT
from qantar.experiments.share import wilson
from qantar.model.channels import CHANNELS
from qantar.report.comparison import sentences as say
from qantar.report.comparison.carrying import Shared, sentence, shared_out
from qantar.report.comparison.maps import map_of_both
from qantar.report.figures.style import FAINT, INK, PALETTE, Drawing, canvas, headline, house_style, short, thousands
from qantar.report.figures.time_axis import HOURS_SHOWN_BELOW, label_days, position
from qantar.report.wording import day, number

if TYPE_CHECKING:
    from qantar.comparison.effect import Effect
    from qantar.comparison.interval import Mean

SIDE_A, SIDE_B, CARRY = PALETTE[0], PALETTE[1], PALETTE[2]
"""Blue and orange: apart for every common kind of colour blindness, and in grey."""

BAND = (0.05, 0.5, 0.95)
DAILY = {
    "participants": "participants a day (people)",
    "deaths": "deaths to the end of the day (people)",
    "detained": "detained to the end of the day (people)",
}
CHANNEL_NAMES = {
    "grievance": "price and grievance",
    "far": "news from elsewhere",
    "near": "the crowd nearby",
    "efficacy": "hope after concessions",
    "net": "curiosity, net cut",
    "force": "men on the street",
    "shooting": "orders to shoot",
    "curfew": "curfew",
    "fear": "fear",
    "clash": "clashes seen",
    "disorder": "looting, arms, patrols",
    "brokerage": "who can calm a crowd",
    DIRECT: "directly",
}
REGIONS = 17
LINEAR_BELOW = 100.0


def comparison_gallery(effect: Effect) -> tuple[Drawing, ...]:
    """Every figure that the comparison has something for; none without a pair."""
    if not effect.pairs:
        return ()
    found: list[Drawing | None] = [both_by_day(effect, name) for name in DAILY]
    found += [channels(shared) for shared in shared_out(effect) if shared.told]
    found += [endings(effect), map_of_both(effect), regions(effect, "deaths"), regions(effect, "detained")]
    return tuple(drawing for drawing in found if drawing is not None)


def both_by_day(effect: Effect, name: str) -> Drawing:
    """A daily figure of both sides with 90 % bands, and below it the paired difference with its interval."""
    dates = effect.a.series["date"].values.astype("datetime64[D]").tolist()
    x = np.array([position(when) for when in dates])
    means = effect.daily[name]
    with house_style():
        figure = canvas(5.6)
        upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
        largest = 0.0
        for side, colour, ensemble in (("A", SIDE_A, effect.a), ("B", SIDE_B, effect.b)):
            values = _values(ensemble.series[name].sel(member=effect.pairs).values)
            largest = max(largest, float(values.max()))
            upper.fill_between(x, values[0], values[2], color=colour, alpha=0.2, linewidth=0)
            upper.plot(
                x, values[1], color=colour, linewidth=1.8, marker="o", markersize=3.5, label=f"{side}: median, 90 % of the runs shaded"
            )
        curved = name == "participants" and largest > LINEAR_BELOW
        _count_scale(upper, largest, curved=curved)
        upper.set_ylabel(DAILY[name])
        upper.legend(loc="upper left", bbox_to_anchor=(0, 1.14), ncols=2, fontsize=8.5, borderaxespad=0)
        low, middle, high = (np.array([getattr(mean, part) for mean in means]) for part in ("low", "value", "high"))
        lower.axhline(0.0, color=INK, linewidth=0.8)
        lower.fill_between(x, low, high, color=CARRY, alpha=0.3, linewidth=0)
        lower.plot(x, middle, color=CARRY, linewidth=1.8, marker="o", markersize=3.5)
        lower.set_ylabel("B less A (people)")
        thousands(lower.yaxis)
        label_days(lower, max(len(dates), HOURS_SHOWN_BELOW + 1))
        lower.set_xlim(x[0] - 0.5, x[-1] + 0.5)
        lower.set_xlabel("local date; below: mean paired difference with its 95 % interval")
        headline(figure, _day_title(means, name, [day(when) for when in dates]))
    last = say.interval(means[-1])
    scale = f"; the scale is linear up to {LINEAR_BELOW:.0f} and logarithmic above" if curved else ""
    caption = f"Above: {DAILY[name]}, whole country, both sides{scale}. Below: the mean difference within pairs, on a linear scale."
    return Drawing(f"both-{name}", figure, caption, f"{DAILY[name].capitalize()} of both sides by day; on the last day B less A is {last}.")


def _values(values: NDArray[np.generic]) -> NDArray[np.float64]:
    return np.asarray(np.quantile(np.asarray(values, dtype=np.float64), BAND, axis=0))


def _count_scale(axes: Axes, top: float, *, curved: bool) -> None:
    if not curved:
        axes.set_ylim(0, max(1.1 * top, 1.0))
        if top > LINEAR_BELOW:
            thousands(axes.yaxis)
        return
    axes.set_yscale("symlog", linthresh=LINEAR_BELOW, linscale=0.6)
    powers = range(2, int(np.ceil(np.log10(max(top, LINEAR_BELOW)))) + 1)
    axes.set_yticks([0.0, *(10.0**power for power in powers)])
    axes.set_yticks([], minor=True)
    axes.set_ylim(0, max(1.6 * top, 10.0))
    thousands(axes.yaxis)


def _day_title(means: tuple[Mean, ...], name: str, dates: list[str]) -> str:
    largest = max(range(len(means)), key=lambda column: abs(means[column].value))
    words = {"participants": "participants", "deaths": "deaths", "detained": "detained"}[name]
    if means[largest].value == 0.0:
        return f"No difference in {words} on any day"
    clear = f", {say.ALIKE}" if means[largest].alike else "" if means[largest].clear else ", not clear of zero"
    return f"The largest difference in {words}: {say.signed_words(means[largest].value)} on {dates[largest]}{clear}"


def channels(shared: Shared) -> Drawing:
    """What each channel carries of an outcome's difference, with intervals; the sum above them."""
    total, ranked, words = shared.total, shared.ranked, shared.words
    rows = [("the whole difference", total), *((CHANNEL_NAMES[name], mean) for name, mean in ranked)][::-1]
    with house_style():
        figure = canvas(1.5 + 0.34 * len(rows))
        axes = figure.add_subplot()
        axes.axvline(0.0, color=INK, linewidth=0.9)
        for height, (name, mean) in enumerate(rows):
            whole = name == "the whole difference"
            axes.barh(height, mean.value, height=0.62, color=INK if whole else CARRY, alpha=0.75 if whole else 0.85)
            _interval_line(axes, mean, height)
        _written_beside(axes, [mean for _, mean in rows])
        axes.set_yticks(range(len(rows)), [name for name, _ in rows])
        axes.set_ylim(-0.6, len(rows) - 0.4)
        axes.grid(axis="y", visible=False)
        thousands(axes.xaxis)
        axes.set_xlabel(f"{words}, B less A ({shared.unit}; line: 95 % interval)")
        name, first = ranked[0]
        way = CHANNEL_NAMES[name] if name == DIRECT else f"through {CHANNEL_NAMES[name]}"
        headline(figure, f"{say.signed_words(total.value)} {shared.title}: largest part {way} ({say.signed(first.value)})")
    none = [CHANNEL_NAMES[name] for name in CHANNELS if name not in dict(ranked)]
    caption = f"Shapley values over channels, {shared.pairs} pairs; they sum to the whole difference in these pairs." + (
        f" Exactly nothing comes through: {', '.join(none)}." if none else ""
    )
    return Drawing(f"channels-{shared.name}", figure, caption, sentence(shared))


def _interval_line(axes: Axes, mean: Mean, height: float) -> None:
    if not np.isnan(mean.low):
        axes.plot([mean.low, mean.high], [height, height], color=INK, linewidth=1.6, solid_capstyle="butt")


def _written_beside(axes: Axes, means: list[Mean]) -> None:
    """The numbers at the right edge, where no interval runs through them."""
    ends = [end for mean in means for end in (mean.low, mean.value, mean.high, 0.0) if not np.isnan(end)]
    low, high = min(ends), max(ends)
    room = (high - low) or 1.0
    axes.set_xlim(low - 0.04 * room, high + 0.16 * room)
    for height, mean in enumerate(means):
        axes.annotate(
            say.signed(mean.value), (high + 0.15 * room, height), xytext=(0, -3), textcoords="offset points", fontsize=8.5, ha="right"
        )


def endings(effect: Effect) -> Drawing:
    """Shares of the pairs that end in each way, A beside B, with the paired difference in words."""
    rows = effect.endings[::-1]
    with house_style():
        figure = canvas(1.5 + 0.62 * len(rows))
        axes = figure.add_subplot()
        for height, row in enumerate(rows):
            axes.barh(height + 0.19, 100 * row.in_a, height=0.34, color=SIDE_A, alpha=0.85)
            axes.barh(height - 0.19, 100 * row.in_b, height=0.34, color=SIDE_B, alpha=0.85)
            for offset, share in ((0.19, row.in_a), (-0.19, row.in_b)):
                low, high = wilson(share, len(effect.pairs))
                axes.plot([100 * low, 100 * high], [height + offset] * 2, color=INK, linewidth=1.6, solid_capstyle="butt")
                axes.annotate(
                    f"{100 * share:.0f} %", (100 * high, height + offset), xytext=(4, -3), textcoords="offset points", fontsize=8.5
                )
            difference = row.difference
            text = f"{say.signed(100 * difference.value)} points\n[{say.signed(100 * difference.low)}, {say.signed(100 * difference.high)}]"
            axes.annotate(text, (144, height), ha="right", va="center", fontsize=8.5)
        axes.barh([0], [0], color=SIDE_A, label="A")
        axes.barh([0], [0], color=SIDE_B, label="B")
        axes.set_yticks(range(len(rows)), [row.name for row in rows])
        axes.set_ylim(-0.55, len(rows) - 0.45)
        axes.set_xlim(0, 146)
        axes.set_xticks(range(0, 101, 20))
        axes.grid(axis="y", visible=False)
        axes.set_xlabel("share of the pairs, % (lines: 95 % intervals); at the right the paired difference with its own")
        axes.legend(loc="upper left", bbox_to_anchor=(0, -0.24), ncols=2, fontsize=8.5, borderaxespad=0)
        moved = max(effect.endings, key=lambda row: abs(row.difference.value))
        same = moved.difference.value == 0.0
        title = (
            "The runs end as often in each way"
            if same
            else f"{moved.name.capitalize()}: {100 * moved.in_a:.0f} % in A, {100 * moved.in_b:.0f} % in B"
        )
        headline(figure, title)
    return Drawing("endings", figure, "How the runs of both sides ended.", "; ".join(say.ending_words(row) for row in effect.endings) + ".")


def regions(effect: Effect, name: str) -> Drawing | None:
    """The paired difference of each region, with its interval; regions without any are left out."""
    found = effect.regions[name]
    names = say.case_of(effect).region_names
    kept = say.largest_first(found)[:REGIONS][::-1]
    if not kept:
        return None
    with house_style():
        figure = canvas(1.4 + 0.3 * len(kept))
        axes = figure.add_subplot()
        axes.axvline(0.0, color=INK, linewidth=0.9)
        for height, region in enumerate(kept):
            mean = found[region]
            axes.axhline(height, color=FAINT, linewidth=0.8, zorder=0)
            _interval_line(axes, mean, height)
            axes.plot([mean.value], [height], marker="o", markersize=7, color=CARRY, markeredgecolor="white")
        _written_beside(axes, [found[region] for region in kept])
        axes.set_yticks(range(len(kept)), [short(names.get(region, region)) for region in kept])
        axes.set_ylim(-0.6, len(kept) - 0.4)
        axes.grid(axis="y", visible=False)
        thousands(axes.xaxis)
        axes.set_xlabel(f"{name} to the end of the run, B less A (people; line: 95 % interval)")
        first = kept[-1]
        headline(figure, f"Largest difference in {name}: {short(names.get(first, first))}, {say.signed_words(found[first].value)}")
    text = "; ".join(f"{names.get(region, region)} {say.interval(found[region])}" for region in reversed(kept))
    left = number(len(found) - len(kept))
    return Drawing(
        f"regions-{name}",
        figure,
        f"Regions with a difference; {left} others have none.",
        f"{name.capitalize()} by region, B less A: {text}.",
    )
