"""The order of a tick, as data: two plans, one for each way of deciding what the state does.

Each system steps once a tick in this order; what it reads is what the systems before it wrote in this
tick and what those behind it wrote in the last one. Orders given at the end take effect in the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from qantar.model.alliance import AllianceSystem
from qantar.model.country import Country
from qantar.model.economy import EconomySystem
from qantar.model.media import MediaSystem
from qantar.model.narrative import NarrativeSystem
from qantar.model.orders import DecidedOrdersSystem, RecordedOrdersSystem
from qantar.model.palace.system import PalaceSystem
from qantar.model.palace.units import UnitsSystem
from qantar.model.security import SecuritySystem
from qantar.model.sites import SitesSystem
from qantar.model.state import AbstractSystem
from qantar.model.streets.system import StreetsSystem

SystemKind = type[AbstractSystem]

TICK: tuple[SystemKind, ...] = (
    MediaSystem,
    EconomySystem,
    SecuritySystem,
    StreetsSystem,
    SitesSystem,
    NarrativeSystem,
    RecordedOrdersSystem,
)
"""Systems in the order in which they step (``--palace recorded``)."""

START: tuple[SystemKind, ...] = (
    RecordedOrdersSystem,
    NarrativeSystem,
    SitesSystem,
    StreetsSystem,
    SecuritySystem,
    EconomySystem,
    MediaSystem,
)
"""Systems in the order in which they write their first values."""

SIMULATED_TICK: tuple[SystemKind, ...] = (
    MediaSystem,
    EconomySystem,
    SecuritySystem,
    StreetsSystem,
    SitesSystem,
    NarrativeSystem,
    UnitsSystem,
    PalaceSystem,
    AllianceSystem,
    DecidedOrdersSystem,
)
"""Systems in the order in which they step (``--palace simulated``)."""

SIMULATED_START: tuple[SystemKind, ...] = (
    UnitsSystem,
    AllianceSystem,
    PalaceSystem,
    DecidedOrdersSystem,
    NarrativeSystem,
    SitesSystem,
    StreetsSystem,
    SecuritySystem,
    EconomySystem,
    MediaSystem,
)
"""Systems in the order in which they write their first values (``--palace simulated``)."""


@dataclass(frozen=True)
class Plan:
    """One way through a tick."""

    tick: tuple[SystemKind, ...]
    start: tuple[SystemKind, ...]

    def build(self, country: Country) -> dict[SystemKind, AbstractSystem]:
        """Return one system of each kind for a country."""
        kinds: Mapping[SystemKind, AbstractSystem] = {kind: kind(country) for kind in self.tick}  # type: ignore[call-arg]
        return dict(kinds)


PLANS: Mapping[str, Plan] = MappingProxyType({
    "recorded": Plan(TICK, START),
    "simulated": Plan(SIMULATED_TICK, SIMULATED_START),
})
"""Who decides what the state does: the record, or the palace."""
