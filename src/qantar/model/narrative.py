"""Narrative: legitimacy, whom people blame, how the crowd is framed, and who could still broker a deal.

Equations, per region
    L ← L₀ + (L - L₀) exp(-dt/τ) - death · (deaths per 100,000 seen) + loot · reach · disorder · dt
        - foreign · nationalism · dt while foreign troops are in the country + relief of a dismissal
    kept inside [0, 1]

Blame B over government, patron, president, rioters and a foreign hand adds up to 1. Each tick something moves
blame to a role: B_role ← B_role + (1 - exp(-w)) (1 - B_role), the others shrink alike, with w
    government   price · salience · dt            patron   cause · C · dt
    president    death · (deaths of the tick per 100,000), and foreign · nationalism · dt under foreign troops
    rioters      disorder · mean disorder · dt
    statement    weight · reach · L, to whom it names; it also moves the foreign frame, in as far as it is believed
Where the palace decides, a role whose holder left loses its blame, which the others take over in proportion; a recorded
dismissal names no role. Deaths are those of the forces, too. The foreign frame fades with
its τ. Brokerage falls by exp(-loss · detained per 100,000): a crackdown takes the people who could sign a deal.

Deaths are the own region's and the country's rate in the mixture that fear sees. The sign of the looting term is open
(order threatened, or order lost): its prior has both. Reach is that of the state's media, which show it.

Limits: one legitimacy for all strata of a region and one blame for the country; prices move blame and not
legitimacy; the opposition says nothing, for nobody hears it.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qantar.engine.compiled import njit
from qantar.engine.steady import steady
from qantar.model.country import Country, numbers
from qantar.model.state import AbstractSystem, World
from qantar.scenario.vocabulary import BLAMED, BRANCHES

GUARANTOR = BRANCHES.index("guarantor")
PER_HUNDRED_THOUSAND = 1e5
_GOVERNMENT, _PATRON, _PRESIDENT, _RIOTERS = (BLAMED.index(role) for role in ("government", "patron", "president", "rioters"))


class NarrativeNumbers(NamedTuple):
    """The parameters that the kernel reads; units as in `NarrativeParameters`, `fear_elsewhere` from the streets."""

    legitimacy_start: float
    legitimacy_death: float
    legitimacy_loot: float
    legitimacy_foreign: float
    legitimacy_relief: float
    legitimacy_recovery: float
    nationalism: float
    blame_price: float
    blame_cause: float
    blame_death: float
    blame_disorder: float
    blame_foreign: float
    brokerage_loss: float
    fear_elsewhere: float


class Audience(NamedTuple):
    """Who hears and judges : float64[region]; `region` and `residents` by place.

    share : of the country's residents; reach : of the state's media; exposed : to the price; brokerage : at first
    """

    region: NDArray[np.int64]
    residents: NDArray[np.float64]
    region_residents: NDArray[np.float64]
    share: NDArray[np.float64]
    reach: NDArray[np.float64]
    exposed: NDArray[np.float64]
    brokerage: NDArray[np.float64]


@njit()
def _shift(blame: np.ndarray, role: int, weight: float) -> None:
    """Move blame to a role, B ← B + w (1 - B) with w = 1 - exp(-weight); the others shrink alike."""
    if weight > 0.0:
        part = -math.expm1(-weight)
        blame *= 1.0 - part
        blame[role] += part


@steady
@njit()
def _tell(
    p: NarrativeNumbers, audience: Audience, happened: tuple[np.ndarray, np.ndarray, np.ndarray],
    felt: tuple[np.ndarray, np.ndarray], men: np.ndarray, moment: tuple[float, float], out: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> float:
    """Move legitimacy, blame and brokerage through a tick; return the mean trust in the state's media.

    happened : [place] deaths of the tick, disorder, detained so far; felt : float64[region] salience and cause
    men : float64[place, branch]; moment : hours of the tick, share of the blame that left office
    out : float64[region] legitimacy and brokerage and float64[blamed], changed in place
    """
    region, residents, of_region, share, reach, exposed, first = audience
    (deaths, disorder, detained), (salience, cause), (dt, relief) = happened, felt, moment
    legitimacy, brokerage, blame = out
    dead, unrest, held = np.zeros(of_region.size), np.zeros(of_region.size), np.zeros(of_region.size)
    foreign = 0.0
    for i in range(region.size):
        if men[i, GUARANTOR] != 0.0:
            foreign = 1.0
        dead[region[i]] += deaths[i]
        unrest[region[i]] += disorder[i] * residents[i]
        held[region[i]] += detained[i]
    everywhere = dead.sum() / of_region.sum()
    resented = p.nationalism * foreign * dt
    kept = math.exp(-dt / p.legitimacy_recovery)
    trust, price, general, mean_disorder = 0.0, 0.0, 0.0, 0.0
    for r in range(of_region.size):
        own = dead[r] / of_region[r]
        seen = PER_HUNDRED_THOUSAND * (own + p.fear_elsewhere * (everywhere - own))
        unrest[r] /= of_region[r]
        level = p.legitimacy_start + (legitimacy[r] - p.legitimacy_start) * kept - p.legitimacy_death * seen
        level += p.legitimacy_loot * reach[r] * unrest[r] * dt - p.legitimacy_foreign * resented + p.legitimacy_relief * relief
        legitimacy[r] = min(1.0, max(0.0, level))
        brokerage[r] = first[r] * math.exp(-p.brokerage_loss * PER_HUNDRED_THOUSAND * held[r] / of_region[r])
        trust += share[r] * reach[r] * legitimacy[r]
        price += share[r] * exposed[r] * max(salience[r], 0.0)
        general += share[r] * cause[r]
        mean_disorder += share[r] * unrest[r]
    _shift(blame, _GOVERNMENT, p.blame_price * price * dt)
    _shift(blame, _PATRON, p.blame_cause * general * dt)
    _shift(blame, _PRESIDENT, p.blame_death * PER_HUNDRED_THOUSAND * everywhere + p.blame_foreign * resented)
    _shift(blame, _RIOTERS, p.blame_disorder * mean_disorder * dt)
    return float(trust)


class NarrativeSystem(AbstractSystem):
    """Legitimacy, blame, the foreign frame and brokerage."""

    name = "narrative"
    owns = frozenset({"legitimacy", "blame", "foreign_frame", "brokerage"})
    reads = frozenset({
        "new_deaths", "disorder", "men", "relief", "departed", "statements", "salience", "cause", "cum_detained",
    })

    def __init__(self, country: Country) -> None:
        self._country = country
        p = self._p = numbers(country.scenario.parameters.narrative)
        p.fear_elsewhere = country.scenario.parameters.streets.fear_elsewhere.value
        self._numbers = NarrativeNumbers(*[float(getattr(p, name)) for name in NarrativeNumbers._fields])
        residents = country.region_residents.astype(np.float64)
        self._audience = Audience(
            country.region, country.residents.astype(np.float64), residents, residents / residents.sum(),
            country.of_regions("state_media_reach"), country.of_regions("exposed_share"), country.of_regions("brokerage"),
        )

    def init(self, world: World) -> None:
        """Start at the level before the crisis; nobody is blamed more than anybody else."""
        world.legitimacy = np.full(len(self._country.region_ids), self._p.legitimacy_start)
        world.blame = np.full(len(BLAMED), 1.0 / len(BLAMED))
        world.foreign_frame = 0.0
        world.brokerage = self._audience.brokerage.copy()

    def step(self, world: World) -> None:
        """Move legitimacy, blame, frame and brokerage through one tick."""
        clock = self._country.clock
        self._forget(world)
        trust = _tell(
            self._numbers, self._audience, (world.new_deaths, world.disorder, world.cum_detained),
            (world.salience, world.cause), world.men, (clock.tick_hours, float(world.relief)),
            (world.legitimacy, world.brokerage, world.blame),
        )
        world.foreign_frame *= clock.decay(self._p.frame_decay)
        for statement in world.statements:
            _shift(world.blame, BLAMED.index(statement.blames), self._p.statement_weight * trust)
            world.foreign_frame += statement.framing * trust * (1.0 - world.foreign_frame)

    def _forget(self, world: World) -> None:
        """Take the blame from roles whose holder left; the others take it over in proportion."""
        roles = [BLAMED.index(role) for role in world.departed if role]
        if roles:
            world.blame[roles] = 0.0
            left = float(world.blame.sum())
            world.blame[:] = world.blame / left if left > 0.0 else 1.0 / len(BLAMED)
