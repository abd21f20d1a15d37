"""What a run writes down, as an argument of the run; a model only asks whether it is wanted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from qantar.errors import UsageError


class Everything:
    """The set of all fields, whatever they are called."""

    def __contains__(self, field: object) -> bool:
        """Every name is in it."""
        return isinstance(field, str)

    def __repr__(self) -> str:
        """Return the name under which it can be written."""
        return "ALL"


ALL: Final = Everything()


@dataclass(frozen=True)
class Save:
    """Which ticks and which fields to record.

    every_ticks : record each tick whose number + 1 is a multiple of it, and the last; at least 1.
        What a model works out from its observations alone sees the recorded ticks only; a country's days and endings see all.
    fields : names of the fields to record, or `ALL`

    Raises UsageError when `every_ticks` is below 1.
    """

    every_ticks: int = 1
    fields: Collection[str] | Everything = ALL

    def __post_init__(self) -> None:
        """Refuse a step that would never record, and keep the names so that nobody can change them."""
        if self.every_ticks < 1:
            raise UsageError(f"record every 1 or more ticks, not every {self.every_ticks}")
        if not isinstance(self.fields, Everything):
            object.__setattr__(self, "fields", frozenset(self.fields))

    def wants(self, field: str) -> bool:
        """Say whether a field is to be recorded."""
        return field in self.fields

    def wants_tick(self, tick: int, n_ticks: int) -> bool:
        """Say whether the state at the end of `tick`, of `n_ticks`, is to be recorded."""
        done = tick + 1
        return done == n_ticks or done % self.every_ticks == 0
