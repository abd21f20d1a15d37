"""Ablations: the same country without one of the things that carry the story, members paired by seed and number.

    qantar experiment ablations kazakhstan-2022 --members 100

Sizes are reported with signs. Where theory fixes a direction it stands in `EXPECTED`; a result on the other side
of nothing is marked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from qantar.experiments.course import QUESTIONS
from qantar.experiments.members import Told, run_members
from qantar.scenario.intervention import set_value, without

if TYPE_CHECKING:
    from qantar.scenario.schema import Scenario

CHAIR, FALLS, COMES = "the protected chair is taken", "the regime falls in the crisis", "the guarantor comes"
CHIEF = "the security chief loses office"
MEASURED = (CHAIR, CHIEF, "the guarantor is asked", COMES, "a struggle is fought", FALLS)


def _patron(scenario: Scenario) -> str | None:
    return next((office.holder for office in scenario.palace.offices if office.lifelong and office.holder), None)


def _top(scenario: Scenario) -> tuple[str, str | None]:
    office = next((office for office in scenario.palace.offices if office.top), scenario.palace.offices[0])
    return office.id, office.holder


def no_guarantor(scenario: Scenario) -> Scenario:
    """Nobody could be asked."""
    return without(scenario, "guarantor") if scenario.alliance.blocs else scenario


def refusal(scenario: Scenario) -> Scenario:
    """Whoever is asked refuses, though nobody could know."""
    return set_value(scenario, "parameters.alliance.willing", 0.0)


def healthy_patron(scenario: Scenario) -> Scenario:
    """The holder of the protected office is in full health."""
    patron = _patron(scenario)
    return scenario if patron is None else set_value(scenario, f"actors.{patron}.health", 1.0)


def unified_command(scenario: Scenario) -> Scenario:
    """All branches obey the top office itself."""
    top, _ = _top(scenario)
    branches = tuple(branch for office in scenario.palace.offices for branch in office.commands)
    offices = tuple(
        office.model_copy(update={"commands": branches if office.id == top else ()}) for office in scenario.palace.offices
    )
    return scenario.model_copy(update={"palace": scenario.palace.model_copy(update={"offices": offices})})


def no_holiday(scenario: Scenario) -> Scenario:
    """Every day is a working day."""
    clock = scenario.header.clock.model_copy(update={"holidays": ()})
    return scenario.model_copy(update={"header": scenario.header.model_copy(update={"clock": clock})})


def loyal_commander(scenario: Scenario) -> Scenario:
    """Whoever commands the security service is the ruler's man."""
    _, ruler = _top(scenario)
    chief = next(
        (office.holder for office in scenario.palace.offices if "security-service" in office.commands and office.holder != ruler), None
    )
    actors = tuple(
        actor.model_copy(update={"patron": ruler, "ties": ()}) if actor.id == chief else actor for actor in scenario.palace.actors
    )
    return scenario.model_copy(update={"palace": scenario.palace.model_copy(update={"actors": actors})})


def purge_impossible(scenario: Scenario) -> Scenario:
    """No holder can be removed against his will."""
    return set_value(scenario, "parameters.palace.purge_possible", 0.0)


ABLATIONS: dict[str, Callable[[Scenario], Scenario]] = {
    "no guarantor": no_guarantor, "refusal": refusal, "patron in full health": healthy_patron, "unified command": unified_command,
    "no holiday": no_holiday, "commander loyal to the ruler": loyal_commander, "purge impossible": purge_impossible,
}
EXPECTED: dict[tuple[str, str], int] = {
    ("no guarantor", COMES): -1, ("refusal", COMES): -1, ("no guarantor", FALLS): 1, ("refusal", FALLS): 1,
    ("patron in full health", CHAIR): -1, ("purge impossible", CHAIR): -1, ("purge impossible", CHIEF): -1,
    ("commander loyal to the ruler", CHIEF): -1,
}
"""Signs that theory fixes; 1 means more often."""


def effect(base: Sequence[Told], other: Sequence[Told], question: str) -> tuple[float, float]:
    """Return the difference in the share of members, paired, and its standard error."""
    asks = QUESTIONS[question]
    n = min(len(base), len(other))
    difference = np.array([float(asks(b)) - float(asks(a)) for a, b in zip(base[:n], other[:n], strict=True)])
    return float(difference.mean()), float(difference.std(ddof=1) / np.sqrt(n)) if n > 1 else float("nan")


def ablations(scenario: Scenario, *, members: int, seed: int, out: Path, workers: int | None = None) -> str:
    """Run every ablation beside the country as it is and return the table of differences."""
    base = run_members(scenario, members=members, seed=seed, out=out / "as-it-is", workers=workers)
    lines = [f"{scenario.header.title}: {len(base)} members each, seed {seed}; share of members, less that of the country as it is", ""]
    for name, change in ABLATIONS.items():
        other = run_members(change(scenario), members=members, seed=seed, out=out / name.replace(" ", "-"), workers=workers)
        lines.append(f"{name}")
        for question in MEASURED:
            size, error = effect(base, other, question)
            expected = EXPECTED.get((name, question), 0)
            mark = "  (theory: the other way)" if expected * size < 0 and abs(size) > 2 * error else ""
            lines.append(f"  {question:<50} {size:+.1%} ± {error:.1%}{mark}")
    return "\n".join(lines)
