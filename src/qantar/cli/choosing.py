"""Options that say which scenario: what is withheld, changed, or done to it by an intervention."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qantar.errors import UsageError

if TYPE_CHECKING:
    from qantar.scenario.schema import Scenario


def chosen(name: str, interventions: Sequence[str], without: Sequence[str], changes: Sequence[str]) -> Scenario:
    """A scenario after some interventions, then without some things, then with some values changed.

    name : a scenario of the library, or a folder; interventions : names or files; without : names;
    changes : texts PATH=VALUE

    Raises ScenarioError for what is wrong in a file, and UsageError where an option means nothing here.
    """
    from qantar.scenario.intervention import set_value
    from qantar.scenario.intervention import without as withheld
    from qantar.scenario.load import load
    from qantar.scenario.whatif import read
    from qantar.scenario.whatif_steps import intervene

    scenario = load(name)
    for given in interventions:
        scenario = intervene(scenario, read(given, name))
    for left_out in without:
        scenario = withheld(scenario, left_out)
    for change in changes:
        path, value = split_change(change)
        scenario = set_value(scenario, path, value)
    return scenario


def split_change(change: str) -> tuple[str, str]:
    """The path and the value of 'PATH=VALUE'. Raises UsageError where it is no such thing."""
    path, sign, value = (part.strip() for part in change.partition("="))
    if not (path and sign and value):
        raise UsageError(f"--set {change}: expected PATH=VALUE; `qantar scenarios NAME` lists the paths")
    return path, value
