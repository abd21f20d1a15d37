"""Moments on an axis; the one place that meets matplotlib's untyped dates."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import TYPE_CHECKING

from matplotlib.dates import DayLocator, HourLocator, date2num, num2date
from matplotlib.ticker import FuncFormatter

from qantar.report.wording import day

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_LABELS = 15
HOURS_SHOWN_BELOW = 10


def position(when: date | datetime) -> float:
    """Where a date or a local time stands on an axis, in days."""
    return float(date2num(when))  # type: ignore[no-untyped-call]


def label_days(axes: Axes, days: float, *, most: int = MOST_LABELS) -> None:
    """Label midnights as days, not more than fit; mark every sixth hour on short axes."""
    axes.xaxis.set_major_locator(DayLocator(interval=max(1, math.ceil(days / most))))  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(FuncFormatter(_label))
    if days <= HOURS_SHOWN_BELOW:
        axes.xaxis.set_minor_locator(HourLocator(byhour=(6, 12, 18)))  # type: ignore[no-untyped-call]


def _label(at: float, _: int | None) -> str:
    return day(num2date(at))  # type: ignore[no-untyped-call]
