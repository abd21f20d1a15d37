"""Lang and De Sterck's four regions: which starts lead where."""

from __future__ import annotations

from dataclasses import replace

from qantar.classics.lang_de_sterck import Country, Region, course
from qantar.report.classics.account import Account, Finding
from qantar.report.figures.style import NEUTRAL, PALETTE, Drawing, canvas, headline, house_style

DAYS = 12.0
STARTS = tuple(i / 20 + 0.005 for i in range(20))
COUNTRIES = (
    Country(1.0, 2.0, 0.4, 0.6),
    Country(1.0, 1.0, 0.2, 0.7),
    Country(2.0, 1.0, 0.2, 0.6),
    Country(1.0, 1.0, 0.7, 0.3),
)
"""One of each region; numbers invented."""
PUBLISHED = {
    Region.POLICE: "for α < β and r* < α everybody goes home who is fewer than β; beyond, the regime falls",
    Region.META: "for α < r* < β a protest between α and β settles at r*, a third stable state",
    Region.UNSTABLE: "for r* > β > α whatever passes α topples the regime",
    Region.FAILED: "for β < α protests between β and α stay as they are; 0 and 1 attract the rest",
}


def account(seed: int) -> Account:
    """Follow every start in one country of each region; nothing is drawn by lot."""
    findings = tuple(_finding(country) for country in COUNTRIES)
    source = (
        'J. C. Lang and H. De Sterck (2014), "The Arab Spring: a simple compartmental model for the dynamics of a revolution", '
        "Mathematical Social Sciences 69: 12-21 (arXiv 1210.1841)."
    )
    remark = "Exact between the thresholds; no seed matters. The numbers of the four countries are invented, one for each region."
    return Account("lang-de-sterck", "four kinds of police state", source, seed, (*findings, _shutdown()), remark, _draw())


def _shutdown() -> Finding:
    """Raise α in the unstable and in the meta-stable country: neither region ends before α passes β, or r*."""
    unstable, meta = COUNTRIES[2], COUNTRIES[1]
    dark = replace(unstable, visible=0.5)
    seen, hidden = course(unstable, 0.3, days=60.0)[-1], course(dark, 0.3, days=60.0)[-1]
    shares = [round(0.2 + 0.01 * i, 2) for i in range(60)]
    stays = [a for a in shares if a < unstable.capacity and replace(unstable, visible=a).region is Region.UNSTABLE]
    fails = [a for a in shares if a > unstable.capacity and replace(unstable, visible=a).region is Region.FAILED]
    calm = [a for a in shares if a < meta.capacity and replace(meta, visible=a).region is Region.POLICE]
    return Finding(
        "Hiding protest (a shutdown) as a higher α",
        "a larger protest is needed to be seen; unstable means α < β < r*, so that it stays unstable until α passes β, and then is a "
        "failed state; meta-stable turns stable where α passes r* (from the equation)",
        f"30 % in the streets of an unstable state end at {seen:.0%} with α = {unstable.visible}, and at {hidden:.0%} with α = "
        f"{dark.visible}; it stays unstable with α from {stays[0]} to {stays[-1]} and is a failed state with {fails[0]} and more;"
        f" the meta-stable one is stable from {calm[0]} (r* {meta.balance:.2f}) to {calm[-1]}",
        (seen > 0.999, hidden < 0.001, stays[-1], fails[0], calm[0]) == (True, True, 0.59, 0.61, meta.balance),
    )


def _finding(country: Country) -> Finding:
    ends = {start: course(country, start, days=80.0)[-1] for start in STARTS}
    expected = {start: _published_rest(country, start) for start in STARTS}
    agreeing = sum(abs(ends[start] - expected[start]) < 1e-6 for start in STARTS)
    reached = sorted({round(end, 3) for end in ends.values()})
    shown = ", ".join(f"{end:.0%}" for end in reached) if len(reached) <= len(country.rests()) else "0 %, 100 %, and wherever it began"
    numbers = f"α {country.visible}, β {country.capacity}, r* {country.balance:.2f}"
    text = f"{agreeing} of {len(STARTS)} starts from 0.5 % to 95.5 % end where they should: {shown}"
    return Finding(f"{country.region.value.capitalize()} ({numbers})", PUBLISHED[country.region], text, agreeing == len(STARTS))


def _published_rest(country: Country, start: float) -> float:
    """Return where the paper's table of basins sends a start."""
    if country.region is Region.FAILED:
        return 0.0 if start < country.capacity else start if start <= country.visible else 1.0
    if country.region is Region.META and country.visible < start < country.capacity:
        return country.balance
    bar = country.visible if country.region is Region.UNSTABLE else country.capacity
    low = country.visible if country.region is Region.META else bar
    return 0.0 if start <= low else 1.0


def _draw() -> Drawing:
    with house_style():
        figure = canvas(6.2)
        for axes, country in zip(figure.subplots(2, 2, sharex=True, sharey=True).flat, COUNTRIES, strict=True):
            for start in STARTS:
                path = course(country, start, days=DAYS, tick_days=0.05)
                end = course(country, start, days=80.0)[-1]
                colour = PALETTE[0] if end < 0.001 else PALETTE[5] if end > 0.999 else PALETTE[2]
                axes.plot([0.05 * i for i in range(len(path))], [100 * share for share in path], color=colour, linewidth=1.3)
            for share, name in ((country.visible, "α"), (country.capacity, "β")):
                axes.axhline(100 * share, color=NEUTRAL, linewidth=1, linestyle="--")
                axes.annotate(name, (DAYS, 100 * share), xytext=(3, -3), textcoords="offset points", annotation_clip=False)
            axes.set_title(country.region.value.capitalize())
            axes.set(xlim=(0, DAYS), ylim=(-2, 102))
        figure.supxlabel("days", fontsize=9.5)
        figure.supylabel("share of the population that protests, %", fontsize=9.5)
        headline(figure, "Where a protest ends depends on what can be seen (α) and what the police can hold (β)")
    caption = (
        "Courses from twenty starts in one country of each region: blue ones end at nobody, orange-red ones at everybody, green ones "
        "between. Dashed: α, from which protest is seen, and β, from which the police give up."
    )
    return Drawing("lang-de-sterck", figure, caption, caption)
