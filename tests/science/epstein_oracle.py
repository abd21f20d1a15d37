"""Epstein's model I person by person, in plain Python, to hold the kernel against: readable, slow, with draws of its own.

The rules are those of Mesa's example, sequential in a new order each tick; `synchronous` lets everybody
decide from the state at the start of the tick, which is another model.
"""

from __future__ import annotations

from math import exp
from random import Random  # noqa: TID251  the oracle shares nothing with what it checks, draws included

from qantar.classics.epstein import Society

Cell = tuple[int, int]


class Person:
    """A citizen or a cop."""

    def __init__(self, where: Cell, cop: bool, rng: Random) -> None:
        self.where, self.cop = where, cop
        self.hardship, self.risk = rng.random(), rng.random()
        self.active, self.term, self.jailed = False, 0, False


class Oracle:
    """A grid of persons."""

    def __init__(self, society: Society, legitimacy: float, seed: int, *, synchronous: bool = False) -> None:
        self.society, self.legitimacy, self.synchronous = society, legitimacy, synchronous
        self.rng = Random(seed)
        self.grid: dict[Cell, Person] = {}
        for y in range(society.height):
            for x in range(society.width):
                u = self.rng.random()
                if u < society.citizens + society.cops:
                    self.grid[y, x] = Person((y, x), u >= society.citizens, self.rng)
        self.people = list(self.grid.values())

    def near(self, where: Cell) -> list[Cell]:
        """Cells in sight."""
        y, x, sight = *where, self.society.sight
        return [
            ((y + dy) % self.society.height, (x + dx) % self.society.width)
            for dy in range(-sight, sight + 1)
            for dx in range(-sight, sight + 1)
            if 0 < abs(dy) + abs(dx) <= sight
        ]

    def wants(self, person: Person, cells: list[Cell]) -> bool:
        """Whether a citizen would be active."""
        seen = [self.grid[cell] for cell in cells if cell in self.grid]
        cops = sum(other.cop for other in seen)
        actives = 1 + sum(other.active for other in seen)
        arrest = 1.0 - exp(-self.society.arrest * round(cops / actives))
        return person.hardship * (1.0 - self.legitimacy) - person.risk * arrest > self.society.threshold

    def tick(self) -> None:
        """Everybody once."""
        self.rng.shuffle(self.people)
        if self.synchronous:
            free = [person for person in self.people if not person.cop and person.term == 0]
            for person, active in [(person, self.wants(person, self.near(person.where))) for person in free]:
                person.active, person.jailed = active, False
        for person in self.people:
            if person.term > 0:
                person.term -= 1
                continue
            cells = self.near(person.where)
            empty = [cell for cell in cells if cell not in self.grid]
            if person.cop:
                suspects = [self.grid[cell] for cell in cells if cell in self.grid and self.grid[cell].active]
                if suspects:
                    held = self.rng.choice(suspects)
                    held.active, held.jailed, held.term = False, True, self.rng.randint(0, self.society.longest_term)
            elif not self.synchronous:
                person.active, person.jailed = self.wants(person, cells), False
            if empty:
                del self.grid[person.where]
                person.where = self.rng.choice(empty)
                self.grid[person.where] = person

    def jailed(self) -> int:
        """How many are in jail."""
        return sum(person.jailed for person in self.people)

    def active(self) -> int:
        """How many are active."""
        return sum(person.active for person in self.people)
