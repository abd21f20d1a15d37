"""Checks of shocks, recorded orders, given series and organisers: who, where, when, in answer to what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from qantar.scenario.checks_country import repeated, unknown
from qantar.scenario.documents import Listing
from qantar.scenario.draft import Draft, Finding, Way, values_within
from qantar.scenario.mistakes import quoted
from qantar.scenario.order import BlackoutOrder, ConcessionOrder, DismissalOrder, GuarantorOrder, Order, ReinforcementOrder
from qantar.scenario.schema import Clock
from qantar.scenario.shock import PriceShock, Shock

FILE = "scenario.yaml"
MOST_TICKS = 20_000
GUARANTOR = "guarantor"
ORDER_KINDS = (
    "emergency", "curfew", "blackout", "posture", "recall", "reinforcement", "concession", "dismissal", "appointment",
    "guarantor",
)  # fmt: skip
NEVER_NEGATIVE = ("people", "hours", "share")


def order_findings(draft: Draft) -> Iterator[Finding]:
    """Yield the mistakes of ``scenario.yaml`` that concern more than one of its entries."""
    if draft.clock is not None:
        yield from _clock(draft.clock)
    yield from _names(draft)
    yield from _shocks(draft)
    yield from _one_price(draft)
    yield from _orders(draft)
    yield from _reasons(draft)
    yield from _series(draft)
    yield from _organisers(draft)
    for field, listing in (("shocks", draft.shocks), ("orders", draft.orders), ("organisers", draft.organisers)):
        yield from value_findings(FILE, field, listing)


def value_findings(file: str, field: str, listing: Listing[Any]) -> Iterator[Finding]:
    """Yield values that their own unit rules out: negative people or hours, shares beyond 1."""
    for number, record in listing.items:
        for where, value in values_within(record, (field, number)):
            if value.unit in NEVER_NEGATIVE and value.value < 0:
                yield Finding(file, (*where, "value"), f"{value.value:g} {value.unit} is negative, expected at least 0")
            elif value.unit == "share" and value.value > 1:
                yield Finding(file, (*where, "value"), f"a share of {value.value:g} is out of range, expected 0 to 1")


def _clock(clock: Clock) -> Iterator[Finding]:
    hours = (clock.end - clock.start).total_seconds() / 3600.0
    ticks = hours / clock.tick_hours
    if hours <= 0:
        yield Finding(FILE, ("clock", "end"), f"the end {clock.end} is not after the start {clock.start}")
    elif abs(ticks - round(ticks)) > 1e-9 * ticks:
        message = f"{hours:g} hours are no whole number of ticks of {clock.tick_hours:g} hours"
        yield Finding(FILE, ("clock", "tick_hours"), message)
    elif ticks > MOST_TICKS:
        yield Finding(FILE, ("clock", "end"), f"the clock has {ticks:.0f} ticks, expected at most {MOST_TICKS}")


def _names(draft: Draft) -> Iterator[Finding]:
    """Every name that ``--without`` accepts means one thing."""
    for field, listing in (
        ("shocks", draft.shocks), ("orders", draft.orders), ("series", draft.series), ("organisers", draft.organisers),
    ):  # fmt: skip
        yield from repeated(FILE, listing, field)
    owners = {"actor of palace.yaml": draft.actors.names, "bloc of alliance.yaml": draft.blocs.names}
    for field, listing in (("shocks", draft.shocks), ("orders", draft.orders)):
        for number, record in listing.items:
            for owner, names in owners.items():
                if record.id in (names or ()):
                    yield Finding(FILE, (field, number, "id"), f"{quoted(record.id)} is also an {owner}; names must differ")
            if record.id in ORDER_KINDS:
                message = f"{quoted(record.id)} is also a kind of order; choose a name of its own"
                yield Finding(FILE, (field, number, "id"), message)
            if field == "orders" and record.id in (draft.shocks.names or ()):
                yield Finding(FILE, (field, number, "id"), f"{quoted(record.id)} is also a shock; names must differ")


def _shocks(draft: Draft) -> Iterator[Finding]:
    for number, shock in draft.shocks.items:
        where = ("shocks", number)
        yield from _regions(draft, shock.regions, where)
        yield from _inside(draft.clock, shock.at, (*where, "at"))
        if not isinstance(shock, PriceShock):
            continue
        before, after = shock.price_before, shock.price_after
        if before.unit != after.unit:
            message = f"the unit is {quoted(after.unit)}, expected {quoted(before.unit)} as before the step"
            yield Finding(FILE, (*where, "price_after", "unit"), message)
        for name, price in (("price_before", before), ("price_after", after)):
            if price.value <= 0:
                yield Finding(FILE, (*where, name, "value"), f"the price {price.value:g} is not positive")
        if draft.currency is not None and before.unit.split("/")[0] != draft.currency:
            message = f"the unit is {quoted(before.unit)}, expected the currency and what it buys: '{draft.currency}/...'"
            yield Finding(FILE, (*where, "price_before", "unit"), message)


def _one_price(draft: Draft) -> Iterator[Finding]:
    """The model has one price, of one good, and one price of it before the crisis: of the later steps in a region the end is read."""
    steps = sorted(((n, shock) for n, shock in draft.shocks.items if isinstance(shock, PriceShock)), key=lambda step: step[1].at)
    met: set[str] = set()
    for number, shock in steps:
        first = steps[0][1]
        regions = set(shock.regions) or set(draft.regions.names or ())
        if shock.good != first.good:
            message = f"{quoted(shock.good)} is another good than {quoted(first.good)}, expected steps of one price"
            yield Finding(FILE, ("shocks", number, "good"), message)
        elif not regions <= met and shock.price_before.value != first.price_before.value:
            message = (
                f"the price is {first.price_before.value:g} before the crisis, as {quoted(first.id)} has it, and here, where "
                f"{min(regions - met)} meets its first step, {shock.price_before.value:g}"
            )
            yield Finding(FILE, ("shocks", number, "price_before", "value"), message)
        met |= regions


def _orders(draft: Draft) -> Iterator[Finding]:
    shocks = {shock.id: shock for _, shock in draft.shocks.items}
    for number, order in draft.orders.items:
        where = ("orders", number)
        yield from _regions(draft, order.regions, where)
        yield from _inside(draft.clock, order.at, (*where, "at"))
        if order.until is not None and order.until <= order.at:
            yield Finding(FILE, (*where, "until"), f"the end {order.until} is not after the beginning {order.at}")
        if draft.actors.lacks(order.actor) and draft.blocs.lacks(order.actor):
            known: Listing[Any] = Listing((), (draft.actors.names or frozenset()) | (draft.blocs.names or frozenset()))
            yield Finding(FILE, (*where, "actor"), *unknown("actor or bloc", order.actor, known))
        yield from _particular(draft, shocks, order, where)


def _particular(draft: Draft, shocks: dict[str, Shock], order: Order, where: Way) -> Iterator[Finding]:
    """Yield what is wrong with the fields that only one kind of order has."""
    for name in ("origin", "destination", "place"):
        place = getattr(order, name, None)
        if place is not None and draft.places.lacks(place):
            yield Finding(FILE, (*where, name), *unknown("place", place, draft.places))
    office, holder = getattr(order, "office", None), getattr(order, "holder", None)
    if office is not None and draft.offices.lacks(office):
        yield Finding(FILE, (*where, "office"), *unknown("office", office, draft.offices))
    if holder is not None and draft.actors.lacks(holder):
        yield Finding(FILE, (*where, "holder"), *unknown("actor", holder, draft.actors))
    if isinstance(order, ReinforcementOrder) and order.origin == order.destination:
        yield Finding(FILE, (*where, "destination"), "origin and destination are the same place")
    if isinstance(order, ConcessionOrder):
        yield from _concession(draft, shocks, order, where)
    if isinstance(order, GuarantorOrder):
        yield from _guarantor(draft, order, where)
    yield from _units(order, where)


def _concession(draft: Draft, shocks: dict[str, Shock], order: ConcessionOrder, where: Way) -> Iterator[Finding]:
    if (order.price is None) != (order.shock is None):
        yield Finding(FILE, where, "a concession names both a new price and the shock whose price it is, or neither")
    if order.shock is None:
        return
    if draft.shocks.lacks(order.shock):
        yield Finding(FILE, (*where, "shock"), *unknown("shock", order.shock, draft.shocks))
    shock = shocks.get(order.shock)
    if shock is not None and not isinstance(shock, PriceShock):
        yield Finding(FILE, (*where, "shock"), f"the shock {quoted(order.shock)} has no price")
    elif isinstance(shock, PriceShock) and order.price is not None:
        if order.price.unit != shock.price_before.unit:
            message = f"the unit is {quoted(order.price.unit)}, expected {quoted(shock.price_before.unit)} as the shock's"
            yield Finding(FILE, (*where, "price", "unit"), message)
        if order.price.value <= 0:
            yield Finding(FILE, (*where, "price", "value"), f"the price {order.price.value:g} is not positive")


def _guarantor(draft: Draft, order: GuarantorOrder, where: Way) -> Iterator[Finding]:
    if draft.blocs.names is not None and not draft.blocs.names:
        yield Finding(FILE, where, "alliance.yaml names no bloc, so there is no guarantor to give this order")
    if order.step == "arrival" and (order.place is None or order.men is None):
        yield Finding(FILE, where, "an arrival names the place and the men")
    if (order.place is None) != (order.men is None):
        yield Finding(FILE, where, "a step of the guarantor names both a place and men, or neither")


def _units(order: Order, where: Way) -> Iterator[Finding]:
    expected = {"men": "people"}
    if isinstance(order, BlackoutOrder):
        expected["connectivity"] = "share"
    if isinstance(order, DismissalOrder):
        expected["relief"] = "share"
    for name, unit in expected.items():
        value = getattr(order, name, None)
        if value is not None and value.unit != unit:
            yield Finding(FILE, (*where, name, "unit"), f"the unit is {quoted(value.unit)}, expected '{unit}'")


def _reasons(draft: Draft) -> Iterator[Finding]:
    """Check what orders answer: known, not later than the answer, and never in a circle."""
    if draft.shocks.names is None or draft.orders.names is None:
        return
    known: Listing[Any] = Listing((), draft.shocks.names | draft.orders.names)
    times = {record.id: record.at for _, record in (*draft.shocks.items, *draft.orders.items)}
    reasons = {order.id: order.because for _, order in draft.orders.items}
    circular = _in_circles(reasons)
    for number, order in draft.orders.items:
        for position, reason in enumerate(order.because):
            where = ("orders", number, "because", position)
            if known.lacks(reason):
                yield Finding(FILE, where, *unknown("shock or order", reason, known))
            elif times.get(reason, order.at) > order.at:
                yield Finding(FILE, where, f"{quoted(reason)} comes at {times[reason]}, after the order that answers it")
        if order.id in circular:
            yield Finding(FILE, ("orders", number, "because"), f"{quoted(order.id)} answers itself in a circle")


def _in_circles(reasons: dict[str, tuple[str, ...]]) -> set[str]:
    """Return the orders that lie on a circle, or answer one: what is left when the rest is peeled off."""
    left = {name: {reason for reason in because if reason in reasons} for name, because in reasons.items()}
    answered_by: dict[str, list[str]] = {name: [] for name in left}
    for name, because in left.items():
        for reason in because:
            answered_by[reason].append(name)
    free = [name for name, because in left.items() if not because]
    while free:
        name = free.pop()
        del left[name]
        for answer in answered_by[name]:
            left[answer].discard(name)
            if not left[answer]:
                free.append(answer)
    return set(left)


def _series(draft: Draft) -> Iterator[Finding]:
    for number, series in draft.series.items:
        where = ("series", number)
        yield from _regions(draft, series.regions, where)
        for position, point in enumerate(series.points):
            if draft.clock is not None and point.at >= draft.clock.end:
                message = f"{point.at} is not before the end of the clock, {draft.clock.end}"
                yield Finding(FILE, (*where, "points", position, "at"), message)
        for position, (earlier, later) in enumerate(zip(series.points, series.points[1:], strict=False)):
            if later.at <= earlier.at:
                message = f"{later.at} is not after {earlier.at}, expected points in the order of time"
                yield Finding(FILE, (*where, "points", position + 1, "at"), message)


def _organisers(draft: Draft) -> Iterator[Finding]:
    for number, organiser in draft.organisers.items:
        yield from _inside(draft.clock, organiser.start, ("organisers", number, "start"))
        if organiser.hold_factor.value <= 0:
            message = f"the factor {organiser.hold_factor.value:g} is not positive"
            yield Finding(FILE, ("organisers", number, "hold_factor", "value"), message)
        for position, place in enumerate(organiser.places):
            if draft.places.lacks(place):
                yield Finding(FILE, ("organisers", number, "places", position), *unknown("place", place, draft.places))


def _regions(draft: Draft, regions: Iterable[str], where: Way) -> Iterator[Finding]:
    for position, region in enumerate(regions):
        if draft.regions.lacks(region):
            yield Finding(FILE, (*where, "regions", position), *unknown("region", region, draft.regions))


def _inside(clock: Clock | None, at: datetime, where: Way) -> Iterator[Finding]:
    if clock is not None and clock.start < clock.end and not clock.start <= at < clock.end:
        yield Finding(FILE, where, f"{at} lies outside the clock, expected from {clock.start} to before {clock.end}")
