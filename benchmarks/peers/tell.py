"""The figures as a table in Markdown and as a drawing."""

from __future__ import annotations

from pathlib import Path

import grids
import streets
from aims import faster_by
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter
from rows import Row

from qantar.report.figures.style import PALETTE, Drawing, canvas, headline, house_style, written

HEAD = ("who", "size", "agents", "steps", "CPU s", "CPU/wall", "peak MiB", "agent-steps a CPU s", "Qantar is faster by", "how", "seen")


def _ratio(row: Row, rows: list[Row]) -> str:
    faster = faster_by(row, rows)
    return f"{faster:,.0f} ×" if faster and row.who not in ("Qantar", streets.KAZAKHSTAN) else ""


def table(rows: list[Row]) -> str:
    """Return every row, a table for each bench."""
    parts = []
    for bench in dict.fromkeys(row.bench for row in rows):
        lines = [f"### {bench}", "", "| " + " | ".join(HEAD) + " |", "|" + "---|" * len(HEAD)]
        lines += ["| " + " | ".join(_cells(row, rows)) + " |" for row in rows if row.bench == bench]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _cells(row: Row, rows: list[Row]) -> tuple[str, ...]:
    size = f"{row.size}²" if row.bench == grids.BENCH else f"{row.size:,}"
    spent = (
        (f"{row.steps:,.0f}", f"{row.cpu_s:.2f}", f"{row.cpu_s / row.wall_s:.2f}", f"{row.peak_mib:,.0f}") if row.measured else ("",) * 4
    )
    seen = ", ".join(f"{name.replace('_', ' ')} {value:,.0f}" for name, value in row.seen.items())
    return (row.who, size, f"{row.units:,}", *spent, f"{row.rate:,.0f}", _ratio(row, rows), row.how, seen)


def save_drawing(rows: list[Row], path: Path) -> None:
    """Draw both growth curves; open marks and dashed lines are extrapolated."""
    with house_style():
        figure = canvas(4.6, width=11.0)
        left, right = figure.subplots(1, 2)
        _curves(left, [row for row in rows if row.bench == grids.BENCH], "units", "rate")
        left.set(xlabel="agents on the grid", ylabel="agent-steps a CPU second", title="Epstein's grid, the same rules")
        _curves(right, [row for row in rows if row.bench == streets.BENCH and row.who != streets.KAZAKHSTAN], "units", "week")
        right.set(xlabel="people in the country", ylabel="CPU seconds for a week, hour by hour", title="A country's streets")
        for row in rows:
            if row.who == streets.KAZAKHSTAN:
                right.plot([row.units], [_week(row)], marker="*", markersize=14, color=PALETTE[0], linestyle="none")
                right.annotate(
                    "Kazakhstan 2022", (row.units, _week(row)), xytext=(0, -16), textcoords="offset points", ha="center", fontsize=8.5
                )
        headline(figure, "Speed beside other libraries, on one machine (open marks, dashed: extrapolated)")
    caption = "Left: agent-steps a CPU second by size of the grid. Right: CPU seconds for a week of hours by population."
    path.write_bytes(written(Drawing("peers", figure, caption, caption), "png"))


def _plain(value: float, _: int) -> str:
    """Write a power of ten so that it fits beside an axis."""
    for size, name in ((1e6, " M"), (1e3, " k")):
        if value >= size:
            return f"{value / size:g}{name}"
    return f"{value:g}"


def _week(row: Row) -> float:
    return row.units * streets.WEEK / row.rate


def _curves(axes: Axes, rows: list[Row], across: str, up: str) -> None:
    for number, who in enumerate(dict.fromkeys(row.who for row in sorted(rows, key=lambda row: row.who != "Qantar"))):
        colour = PALETTE[(0, 5, 1, 2)[number % 4]]
        mine = sorted((row for row in rows if row.who == who), key=lambda row: row.size)
        x = [getattr(row, across) for row in mine]
        y = [row.rate if up == "rate" else _week(row) for row in mine]
        solid = sum(row.measured for row in mine)
        axes.plot(x[:solid], y[:solid], color=colour, marker="o", linewidth=2, label=who)
        if solid < len(mine):
            axes.plot(x[solid - 1 :], y[solid - 1 :], color=colour, linestyle="--", linewidth=1.4)
            axes.plot(x[solid:], y[solid:], color=colour, marker="o", markerfacecolor="white", linestyle="none")
    axes.set_xscale("log")
    axes.set_yscale("log")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(_plain))
    axes.legend(fontsize=8.5, loc="best")
