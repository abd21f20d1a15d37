"""A comparison as one page of plain words, for the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING

from qantar.report.comparison import carrying
from qantar.report.comparison import sentences as say
from qantar.report.wording import day, number

if TYPE_CHECKING:
    from qantar.comparison.effect import Effect
    from qantar.comparison.interval import Mean

WIDTH = 110
REGIONS = 6


def comparison_page(effect: Effect) -> str:
    """What a comparison says, answer first, in lines of about 110 columns.

    Raises StoreError where no pair came to an end.
    """
    case = say.case_of(effect)
    parts = [
        [case.title.upper(), *_wrapped(say.what(effect), "")],
        ["THE EFFECT OF B", *_wrapped(say.headline(effect)), *_all(say.failures(effect))],
        _outcomes(effect),
        _endings(effect),
        _days(effect),
        _regions(effect, case.region_names),
        _channels(effect),
        ["HOW SURE", *_wrapped(say.precision(effect)), *_wrapped(say.METHOD)],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _wrapped(text: str, indent: str = "  ") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent)


def _all(texts: Iterable[str]) -> list[str]:
    return [line for text in texts for line in _wrapped(text)]


def _outcomes(effect: Effect) -> list[str]:
    lines = ["OUTCOMES (mean ± half of its 95 % interval; difference with its paired interval)"]
    lines.append(_outcome_line("", "A", "B", "B - A", "  pairs with less / same / more"))
    rows = [effect.outcome(name) for name in say.SHOWN]
    for row in rows:
        cells = (say.level(row.in_a), say.level(row.in_b), say.interval(row.difference))
        lines.append(_outcome_line(row.words, *cells, f"{_mark(row.difference)} {say.pair_words(row)}"))
    marks = {_mark(row.difference): say.doubt(row.difference) for row in rows if not row.difference.clear}
    return [*lines, *(f"  {mark} {meaning}" for mark, meaning in marks.items())]


def _mark(mean: Mean) -> str:
    return " " if mean.clear else "=" if mean.alike else "?"


def _outcome_line(name: str, in_a: str, in_b: str, difference: str, pairs: str) -> str:
    return f"  {name:<38}{in_a:>15}{in_b:>17}{difference:>28} {pairs}"


def _endings(effect: Effect) -> list[str]:
    return ["HOW THE RUNS ENDED", *(f"  {say.ending_words(row)}" for row in effect.endings)]


def _days(effect: Effect) -> list[str]:
    dates = effect.a.series["date"].values.astype("datetime64[D]").tolist()
    lines = ["DIFFERENCE BY DAY (B - A; deaths and detained to the end of the day)"]
    lines.append(f"  {'':<8}{'participants':>30}{'deaths':>24}{'detained':>30}")
    daily = effect.daily
    for column, when in enumerate(dates):
        cells = (say.interval(daily[name][column]) for name in ("participants", "deaths", "detained"))
        lines.append(f"  {day(when):<8}" + "".join(f"{cell:>{width}}" for cell, width in zip(cells, (30, 24, 30), strict=True)))
    return lines


def _regions(effect: Effect, names: dict[str, str]) -> list[str]:
    found = effect.regions["deaths"]
    ranked = say.largest_first(found)
    if not ranked:
        return []
    shown = [f"  {names.get(region, region):<36}{say.interval(found[region]):>30}" for region in ranked[:REGIONS]]
    more = [f"  and {number(len(ranked) - REGIONS)} more regions with smaller differences"] if len(ranked) > REGIONS else []
    return ["DEATHS BY REGION (B - A)", *shown, *more]


def _channels(effect: Effect) -> list[str]:
    if effect.null:
        return []
    told = carrying.sentences(effect)
    method = _wrapped(say.METHOD_CHANNELS) if told else []
    return ["WHAT CARRIES IT", *_all(told), *_wrapped(say.channel_note(effect)), *method]
