"""Checks of the palace and the alliance: holders, patrons, rights and contingents."""

from __future__ import annotations

from collections.abc import Iterator

from qantar.scenario.checks_country import repeated, unknown
from qantar.scenario.checks_orders import value_findings
from qantar.scenario.draft import Draft, Finding
from qantar.scenario.mistakes import quoted

PALACE = "palace.yaml"
ALLIANCE = "alliance.yaml"


def palace_findings(draft: Draft) -> Iterator[Finding]:
    """Yield the mistakes of ``palace.yaml`` and ``alliance.yaml``."""
    yield from repeated(PALACE, draft.offices, "offices")
    yield from repeated(PALACE, draft.actors, "actors")
    yield from repeated(ALLIANCE, draft.blocs, "blocs")
    yield from _offices(draft)
    yield from _patrons(draft)
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
