"""What happened in a member, as rows: hour, kind, where, who, how much, why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Event(NamedTuple):
    """One thing that happened; `tick` counts from the start of the run."""

    tick: int
    kind: str
    place: str = ""
    region: str = ""
    actor: str = ""
    value: float = 0.0
    text: str = ""


@dataclass
class EventLog:
    """The events of one member in the order in which they happened."""

    rows: list[Event] = field(default_factory=list)

    def add(self, event: Event) -> None:
        """Append an event."""
        self.rows.append(event)
