"""Standing: what is in force and what there is to order, read off the World at a palace turn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qantar.model.country import Country, numbers
from qantar.model.palace.holding import DAY_HOURS, Situation, Watch, chance, lost
from qantar.model.palace.moves import Standing
from qantar.model.remit import framed, odds_of_answer
from qantar.model.state import World
from qantar.scenario.shock import PriceShock
from qantar.scenario.vocabulary import BRANCHES, POSTURES

MOBILE = (BRANCHES.index("national-guard"), BRANCHES.index("army"))
GUARANTOR = BRANCHES.index("guarantor")
DISPERSE, SHOOT = POSTURES.index("disperse"), POSTURES.index("shoot")


@dataclass
class Given:
    """What the palace ordered so far and the World does not show.

    emergency_until : float64[region] tick; conceded : part of the demand met; asked : the guarantor was asked
    spoke_at : float64[actor] tick; recalled : a recall is under way
    """

    emergency_until: NDArray[np.float64]
    spoke_at: NDArray[np.float64]
    conceded: float = 0.0
    asked: bool = False
    recalled: bool = False
    answers: list[str] = field(default_factory=list)


class Lookout:
    """Reads off the World what a turn needs; knows the country's prices, cities and bloc."""

    def __init__(self, country: Country, watch: Watch) -> None:
        parameters = country.scenario.parameters
        self._country, self._watch = country, watch
        self._moves, self._units = numbers(parameters.moves), numbers(parameters.units)
        self._holding, self._alliance = numbers(parameters.holding), numbers(parameters.alliance)
        self._nationalism = parameters.narrative.nationalism.value
        self._needed = parameters.narrative.brokerage_needed.value
        blocs = country.scenario.alliance.blocs
        self.bloc = blocs[0] if blocs else None
        self._city_region = country.region[watch.cities]
        self.shock = next((shock for shock in country.scenario.header.shocks if isinstance(shock, PriceShock)), None)

    def price(self, conceded: float, tick: int) -> float | None:
        """Return the price of the main good when a part of the demand is met; None before or without a price shock."""
        if self.shock is None or self._country.tick_at(self.shock.at) > tick:
            return None
        before, after = self.shock.price_before.value, self.shock.price_after.value
        return after - conceded * (after - before)

    def standing(self, world: World, given: Given, situation: Situation) -> Standing:
        """Return what is in force and what there is to order."""
        m, tick, country = self._moves, world.tick, self._country
        cut = 1.0 - float(world.connectivity_ordered.mean())
        return Standing(
            emergency=given.emergency_until > tick, dispersing=world.posture == DISPERSE, shooting=world.posture == SHOOT,
            cut=cut / (1.0 - m.blackout_full) if m.blackout_full < 1.0 else 1.0,
            recalled=given.recalled or bool(world.recalled.all()), convoy=self._convoy(world, situation),
            conceded=given.conceded, guarantor=self.bloc is not None and not given.asked,
            answer=self._answer(world, situation), nationalism=self._nationalism,
            fiscal_room=world.fiscal_room, deal=self._deal(world, situation), blame=world.blame,
            hoarse=given.spoke_at + DAY_HOURS / country.clock.tick_hours > tick, hour=country.clock.hours(tick),
            capital_men=world.men[country.capital].copy(), cities=self._watch.cities,
        )

    def _answer(self, world: World, situation: Situation) -> float:
        """Return the chance that the bloc agrees, as the ruler reckons: his call believed in full, cities weighed by residents."""
        if self.bloc is None:
            return 0.0
        frame = framed(world.foreign_frame, self._alliance.frame_said)
        gone = float(situation.weight @ lost(situation, self._holding.ratio))
        return chance(odds_of_answer(self._alliance, self.bloc, frame, gone))

    def _deal(self, world: World, situation: Situation) -> float:
        """Return the brokerage of the troubled regions, 0 where it is too low for anybody to sign."""
        if not situation.troubled:
            return 0.0
        residents = self._country.region_residents * situation.trouble
        brokerage = float(residents @ world.brokerage / residents.sum())
        return brokerage if brokerage >= self._needed else 0.0

    def _convoy(self, world: World, situation: Situation) -> tuple[int, int, int, float] | None:
        """Return origin, number of the city, branch and men of the best movement: from the calmest store to the worst city."""
        troubled = situation.trouble[self._city_region]
        if not situation.troubled or not troubled.any():
            return None
        excess = np.where(troubled, situation.crowd - self._holding.ratio * situation.force, -np.inf)
        city = int(excess.argmax())
        calm = ~situation.trouble[self._country.region]
        stores: list[tuple[float, int, int]] = []
        for branch in MOBILE:
            free = np.where(calm, world.men[:, branch], 0.0)
            place = int(free.argmax())
            stores.append((float(free[place]), place, branch))
        men, origin, branch = max(stores)
        if excess[city] <= 0.0 or men * self._moves.reinforcement_share < self._units.crowd:
            return None
        return origin, city, branch, men * self._moves.reinforcement_share


def bare(country: Country) -> tuple[Any, Any, Any]:
    """Return the bare numbers of the groups palace, holding and moves."""
    parameters = country.scenario.parameters
    return numbers(parameters.palace), numbers(parameters.holding), numbers(parameters.moves)
