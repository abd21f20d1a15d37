"""A share of members with its uncertainty: Wilson's (1927) interval at 95 %."""

from __future__ import annotations

import math
from dataclasses import dataclass

Z = 1.959963984540054
"""Two-sided 95 % point of the standard normal."""


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
        if not self.members:
            return 0.0, 1.0
        n, p = self.members, self.value
        middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
        half = Z / (1 + Z * Z / n) * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        return max(middle - half, 0.0), min(middle + half, 1.0)

    def __str__(self) -> str:
        """The share and its interval, in percent."""
        low, high = self.interval
        return f"{self.value:6.1%}  ({low:.0%} to {high:.0%})"
