"""The palace as a system: it watches, and at its turns actors move.

A turn comes every few hours and at triggers: the crowd grew fast, the guarantor answered, somebody moved
against a holder. In random order every free actor values his moves by his own beliefs and chooses by logit, up to a
few times. Equations: `power`, `conflict`, `holding`, `values`, `command`, `fall`.

Sources: Svolik (2012); Acemoglu, Egorov and Sonin (2008); Casper and Tyson (2014); Singh (2014); Morris and Shin
(2003); the article on Kazakhstan 2022. What each lends is on the page *palace*.

Limits: no actor plans beyond his next move, others' loyalties are learnt from the sides taken in a struggle and from
nothing else, parties and parliaments do not exist, and who is not in the data is nobody.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from qantar.engine.random import uniform
from qantar.engine.streams import Stream
from qantar.model.country import Country, numbers
from qantar.model.events import Event
from qantar.model.measures import Measure, Posture
from qantar.model.palace import report
from qantar.model.palace.command import obedience, shaken
from qantar.model.palace.contests import defender_of
from qantar.model.palace.court import LOST_TO_STREETS, STEPPED_DOWN, VACANT, Court
from qantar.model.palace.effects import Machinery
from qantar.model.palace.fall import FALLS, falls
from qantar.model.palace.holding import Situation, Watch, rules
from qantar.model.palace.minds import Done, Memory, name
from qantar.model.palace.moves import CONTESTED, Kind, Standing, heir
from qantar.model.palace.polity import build_polity, draw_court
from qantar.model.palace.power import power
from qantar.model.palace.prospects import View
from qantar.model.palace.standing import Given, Lookout, bare
from qantar.model.palace.struggle import settle
from qantar.model.palace.values import Mind, Weighed, choose
from qantar.model.state import AbstractSystem, World
from qantar.scenario.vocabulary import BRANCHES, POSTURES


class PalaceSystem(AbstractSystem):
    """Offices change hands and orders are given, or not, because of what happens in this run."""

    name = "palace"
    owns = frozenset({"court", "power", "holding", "fallen", "decided", "coherence", "shirking_given"})
    reads = frozenset({
        "peaceful", "violent", "force", "men", "aside", "legitimacy", "blame", "brokerage", "foreign_frame", "backing",
        "answer", "recalled", "fiscal_room", "posture", "connectivity_ordered",
    })
    streams = frozenset({
        Stream.LOYALTY, Stream.BELIEF, Stream.PLAY, Stream.CHOICE, Stream.TURN, Stream.HOLDING, Stream.FALL,
    })
    emits = report.KINDS | {"fall"}

    def __init__(self, country: Country) -> None:
        self._country = country
        self._p, self._holding, self._moves = bare(country)
        self._units = numbers(country.scenario.parameters.units)
        self._polity = build_polity(country.scenario.palace)
        self._watch = Watch(country)
        self._lookout = Lookout(country, self._watch)
        self._machinery = Machinery(country, self._polity, self._moves, self._lookout)
        self._every = max(1, round(self._moves.turn_hours / country.clock.tick_hours))

    def init(self, world: World) -> None:
        """Draw the court; everybody obeys as far as he does before the crisis."""
        n, polity = len(self._country.region_ids), self._polity
        self._court = draw_court(polity, self._p, world.seed, world.member)
        world.court = self._court
        self._watch.start()
        self._given = Given(np.full(n, -np.inf), np.full(polity.n, -np.inf))
        rule = rules(self._holding)
        self._memories = [
            Memory(actor, Mind(rule, self._p.risk, self._misjudges(world, actor)), polity, (self._p, self._moves))
            for actor in range(polity.n)
        ]
        self._last_crowd, self._restless, self._commanded = 0.0, False, -1
        self._obeying = np.ones(len(BRANCHES))
        world.shirking_given = np.zeros((n, len(BRANCHES)))
        world.coherence = np.ones((n, len(BRANCHES)))
        world.decided, world.fallen = [], ""
        world.holding = 1.0
        self._measure_power(world)
        report.tell_court(world, polity, None, self._court, (self._p.means_weight, self._p.patronage_pass))

    def step(self, world: World) -> None:
        """Watch; let the regime fall; let actors move when a turn is due; set who obeys."""
        world.decided = []
        self._watch.look(world)
        if not world.fallen and falls(world, self._country, self._units):
            self._fall(world)
        if not world.fallen and self._due(world):
            self._turn(world)
        self._command(world)

    def _misjudges(self, world: World, actor: int) -> float:
        u = uniform(world.seed, world.member, int(Stream.HOLDING), int(self._polity.key[actor]), 0, 0, 0)
        return float(self._holding.bias + self._holding.noise * NormalDist().inv_cdf(u))

    def _due(self, world: World) -> bool:
        crowd = float(self._watch.national[world.tick])
        grew = crowd >= self._moves.trigger * max(self._last_crowd, self._holding.trend_people)
        return bool(world.tick % self._every == 0 or grew or world.answer or self._restless)

    def _turn(self, world: World) -> None:
        """Let every free actor move, in random order, up to a few times."""
        polity, tick = self._polity, world.tick
        self._last_crowd, self._restless = float(self._watch.national[tick]), False
        situation = self._watch.situation(world)
        draws = [uniform(world.seed, world.member, int(Stream.TURN), int(key), 0, tick, 0) for key in polity.key]
        self._done: Done = set()
        standing = self._lookout.standing(world, self._given, situation)
        for actor in np.argsort(draws):
            for number in range(int(self._moves.per_turn)):
                if not self._court.free[actor] or not self._move(world, (situation, standing), int(actor), number):
                    break
                standing = self._lookout.standing(world, self._given, situation)
        chief = self._court.holder[polity.top]
        world.holding = self._memories[chief].mind.holds(situation) if chief != VACANT else 0.0

    def _view(self, world: World, seen: tuple[Situation, Standing], actor: int) -> View:
        run = np.array([world.seed, world.member, 0, 0, world.tick], dtype=np.int64)
        return self._memories[actor].view(self._court, *seen, run)

    def _move(self, world: World, seen: tuple[Situation, Standing], actor: int, number: int) -> bool:
        """Let an actor choose once; return whether he did anything."""
        weighed = self._memories[actor].options(self._view(world, seen, actor), self._done)
        if not weighed:
            return False
        u = uniform(world.seed, world.member, int(Stream.CHOICE), int(self._polity.key[actor]), 0, world.tick, number)
        picked = weighed[choose(np.array([one.gain for one in weighed]), self._moves.precision, u)]
        if picked.move.kind is Kind.STAY:
            return False
        self._make(world, self._view(world, seen, actor), picked)
        return True

    def _make(self, world: World, view: View, picked: Weighed) -> None:
        """Carry a chosen move through: words, court, measures."""
        polity, move = self._polity, picked.move
        self._done.add(name(move))
        new = heir(polity, view.court, move.actor) if move.office == polity.top else -1
        self._tell(world, view, picked, self._machinery.words(move, new))
        before = self._court
        world.decided += self._machinery.measures(world, self._given, move)
        if move.kind in CONTESTED:
            self._struggle(world, view, picked)
        else:
            self._court = self._uncontested(world, view, picked)
        if self._court is not before:
            self._court.version = before.version + 1
            self._restless = self._restless or move.kind in CONTESTED
            world.court = self._court
            self._measure_power(world)
            report.tell_court(world, polity, before, self._court, (self._p.means_weight, self._p.patronage_pass))

    def _tell(self, world: World, view: View, picked: Weighed, words: str) -> None:
        country, move = self._country, picked.move
        place = country.place_ids[move.place] if move.place >= 0 else ""
        reasons = self._memories[move.actor].mind.because(view, picked)
        text = f"{words}; because: {reasons}; the regime is thought to hold at {picked.now:.0%}"
        world.events.add(Event(world.tick, report.MOVES[move.kind], place, "", self._polity.actors[move.actor], picked.gain, text))

    def _struggle(self, world: World, view: View, picked: Weighed) -> None:
        polity, move, before = self._polity, picked.move, self._court
        eyes = self._view(world, (view.situation, view.standing), defender_of(view, move))
        outcome = settle(view, eyes, before, move)
        self._court = outcome.court
        report.tell_struggle(world, polity, move.actor, outcome)
        for office in np.flatnonzero(before.holder != self._court.holder):
            if before.holder[office] != VACANT:
                world.decided.append(self._machinery.departure(world, move, int(office)))

    def _uncontested(self, world: World, view: View, picked: Weighed) -> Court:
        """Return the court after a move that nobody contests; the same object where it does not change."""
        move = picked.move
        if move.kind is Kind.EMERGENCY and not self._court.emergency:
            after = self._court.copy()
            after.emergency = True
            return after
        if move.kind not in {Kind.APPOINT, Kind.ARREST, Kind.DEFECT, Kind.STEP_DOWN, Kind.NEGOTIATE}:
            return self._court
        after = self._court.copy()
        match move.kind:
            case Kind.APPOINT:
                after.holder[move.office] = move.target
                self._change_commander(after, move.office, view.standing.hour)
            case Kind.ARREST:
                after.free[move.target] = False
            case Kind.DEFECT:
                patron = int(view.court.loyalty[:, move.actor].argmax())
                for loyalty in (after.loyalty, *after.belief):
                    loyalty[move.target, move.actor] = min(loyalty[[patron, move.target], move.actor].sum(), 1.0)
                    loyalty[patron, move.actor] = 0.0
            case Kind.STEP_DOWN:
                self._step_down(world, view, after, picked)
            case _:
                self._negotiate(world, view, after, picked)
        return after

    def _change_commander(self, court: Court, office: int, hour: float) -> None:
        court.changed_at[self._polity.commander == office] = hour

    def _step_down(self, world: World, view: View, after: Court, picked: Weighed) -> None:
        """Hand the office over: the top office to an heir, another to the ruler."""
        polity, move = self._polity, picked.move
        if move.office == polity.top:
            fit = [i for i in range(polity.n) if polity.eligible[i] and after.free[i] and i != move.actor]
            new = max(fit, key=lambda i: view.court.loyalty[move.actor, i] + view.power[i], default=VACANT)
            after.holder[after.holder == move.actor] = VACANT
            after.free[move.actor] = False
            after.ruler_lost = STEPPED_DOWN
        else:
            new = int(after.holder[polity.top])
        if new != VACANT and move.office == polity.top:
            after.holder[after.holder == new] = VACANT
        after.holder[move.office] = new
        world.decided.append(self._machinery.departure(world, move, move.office))

    def _negotiate(self, world: World, view: View, after: Court, picked: Weighed) -> None:
        """A deal is signed with the probability that somebody there can sign it."""
        key = int(self._polity.key[picked.move.actor])
        signed = uniform(world.seed, world.member, int(Stream.CHOICE), key, 1, world.tick, 0) < view.standing.deal
        after.negotiated = signed
        words = "A deal is signed" if signed else "Nobody can make the street keep a deal"
        world.events.add(Event(world.tick, report.STRUGGLE, actor=self._polity.actors[picked.move.actor], text=words))

    def _fall(self, world: World) -> None:
        """The streets take the seat of power: the ruler is gone, and the forces withdraw."""
        polity = self._polity
        before, after = self._court, self._court.copy()
        chief = before.holder[polity.top]
        world.fallen = after.ruler_lost = LOST_TO_STREETS
        if chief != VACANT:
            after.free[chief] = False
            after.holder[after.holder == chief] = VACANT
        everywhere = np.ones(len(self._country.region_ids), dtype=bool)
        world.decided.append(Measure("streets", everywhere, Posture(POSTURES.index("withdraw")), "the withdrawal", reported=False))
        capital = self._country.place_ids[self._country.capital]
        world.events.add(Event(world.tick, "fall", capital, value=float(self._watch.national[world.tick]), text=FALLS[world.fallen]))
        after.version = before.version + 1
        self._court = world.court = after
        self._measure_power(world)
        report.tell_court(world, polity, before, after, (self._p.means_weight, self._p.patronage_pass))

    def _measure_power(self, world: World) -> None:
        world.power = power(self._court, self._polity.formal, self._p.means_weight, self._p.patronage_pass)

    def _command(self, world: World) -> None:
        """Set how well each branch obeys, region by region: on a holiday, until recall, less.

        Obedience is worked out again at turns and when the court changed: it moves over many hours.
        """
        if world.tick % self._every == 0 or self._court.version != self._commanded:
            hour = self._country.clock.hours(world.tick)
            self._obeying = obedience(self._polity, self._court, self._p) * shaken(self._court, self._p, hour)
            self._commanded = self._court.version
        present = np.where(world.recalled, 1.0, 1.0 - self._p.obey_away)
        np.multiply(present[:, None], self._obeying[None, :], out=world.coherence)


