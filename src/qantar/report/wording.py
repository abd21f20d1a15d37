"""Numbers, hours and lists as a reader wants them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from qantar.report.quantiles import Quantiles, Share

EXACT_BELOW = 1_000
WHOLE_FROM = 10
MISSING = "–"


def number(value: float) -> str:
    """A count: exact below 1,000, three significant digits above it, with thousands marked."""
    if math.isnan(value):
        return MISSING
    size = abs(value)
    if size >= EXACT_BELOW:
        step = 10 ** (math.floor(math.log10(size)) - 2)
        return f"{round(value / step) * step:,.0f}"
    if size >= WHOLE_FROM or value == round(value):
        return f"{value:.0f}"
    return f"{value:.1f}".removesuffix(".0") if size >= 1 else f"{value:.1g}"


def exact(value: float) -> str:
    """A recorded count as it stands in its source."""
    return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"


def error(value: float) -> str:
    """A Monte-Carlo error: one or two significant digits, with its sign."""
    if math.isnan(value):
        return ""
    if value == 0:
        return "±0"
    step = 10.0 ** (math.floor(math.log10(value)) - (1 if value >= EXACT_BELOW else 0))
    rounded = round(value / step) * step
    return f"±{rounded:,.0f}" if rounded >= 1 else f"±{rounded:.1g}"


def quantiles_text(found: Quantiles) -> str:
    """Median and interval, every one with its error: `233±8 [150±20–277±30]`."""
    if not found.known:
        return MISSING
    low = f"{number(found.low)}{error(found.low_error)}"
    high = f"{number(found.high)}{error(found.high_error)}"
    return f"{number(found.middle)}{error(found.middle_error)} [{low}–{high}]"


def percent(found: Share) -> str:
    """A share of members with its error: `62 ±5 %`."""
    if found.members == 0:
        return MISSING
    rounded = float(f"{max(100 * found.error, 0.1):.1g}")
    return f"{100 * found.value:.0f} ±{rounded:g} %"


def day(when: date) -> str:
    """A date without its year: `5 Jan`."""
    return f"{when.day} {when:%b}"


def full_day(when: date) -> str:
    """A date with its year: `5 Jan 2023`."""
    return f"{when.day} {when:%b %Y}"


def hour(start: datetime, hours: float) -> str:
    """A moment given in hours since the start, in local time: `5 Jan 01:30`."""
    if math.isnan(hours):
        return MISSING
    when = start + timedelta(minutes=round(hours * 60))
    return f"{day(when)} {when:%H:%M}"


def hour_quantiles(start: datetime, found: Quantiles) -> str:
    """Median and interval of a moment, errors in hours: `6 Jan 21:00 ±2 h [... – ...]`."""
    if not found.known:
        return MISSING
    ends = (f"{hour(start, found.low)} {error(found.low_error)} h", f"{hour(start, found.high)} {error(found.high_error)} h")
    return f"{hour(start, found.middle)} {error(found.middle_error)} h [{ends[0]} – {ends[1]}]"


def listed(words: Sequence[str], limit: int = 8) -> str:
    """Words in a row: `a, b and c`; beyond the limit `a, b and 7 others`."""
    if not words:
        return ""
    if len(words) > limit:
        return f"{', '.join(words[:limit])} and {len(words) - limit} others"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def counted(n: int, singular: str, plural: str | None = None) -> str:
    """A count with its noun: `1 run`, `100 runs`."""
    return f"{n:,} {singular if n == 1 else plural or singular + 's'}"


def times(ratio: float) -> str:
    """A factor: `3-fold`, `1.4-fold`."""
    return f"{ratio:.0f}-fold" if ratio >= WHOLE_FROM else f"{ratio:.1f}-fold"
