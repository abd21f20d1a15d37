"""The World: what the systems share during a run. Each field is written by one system alone."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from qantar.engine.streams import Stream
from qantar.model.events import EventLog
from qantar.model.measures import Measure, Statement
from qantar.model.palace.court import Court
from qantar.model.streets.bags import Bags
from qantar.model.streets.quiet import Quiet

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass
class World:
    """The state of one member. Shapes: P places, R regions, A adult strata, B branches, S sites.

    A field that no system has initialised yet is an empty array.
    """

    seed: int
    member: int
    tick: int = 0
    events: EventLog = field(default_factory=EventLog)
    signalled: Callable[[World], None] | None = None  # told when the streets have refreshed their own signals; see `channels`

    # orders
    price_cap: Floats = field(default_factory=lambda: np.empty(0))  # [R] price set by concession, inf without
    concession: Floats = field(default_factory=lambda: np.empty(0))  # [R] efficacy signal announced in this tick
    relief: float = 0.0  # share of the blame that left office in this tick
    departed: list[str] = field(default_factory=list)  # as whom those were blamed who left office in this tick
    statements: list[Statement] = field(default_factory=list)  # who was called guilty in this tick
    connectivity_ordered: Floats = field(default_factory=lambda: np.empty(0))  # [R] share
    curfew: Floats = field(default_factory=lambda: np.empty(0))  # [R, 2] from and to, local hours; nan without
    recalled: Bools = field(default_factory=lambda: np.empty(0, dtype=bool))  # [R]
    posture: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))  # [R] index into POSTURES
    men: Floats = field(default_factory=lambda: np.empty(0))  # [P, B] men posted, the guarantor's among them
    aside: Floats = field(default_factory=lambda: np.empty(0))  # [P, B] men who stand aside or sided with the crowd
    coherence: Floats = field(default_factory=lambda: np.empty(0))  # [R, B] command coherence, share
    shirking_given: Floats = field(default_factory=lambda: np.empty(0))  # [R, B] share

    # economy
    price: Floats = field(default_factory=lambda: np.empty(0))  # [R] of the main good
    salience: Floats = field(default_factory=lambda: np.empty(0))  # [R] 1 = a doubled price, fresh
    cause: Floats = field(default_factory=lambda: np.empty(0))  # [R] salience of the general cause
    grievance: Floats = field(default_factory=lambda: np.empty(0))  # [R, A] log-odds
    fiscal_room: float = 0.0  # share of the room before the crisis that conceded prices leave

    # media
    connectivity: Floats = field(default_factory=lambda: np.empty(0))  # [R] share of normal reach
    online: Floats = field(default_factory=lambda: np.empty(0))  # [R] share of far influence that arrives
    known_crowd: Floats = field(default_factory=lambda: np.empty(0))  # [P] crowd as known elsewhere
    heard_share: Floats = field(default_factory=lambda: np.empty(0))  # [P] known crowd per resident, attention-weighted
    far: Floats = field(default_factory=lambda: np.empty(0))  # [P] signal of protest elsewhere, in [0, 1]

    # security
    force: Floats = field(default_factory=lambda: np.empty(0))  # [P] effective men on the street
    used_force: Floats = field(default_factory=lambda: np.empty(0))  # [P] the same, as far as the posture lets them act
    free_force: Floats = field(default_factory=lambda: np.empty(0))  # [P] effective men not on a street
    shirking: Floats = field(default_factory=lambda: np.empty(0))  # [P] share
    shooting: Bools = field(default_factory=lambda: np.empty(0, dtype=bool))  # [P] orders to shoot in force
    contact_share: Floats = field(default_factory=lambda: np.empty(0))  # [P] part of the force that the posture uses
    routed_men: Floats = field(default_factory=lambda: np.empty(0))  # [P]
    lost_arms: Floats = field(default_factory=lambda: np.empty(0))  # [P] arms lost by routed men in this tick

    # streets
    quiet: Quiet | None = None
    bags: Bags | None = None
    arena: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, dtype=np.int32))
    peaceful: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))  # [P] out now
    violent: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))  # [P] out now
    peaceful_ahead: Floats = field(default_factory=lambda: np.empty(0))  # [P] foretold for the middle of the next tick
    violent_ahead: Floats = field(default_factory=lambda: np.empty(0))  # [P] likewise
    travellers: Floats = field(default_factory=lambda: np.empty(0))  # [P] share of the crowd from elsewhere
    near: Floats = field(default_factory=lambda: np.empty(0))  # [P] signal of the crowd nearby, in [0, 1], in the middle of the next tick
    clash: Floats = field(default_factory=lambda: np.empty(0))  # [P] recent force on the peaceful, per head
    efficacy: Floats = field(default_factory=lambda: np.empty(0))  # [R]
    fear: Floats = field(default_factory=lambda: np.empty(0))  # [P]
    around_violent: Floats = field(default_factory=lambda: np.empty(0))  # [P] the violent, with those nearby weighted
    violence_memory: Floats = field(default_factory=lambda: np.empty(0))  # [P] in [0, 1]
    disorder: Floats = field(default_factory=lambda: np.empty(0))  # [P] in [0, 1], in the middle of the next tick
    new_deaths: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))  # [P] in this tick
    cum_deaths: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))  # [P] security included
    cum_detained: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))  # [P] delivered to police
    cum_remanded: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))  # [P]
    cum_injured: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))  # [P] security included
    cum_security_deaths: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))  # [P]

    # sites
    site_held: Bools = field(default_factory=lambda: np.empty(0, dtype=bool))  # [S]
    site_fallen: Bools = field(default_factory=lambda: np.empty(0, dtype=bool))  # [S] taken at least once
    arms: Floats = field(default_factory=lambda: np.empty(0))  # [P] arms in the crowd

    # narrative
    legitimacy: Floats = field(default_factory=lambda: np.empty(0))  # [R] share
    blame: Floats = field(default_factory=lambda: np.empty(0))  # [blamed] shares that add up to 1
    foreign_frame: float = 0.0  # share to which the crowd passes as led from abroad
    brokerage: Floats = field(default_factory=lambda: np.empty(0))  # [R] share

    # palace and alliance, where they are simulated
    court: Court | None = None  # who holds what and who leans where
    power: Floats = field(default_factory=lambda: np.empty(0))  # [actor] shares that add up to 1
    holding: float = 1.0  # chance that the regime holds, as the holder of the top office sees it
    fallen: str = ""  # what ended the regime, a key of `qantar.model.palace.fall.FALLS`; empty while it stands
    decided: list[Measure] = field(default_factory=list)  # by the palace in this tick
    sided: Floats = field(default_factory=lambda: np.empty(0))  # [P] share of the men who went over to the crowd
    units_decided: list[Measure] = field(default_factory=list)  # by units in this tick
    alliance_decided: list[Measure] = field(default_factory=list)  # by the guarantor in this tick
    backing: float = 0.0  # how surely the guarantor is seen to stand behind whoever asked, a share
    answer: str = ""  # of the guarantor in this tick: agreed, refused, landed, left; empty for none


class AbstractSystem(ABC):
    """A part of the country. It declares what it owns, reads, draws from and emits; then it steps.

    owns : fields of World that it alone writes
    reads : fields of World that others own
    streams : streams of random numbers that it draws from
    emits : kinds of event that it may report
    """

    name: str
    owns: frozenset[str]
    reads: frozenset[str]
    streams: frozenset[Stream] = frozenset()
    emits: frozenset[str] = frozenset()

    @abstractmethod
    def init(self, world: World) -> None:
        """Write the first value of every field that the system owns."""

    @abstractmethod
    def step(self, world: World) -> None:
        """Carry the owned fields through the tick `world.tick`."""
