"""Ablations: the same country without one of the things that carry the story, members paired by seed and number.

    qantar experiment ablations kazakhstan-2022 --members 100

Sizes are reported with signs. Where theory fixes a direction it stands in `EXPECTED`; a result on the other side
of nothing is marked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qantar.ensembles.worker_process import kept_workers
from qantar.errors import StoreError
from qantar.experiments.course import QUESTIONS
from qantar.experiments.members import Told, run_members
from qantar.results.matched import matched_interval
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


@dataclass(frozen=True)
class Change:
    """What an ablation changes in the share of members of whom something can be said, paired.

    gained, lost : members of whom it can be said only in the ablation, or only in the country as it is; members : pairs;
    expected : the sign that theory fixes, 0 for none
    """

    question: str
    gained: int
    lost: int
    members: int
    expected: int

    @property
    def size(self) -> float:
        """The difference of the shares."""
        return (self.gained - self.lost) / self.members

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the difference (Agresti and Min 2005)."""
        return matched_interval(self.gained, self.lost, self.members)

    @property
    def against_theory(self) -> bool:
        """Whether the whole interval lies on the other side of nothing than theory says."""
        low, high = self.interval
        return high < 0.0 if self.expected > 0 else low > 0.0 if self.expected < 0 else False


@dataclass(frozen=True)
class Ablations:
    """All ablations of a country: its title, the seed, members of the country as it is, and the changes by ablation."""

    title: str
    seed: int
    members: int
    changes: dict[str, tuple[Change, ...]]


def change(base: Sequence[Told], other: Sequence[Told], question: str, expected: int = 0) -> Change:
    """Return what differs in what a question asks between members that came to an end in both; expected : the sign that theory fixes.

    Raises StoreError where no member came to an end in both.
    """
    asks = QUESTIONS[question]
    there = {one.member: one for one in other}
    pairs = [(asks(one), asks(there[one.member])) for one in base if one.member in there]
    if not pairs:
        raise StoreError("no member came to an end both in the country as it is and in the ablation, so that nothing can be compared")
    return Change(question, pairs.count((False, True)), pairs.count((True, False)), len(pairs), expected)


@kept_workers()
def ablations(scenario: Scenario, *, members: int, seed: int, out: Path, workers: int | None = None) -> Ablations:
    """Run every ablation beside the country as it is and return the differences.

    Raises StoreError where every member of one of them failed, or none came to an end in both; the rest as `run_members`.
    """
    base = run_members(scenario, members=members, seed=seed, out=out / "as-it-is", workers=workers)
    changes = {}
    for name, ablate in ABLATIONS.items():
        other = run_members(ablate(scenario), members=members, seed=seed, out=out / name.replace(" ", "-"), workers=workers)
        changes[name] = tuple(change(base, other, question, EXPECTED.get((name, question), 0)) for question in MEASURED)
    return Ablations(scenario.header.title, seed, len(base), changes)


def ablations_page(found: Ablations) -> str:
    """Return the table of differences."""
    head = f"{found.title}: {found.members} members each, seed {found.seed}; share of members, less that of the country as it is"
    lines = [f"{head} (95 % intervals)", ""]
    for name, changes in found.changes.items():
        lines.append(f"{name}")
        for one in changes:
            mark = "  (theory: the other way)" if one.against_theory else ""
            low, high = one.interval
            lines.append(f"  {one.question:<50} {one.size:+.1%}  ({low:+.1%} to {high:+.1%}){mark}")
    return "\n".join(lines)
