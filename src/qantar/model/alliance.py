"""The alliance: a guarantor is asked, decides, lands, guards, and leaves.

    asked → decided   decision hours, times a lognormal delay; agrees with `remit.odds_of_answer`
    landing           from the first landing to full strength in even steps, the members' men together
    where             half in the capital, half in the big city that saw the largest crowd (the violent threefold) until the decision;
                      from a landing at which a city is more than half lost, in the one that is most lost
    leaving           once the streets were calm for long enough, over some days; at once when the ruler fell

Its men guard and patrol: they free the host's men and do not fire (`qantar.model.security`). That it stands behind
a ruler weighs in the palace (`backing`); every day it stays feeds nationalism (`qantar.model.narrative`).

Limits: one bloc, the first of the data; members do not disagree; nobody else intervenes.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

from qantar.engine.random import uniform
from qantar.engine.streams import Stream
from qantar.model.country import Country, numbers
from qantar.model.events import Event
from qantar.model.measures import Landing, Measure, Request
from qantar.model.remit import odds_of_answer
from qantar.model.state import AbstractSystem, World

_AGREES, _DECISION, _LANDING = 0, 1, 2
EVEN = 0.5
"""A city is lost when the crowd holds the larger half."""
CAPITAL_SHARE = 0.5
"""Half of the men guard the capital, as the seat of who asked; the rest goes where it is needed."""


STEPS = ("asked", "agreed", "refused", "landed", "leaves", "gone")
"""Steps of a guarantor that are events, each of the kind ``guarantor-STEP``."""


class AllianceSystem(AbstractSystem):
    """The foreign guarantor."""

    name = "alliance"
    owns = frozenset({"alliance_decided", "backing", "answer"})
    reads = frozenset({"decided", "foreign_frame", "peaceful", "violent", "force", "fallen"})
    streams = frozenset({Stream.ALLIANCE})
    emits = frozenset(f"guarantor-{step}" for step in STEPS)

    def __init__(self, country: Country) -> None:
        self._country = country
        parameters = country.scenario.parameters
        self._p, self._holding = numbers(parameters.alliance), numbers(parameters.holding)
        self._judgement = numbers(parameters.judgement)
        blocs = country.scenario.alliance.blocs
        self._bloc = blocs[0] if blocs else None
        self._men = sum(row.men.value for row in self._bloc.contingents) if self._bloc else 0.0
        big = np.flatnonzero((country.residents >= self._holding.city) & ~country.remainder)
        self._cities = np.array([place for place in big if place != country.capital], dtype=np.int64)
        self._nowhere = np.zeros(len(country.region_ids), dtype=bool)

    def init(self, world: World) -> None:
        """Nobody was asked."""
        world.alliance_decided, world.backing, world.answer = [], 0.0, ""
        self._decides_at = math.inf
        self._seen = np.zeros(self._cities.size)
        self._landings: dict[int, float] = {}
        self._posted: dict[int, float] = {}
        self._calm_since: float = math.inf
        self._leaving, self._destination = False, -1

    def step(self, world: World) -> None:
        """Go on from asked to decided, landed and gone."""
        world.alliance_decided, world.answer = [], ""
        if self._bloc is None:
            return
        self._seen = np.maximum(self._seen, world.peaceful[self._cities] + self._holding.violent * world.violent[self._cities])
        if any(isinstance(measure.effect, Request) for measure in world.decided):
            self._ask(world)
        if world.tick >= self._decides_at:
            self._decide(world)
        if world.tick in self._landings:
            self._land(world, self._landings.pop(world.tick))
        if self._posted:
            self._stay(world)

    def _delay(self, world: World, hours: float, index: int) -> int:
        """Ticks that something takes, with a lognormal delay."""
        u = uniform(world.seed, world.member, int(Stream.ALLIANCE), 0, 0, 0, index)
        factor = math.exp(self._p.delay_spread * NormalDist().inv_cdf(u))
        return max(1, round(hours * factor / self._country.clock.tick_hours))

    def _tell(self, world: World, step: str, value: float, text: str) -> None:
        assert self._bloc is not None
        world.events.add(Event(world.tick, f"guarantor-{step}", "", "", self._bloc.id, value, f"{self._bloc.name} {text}"))

    def _ask(self, world: World) -> None:
        assert self._bloc is not None
        self._decides_at = world.tick + self._delay(world, self._bloc.decision_hours.value, _DECISION)
        world.backing = self._p.backing_asked
        self._tell(world, "asked", 0.0, "is asked for men")

    def _decide(self, world: World) -> None:
        assert self._bloc is not None
        self._decides_at = math.inf
        lost = self._lost(world)
        odds = odds_of_answer(self._p, self._bloc, world.foreign_frame, float(lost.mean()) if lost.size else 0.0)
        chance = self._p.willing / (1.0 + math.exp(-odds))
        u = uniform(world.seed, world.member, int(Stream.ALLIANCE), 0, 0, 0, _AGREES)
        why = f"the chance was {chance:.0%}; the call passes for one against aggression from outside at {world.foreign_frame:.0%}"
        if world.fallen or u >= chance:
            world.answer, world.backing = "refused", -self._p.backing_refused
            self._tell(world, "refused", chance, f"refuses: {why}")
            return
        world.answer, world.backing = "agreed", self._p.backing_agreed
        self._tell(world, "agreed", chance, f"agrees to send {self._men:,.0f} men: {why}")
        dt = self._country.clock.tick_hours
        first = self._delay(world, self._bloc.first_landing_hours.value, _LANDING)
        last = max(first, self._delay(world, self._bloc.full_strength_hours.value, _LANDING))
        step = max(1, round(self._p.landing_step / dt))
        ticks = list(range(world.tick + first, world.tick + last + 1, step))
        if lost.size:
            self._destination = int(self._cities[int(np.argmax(self._seen))])
        self._landings = dict.fromkeys(ticks, self._men / len(ticks))

    def _lost(self, world: World) -> np.ndarray:
        """Return the share of each big city that the crowd holds : float64[city]."""
        h, cities = self._holding, self._cities
        crowd = world.peaceful[cities] + h.violent * world.violent[cities]
        half = h.half * self._country.residents[cities] / 1e6
        return np.asarray(crowd / (crowd + h.ratio * world.force[cities] + half))

    def _land(self, world: World, men: float) -> None:
        if world.fallen or self._leaving:
            self._landings = {}
            return
        lost = self._lost(world)
        if lost.size and (self._destination < 0 or lost.max() > EVEN):
            self._destination = int(self._cities[int(np.argmax(lost))])
        places = [(self._country.capital, CAPITAL_SHARE if lost.size else 1.0)]
        if lost.size:
            places.append((self._destination, 1.0 - CAPITAL_SHARE))
        for place, share in places:
            self._move(world, place, share * men)
        first, world.backing = world.backing < 1.0, 1.0
        if first:
            world.answer = "landed"
        names = " and ".join(self._country.scenario.places[place].name for place, _ in places)
        self._tell(world, "landed", men, f"lands {men:,.0f} men in {names}")

    def _move(self, world: World, place: int, men: float) -> None:
        assert self._bloc is not None
        self._posted[place] = self._posted.get(place, 0.0) + men
        world.alliance_decided.append(Measure(self._bloc.id, self._nowhere, Landing(place, men), reported=False))

    def _stay(self, world: World) -> None:
        """Watch for calm; leave once it lasted, or at once when nobody is left who asked."""
        p, dt = self._p, self._country.clock.tick_hours
        crowd, violent = int(world.peaceful.sum() + world.violent.sum()), int(world.violent.sum())
        calm = crowd < self._judgement.control_crowd and violent < self._judgement.control_violent
        self._calm_since = min(self._calm_since, world.tick) if calm else math.inf
        lasted = (world.tick - self._calm_since) * dt >= p.calm_hours and not self._landings
        if not self._leaving and (lasted or world.fallen):
            self._leaving, world.answer = True, "left"
            self._rest = dict(self._posted)
            why = "its host is gone" if world.fallen else "the host holds alone"
            self._tell(world, "leaves", sum(self._posted.values()), f"begins to leave: {why}")
        if self._leaving:
            part = 1.0 if world.fallen else min(1.0, dt / p.leave_hours)
            for place, men in self._rest.items():
                self._move(world, place, -min(part * men, self._posted[place]))
            if sum(self._posted.values()) < 1.0:
                for place, men in list(self._posted.items()):
                    self._move(world, place, -men)
                self._posted, world.backing = {}, 0.0
                self._tell(world, "gone", 0.0, "is gone")
