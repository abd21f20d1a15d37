"""What was aimed at, and whether this run's figures meet it."""

from __future__ import annotations

from dataclasses import dataclass

import grids
import streets
from rows import Row

ATTAINABLE = 9e6
"""Agent-steps a second of a Numba prototype with Mesa's rules, 400², on one core of the machine on which the aims were set."""
SLOWER = 15_700 / 26_000
"""Speed of the machine on which the page is measured against that one: Mesa's example at 40², both idle."""
MILLION = 1_000_000
FEWEST = 5
"""Steps that a figure of Mesa's must rest on."""


@dataclass(frozen=True)
class Aim:
    """An aim, in words, the figure it speaks of (None: not measured in this run), and the least that meets it."""

    what: str
    figure: float | None
    least: float
    unit: str
    note: str = ""

    @property
    def verdict(self) -> str:
        """Say whether it is met."""
        if self.figure is None:
            return "not measured"
        return "met" if self.figure >= self.least else "not met"


def faster_by(row: Row, rows: list[Row]) -> float | None:
    """Return how many times as many agent-steps a CPU second Qantar does at the same size, if it was run there."""
    ours = [other for other in rows if other.bench == row.bench and other.who == "Qantar" and other.size == row.size]
    return ours[0].rate / row.rate if ours else None


def aims(rows: list[Row]) -> list[Aim]:
    """Return every aim with this run's figure."""
    rates = [row.rate for row in rows if (row.bench, row.who, row.size) == (grids.BENCH, grids.OURS, 400)]
    attained = Aim(
        "Epstein, 400²: within a factor 2 of the attainable (9 million a second there)", rates[0] if rates else None,
        ATTAINABLE * SLOWER / 2, "agent-steps a second", f"9 million × {SLOWER:.2f} / 2 on this machine",
    )  # fmt: skip
    grid = [
        _against(rows, grids.BENCH, grids.MESA, (side, least), f"Epstein, {side}², against Mesa's example")
        for side, least in ((100, 300.0), (400, 1_000.0))
    ]
    country = [
        _against(rows, streets.BENCH, who, (MILLION, 10_000.0), f"Streets of a million people, against {who}")
        for who in (streets.USUAL, streets.CAREFUL)
    ]
    return [attained, *grid, *country]


def _against(rows: list[Row], bench: str, who: str, asked: tuple[int, float], what: str) -> Aim:
    size, least = asked
    theirs = [row for row in rows if (row.bench, row.who, row.size) == (bench, who, size)]
    if not theirs:
        return Aim(what, None, least, "times")
    row = theirs[0]
    few = row.measured and row.steps < FEWEST
    note = f"Mesa ran {row.steps:.0f} steps only" if few else "" if row.how == "measured" else f"Mesa {row.how}"
    return Aim(what, faster_by(row, rows), least, "times", note)


def told_aims(rows: list[Row]) -> str:
    """Return the aims as a table in Markdown."""
    lines = ["### Aims", "", "| aim | at least | figure | met? | |", "|---|---|---|---|---|"]
    for aim in aims(rows):
        figure = "" if aim.figure is None else f"{aim.figure:,.0f} {aim.unit}"
        lines.append(f"| {aim.what} | {aim.least:,.0f} {aim.unit} | {figure} | {aim.verdict} | {aim.note} |")
    return "\n".join(lines) + "\n"
