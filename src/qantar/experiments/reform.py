"""Reform: after each member's crisis the four policies side by side, sharing every draw.

    qantar experiment reform kazakhstan-2022 --members 100

The article's last claim is that the leadership could hardly change its model if it wished. The table says what each
policy does to grievance, to the cohesion of the elite, and to the chance that the regime falls within two years.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qantar.engine.simulate import simulate as run_engine
from qantar.ensembles.local import Options, check_options
from qantar.errors import StoreError
from qantar.model.aftermath import MONTHS, Policy, live_through
from qantar.model.assemble import assemble
from qantar.model.country import numbers
from qantar.model.legacy import legacy_of
from qantar.model.run import CountryModel

if TYPE_CHECKING:
    from qantar.model.aftermath import Fate
    from qantar.scenario.schema import Scenario

Floats = NDArray[np.float64]


def fates(scenario: Scenario, *, members: int, seed: int) -> list[dict[Policy, Fate]]:
    """Return what two years bring under every policy, after the crisis of every member that was finished."""
    assembly = assemble(scenario, palace="simulated")
    p = numbers(scenario.parameters.aftermath)
    model = CountryModel(assembly)
    found: list[dict[Policy, Fate]] = []
    for member in range(members):
        outcome = run_engine(model, seed=seed, member=member)
        if outcome.ticks_done < model.n_ticks or outcome.state is None:
            continue
        legacy = legacy_of(outcome.state, assembly.country, float(model.recorder.arrays["participants"].max()))
        found.append({policy: live_through(legacy, policy, p, seed, member) for policy in Policy})
    return found


@dataclass(frozen=True)
class Outlook:
    """What two years bring under one policy : float64[member] each, in the order of the members.

    grievance, cohesion, rents, brokerage : levels in the last month, shares; survival : chance that the regime stands;
    fell, coup : 1 where it fell, and where it fell by a coup
    """

    grievance: Floats
    cohesion: Floats
    rents: Floats
    brokerage: Floats
    survival: Floats
    fell: Floats
    coup: Floats

    @property
    def chance(self) -> Floats:
        """The chance to fall, from the monthly hazards : float64[member]."""
        return 1.0 - self.survival


@dataclass(frozen=True)
class Reform:
    """The policies side by side: title of the scenario, seed, members that were finished, outlook of each policy."""

    title: str
    seed: int
    members: int
    outlooks: dict[Policy, Outlook]


def outlook(fates_of_policy: Sequence[Fate]) -> Outlook:
    """Return what the members of one policy come to."""

    def last(name: str) -> Floats:
        return np.array([float(getattr(fate.course, name)[-1]) for fate in fates_of_policy])

    return Outlook(
        grievance=last("grievance"), cohesion=last("cohesion"), rents=last("rents"), brokerage=last("brokerage"),
        survival=np.array([fate.course.survival for fate in fates_of_policy]),
        fell=np.array([float(fate.collapse is not None) for fate in fates_of_policy]),
        coup=np.array([float(fate.how == "coup") for fate in fates_of_policy]),
    )


def reform(scenario: Scenario, *, members: int, seed: int) -> Reform:
    """Run the experiment in this process; nothing is stored.

    Raises UsageError where members or seed are out of range, and StoreError where no member was finished.
    """
    check_options(members, seed, Options(palace="simulated"))
    found = fates(scenario, members=members, seed=seed)
    if not found:
        raise StoreError("no member was finished, so there is no aftermath to compare")
    return Reform(scenario.header.title, seed, len(found), {policy: outlook([row[policy] for row in found]) for policy in Policy})


def reform_page(found: Reform) -> str:
    """Return the table of the experiment."""
    lines = [
        f"{found.title}: {found.members} members, seed {found.seed}; means after {MONTHS} months", "",
        f"{'policy':<18}{'grievance':>10}{'cohesion':>10}{'rents':>8}{'brokerage':>11}{'falls, expected':>17}{'fell':>7}{'by coup':>9}",
    ]
    for policy, one in found.outlooks.items():
        last = [np.mean(level) for level in (one.grievance, one.cohesion, one.rents, one.brokerage)]
        expected, fell, coup = np.mean(one.chance), np.mean(one.fell), np.mean(one.coup)
        lines.append(
            f"{policy.value:<18}{last[0]:>10.0%}{last[1]:>10.0%}{last[2]:>8.0%}{last[3]:>11.0%}{expected:>17.1%}{fell:>7.0%}{coup:>9.0%}"
        )
    lines += ["", "Expected: from the monthly hazards, without the luck of the draws. The policies share every draw of a member."]
    return "\n".join(lines)
