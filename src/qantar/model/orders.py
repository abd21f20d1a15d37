"""Orders: who decides the measures that are carried out, in each of the two plans of a tick.

Recorded: as the scenario gives them, each at the first tick that begins at or after its hour. A run in
this mode is given the orders: what the streets do under them is the model's, that they came is not.

Decided: as the palace, the alliance and the units decided them in this tick; nothing of the scenario's
orders or series is read.

Limits (recorded): an order comes at its hour even where the streets that it answered stayed empty,
unless the shock that it answers is withheld.
"""

from __future__ import annotations

import numpy as np

from qantar.model.carry_out import WRITES, CarryOut
from qantar.model.country import Country
from qantar.model.measures import (
    Announcement,
    Blackout,
    Concession,
    Curfew,
    Departure,
    Effect,
    Landing,
    Measure,
    Posture,
    Recall,
    Reinforcement,
)
from qantar.model.state import AbstractSystem, World
from qantar.scenario.order import (
    BlackoutOrder,
    ConcessionOrder,
    CurfewOrder,
    DismissalOrder,
    GuarantorOrder,
    Order,
    PostureOrder,
    RecallOrder,
    ReinforcementOrder,
)
from qantar.scenario.schema import Series
from qantar.scenario.vocabulary import BRANCHES, POSTURES

EMITS = frozenset({"order", "order-ended", "arrival"})


class RecordedOrdersSystem(AbstractSystem):
    """Carries out the orders of the scenario at their hours (``--palace recorded``)."""

    name = "orders"
    owns = WRITES | {"coherence", "shirking_given"}
    reads: frozenset[str] = frozenset()
    emits = EMITS

    def __init__(self, country: Country) -> None:
        self._country = country
        header = country.scenario.header
        self._carry_out = CarryOut(country)
        self._begins: dict[int, list[Measure]] = {}
        for order in sorted(header.orders, key=lambda order: (order.at, order.id)):
            self._begins.setdefault(max(0, country.tick_at(order.at)), []).append(self._measure(order))
        self._series: dict[int, list[tuple[Series, float]]] = {}
        for line in header.series:
            for point in line.points:
                self._series.setdefault(max(0, country.tick_at(point.at)), []).append((line, point.value))

    def init(self, world: World) -> None:
        """Start without any order, everybody obeying as the scenario says."""
        n = len(self._country.region_ids)
        self._carry_out.init(world)
        world.coherence = np.ones((n, len(BRANCHES)))
        world.shirking_given = np.zeros((n, len(BRANCHES)))
        self._advance(world, 0)

    def step(self, world: World) -> None:
        """Carry out what takes effect at the beginning of the next tick."""
        self._advance(world, world.tick + 1)

    def _advance(self, world: World, tick: int) -> None:
        for line, value in self._series.get(tick, []):
            target = world.coherence if line.quantity == "command-coherence" else world.shirking_given
            target[self._country.region_mask(line.regions), BRANCHES.index(line.branch)] = value
        self._carry_out.advance(world, tick, self._begins.get(tick, []))

    def _measure(self, order: Order) -> Measure:
        end = None if order.until is None else self._country.tick_at(order.until)
        text = f"{order.kind} by {order.actor}" + (f": {order.note}" if order.note else "")
        return Measure(order.id, self._country.region_mask(order.regions), self._effect(order), text, end=end)

    def _effect(self, order: Order) -> Effect:  # noqa: PLR0911 - one answer for each kind of order
        place = self._country.place_index
        match order:
            case ConcessionOrder():
                return Concession(order.size.value, None if order.price is None else order.price.value)
            case DismissalOrder():
                return Departure(order.relief.value, order.size.value)
            case ReinforcementOrder():
                branch = BRANCHES.index(order.branch)
                return Reinforcement(branch, place(order.origin), place(order.destination), order.men.value)
            case GuarantorOrder() if order.place is not None and order.men is not None:
                return Landing(place(order.place), order.men.value * (-1.0 if order.step == "departure" else 1.0))
            case BlackoutOrder():
                return Blackout(order.connectivity.value)
            case CurfewOrder():
                return Curfew(order.from_hour, order.to_hour)
            case PostureOrder():
                return Posture(POSTURES.index(order.posture))
            case RecallOrder():
                return Recall()
            case _:
                return Announcement()


class DecidedOrdersSystem(AbstractSystem):
    """Carries out what the palace, the alliance and the units decided (``--palace simulated``)."""

    name = "orders"
    owns = WRITES
    reads = frozenset({"decided", "alliance_decided", "units_decided"})
    emits = EMITS

    def __init__(self, country: Country) -> None:
        self._country = country
        self._carry_out = CarryOut(country)
        self._working = ~np.array(country.holidays(country.clock.n_ticks + 1))

    def init(self, world: World) -> None:
        """Start without any measure; on a working day men are at their posts."""
        self._carry_out.init(world)
        self._later: list[Measure] = []
        self._call_to_work(world, 0)

    def step(self, world: World) -> None:
        """Carry out what was decided in this tick from the beginning of the next."""
        tick = world.tick + 1
        known = [*self._later, *world.units_decided, *world.decided, *world.alliance_decided]
        self._later = [measure for measure in known if measure.start is not None and measure.start > tick]
        self._carry_out.advance(world, tick, [measure for measure in known if measure.start is None or measure.start <= tick])
        self._call_to_work(world, tick)

    def _call_to_work(self, world: World, tick: int) -> None:
        """A working day ends the holiday without any order."""
        if self._working[tick]:
            world.recalled[:] = True
