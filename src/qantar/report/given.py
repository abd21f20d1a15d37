"""What a run was given by the record, and therefore cannot be credited with."""

from __future__ import annotations

from dataclasses import dataclass

from qantar.report.case import Case, Order
from qantar.report.wording import counted, hour, listed

KIND_NAMES = {
    "posture": "rules of engagement",
    "recall": "recall of men on leave",
    "reinforcement": "reinforcements",
    "emergency": "states of emergency",
    "curfew": "curfews",
    "blackout": "cuts of the net",
    "concession": "concessions",
    "dismissal": "dismissals",
    "appointment": "appointments",
    "guarantor": "steps of the guarantor",
}
"""Kinds of orders in the order in which a timeline shows them."""


SEARCHED = "set by a short search"
"""Words of the note on a parameter that was fitted to the record by hand."""

SEARCHED_WITH = " Most of the search was given the orders of the state, which these runs were not."
FITTED_WITH = " Search and fit were given the orders of the state; the fit was then weighed by runs without them, as these are."
ELSEWHERE = f"{SEARCHED} on another country"
"""Words of the note on a parameter that was fitted to somebody else's record."""


@dataclass(frozen=True)
class OrderGroup:
    """Orders of one kind, in time."""

    kind: str
    name: str
    orders: tuple[Order, ...]


def order_groups(case: Case) -> tuple[OrderGroup, ...]:
    """The recorded orders by kind; kinds that this room does not know come last under their own name."""
    known = [kind for kind in KIND_NAMES if any(order.kind == kind for order in case.orders)]
    others = sorted({order.kind for order in case.orders} - set(KIND_NAMES))
    return tuple(
        OrderGroup(kind, KIND_NAMES.get(kind, kind), tuple(order for order in case.orders if order.kind == kind))
        for kind in [*known, *others]
    )


def given_sentences(case: Case, palace: str, parameters: str = "point") -> tuple[str, ...]:
    """What the state did, and what else was not computed, in sentences. `parameters` : where they came from, as results keep it."""
    found: list[str] = []
    if palace == "recorded" and case.orders:
        groups = listed([f"{group.name} ({len(group.orders)})" for group in order_groups(case)], limit=len(KIND_NAMES) + 1)
        first, last = hour(case.start, case.orders[0].at), hour(case.start, case.orders[-1].at)
        found.append(
            f"{counted(len(case.orders), 'order')} of the state{_guarantor(case)}, {first} to {last}, came at their recorded hours "
            f"whatever the streets did in a run: {groups}."
        )
    elif palace != "recorded":
        found.append("Nothing that the state did: palace and guarantor decided for themselves, and the numbers of their game are assumed.")
    else:
        found.append("No orders of the state: nobody in the palace acted in these runs.")
    if case.parameters_from:
        own = f", but for {listed(list(case.own_parameters), limit=4)}" if case.own_parameters else ""
        found.append(
            f"The parameters are those of {case.parameters_from}{own}: nothing was set against the record that stands beside these runs."
        )
    foreign = sum(ELSEWHERE in assumption.note for assumption in case.assumptions)
    searched = sum(SEARCHED in assumption.note for assumption in case.assumptions) - foreign
    if searched and not case.parameters_from:
        found.append(_searched(case, searched, palace, parameters))
    if foreign and not case.parameters_from:
        found.append(f"{counted(foreign, 'parameter')} set by a search on the record of another country; nothing was fitted to this one.")
    if case.given and palace == "recorded":
        found.append(f"Assumed as series in time, not computed: {listed(case.given, limit=12)}.")
    return tuple(found)


def _searched(case: Case, number: int, palace: str, parameters: str) -> str:
    said = f"{counted(number, 'parameter')} set by a search against the same record that stands beside the runs"
    blind = SEARCHED_WITH
    if parameters.startswith("posterior") and case.fit is not None:
        said += f", and some of them drawn from a fit to it of {case.fit['simulations']:,} runs"
        blind = FITTED_WITH if palace in case.fit.get("palaces", ()) else SEARCHED_WITH
    if palace == "recorded":
        blind = ""
    return f"{said}: agreement with it is a fit, not a test.{blind}"


def _guarantor(case: Case) -> str:
    return " and its guarantor" if any(order.kind == "guarantor" for order in case.orders) else ""
