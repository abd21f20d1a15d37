"""Epstein's grid with the same rules in Mesa's own example, AgentPy and Qantar: agent-steps a second by size."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from rows import Row, case, row_of

BENCH = "Epstein's grid"
OURS, MESA, AGENTPY = "Qantar", "Mesa's example", "AgentPy"


@dataclass(frozen=True)
class Plan:
    """Sides of the grid by who runs it, CPU seconds and steps that a case takes at least, and the limit in wall seconds."""

    sides: dict[str, tuple[int, ...]]
    seconds: float
    least: int
    limit: float


FULL = Plan({MESA: (40, 100, 200, 400), AGENTPY: (40, 100, 200), OURS: (40, 100, 200, 400, 1_000)}, 15.0, 5, 2_400.0)
QUICK = Plan({MESA: (40, 100), AGENTPY: (40,), OURS: (40, 100, 400)}, 3.0, 1, 240.0)
SCRIPTS = {MESA: "epstein_mesa.py", AGENTPY: "epstein_agentpy.py", OURS: "epstein_qantar.py"}


def measure(plan: Plan, peers: Path) -> list[Row]:
    """Return measured rows, and extrapolated ones for sizes that Qantar alone was run at."""
    rows: list[Row] = []
    for who, sides in plan.sides.items():
        python = Path(sys.executable) if who == OURS else peers
        for side in sides:
            told = case(python, SCRIPTS[who], side, plan.seconds, plan.least, limit=plan.limit)
            if told is None:
                break
            rows.append(row_of(told, BENCH, who, side, int(told["agents"])))
    ours = {row.size: row for row in rows if row.who == OURS}
    for who in (MESA, AGENTPY):
        largest = max((row for row in rows if row.who == who), key=lambda row: row.size)
        rows += [largest.scaled(side, row.units) for side, row in ours.items() if side > largest.size]
    return rows
