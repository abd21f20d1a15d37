"""A share of members with its uncertainty: Wilson's (1927) interval at 95 %."""

from __future__ import annotations

import math
from dataclasses import dataclass

Z = 1.959963984540054
"""Two-sided 95 % point of the standard normal."""


def wilson(value: float, members: int) -> tuple[float, float]:
    """Return Wilson's interval at 95 % of a share of so many members; (0, 1) of none."""
    if not members:
        return 0.0, 1.0
    middle = (value + Z * Z / (2 * members)) / (1 + Z * Z / members)
    half = Z / (1 + Z * Z / members) * math.sqrt(value * (1 - value) / members + Z * Z / (4 * members * members))
    return max(middle - half, 0.0), min(middle + half, 1.0)


@dataclass(frozen=True)
class Share:
    """How many of how many."""

    hits: int
    members: int

    @property
    def value(self) -> float:
        """The share; nan of none."""
        return self.hits / self.members if self.members else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval at 95 %; (0, 1) of none."""
        return wilson(self.value, self.members)

    def __str__(self) -> str:
        """The share and its interval, in percent."""
        low, high = self.interval
        return f"{self.value:6.1%}  ({low:.0%} to {high:.0%})"
