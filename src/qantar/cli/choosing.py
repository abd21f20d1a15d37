"""Options that say which scenario: what is withheld, changed, or done to it by an intervention."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qantar.errors import UsageError

if TYPE_CHECKING:
    from qantar.scenario.schema import Scenario


def chosen(scenario: Scenario, without: Sequence[str], changes: Sequence[str]) -> Scenario:
    """The scenario without some things, and then with some values changed.

    without : names; changes : texts PATH=VALUE

    Raises UsageError where one of them means nothing here.
    """
    from qantar.scenario.intervention import set_value
    from qantar.scenario.intervention import without as withheld

    for name in without:
        scenario = withheld(scenario, name)
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
