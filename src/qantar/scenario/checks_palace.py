"""Checks of the palace and the alliance: holders, patrons, rights and contingents."""

from __future__ import annotations

from collections.abc import Iterator

from qantar.scenario.checks_country import repeated, unknown
from qantar.scenario.checks_orders import GUARANTOR, value_findings
from qantar.scenario.draft import Draft, Finding
from qantar.scenario.mistakes import quoted

PALACE = "palace.yaml"
ALLIANCE = "alliance.yaml"
ROUNDING = 1e-9


def palace_findings(draft: Draft) -> Iterator[Finding]:
    """Yield the mistakes of ``palace.yaml`` and ``alliance.yaml``."""
    yield from repeated(PALACE, draft.offices, "offices")
    yield from repeated(PALACE, draft.actors, "actors")
    yield from repeated(ALLIANCE, draft.blocs, "blocs")
    yield from _offices(draft)
    yield from _top(draft)
    yield from _uncommanded(draft)
    yield from _patrons(draft)
    yield from _ties(draft)
    yield from _blocs(draft)
    yield from value_findings(PALACE, "offices", draft.offices)
    yield from value_findings(PALACE, "actors", draft.actors)
    yield from value_findings(ALLIANCE, "blocs", draft.blocs)


def _offices(draft: Draft) -> Iterator[Finding]:
    commanded: dict[str, str] = {}
    for number, office in draft.offices.items:
        where = ("offices", number)
        if office.holder is not None and draft.actors.lacks(office.holder):
            yield Finding(PALACE, (*where, "holder"), *unknown("actor", office.holder, draft.actors))
        for field in ("appoints", "vetoes"):
            for position, other in enumerate(getattr(office, field)):
                if draft.offices.lacks(other):
                    yield Finding(PALACE, (*where, field, position), *unknown("office", other, draft.offices))
        for position, branch in enumerate(office.commands):
            if commanded.setdefault(branch, office.id) != office.id:
                message = f"{branch} is commanded by {quoted(commanded[branch])} already"
                yield Finding(PALACE, (*where, "commands", position), message)


def _top(draft: Draft) -> Iterator[Finding]:
    """Yield a second top office, and holders whom the simulated palace does not have."""
    silent = {actor.id for _, actor in draft.actors.items if not actor.plays}
    first: str | None = None
    for number, office in draft.offices.items:
        if office.top and first is not None:
            yield Finding(PALACE, ("offices", number, "top"), f"{quoted(first)} is the top office already")
        first = first or (office.id if office.top else None)
        if office.holder in silent:
            message = f"{quoted(office.holder)} only signs recorded orders (plays: false) and cannot hold an office"
            yield Finding(PALACE, ("offices", number, "holder"), message)


def _uncommanded(draft: Draft) -> Iterator[Finding]:
    """Yield the first row of every branch that has men and nobody who commands them."""
    if draft.offices.names is None or len(draft.offices.names) != len(draft.offices.items):
        return
    commanded = {branch for _, office in draft.offices.items for branch in office.commands} | {GUARANTOR}
    for number, force in draft.forces.items:
        if force.branch not in commanded:
            commanded.add(force.branch)
            message = f"nobody commands the branch {quoted(force.branch)}: name it in 'commands' of an office of {PALACE}"
            yield Finding("forces.csv", (number, "branch"), message)


def _ties(draft: Draft) -> Iterator[Finding]:
    """Yield ties that lead nowhere, and loyalties of an actor that add up to more than one person has."""
    for number, actor in draft.actors.items:
        seen = {actor.patron, actor.id}
        total = 0.0 if actor.loyalty is None else actor.loyalty.value
        for position, tie in enumerate(actor.ties):
            where = ("actors", number, "ties", position, "to")
            total += tie.loyalty.value
            if draft.actors.lacks(tie.to):
                yield Finding(PALACE, where, *unknown("actor", tie.to, draft.actors))
            elif tie.to in seen:
                yield Finding(PALACE, where, f"{quoted(tie.to)} is the actor's own name, the patron, or stands here twice")
            seen.add(tie.to)
        if total > 1.0 + ROUNDING:
            message = f"the loyalties of {quoted(actor.id)} add up to {total:.2f}, expected at most 1"
            yield Finding(PALACE, ("actors", number, "ties" if actor.ties else "loyalty"), message)


def _patrons(draft: Draft) -> Iterator[Finding]:
    patron_of = {actor.id: actor.patron for _, actor in draft.actors.items}
    for number, actor in draft.actors.items:
        where = ("actors", number, "patron")
        if actor.patron is not None and draft.actors.lacks(actor.patron):
            yield Finding(PALACE, where, *unknown("actor", actor.patron, draft.actors))
        if actor.loyalty is not None and actor.patron is None:
            yield Finding(PALACE, ("actors", number, "loyalty"), "loyalty is given, but no patron to whom")
        above, steps = actor.patron, 0
        while above is not None and above != actor.id and steps <= len(patron_of):
            above, steps = patron_of.get(above), steps + 1
        if above == actor.id:
            yield Finding(PALACE, where, f"{quoted(actor.id)} is a client of itself in a circle")


def _blocs(draft: Draft) -> Iterator[Finding]:
    for number, bloc in draft.blocs.items:
        if draft.actors.names is not None and bloc.id in draft.actors.names:
            message = f"{quoted(bloc.id)} is also an actor of palace.yaml; names must differ"
            yield Finding(ALLIANCE, ("blocs", number, "id"), message)
        if not bloc.contingents:
            yield Finding(ALLIANCE, ("blocs", number, "contingents"), f"the bloc {quoted(bloc.id)} has no members who could send men")
        seen: set[str] = set()
        for position, contingent in enumerate(bloc.contingents):
            if contingent.member in seen:
                where = ("blocs", number, "contingents", position, "member")
                yield Finding(ALLIANCE, where, f"{quoted(contingent.member)} stands here twice")
            seen.add(contingent.member)
        for field in ("decision_hours", "first_landing_hours", "full_strength_hours"):
            unit = getattr(bloc, field).unit
            if unit != "hours":
                yield Finding(ALLIANCE, ("blocs", number, field, "unit"), f"the unit is {quoted(unit)}, expected 'hours'")
