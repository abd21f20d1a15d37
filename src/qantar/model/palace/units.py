"""Units: whether the men of a branch in a place act, stand aside, go over, or come back.

    stand aside  hazard rate · Λ(base + crowd · log10(peaceful / men) + kinship · k + violent · share violent
                 + coherence · obedience + shoot · [order to shoot]), in places with a crowd worth the question
    go over      of the units that stand aside, the part (1 - share violent) · Λ(base + kinship · k)
    come back    with τ, once the crowd is below that size again or more than half of it is violent

Men who stand aside leave `men` and are counted in `aside`; so what a place can use falls, as for men who were
sent away. Sources: McLauchlin (2010); Aktau and Aktobe in January 2022. Units before a crowd also shirk and
rout (`qantar.model.security`); this is about those who never try.

Limits: a branch in a place is one unit; its officers do not quarrel.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qantar.engine.clock import Clock
from qantar.engine.compiled import njit
from qantar.engine.random import uniform
from qantar.engine.steady import steady
from qantar.engine.streams import Stream
from qantar.model.country import Country, numbers
from qantar.model.events import Event
from qantar.model.measures import Measure, StandingAside
from qantar.model.state import AbstractSystem, World
from qantar.scenario.vocabulary import BRANCHES, POSTURES

GUARANTOR = BRANCHES.index("guarantor")
SHOOT = POSTURES.index("shoot")
_UNIT = int(Stream.UNIT)
_ASIDE, _OVER, _BACK = 0, 1, 2


STAYS, STANDS_ASIDE, GOES_OVER, COMES_BACK = 0, 1, 2, 3


@steady
@njit()
def _ask(
    run: np.ndarray, key: np.ndarray, ask: np.ndarray, crowd: np.ndarray, men: np.ndarray, aside: np.ndarray,
    kinship: np.ndarray, coherence: np.ndarray, shooting: np.ndarray, rule: np.ndarray,
) -> np.ndarray:
    """Return what every unit does in this tick : int8[place, branch].

    run : int64[seed, member, tick]; ask : bool[place] whose units are asked; crowd : float64[place, 2] peaceful and
    violent; men, aside, coherence : float64[place, branch]; shooting : bool[place]; rule : see `rules`
    """
    places, branches = men.shape
    does = np.zeros((places, branches), dtype=np.int8)
    for place in range(places):
        people = crowd[place, 0] + crowd[place, 1]
        for branch in range(branches):
            if aside[place, branch] > 0.0:
                if people < rule[0] or 2.0 * crowd[place, 1] > people:
                    u = uniform(run[0], run[1], _UNIT, key[place], branch, run[2], _BACK)
                    if u < rule[11]:
                        does[place, branch] = COMES_BACK
            elif ask[place] and men[place, branch] > 0.0 and people >= rule[0]:
                share = crowd[place, 1] / people
                odds = (
                    rule[2] + rule[3] * math.log10((crowd[place, 0] + 1.0) / (men[place, branch] + 1.0))
                    + rule[4] * kinship[place] + rule[5] * share + rule[6] * coherence[place, branch]
                    + rule[7] * shooting[place]
                )
                hazard = rule[1] / (1.0 + math.exp(-odds))
                if uniform(run[0], run[1], _UNIT, key[place], branch, run[2], _ASIDE) < -math.expm1(-hazard * rule[10]):
                    over = (1.0 - share) / (1.0 + math.exp(-(rule[8] + rule[9] * kinship[place])))
                    u = uniform(run[0], run[1], _UNIT, key[place], branch, run[2], _OVER)
                    does[place, branch] = GOES_OVER if u < over else STANDS_ASIDE
    return does


def rules(p: Any, clock: Clock) -> NDArray[np.float64]:  # noqa: ANN401 - parameters as bare numbers
    """Return the parameters in the order in which the kernel takes them, with the tick and the chance to come back."""
    return np.array([
        p.crowd, p.rate, p.base, p.crowd_weight, p.kinship, p.violent, p.coherence, p.shoot, p.side_base, p.side_kinship,
        clock.tick_hours, 1.0 - clock.decay(p.return_hours),
    ])


class UnitsSystem(AbstractSystem):
    """Obedience place by place."""

    name = "units"
    owns = frozenset({"sided", "units_decided"})
    reads = frozenset({"peaceful", "violent", "men", "aside", "coherence", "posture"})
    streams = frozenset({Stream.UNIT})
    emits = frozenset({"unit"})

    def __init__(self, country: Country) -> None:
        self._country = country
        self._p = numbers(country.scenario.parameters.units)
        self._kinship = country.of_regions("kinship")[country.region]
        self._rule = rules(self._p, country.clock)
        self._own = np.ones(len(BRANCHES))
        self._own[GUARANTOR] = 0.0
        self._nobody = np.zeros(len(country.region_ids), dtype=bool)

    def init(self, world: World) -> None:
        """Start with everybody on duty."""
        world.sided = np.zeros(len(self._country.place_ids))
        world.units_decided = []

    def step(self, world: World) -> None:
        """Ask every unit that stands before a crowd, and those that stand aside."""
        world.units_decided = []
        if (world.peaceful + world.violent).max() < self._p.crowd and not world.aside.any():
            return
        crowd = np.stack([world.peaceful, world.violent], axis=1).astype(np.float64)
        region = self._country.region
        does = _ask(
            np.array([world.seed, world.member, world.tick], dtype=np.int64), self._country.key, ~self._country.remainder, crowd,
            world.men * self._own, world.aside, self._kinship, world.coherence[region], (world.posture == SHOOT)[region], self._rule,
        )
        for place, branch in zip(*np.nonzero(does), strict=True):
            self._report(world, int(place), int(branch), int(does[place, branch]))

    def _report(self, world: World, place: int, branch: int, does: int) -> None:
        if does == COMES_BACK:
            men = float(world.aside[place, branch])
            world.sided[place] = 0.0
            self._decide(world, (place, branch), 0.0, f"{men:,.0f} men of the {_spoken(branch)} come back to duty")
            return
        men, people = float(world.men[place, branch]), int(world.peaceful[place])
        if does == GOES_OVER:
            world.sided[place] = min(1.0, world.sided[place] + men / max(float(world.men[place].sum()), 1.0))
        words = "go over to the crowd" if does == GOES_OVER else "stand aside"
        self._decide(world, (place, branch), 1.0, f"{men:,.0f} men of the {_spoken(branch)} {words} before {people:,} people")

    def _decide(self, world: World, unit: tuple[int, int], share: float, text: str) -> None:
        country, (place, branch) = self._country, unit
        effect = StandingAside(place, branch, share)
        world.units_decided.append(Measure(BRANCHES[branch], self._nobody, effect, reported=False))
        where, region = country.place_ids[place], country.region_ids[country.region[place]]
        world.events.add(Event(world.tick, "unit", where, region, BRANCHES[branch], share, text))


def _spoken(branch: int) -> str:
    return BRANCHES[branch].replace("-", " ")
