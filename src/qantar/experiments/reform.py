"""Reform: after each member's crisis the four policies side by side, sharing every draw.

    qantar experiment reform kazakhstan-2022 --members 100

The article's last claim is that the leadership could hardly change its model if it wished. The table says what each
policy does to grievance, to the cohesion of the elite, and to the chance that the regime falls within two years.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from qantar.engine.simulate import simulate as run_engine
from qantar.errors import UsageError
from qantar.model.aftermath import MONTHS, Policy, live_through
from qantar.model.assemble import assemble
from qantar.model.country import numbers
from qantar.model.legacy import legacy_of
from qantar.model.run import CountryModel

if TYPE_CHECKING:
    from qantar.model.aftermath import Fate
    from qantar.scenario.schema import Scenario


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


def reform(scenario: Scenario, *, members: int, seed: int, out: Path, workers: int | None = None) -> str:
    """Run the experiment in this process and return its table. Raises UsageError where no member was finished."""
    del out, workers
    found = fates(scenario, members=members, seed=seed)
    if not found:
        raise UsageError("no member was finished, so there is no aftermath to compare")
    lines = [
        f"{scenario.header.title}: {len(found)} members, seed {seed}; means after {MONTHS} months", "",
        f"{'policy':<18}{'grievance':>10}{'cohesion':>10}{'rents':>8}{'brokerage':>11}{'falls, expected':>17}{'fell':>7}{'by coup':>9}",
    ]
    for policy in Policy:
        rows = [row[policy] for row in found]
        last = [np.mean([getattr(row.course, name)[-1] for row in rows]) for name in ("grievance", "cohesion", "rents", "brokerage")]
        expected = 1.0 - np.mean([row.course.survival for row in rows])
        fell = np.mean([row.collapse is not None for row in rows])
        coup = np.mean([row.how == "coup" for row in rows])
        lines.append(
            f"{policy.value:<18}{last[0]:>10.0%}{last[1]:>10.0%}{last[2]:>8.0%}{last[3]:>11.0%}{expected:>17.1%}{fell:>7.0%}{coup:>9.0%}"
        )
    lines += ["", "Expected: from the monthly hazards, without the luck of the draws. The policies share every draw of a member."]
    return "\n".join(lines)
