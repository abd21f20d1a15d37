"""Epstein's grid in AgentPy, with the rules and the parameters of Mesa's example. Usage: epstein_agentpy.py [SIDE] [CPU_SECONDS] [STEPS].

AgentPy has square neighbourhoods only: neighbours within the square are kept when they are within the
diamond, and empty cells are looked up among the cells of the diamond.
"""

import math
from typing import Any

import agentpy as ap
from timing import Watch, arguments, repeat, tell

QUIET, ACTIVE, ARRESTED = range(3)
VISION, LEGITIMACY, THRESHOLD, ARREST, LONGEST_TERM = 7, 0.8, 0.1, 2.3, 1_000
CITIZENS, COPS = 0.7, 0.074
DIAMOND = [(dy, dx) for dy in range(-VISION, VISION + 1) for dx in range(-VISION, VISION + 1) if 0 < abs(dy) + abs(dx) <= VISION]


class Somebody(ap.Agent):
    """A citizen or a cop, looking around and moving."""

    def look(self) -> tuple[list[Any], list[tuple[int, int]]]:
        """Return who is in sight and which cells are empty."""
        grid, side = self.model.grid, self.p.side
        y, x = grid.positions[self]
        near = []
        for other in grid.neighbors(self, distance=VISION):
            there = grid.positions[other]
            dy, dx = abs(there[0] - y), abs(there[1] - x)
            if min(dy, side - dy) + min(dx, side - dx) <= VISION:
                near.append(other)
        cells = [((y + dy) % side, (x + dx) % side) for dy, dx in DIAMOND]
        taken = {grid.positions[other] for other in near}
        return near, [cell for cell in cells if cell not in taken]

    def move(self, empty: list[tuple[int, int]]) -> None:
        """Go to a random empty cell in sight."""
        if empty:
            self.model.grid.move_to(self, self.model.random.choice(empty))


class Citizen(Somebody):
    """Active when grievance less risk passes the threshold."""

    cop = False

    def setup(self) -> None:
        """Draw hardship and risk aversion."""
        self.grievance = self.model.random.random() * (1.0 - LEGITIMACY)
        self.risk, self.state, self.term = self.model.random.random(), QUIET, 0

    def step(self) -> None:
        """Serve, or decide and move."""
        if self.term:
            self.term -= 1
            return
        near, empty = self.look()
        cops = sum(other.cop for other in near)
        actives = 1 + sum(not other.cop and other.state == ACTIVE for other in near)
        chance = 1.0 - math.exp(-ARREST * round(cops / actives))
        self.state = ACTIVE if self.grievance - self.risk * chance > THRESHOLD else QUIET
        self.move(empty)


class Cop(Somebody):
    """Arrests one active in sight."""

    cop = True

    def step(self) -> None:
        """Arrest and move."""
        near, empty = self.look()
        active = [other for other in near if not other.cop and other.state == ACTIVE]
        if active:
            held = self.model.random.choice(active)
            held.state, held.term = ARRESTED, self.model.random.randint(0, LONGEST_TERM)
        self.move(empty)


class Society(ap.Model):
    """The grid."""

    def setup(self) -> None:
        """Settle citizens and cops."""
        cells = self.p.side**2
        self.citizens = ap.AgentList(self, round(CITIZENS * cells), Citizen)
        self.everybody = self.citizens + ap.AgentList(self, round(COPS * cells), Cop)
        self.grid = ap.Grid(self, (self.p.side, self.p.side), torus=True, track_empty=True)
        self.grid.add_agents(self.everybody, random=True, empty=True)

    def step(self) -> None:
        """Let everybody act, in a new order."""
        self.everybody.shuffle().step()


side, seconds, least = arguments(40, 10, 1)
watch = Watch()
model = Society({"side": int(side), "seed": 1})
model.sim_setup(steps=10**9)
_, setup = watch.read()
found = repeat(model.sim_step, seconds, least=int(least))
tell(agents=len(model.everybody), setup_cpu_s=setup, **found, jailed=sum(citizen.state == ARRESTED for citizen in model.citizens))
