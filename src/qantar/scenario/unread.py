"""What a simulated palace does not read: the record, and the orders and series that were given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qantar.errors import UsageError

if TYPE_CHECKING:
    from qantar.scenario.schema import Scenario

RECORDED, SIMULATED = "recorded", "simulated"
PALACES = (RECORDED, SIMULATED)
"""Who decides what the state does."""


def check_palace(palace: str | None) -> None:
    """Raise UsageError for a palace that there is not; None stands for the default of a scenario."""
    if palace not in (None, *PALACES):
        raise UsageError(f"palace '{palace}' is unknown; expected one of: {', '.join(PALACES)}")


def default_palace(scenario: Scenario, changed: Scenario | None = None) -> str:
    """Who acts in the palace when nobody says: the simulated one where an office of it may order anything, else the record.

    changed : what `scenario` is compared with; where only recorded orders differ, the record acts in both
    """
    if changed is not None and _differ_unread(scenario, changed):
        return RECORDED
    return SIMULATED if any(office.powers for office in scenario.palace.offices) else RECORDED


def as_read(scenario: Scenario) -> Scenario:
    """The scenario as a simulated palace reads it: without the record, recorded orders, given series, and what was done to it."""
    header = scenario.header.model_copy(update={"orders": (), "series": ()})
    return _without_notes(scenario).model_copy(update={"header": header, "record": ()})


def _differ_unread(before: Scenario, after: Scenario) -> bool:
    """Whether two scenarios differ, and in nothing that a simulated palace reads."""
    return _without_notes(before) != _without_notes(after) and as_read(before) == as_read(after)


def _without_notes(scenario: Scenario) -> Scenario:
    """The scenario without what it remembers of where it is from and what was done to it."""
    notes = {"loaded_from": "", "intervened_from": (), "intervened_steps": (), "withheld": (), "changed": (), "interventions": ()}
    return scenario.model_copy(update=notes)


def check_read(before: Scenario, after: Scenario, palace: str, change: str = "") -> None:
    """Raise UsageError where a change is of what a simulated palace does not read, and of nothing else: its effect would be none.

    change : how it was asked for, named in the error
    """
    if palace == SIMULATED and _differ_unread(before, after):
        raise UsageError(
            f"{change}{': ' if change else ''}what was changed are orders or series of the record, which the simulated palace does not "
            "read; add --palace recorded, or take away the power to give such orders "
            "(--without blackout, emergency, reinforcement, concession)"
        )
