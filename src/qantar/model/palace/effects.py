"""Effects: the measures that follow from a move, and the words for it."""

from __future__ import annotations

from typing import Any

import numpy as np

from qantar.model.country import Country
from qantar.model.measures import (
    Blackout,
    Concession,
    Curfew,
    Departure,
    Effect,
    Measure,
    Posture,
    Recall,
    Reinforcement,
    Request,
    Statement,
)
from qantar.model.palace.moves import Kind, Move, posture_of
from qantar.model.palace.polity import Polity
from qantar.model.palace.standing import Given, Lookout
from qantar.model.state import World
from qantar.scenario.vocabulary import BLAMED, BRANCHES

MOST_NAMES = 4


class Machinery:
    """Turns uncontested moves into measures; keeps what was given so far."""

    def __init__(self, country: Country, polity: Polity, moves: Any, lookout: Lookout) -> None:  # noqa: ANN401
        self._country, self._polity, self._m, self._lookout = country, polity, moves, lookout
        self._holidays = country.holidays(country.clock.n_ticks + 1)
        self._frame_said = country.scenario.parameters.alliance.frame_said.value

    def measures(self, world: World, given: Given, move: Move) -> list[Measure]:
        """Return the measures of a move and note what was given; moves of the court alone have none."""
        m, tick = self._m, world.tick
        everywhere = np.ones(len(self._country.region_ids), dtype=bool)
        regions = everywhere if move.regions is None else move.regions
        made: list[Measure] = []

        def add(effect: Effect, hours: float | None = None, start: int | None = None, what: str = "") -> None:
            end = None if hours is None else tick + 1 + max(1, round(hours / self._country.clock.tick_hours))
            name = self._polity.actors[move.actor]
            made.append(Measure(name, regions, effect, what, start, end, reported=False))

        match move.kind:
            case Kind.EMERGENCY:
                given.emergency_until[regions] = tick + m.measure_hours / self._country.clock.tick_hours
                add(Curfew(m.curfew_from, m.curfew_to), m.measure_hours, what="the curfew")
            case Kind.MOBILE_CUT:
                add(Blackout(m.blackout_partial), m.blackout_hours, what="the cut of mobile networks")
            case Kind.BLACKOUT:
                add(Blackout(m.blackout_full), m.blackout_hours, what="the cut of the net")
            case Kind.RECALL:
                given.recalled = True
                add(Recall(), start=tick + 1 + self._delay(tick))
            case Kind.DISPERSE | Kind.SHOOT:
                add(Posture(posture_of(move.kind)), m.posture_hours, what=f"the {move.kind.value}")
            case Kind.REINFORCE:
                add(Reinforcement(move.branch, move.origin, move.place, move.men))
            case Kind.CONCEDE | Kind.NEGOTIATE:
                made += self._concede(world, given, move, everywhere)
            case Kind.BLAME | Kind.ASK:
                given.spoke_at[move.actor] = tick
                add(Statement("foreign-hand", self._frame_said))
                if move.kind is Kind.ASK:
                    given.asked = True
                    add(Request())
            case _:
                pass
        return made

    def departure(self, world: World, move: Move, office: int) -> Measure:
        """Return the measure that follows when an office loses its holder: relief, and a sign of weakness."""
        role = self._polity.blamed_as[office]
        blame = float(world.blame[BLAMED.index(role)]) if role else 0.0
        everywhere = np.ones(len(self._country.region_ids), dtype=bool)
        effect = Departure(blame, self._m.signal_departure * blame, role)
        return Measure(self._polity.actors[move.actor], everywhere, effect, reported=False)

    def _concede(self, world: World, given: Given, move: Move, everywhere: Any) -> list[Measure]:  # noqa: ANN401
        """Return the concession of a move: a part of the demand, or all that is left of it where a deal is offered, signed or not."""
        step = 1.0 - given.conceded
        if move.kind is Kind.CONCEDE:
            step = min(self._m.concession_size, step)
        given.conceded = min(1.0, given.conceded + step)
        price = self._lookout.price(given.conceded, world.tick)
        effect = Concession(self._m.signal_concession * step, price)
        return [Measure(self._polity.actors[move.actor], everywhere, effect, reported=False)]

    def _delay(self, tick: int) -> int:
        """Ticks until a recall reaches those who are called."""
        hours = self._m.recall_holiday if self._holidays[tick] else self._m.recall_hours
        return round(float(hours) / self._country.clock.tick_hours)

    def words(self, move: Move, heir: int = -1) -> str:  # noqa: PLR0911, PLR0912, C901 - one sentence for each kind
        """Return what a move is, as a sentence without its end."""
        polity, who = self._polity, self._polity.names[move.actor]
        title = polity.titles[move.office] if move.office >= 0 else ""
        target = polity.names[move.target] if move.target >= 0 else "nobody"
        where = self._where(move)
        match move.kind:
            case Kind.DISMISS:
                return f"{who} dismisses {target} as {title}"
            case Kind.TAKE:
                return f"{who} takes the office of {title} from {target}"
            case Kind.COUP | Kind.STRIKE_BACK:
                verb = "strikes back at" if move.kind is Kind.STRIKE_BACK else "moves against"
                for_whom = "himself" if heir in {move.actor, -1} else polity.names[heir]
                return f"{who} {verb} {target} and claims the office of {title} for {for_whom}"
            case Kind.ARREST:
                return f"{who} has {target} arrested"
            case Kind.APPOINT:
                return f"{who} appoints {target} as {title}"
            case Kind.EMERGENCY:
                return f"{who} declares a state of emergency with a curfew in {where}"
            case Kind.BLACKOUT:
                return f"{who} has the net cut"
            case Kind.MOBILE_CUT:
                return f"{who} has mobile networks cut"
            case Kind.RECALL:
                return f"{who} recalls men and commanders"
            case Kind.REINFORCE:
                place = self._country.scenario.places
                there, here = place[move.place].name, place[move.origin].name
                return f"{who} sends {move.men:,.0f} men of the {BRANCHES[move.branch].replace('-', ' ')} from {here} to {there}"
            case Kind.DISPERSE | Kind.SHOOT:
                return f"{who} gives the {move.kind.value} in {where}"
            case Kind.CONCEDE:
                return f"{who} gives way on the main demand"
            case Kind.ASK:
                return f"{who} calls the crowds terrorists led from abroad and asks the guarantor for men"
            case Kind.NEGOTIATE:
                return f"{who} offers to negotiate"
            case Kind.STEP_DOWN:
                return f"{who} steps down as {title} against guarantees"
            case Kind.DEFECT:
                return f"{who} changes sides to {target}"
            case Kind.BLAME:
                return f"{who} calls the crowds terrorists led from abroad"
            case _:
                return f"{who} stays still"

    def _where(self, move: Move) -> str:
        if move.regions is None or move.regions.all():
            return "the whole country"
        names = [region.name for region, here in zip(self._country.scenario.regions, move.regions, strict=True) if here]
        more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
        return ", ".join(names[:MOST_NAMES]) + more
