"""What was done to each side of a comparison, step by step, and which recorded orders differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qantar.report.case import Case, Order, read_case
from qantar.report.wording import hour

if TYPE_CHECKING:
    from qantar.comparison.effect import Effect

SIMULATED = "simulated"


def steps_done(effect: Effect) -> tuple[str, ...]:
    """What was done to A and to B, a sentence for each step."""
    found = []
    for side, ensemble in (("A", effect.a), ("B", effect.b)):
        case = read_case(ensemble.context, "")
        for (name, title), steps in zip(case.interventions, case.intervened_steps, strict=False):
            found += [f"{side}, {title} ({name}): {step}." for step in steps]
        found += [f"{side}: without {name}." for name in case.withheld]
        found += [f"{side}: {change}." for change in case.changed]
    return tuple(found)


def orders_that_differ(effect: Effect) -> tuple[list[str], ...]:
    """Recorded orders of one side that the other has not, or has otherwise: side, hour, order, until, source."""
    first, second = (read_case(ensemble.context, "") for ensemble in (effect.a, effect.b))
    rows = [
        (order.at, side, case, order)
        for side, case, other in (("A", first, second), ("B", second, first))
        for order in case.orders
        if order not in other.orders
    ]
    return tuple(_row(side, case, order) for _, side, case, order in sorted(rows, key=lambda row: (row[0], row[3].id, row[1])))


def orders_caption(effect: Effect) -> str:
    """What these orders are to the runs."""
    unread = [side for side, found in (("A", effect.a), ("B", effect.b)) if found.state.identity.palace == SIMULATED]
    note = f" The simulated palace of {' and '.join(unread)} reads none of them." if unread else ""
    return f"Recorded orders that only one side has, or that the two have otherwise; local time.{note}"


def _row(side: str, case: Case, order: Order) -> list[str]:
    until = "" if order.until is None else hour(case.start, order.until)
    return [side, hour(case.start, order.at), order.text or order.id, until, order.source]
