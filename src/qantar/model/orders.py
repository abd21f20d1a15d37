"""Recorded orders: the palace and the guarantor as the scenario gives them (``--palace recorded``).

Orders take effect at the first tick that begins at or after their hour. A run in this mode is given
the orders: what the streets do under them is the model's, that they came is not.

Limits: nobody in the run decides anything here; an order comes at its hour even where the streets
that it answered stayed empty, unless the shock that it answers is withheld. Roads are not blocked:
columns move at constant speed over the great circle.
"""

from __future__ import annotations

import numpy as np

from qantar.model.country import Country, numbers
from qantar.model.events import Event
from qantar.model.geography import distance_km
from qantar.model.state import AbstractSystem, World
from qantar.scenario.schema import (
    BRANCHES,
    POSTURES,
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

GUARANTOR = BRANCHES.index("guarantor")


class RecordedOrdersSystem(AbstractSystem):
    """Carries out the orders of the scenario at their hours."""

    name = "orders"
    owns = frozenset({
        "price_cap", "concession", "relief", "connectivity_ordered", "curfew", "recalled", "posture", "men",
        "coherence", "shirking_given",
    })
    reads: frozenset[str] = frozenset()
    emits = frozenset({"order", "order-ended", "arrival"})

    def __init__(self, country: Country) -> None:
        self._country = country
        header = country.scenario.header
        self._orders = sorted(header.orders, key=lambda order: (order.at, order.id))
        self._security = numbers(country.scenario.parameters.security)
        ticks = country.tick_at
        self._begins: dict[int, list[Order]] = {}
        self._ends: dict[int, list[Order]] = {}
        for order in self._orders:
            self._begins.setdefault(max(0, ticks(order.at)), []).append(order)
            if order.until is not None:
                self._ends.setdefault(ticks(order.until), []).append(order)
        self._series = [
            (max(0, ticks(point.at)), line, point.value) for line in header.series for point in line.points
        ]
        self._arrivals: dict[int, list[tuple[int, int, float, str]]] = {}
        self._active: list[Order] = []

    def init(self, world: World) -> None:
        """Start without any order, in the posture that the scenario names as usual."""
        n = len(self._country.region_ids)
        world.price_cap = np.full(n, np.inf)
        world.concession = np.zeros(n)
        world.connectivity_ordered = np.ones(n)
        world.curfew = np.full((n, 2), np.nan)
        world.recalled = np.zeros(n, dtype=bool)
        world.posture = np.full(n, POSTURES.index(self._country.scenario.header.default_posture), dtype=np.int64)
        world.men = self._country.men.copy()
        world.coherence = np.ones((n, len(BRANCHES)))
        world.shirking_given = np.zeros((n, len(BRANCHES)))
        self._arrivals = {}
        self._active = []
        self._advance(world, 0)

    def step(self, world: World) -> None:
        """Carry out what takes effect at the beginning of the next tick."""
        self._advance(world, world.tick + 1)

    def _advance(self, world: World, tick: int) -> None:
        world.concession = np.zeros_like(world.concession)
        world.relief = 0.0
        self._set_series(world, tick)
        for place, branch, men, identifier in self._arrivals.pop(tick, []):
            world.men[place, branch] += men
            self._report(world, tick, "arrival", identifier, place, men, f"{men:.0f} men of {BRANCHES[branch]} arrive")
        changed = False
        for order in self._ends.get(tick, []):
            if order in self._active:
                self._active.remove(order)
                changed = True
                self._report(world, tick, "order-ended", order.id, None, 0.0, f"{order.kind} ends")
        for order in self._begins.get(tick, []):
            self._active.append(order)
            changed = True
            self._begin(world, tick, order)
        if changed:
            self._set_standing(world)

    def _set_series(self, world: World, tick: int) -> None:
        for start, line, value in self._series:
            if start == tick:
                target = world.coherence if line.quantity == "command-coherence" else world.shirking_given
                target[self._country.region_mask(line.regions), BRANCHES.index(line.branch)] = value

    def _begin(self, world: World, tick: int, order: Order) -> None:
        regions = self._country.region_mask(order.regions)
        text = f"{order.kind} by {order.actor}" + (f": {order.note}" if order.note else "")
        place = None
        if isinstance(order, ConcessionOrder):
            world.concession[regions] += order.size.value
            if order.price is not None:
                world.price_cap[regions] = order.price.value
        elif isinstance(order, DismissalOrder):
            world.relief += order.relief.value
            world.concession += order.size.value
        elif isinstance(order, ReinforcementOrder):
            place = self._send(world, tick, order)
        elif isinstance(order, GuarantorOrder) and order.place is not None and order.men is not None:
            place = self._country.place_index(order.place)
            sign = -1.0 if order.step == "departure" else 1.0
            world.men[place, GUARANTOR] = max(0.0, world.men[place, GUARANTOR] + sign * order.men.value)
        value = float(regions.mean())
        self._report(world, tick, "order", order.id, place, value, text)

    def _send(self, world: World, tick: int, order: ReinforcementOrder) -> int:
        """Take men from a place that has them and let them arrive after road or air time."""
        country, security = self._country, self._security
        a, b = country.place_index(order.origin), country.place_index(order.destination)
        branch = BRANCHES.index(order.branch)
        men = min(order.men.value, world.men[a, branch])
        world.men[a, branch] -= men
        km = distance_km(country.lat[a], country.lon[a], country.lat[b], country.lon[b])
        by_air = km > security.air_beyond
        hours = security.air_preparation + km / security.air_speed if by_air else km / security.road_speed
        arrival = tick + max(1, int(np.ceil(hours / country.clock.tick_hours)))
        self._arrivals.setdefault(arrival, []).append((b, branch, men, order.id))
        return b

    def _set_standing(self, world: World) -> None:
        """Derive what holds now from the orders in force; later orders win, the lowest connectivity too."""
        country = self._country
        world.connectivity_ordered[:] = 1.0
        world.curfew[:] = np.nan
        world.posture[:] = POSTURES.index(country.scenario.header.default_posture)
        for order in self._active:
            regions = country.region_mask(order.regions)
            if isinstance(order, BlackoutOrder):
                lowest = np.minimum(world.connectivity_ordered, order.connectivity.value)
                world.connectivity_ordered = np.where(regions, lowest, world.connectivity_ordered)
            elif isinstance(order, CurfewOrder):
                world.curfew[regions] = (order.from_hour, order.to_hour)
            elif isinstance(order, PostureOrder):
                world.posture[regions] = POSTURES.index(order.posture)
            elif isinstance(order, RecallOrder):
                world.recalled |= regions

    def _report(
        self, world: World, tick: int, kind: str, actor: str, place: int | None, value: float, text: str
    ) -> None:
        country = self._country
        where = "" if place is None else country.place_ids[place]
        region = "" if place is None else country.region_ids[country.region[place]]
        world.events.add(Event(tick, kind, where, region, actor, value, text))
