"""What if: a scenario without something, or with one value changed.

Both return a new scenario that remembers what was done to it, in `withheld` and `changed`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from pydantic import TypeAdapter, ValidationError

from qantar.errors import UsageError
from qantar.scenario.checks_orders import GUARANTOR, ORDER_KINDS
from qantar.scenario.local_time import LocalTime
from qantar.scenario.mistakes import quoted
from qantar.scenario.order import ConcessionOrder, GuarantorOrder, Order, ReinforcementOrder
from qantar.scenario.schema import Palace, Scenario
from qantar.scenario.setting import accepted_paths, set_value
from qantar.scenario.vocabulary import Power
from qantar.scenario.wording import nearest

__all__ = ["Choice", "Choices", "choices", "set_value", "without", "without_shocks"]


@dataclass(frozen=True)
class Choice:
    """Something that can be withheld or changed: its name or path, and what it is."""

    name: str
    meaning: str


@dataclass(frozen=True)
class Choices:
    """What ``--without`` and ``--set`` accept for a scenario."""

    without: tuple[Choice, ...]
    set: tuple[Choice, ...]


def choices(scenario: Scenario) -> Choices:
    """Return what can be withheld from a scenario and what can be changed in it."""
    return Choices(
        tuple(Choice(name, meaning) for name, meaning in _withholdable(scenario).items()),
        tuple(Choice(path, meaning) for path, meaning in accepted_paths(scenario)),
    )


def without(scenario: Scenario, name: str) -> Scenario:
    """Return the scenario without something, and without the orders that answer only that.

    name: a shock, an order, an actor (whose orders are dropped), a bloc, the word ``guarantor`` (its
    orders, men and blocs) or a kind of order. A kind in `POWER_OF` is also taken from what the simulated palace may
    order; recorded orders it does not read (`qantar.scenario.unread`). With ``@`` and a local hour behind it, such as
    ``blackout@2022-01-07T00:00``, only what begins at that hour or later is dropped, and what holds then ends.

    An order goes with the last of what it answers, and so on; an order that answers nothing stays.
    What a remaining order answered is forgotten where it is gone; a concession whose shock is gone
    keeps its signal and loses its price.

    Raises `UsageError` for a name that means nothing here, with those that do.
    """
    plain, since = _moment(scenario, name)
    known = _withholdable(scenario)
    if plain not in known:
        raise UsageError(_unknown(scenario, plain, known))
    header, alliance, forces = scenario.header, scenario.alliance, scenario.forces
    shocks = tuple(shock for shock in header.shocks if shock.id != plain or not _later(shock.at, since))
    meant = _means(plain, scenario)
    orders = [order for order in header.orders if not (meant(order) and _later(order.at, since))]
    orders = [_ended(order, since) if meant(order) else order for order in orders]
    if since is not None and shocks == header.shocks and tuple(orders) == header.orders:
        raise UsageError(f"nothing of {quoted(plain)} begins or still holds at {since:%Y-%m-%dT%H:%M}, so that nothing can be withheld")
    series = header.series
    if since is None and _is_guarantor(plain, scenario):
        alliance = alliance.model_copy(update={"blocs": ()})
        forces = tuple(force for force in forces if force.branch != GUARANTOR)
        series = tuple(line for line in series if line.branch != GUARANTOR)
    elif since is None and plain in {bloc.id for bloc in alliance.blocs}:
        alliance = alliance.model_copy(update={"blocs": tuple(bloc for bloc in alliance.blocs if bloc.id != plain)})
    palace = scenario.palace if since is not None else _powerless(scenario.palace, POWER_OF.get(plain))
    remaining = _answering(orders, {shock.id for shock in shocks})
    header = header.model_copy(update={"shocks": shocks, "orders": remaining, "series": series})
    changes = {
        "header": header, "alliance": alliance, "forces": forces, "palace": palace, "withheld": (*scenario.withheld, name)
    }
    return scenario.model_copy(update=changes)


def without_shocks(scenario: Scenario) -> Scenario:
    """Return the scenario without any of its shocks, and without the orders that answer only them."""
    for shock in scenario.header.shocks:
        scenario = without(scenario, shock.id)
    return scenario


def _powerless(palace: Palace, power: Power | None) -> Palace:
    """The palace with a power taken from every office."""
    if not any(power in office.powers for office in palace.offices):
        return palace
    offices = tuple(
        office.model_copy(update={"powers": tuple(one for one in office.powers if one != power)}) for office in palace.offices
    )
    return palace.model_copy(update={"offices": offices})


def _moment(scenario: Scenario, name: str) -> tuple[str, datetime | None]:
    """Split 'NAME@HOUR'. Raises `UsageError` for an hour that is none, or outside the clock."""
    plain, sign, hour = name.partition("@")
    if not sign:
        return name, None
    try:
        since = TypeAdapter(LocalTime).validate_python(hour)
    except ValidationError:
        raise UsageError(
            f"{quoted(name)}: expected a local hour behind the @, such as {scenario.header.clock.start:%Y-%m-%dT%H:%M}"
        ) from None
    clock = scenario.header.clock
    if not clock.start <= since < clock.end:
        raise UsageError(f"{quoted(name)}: the hour lies outside the clock, expected from {clock.start} to before {clock.end}")
    return plain, since


def _later(at: datetime, since: datetime | None) -> bool:
    return since is None or at >= since


def _ended(order: Order, since: datetime | None) -> Order:
    """The order with its end at an hour, where it holds then and is of a kind that can end."""
    holds = since is not None and (order.until is None or order.until > since)
    return order.model_copy(update={"until": since}) if holds and order.kind in LASTING else order


POWER_OF: Mapping[str, Power] = MappingProxyType({
    "emergency": "emergency", "blackout": "blackout", "reinforcement": "reinforcements", "concession": "concessions",
})
"""Kinds of order that an office of the simulated palace gives by a power of their own."""

LASTING = ("emergency", "curfew", "blackout", "posture")
"""Kinds of order that hold for a time and can be ended; the others are done when they are given."""


def _withholdable(scenario: Scenario) -> dict[str, str]:
    """Every name that `without` accepts, with what it stands for."""
    orders = scenario.header.orders
    known = {shock.id: f"shock ({shock.kind}) at {shock.at:%d %b %H:%M}" for shock in scenario.header.shocks}
    known |= {order.id: f"order ({order.kind}) at {order.at:%d %b %H:%M} by {order.actor}" for order in orders}
    for actor in scenario.palace.actors:
        given = sum(order.actor == actor.id for order in orders)
        if given:
            known[actor.id] = f"actor, {actor.name}: the orders given ({given})"
    known |= {bloc.id: f"bloc, {bloc.name}: its orders and men" for bloc in scenario.alliance.blocs}
    guarantor = sum(_is_guarantors(order) for order in orders)
    if guarantor or scenario.alliance.blocs or any(force.branch == GUARANTOR for force in scenario.forces):
        known[GUARANTOR] = f"the guarantor: its orders ({guarantor}), its men and its bloc"
    powers = {power for office in scenario.palace.offices for power in office.powers}
    for kind in ORDER_KINDS:
        number = sum(order.kind == kind for order in orders)
        if (number or POWER_OF.get(kind) in powers) and kind != GUARANTOR:
            known[kind] = f"kind of order: all of it ({number})"
    return known


def _unknown(scenario: Scenario, name: str, known: dict[str, str]) -> str:
    accepted = ", ".join(known)
    if name in scenario.withheld:
        return f"{quoted(name)} is withheld already"
    if name in {actor.id for actor in scenario.palace.actors}:
        return f"{quoted(name)} gave no order in {scenario.header.id}, so nothing can be withheld; accepted are {accepted}"
    return f"{quoted(name)} cannot be withheld from {scenario.header.id}{nearest(name, known)}; accepted are {accepted}"


def _is_guarantor(name: str, scenario: Scenario) -> bool:
    blocs = [bloc.id for bloc in scenario.alliance.blocs]
    return name == GUARANTOR or blocs == [name]


def _is_guarantors(order: Order) -> bool:
    moves_its_men = isinstance(order, ReinforcementOrder) and order.branch == GUARANTOR
    return isinstance(order, GuarantorOrder) or moves_its_men


def _means(name: str, scenario: Scenario) -> Callable[[Order], bool]:
    """Return the test for the orders that a name stands for by itself."""
    if _is_guarantor(name, scenario):
        blocs = {bloc.id for bloc in scenario.alliance.blocs}
        return lambda order: _is_guarantors(order) or order.actor in blocs
    return lambda order: name in (order.id, order.actor, order.kind)


def _answering(orders: list[Order], shocks: set[str]) -> tuple[Order, ...]:
    """Drop orders all of whose reasons are gone until no more go; let the rest forget what is gone."""
    while True:
        present = shocks | {order.id for order in orders}
        kept = [order for order in orders if not order.because or present.intersection(order.because)]
        if len(kept) == len(orders):
            return tuple(_forgetting(order, present) for order in kept)
        orders = kept


def _forgetting(order: Order, present: set[str]) -> Order:
    changes: dict[str, object] = {}
    if not present.issuperset(order.because):
        changes["because"] = tuple(reason for reason in order.because if reason in present)
    if isinstance(order, ConcessionOrder) and order.shock is not None and order.shock not in present:
        changes |= {"shock": None, "price": None}
    return order.model_copy(update=changes) if changes else order
