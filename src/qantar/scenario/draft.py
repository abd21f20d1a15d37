"""A scenario between reading and use: what the checks between its files look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from qantar.scenario.calibration import Calibration
from qantar.scenario.documents import Listing
from qantar.scenario.order import Order
from qantar.scenario.parameters import Parameters
from qantar.scenario.schema import Actor, Bloc, Clock, Force, Office, Organiser, Place, RecordRow, Region, Scenario, Series, Site
from qantar.scenario.shock import Shock
from qantar.scenario.value import Value
from qantar.scenario.wording import nearest

Way = tuple[str | int, ...]


@dataclass(frozen=True)
class Finding:
    """One mistake between the parts of a scenario.

    where: the way inside the file; row number and column in a table. meant: a name that leads nowhere
    and the names that would, for a hint.
    """

    file: str
    where: Way
    message: str
    meant: tuple[str, frozenset[str]] | None = None

    def worded(self) -> str:
        """Return the message with the hint."""
        return self.message if self.meant is None else self.message + nearest(*self.meant)


@dataclass(frozen=True)
class Draft:
    """The sound parts of a scenario; whatever could not be read is None or lists no names."""

    id: str | None = None
    clock: Clock | None = None
    currency: str | None = None
    capital: str | None = None
    tables: dict[str, dict[str, Any]] | None = None
    shocks: Listing[Shock] = field(default_factory=Listing)
    orders: Listing[Order] = field(default_factory=Listing)
    series: Listing[Series] = field(default_factory=Listing)
    organisers: Listing[Organiser] = field(default_factory=Listing)
    regions: Listing[Region] = field(default_factory=Listing)
    places: Listing[Place] = field(default_factory=Listing)
    places_complete: bool = False
    forces: Listing[Force] = field(default_factory=Listing)
    sites: Listing[Site] = field(default_factory=Listing)
    record: Listing[RecordRow] = field(default_factory=Listing)
    offices: Listing[Office] = field(default_factory=Listing)
    actors: Listing[Actor] = field(default_factory=Listing)
    blocs: Listing[Bloc] = field(default_factory=Listing)
    shape_keys: frozenset[str] | None = None
    parameters: Parameters | None = None
    calibration: Calibration | None = None


def draft_of(scenario: Scenario) -> Draft:
    """Return the draft of a scenario that is complete, for checking it again after a change.

    Its calibration is left out: a changed parameter has no spread any more, and is not fitted.
    """
    header = scenario.header
    return Draft(
        id=header.id, clock=header.clock, currency=header.currency, capital=header.capital, tables=dict(header.tables),
        shocks=_listing(header.shocks), orders=_listing(header.orders), series=_listing(header.series),
        organisers=_listing(header.organisers), regions=_listing(scenario.regions), places=_listing(scenario.places),
        places_complete=True, forces=_listing(scenario.forces), sites=_listing(scenario.sites),
        record=_listing(scenario.record), offices=_listing(scenario.palace.offices),
        actors=_listing(scenario.palace.actors), blocs=_listing(scenario.alliance.blocs),
    )  # fmt: skip


def _listing(records: Iterable[Any]) -> Listing[Any]:
    items = tuple(enumerate(records))
    return Listing(items, frozenset(record.id for _, record in items if hasattr(record, "id")))


def values_within(record: object, where: Way = ()) -> Iterator[tuple[Way, Value]]:
    """Yield every `Value` inside a record, with the way to it."""
    if isinstance(record, Value):
        yield where, record
    elif isinstance(record, BaseModel):
        for name in type(record).model_fields:
            yield from values_within(getattr(record, name), (*where, name))
    elif isinstance(record, tuple):
        for number, entry in enumerate(record):
            yield from values_within(entry, (*where, number))
