"""How much work a calibration may be."""

from __future__ import annotations

from dataclasses import dataclass

from qantar.errors import UsageError

FEWEST = 10
SMALLEST_POPULATION, LARGEST_POPULATION = 50, 1_000
GENERATION_SHARE = 50
"""Budget over population, where nobody says: enough for about eight generations."""
REFIT_SHARE, ENOUGH_FOR_A_REFIT = 20, 1_000
"""A refit by regression has this part of the budget, and at least so many runs where the budget has them."""


@dataclass(frozen=True)
class Effort:
    """How much work a calibration may be.

    budget : runs of each study, and of each table of prior runs, fewer for each refit without a mechanism; members : runs
    of each check, a quarter of them where each is run in many versions of the country; population : accepted parameter
    sets, by the budget where left out
    """

    budget: int = 20_000
    members: int = 200
    population: int | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        for name, least in (("budget", FEWEST), ("members", 1)):
            if getattr(self, name) < least:
                raise UsageError(f"--{name} {getattr(self, name)}: expected at least {least}")
        if self.population is not None and not FEWEST <= self.population <= self.budget:
            raise UsageError(f"--population {self.population}: expected {FEWEST} to the budget of {self.budget}")

    @property
    def size(self) -> int:
        """Accepted parameter sets of a generation."""
        return self.population or min(max(self.budget // GENERATION_SHARE, SMALLEST_POPULATION), LARGEST_POPULATION, self.budget)

    @property
    def refit(self) -> int:
        """Runs of each refit without a mechanism."""
        return min(max(self.budget // REFIT_SHARE, ENOUGH_FOR_A_REFIT), self.budget)
