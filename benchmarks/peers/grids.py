"""Epstein's grid with the same rules in Mesa's own example, AgentPy and Qantar: agent-steps a second by size."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from rows import Row, case

BENCH = "Epstein's grid"
OURS, MESA, AGENTPY = "Qantar", "Mesa's example", "AgentPy"


@dataclass(frozen=True)
class Plan:
    """Sides of the grid by who runs it, CPU seconds a case, and the limit in wall seconds."""

    sides: dict[str, tuple[int, ...]]
    seconds: float
    limit: float


FULL = Plan({MESA: (40, 100, 200, 400), AGENTPY: (40, 100, 200), OURS: (40, 100, 200, 400, 1_000)}, 15.0, 1_200.0)
QUICK = Plan({MESA: (40, 100), AGENTPY: (40,), OURS: (40, 100, 400)}, 3.0, 240.0)
SCRIPTS = {MESA: "epstein_mesa.py", AGENTPY: "epstein_agentpy.py", OURS: "epstein_qantar.py"}


def measure(plan: Plan, peers: Path) -> list[Row]:
    """Return measured rows, and extrapolated ones for sizes that Qantar alone was run at."""
    rows: list[Row] = []
    for who, sides in plan.sides.items():
        python = Path(sys.executable) if who == OURS else peers
        for side in sides:
            told = case(python, SCRIPTS[who], side, plan.seconds, limit=plan.limit)
            if told is None:
                break
            rows.append(Row(BENCH, who, side, int(told["agents"]), told["steps"], told["wall_s"], told["cpu_s"], told["peak_mib"]))
    ours = {row.size: row for row in rows if row.who == OURS}
    for who in (MESA, AGENTPY):
        largest = max((row for row in rows if row.who == who), key=lambda row: row.size)
        rows += [largest.scaled(side, row.units) for side, row in ours.items() if side > largest.size]
    return rows
