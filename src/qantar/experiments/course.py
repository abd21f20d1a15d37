"""Course: how often the palace of a scenario goes the way that the record went, and the ways that it did not.

    qantar experiment course kazakhstan-2022 --members 400

Nothing of the record is read by the runs. A course that happens in none or in all of the members would be wrong.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qantar.experiments.members import Told, run_members
from qantar.experiments.share import Share

if TYPE_CHECKING:
    from qantar.scenario.schema import Scenario


def _came(hour: float) -> bool:
    return not math.isnan(hour)


IN_ORDER = "all of it, in the order of the record"

QUESTIONS: dict[str, Callable[[Told], bool]] = {
    "the cabinet is dismissed": lambda told: _came(told.cabinet),
    "the protected chair is taken": lambda told: _came(told.chair),
    "the security chief loses office": lambda told: _came(told.chief),
    "the guarantor is asked": lambda told: _came(told.asked),
    "the guarantor agrees": lambda told: _came(told.agreed),
    "the guarantor refuses": lambda told: _came(told.refused),
    "the guarantor comes": lambda told: _came(told.landed),
    "cabinet, chair, chief, guarantor: all of it": lambda told: all(
        _came(hour) for hour in (told.cabinet, told.chair, told.chief, told.landed)
    ),
    IN_ORDER: lambda told: told.recorded_order,
    "a struggle is fought": lambda told: told.struggles > 0,
    "the holder of the protected chair wins a struggle": lambda told: told.patron_won,
    "the regime falls in the crisis": lambda told: told.fell,
    "the regime falls within two years": lambda told: told.fell or told.collapse,
}
"""What is asked of every member."""


def shares(told: Sequence[Told]) -> dict[str, Share]:
    """Return the share of members for every question."""
    return {question: Share(sum(asks(one) for one in told), len(told)) for question, asks in QUESTIONS.items()}


@dataclass(frozen=True)
class Course:
    """What the members of an experiment did, as shares of them.

    title : of the scenario; seed : of all draws; members : how many were finished; shares : by question; endings : by
    ending, the most frequent first; moves : median number of moves of the palace in a member
    """

    title: str
    seed: int
    members: int
    shares: dict[str, Share]
    endings: dict[str, Share]
    moves: int


def course(scenario: Scenario, *, members: int, seed: int, out: Path, workers: int | None = None) -> Course:
    """Run the experiment and return what happened in how many members.

    Raises StoreError where every member failed; the rest as `run_members`.
    """
    told = run_members(scenario, members=members, seed=seed, out=out / "course", workers=workers)
    endings = Counter(one.ending for one in told)
    return Course(
        scenario.header.title, seed, len(told), shares(told),
        {ending: Share(number, len(told)) for ending, number in endings.most_common()},
        sorted(one.moves for one in told)[len(told) // 2],
    )


def course_page(found: Course) -> str:
    """Return the table of the experiment."""
    lines = [f"{found.title}: {found.members} members, seed {found.seed}, palace simulated (95 % intervals)", ""]
    lines += [f"{question:<52} {share}" for question, share in found.shares.items()]
    lines += ["", "How it ended"]
    lines += [f"  {ending:<50} {share}" for ending, share in found.endings.items()]
    lines += ["", f"Moves of the palace in a member: median {found.moves}"]
    return "\n".join(lines)
