"""What a store keeps of its scenario, so that reports need neither the scenario nor the model."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from qantar.engine.clock import Clock
from qantar.results.frame import Frame
from qantar.scenario.order import (
    AppointmentOrder,
    BlackoutOrder,
    ConcessionOrder,
    CurfewOrder,
    DismissalOrder,
    GuarantorOrder,
    Order,
    PostureOrder,
    ReinforcementOrder,
)
from qantar.scenario.parameters import Parameters
from qantar.scenario.schema import Scenario

HOUR = timedelta(hours=1)


def frame_of(scenario: Scenario) -> Frame:
    """Places, regions, hours and dates of a scenario's series."""
    clock = scenario.header.clock
    start = (clock.start - clock.utc_offset * HOUR).replace(tzinfo=UTC)
    ticks = Clock(start, clock.tick_hours, round((clock.end - clock.start) / (clock.tick_hours * HOUR)))
    return Frame(
        places=tuple(place.id for place in scenario.places),
        place_regions=tuple(place.region for place in scenario.places),
        regions=tuple(region.id for region in scenario.regions),
        times=ticks.times(),
        dates=ticks.dates(clock.utc_offset),
    )


def context_of(scenario: Scenario) -> dict[str, Any]:
    """The content of ``context.json``, as ``docs/schema/results.md`` describes it."""
    header, clock, names = scenario.header, scenario.header.clock, names_of(scenario)
    return {
        "scenario": {
            "id": header.id,
            "title": header.title,
            "summary": header.summary,
            "country": header.country,
            "capital": header.capital,
            "loaded_from": scenario.loaded_from,
        },
        "clock": {
            "start": clock.start.isoformat(),
            "end": clock.end.isoformat(),
            "utc_offset": clock.utc_offset,
            "tick_hours": clock.tick_hours,
        },
        "regions": [region.model_dump(include={"id", "name", "map_key", "centre", "population"}) for region in scenario.regions],
        "places": [
            place.model_dump(include={"id", "name", "region", "latitude", "longitude", "population", "kind"}) for place in scenario.places
        ],
        "orders": [_order(order, clock.start, names) for order in sorted(header.orders, key=lambda order: (order.at, order.id))],
        "record": [row.model_dump(mode="json") for row in scenario.record],
        "judgement": {
            name: getattr(scenario.parameters.judgement, name).value for name in type(scenario.parameters.judgement).model_fields
        },
        "parameters": _parameters(scenario.parameters),
        "parameters_from": None if scenario.parameters_from is None else scenario.parameters_from.model_dump(mode="json"),
        "sources": dict(scenario.sources),
        "withheld": list(scenario.withheld),
        "interventions": [list(row) for row in scenario.interventions],
        "intervened_from": list(scenario.intervened_from),
        "intervened_steps": [list(steps) for steps in scenario.intervened_steps],
        "changed": [[path, value] for path, value in scenario.changed],
        "given": _given(scenario),
        "fit": _fit(scenario),
    }


def names_of(scenario: Scenario) -> dict[str, str]:
    """What the places, offices and actors of a scenario are called, by their identifiers."""
    names = {actor.id: actor.name for actor in scenario.palace.actors}
    names |= {office.id: office.title for office in scenario.palace.offices}
    return names | {place.id: place.name for place in scenario.places}


def _order(order: Order, start: datetime, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": order.id,
        "kind": order.kind,
        "at": (order.at - start) / HOUR,
        "until": None if order.until is None else (order.until - start) / HOUR,
        "regions": list(order.regions),
        "actor": order.actor,
        "because": list(order.because),
        "text": order_text(order, names),
        "source": order.source,
        "note": order.note,
    }


def order_text(order: Order, names: Mapping[str, str]) -> str:  # noqa: PLR0911 - one answer for each kind of order
    """What an order says, in a few words.

    names : what places, offices and actors are called, by identifier
    """
    match order:
        case CurfewOrder():
            return f"curfew from {_clock_hour(order.from_hour)} to {_clock_hour(order.to_hour)}"
        case BlackoutOrder():
            return f"net cut to {100 * order.connectivity.value:.0f} % of its normal reach"
        case PostureOrder():
            return f"rules of engagement: {order.posture.replace('-', ' ')}"
        case ReinforcementOrder():
            way = f"from {names[order.origin]} to {names[order.destination]}"
            return f"{order.men.value:,.0f} men of the {order.branch.replace('-', ' ')} {way}"
        case ConcessionOrder():
            given = order.note if order.price is None else f"price {order.price.value:g} {order.price.unit}"
            return f"concession: {given}" if given else "concession"
        case DismissalOrder():
            return f"dismissed: {names[order.office]}"
        case AppointmentOrder():
            return f"appointed: {names[order.holder]}, {names[order.office]}"
        case GuarantorOrder():
            return _guarantor_text(order, names)
        case _:
            return {"emergency": "state of emergency", "recall": "men and commanders recalled"}[order.kind]


def _guarantor_text(order: GuarantorOrder, names: Mapping[str, str]) -> str:
    if order.step not in ("arrival", "departure") or order.men is None:
        return f"guarantor {order.step}"
    verb, preposition = ("arrive", "in") if order.step == "arrival" else ("leave", "from")
    where = f" {preposition} {names[order.place]}" if order.place is not None else ""
    return f"guarantor: {order.men.value:,.0f} men {verb}{where}"


def _clock_hour(hour: float) -> str:
    minutes = round(hour * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _parameters(parameters: Parameters) -> list[dict[str, Any]]:
    rows = []
    for group_name in type(parameters).model_fields:
        group = getattr(parameters, group_name)
        for name, field in type(group).model_fields.items():
            value = getattr(group, name).model_dump(mode="json")
            rows.append({"name": f"{group_name}.{name}", **value, "description": field.description or ""})
    return rows


def _fit(scenario: Scenario) -> dict[str, Any] | None:
    """Where the scenario's fitted parameters come from, whether they were fitted to it as it is, and the palaces it was weighed for."""
    posterior = scenario.posterior
    if posterior is None:
        return None
    palaces = sorted({posterior.provenance.palace, *(("simulated",) if posterior.simulated else ())})
    return {**posterior.provenance.model_dump(), "same_data": posterior.same_data, "palaces": palaces}


def _given(scenario: Scenario) -> list[str]:
    """Quantities that the scenario gives as series because nothing computes them yet."""
    words = {"command-coherence": "command coherence", "shirking": "shirking"}
    found = [f"{words[line.quantity]} of the {line.branch.replace('-', ' ')}" for line in scenario.header.series]
    return list(dict.fromkeys(found))
