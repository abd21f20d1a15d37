"""Options that say which scenario: what is withheld, changed, or done to it by an intervention."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from qantar.errors import UsageError

if TYPE_CHECKING:
    from qantar.scenario.schema import Scenario


def chosen(
    name: str, interventions: Sequence[str], without: Sequence[str], changes: Sequence[str], palace: str | None = None, *,
    beside: Scenario | None = None,
) -> Scenario:
    """A scenario after some interventions, then without some things, then with some values changed.

    name : a scenario of the library, or a folder; interventions : names or files; without : names;
    changes : texts PATH=VALUE; palace : who will act in it; beside : what it will be compared with

    Raises ScenarioError for what is wrong in the scenario, and UsageError, a line for each, for every option
    that means nothing here, or nothing to that palace.
    """
    from qantar.scenario.intervention import set_value
    from qantar.scenario.intervention import without as withheld
    from qantar.scenario.load import load
    from qantar.scenario.unread import check_read, default_palace
    from qantar.scenario.whatif import read
    from qantar.scenario.whatif_steps import intervene

    steps: list[tuple[str, Callable[[Scenario], Scenario]]] = [
        *((f"--intervention {given}", lambda before, given=given: intervene(before, read(given, name))) for given in interventions),
        *((f"--without {left_out}", lambda before, left_out=left_out: withheld(before, left_out)) for left_out in without),
        *((f"--set {change}", lambda before, change=change: set_value(before, *split_change(change))) for change in changes),
    ]
    stages, wrong = [load(name)], list[str]()
    for _, step in steps:
        try:
            stages.append(step(stages[-1]))
        except UsageError as error:
            wrong.append(str(error))
    if wrong:
        raise UsageError("\n".join(wrong))
    acting = palace or (default_palace(stages[-1]) if beside is None else default_palace(beside, stages[-1]))
    for (asked, _), (before, after) in zip(steps, pairwise(stages), strict=True):
        check_read(before, after, acting, asked)
    return stages[-1]


def split_change(change: str) -> tuple[str, str]:
    """The path and the value of 'PATH=VALUE'. Raises UsageError where it is no such thing."""
    path, sign, value = (part.strip() for part in change.partition("="))
    if not (path and sign and value):
        raise UsageError(f"--set {change}: expected PATH=VALUE; `qantar scenarios NAME` lists the paths")
    return path, value
