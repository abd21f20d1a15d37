"""The order of a tick, as data.

Each system steps once a tick in this order; what it reads is what the systems before it wrote in this
tick and what those behind it wrote in the last one. Orders given at the end take effect in the next.
"""

from __future__ import annotations

from qantar.model.economy import EconomySystem
from qantar.model.media import MediaSystem
from qantar.model.narrative import NarrativeSystem
from qantar.model.orders import RecordedOrdersSystem
from qantar.model.security import SecuritySystem
from qantar.model.sites import SitesSystem
from qantar.model.streets.system import StreetsSystem

TICK = (
    EconomySystem,
    MediaSystem,
    SecuritySystem,
    StreetsSystem,
    SitesSystem,
    NarrativeSystem,
    RecordedOrdersSystem,
)
"""Systems in the order in which they step (``--palace recorded``)."""

START = (
    RecordedOrdersSystem,
    NarrativeSystem,
    SitesSystem,
    StreetsSystem,
    SecuritySystem,
    MediaSystem,
    EconomySystem,
)
"""Systems in the order in which they write their first values."""
