"""What the palace tells: moves with what moved them, struggles, changes of hands, and power for the figures."""

from __future__ import annotations

from qantar.model.events import Event
from qantar.model.palace.court import VACANT, Court
from qantar.model.palace.moves import Kind
from qantar.model.palace.polity import Polity
from qantar.model.palace.power import power
from qantar.model.palace.struggle import Outcome
from qantar.model.state import World

STRUGGLE, OFFICE, POWER, LEAN = "struggle", "palace-office", "palace-power", "palace-lean"
MOVES: dict[Kind, str] = {kind: f"move-{kind.name.lower().replace('_', '-')}" for kind in Kind if kind is not Kind.STAY}
"""Kind of event by kind of move."""
KINDS = frozenset({STRUGGLE, OFFICE, POWER, LEAN, *MOVES.values()})
"""Those that begin with ``palace-`` are for figures; a story leaves them out."""


def tell_struggle(world: World, polity: Polity, actor: int, outcome: Outcome) -> None:
    """Report how a move against a holder ended and who stood where."""
    def named(actors: tuple[int, ...]) -> str:
        return ", ".join(polity.names[i] for i in actors) or "nobody else"

    winner = actor if outcome.won else outcome.defender
    if not outcome.fought:
        text = f"{polity.names[outcome.defender]} yields without a fight"
    else:
        text = (f"{polity.names[winner]} wins; with {polity.names[actor]}: {named(outcome.for_challenger)}; "
                f"with {polity.names[outcome.defender]}: {named(outcome.for_defender)}")
    if outcome.removed:
        text += f"; {polity.names[actor]} loses his office"
    world.events.add(Event(world.tick, STRUGGLE, actor=polity.actors[winner], value=float(outcome.fought), text=text))


def tell_court(world: World, polity: Polity, before: Court | None, after: Court, numbers: tuple[float, float]) -> None:
    """Report offices that changed hands, and with them power and leanings for the figures."""
    for office, holder in enumerate(after.holder):
        if before is None or before.holder[office] != holder:
            who = "" if holder == VACANT else polity.actors[holder]
            world.events.add(Event(world.tick, OFFICE, actor=who, value=float(office), text=polity.offices[office]))
    shares = power(after, polity.formal, *numbers)
    for actor in range(polity.n):
        free = "free" if after.free[actor] else "gone"
        world.events.add(Event(world.tick, POWER, actor=polity.actors[actor], value=float(shares[actor]), text=free))
        for patron in range(polity.n):
            loyalty = float(after.loyalty[patron, actor])
            if loyalty > 0.0 and after.free[actor]:
                world.events.add(Event(world.tick, LEAN, actor=polity.actors[actor], value=loyalty, text=polity.actors[patron]))
