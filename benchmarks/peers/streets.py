"""Qantar's streets written in Mesa, against Qantar, by population; Starsim and mesa-frames as yardsticks."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from country import save_description
from rows import Row, case, row_of

BENCH, YARDSTICK = "Streets", "A million people"
OURS, USUAL, CAREFUL = "Qantar", "Mesa", "Mesa, shared hazards"
KAZAKHSTAN = "Qantar, kazakhstan-2022"
WEEK = 168


@dataclass(frozen=True)
class Plan:
    """Populations by who runs them, CPU seconds a case of Mesa, the limit in wall seconds, members a case of Qantar."""

    people: dict[str, tuple[int, ...]]
    seconds: float
    limit: float
    members: int
    yardstick: int


FULL = Plan(
    {
        USUAL: (1_000, 10_000, 100_000), CAREFUL: (1_000, 10_000, 100_000, 1_000_000),
        OURS: (1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000),
    },
    60.0, 2_400.0, 3, 1_000_000,
)  # fmt: skip
QUICK = Plan({USUAL: (1_000, 10_000), CAREFUL: (10_000,), OURS: (1_000, 10_000, 1_000_000)}, 10.0, 300.0, 3, 200_000)


def measure(plan: Plan, peers: Path) -> list[Row]:
    """Return measured rows, and Mesa's extrapolated to the sizes that Qantar alone was run at."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as name:
        description = Path(name) / "country.json"
        save_description(description, Path(name) / "country")
        for who in (USUAL, CAREFUL):
            for people in plan.people[who]:
                words = ("careful",) if who == CAREFUL else ()
                told = case(peers, "streets_mesa.py", description, people, WEEK, plan.seconds, *words, limit=plan.limit)
                if told is None:
                    break
                how = "measured" if told["steps"] == WEEK else f"measured, the first {told['steps']} hours"
                rows.append(row_of(told, BENCH, who, people, people, how))
    for people in plan.people[OURS]:
        rows += _ours(OURS, people, plan)
    for who in (USUAL, CAREFUL):
        largest = max((row for row in rows if row.who == who), key=lambda row: row.size)
        rows += [largest.scaled(row.size, row.units) for row in rows if row.who == OURS and row.size > largest.size]
    return rows + _ours(KAZAKHSTAN, 0, plan) + yardsticks(plan, peers)


def _ours(who: str, people: int, plan: Plan) -> list[Row]:
    told = case(Path(sys.executable), "streets_qantar.py", people, plan.members, limit=plan.limit)
    if told is None:
        return []
    size = people or int(told["people"])
    return [row_of(told, BENCH, who, size, int(told["people"]))]


def yardsticks(plan: Plan, peers: Path) -> list[Row]:
    """Person-steps a second of an SIR epidemic in Starsim and in mesa-frames."""
    rows = []
    for who, script, argument in (("Starsim, SIR", "sir_starsim.py", 40), ("mesa-frames, SIR", "sir_mesa_frames.py", 10)):
        told = case(peers, script, plan.yardstick, argument, limit=plan.limit)
        if told is not None:
            people = int(told["people"])
            rows.append(row_of(told, YARDSTICK, who, people, people))
    return rows
