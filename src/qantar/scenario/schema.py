"""What a scenario is made of: the records behind ``scenario.yaml`` and its tables.

A scenario is plain data. Loading one runs no code, reads nothing outside its folder and fetches
nothing. Every record is frozen and refuses fields that it does not know.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from qantar.scenario.local_time import LocalDate, LocalTime
from qantar.scenario.parameters import Parameters
from qantar.scenario.value import Frozen, Spread, Value

SCHEMA_VERSION = 1

Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$", description="lower case, digits, hyphens")]
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
NonNegative = Annotated[float, Field(ge=0)]

BRANCHES = ("police", "national-guard", "security-service", "army", "head-of-state-guard", "guarantor")
Branch = Literal["police", "national-guard", "security-service", "army", "head-of-state-guard", "guarantor"]
POSTURES = ("stand-aside", "guard", "contain", "disperse", "shoot", "withdraw")
Posture = Literal["stand-aside", "guard", "contain", "disperse", "shoot", "withdraw"]
SITE_KINDS = ("administration", "prosecutor", "security-service", "police", "television", "airport", "gun-shop", "commerce")
SiteKind = Literal["administration", "prosecutor", "security-service", "police", "television", "airport", "gun-shop", "commerce"]
RECORD_KEYS = ("participants", "violent", "regions", "deaths", "detained", "injured", "security-deaths", "remanded", "control-hour", "crowd")
RecordKey = Literal["participants", "violent", "regions", "deaths", "detained", "injured", "security-deaths", "remanded", "control-hour", "crowd"]

Regions = tuple[Identifier, ...]
"""Region identifiers; the empty tuple means the whole country."""


class Clock(Frozen):
    """The hours of the run, in the country's main time zone."""

    start: LocalTime = Field(description="first local hour, without zone")
    end: LocalTime = Field(description="first local hour that is not simulated any more")
    utc_offset: Annotated[float, Field(ge=-12, le=14)]
    tick_hours: Annotated[float, Field(gt=0, le=6)] = 1.0
    holidays: tuple[LocalDate, ...] = Field(default=(), description="local dates on which commanders are away and shops sell alcohol")


class PriceShock(Frozen):
    """A price step: it weighs on the basket and is salient for a while."""

    id: Identifier
    kind: Literal["price"]
    good: str
    at: LocalTime
    regions: Regions = ()
    price_before: Value
    price_after: Value


class DiscontentShock(Frozen):
    """An event that angers, without a price (a stolen election, a trial): salience only."""

    id: Identifier
    kind: Literal["discontent"]
    at: LocalTime
    regions: Regions = ()
    size: Value = Field(description="salience, 1 = as a doubled price among the fully exposed")
    exposure: Value = Field(description="share of people whom it concerns")


Shock = Annotated[PriceShock | DiscontentShock, Field(discriminator="kind")]


class AbstractOrder(Frozen):
    """What every recorded order has: when, where, by whom, in answer to what, and who says so."""

    id: Identifier
    at: LocalTime
    until: LocalTime | None = None
    regions: Regions = ()
    actor: Identifier = Field(description="an actor of palace.yaml, or the bloc of alliance.yaml")
    because: tuple[Identifier, ...] = Field(description="shocks or orders that this one answers; withheld when all of them are")
    source: str
    note: str = ""


class EmergencyOrder(AbstractOrder):
    """State of emergency."""

    kind: Literal["emergency"]


class CurfewOrder(AbstractOrder):
    """Nobody may be out between two local hours."""

    kind: Literal["curfew"]
    from_hour: Annotated[float, Field(ge=0, lt=24)]
    to_hour: Annotated[float, Field(ge=0, lt=24)]


class BlackoutOrder(AbstractOrder):
    """The net is cut to a share of its normal reach, until `until`."""

    kind: Literal["blackout"]
    connectivity: Value


class PostureOrder(AbstractOrder):
    """Rules of engagement for the forces in the regions."""

    kind: Literal["posture"]
    posture: Posture


class RecallOrder(AbstractOrder):
    """Men and commanders are called back from the holiday."""

    kind: Literal["recall"]


class ReinforcementOrder(AbstractOrder):
    """Men of a branch move from places to a place; arrival follows from distance and speed."""

    kind: Literal["reinforcement"]
    branch: Branch
    origin: Identifier = Field(description="place from which they leave")
    destination: Identifier
    men: Value


class ConcessionOrder(AbstractOrder):
    """A demand is met: a price goes down, or a symbol; raises efficacy."""

    kind: Literal["concession"]
    size: Value = Field(description="efficacy signal, 1 = the main demand met in full")
    price: Value | None = Field(default=None, description="new price of the shock's good, where it changes")
    shock: Identifier | None = Field(default=None, description="the price shock whose price changes")


class DismissalOrder(AbstractOrder):
    """An office loses its holder; relief where that holder was blamed, and a sign of efficacy."""

    kind: Literal["dismissal"]
    office: Identifier
    relief: Value = Field(description="share of the blame that goes with the holder")
    size: Value = Field(description="efficacy signal, as for a concession")


class AppointmentOrder(AbstractOrder):
    """An office gets a holder."""

    kind: Literal["appointment"]
    office: Identifier
    holder: Identifier


class GuarantorOrder(AbstractOrder):
    """A step of the foreign guarantor: asked, decided, arrived (with men), done."""

    kind: Literal["guarantor"]
    step: Literal["asked", "agreed", "refused", "arrival", "departure"]
    place: Identifier | None = None
    men: Value | None = None


Order = Annotated[
    EmergencyOrder | CurfewOrder | BlackoutOrder | PostureOrder | RecallOrder | ReinforcementOrder
    | ConcessionOrder | DismissalOrder | AppointmentOrder | GuarantorOrder,
    Field(discriminator="kind"),
]


class SeriesPoint(Frozen):
    """One point of an assumed series; the series is a step function between points."""

    at: LocalTime
    value: Share


class Series(Frozen):
    """A quantity that another system will produce one day and that is given until then."""

    id: Identifier
    quantity: Literal["command-coherence", "shirking"]
    branch: Branch
    regions: Regions = ()
    unit: Literal["share"] = "share"
    source: str
    note: str = ""
    points: Annotated[tuple[SeriesPoint, ...], Field(min_length=1)]


class Organiser(Frozen):
    """An optional hidden organiser with cadres in chosen places."""

    id: Identifier
    start: LocalTime
    places: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    cadres: Value = Field(description="people who join as violent at the start, per place")
    hold_factor: Value = Field(description="factor on the time that taken sites are held")


class Column(Frozen):
    """Unit and source of one numeric column of a table; rows override the source in `<column>_source`."""

    unit: str
    source: str
    spread: Spread | None = None
    note: str = ""


class Header(Frozen):
    """``scenario.yaml``."""

    schema_version: Literal[1]
    id: Identifier
    title: Annotated[str, Field(min_length=1, max_length=120)]
    summary: str
    country: str
    currency: str
    capital: Identifier = Field(description="place identifier")
    main_good: str = Field(description="the good whose price the shocks change, as lpg_share counts its users")
    clock: Clock
    shocks: tuple[Shock, ...] = ()
    orders: tuple[Order, ...] = ()
    series: tuple[Series, ...] = ()
    organisers: tuple[Organiser, ...] = ()
    default_posture: Posture
    tables: dict[str, dict[str, Column]]


class Region(Frozen):
    """A row of ``regions.csv``. Age shares sum to 1; livelihood shares sum to 1 (of adults)."""

    id: Identifier
    name: str
    map_key: str = Field(description="id of its shape in map.geojson; empty where it is drawn as a point")
    centre: Identifier = Field(description="place identifier")
    utc_offset: Annotated[float, Field(ge=-12, le=14)]
    population: Annotated[int, Field(gt=0)]
    male_share: Share
    age_0_15: Share
    age_16_29: Share
    age_30_44: Share
    age_45_62: Share
    age_63_plus: Share
    secure_share: Share
    precarious_share: Share
    out_of_work_share: Share
    newcomer_share: Share
    income_mean: Positive = Field(description="mean income a head and month, in the currency")
    exposed_share: Share = Field(description="share of people exposed to the price of the main good")
    organisation: Share = Field(description="workplace and neighbourhood organisation")
    brokerage: Share = Field(description="who could voice demands, calm a crowd, sign a deal")
    crime: NonNegative = Field(description="opportunists among young men, relative to the country's mean of 1")
    internet_share: Share
    state_media_reach: Share
    kinship: Share = Field(description="kinship between local forces and local crowds")


class Place(Frozen):
    """A row of ``places.csv``: a settlement, or the rural remainder of a region."""

    id: Identifier
    name: str
    region: Identifier
    kind: Literal["settlement", "remainder"]
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    population: Annotated[int, Field(ge=0)]


class Force(Frozen):
    """A row of ``forces.csv``: men of one branch posted in one place."""

    place: Identifier
    branch: Branch
    men: Annotated[int, Field(ge=0)]


class Site(Frozen):
    """A row of ``sites.csv``: a guarded place."""

    id: Identifier
    name: str
    place: Identifier
    kind: SiteKind
    guards: Annotated[int, Field(ge=0)]
    arms: Annotated[int, Field(ge=0)]


class RecordRow(Frozen):
    """A row of ``record.csv``: one observed figure, as one source gave it at one date."""

    date: LocalDate
    as_of: LocalDate
    key: RecordKey
    region: Identifier | None = Field(description="empty for the whole country")
    place: Identifier | None
    value: NonNegative
    unit: str
    source: str
    use: Literal["target", "shown", "weak"] = Field(description="target: fitted and shown; shown: shown only; weak: kept, not fitted")
    note: str = ""


class Office(Frozen):
    """An office: formal weight, who holds it, what it commands and whom it may appoint."""

    id: Identifier
    title: str
    formal: Value
    holder: Identifier | None
    commands: tuple[Branch, ...] = ()
    appoints: tuple[Identifier, ...] = ()
    vetoes: tuple[Identifier, ...] = ()
    lifelong: bool = False


class Actor(Frozen):
    """A public office-holder in a public role, or a role without a name."""

    id: Identifier
    name: str
    patron: Identifier | None = None
    loyalty: Value | None = None
    health: Value
    means: Value
    ambition: Value
    eligible: bool = True
    source: str
    note: str = ""


class Palace(Frozen):
    """``palace.yaml``."""

    offices: tuple[Office, ...]
    actors: tuple[Actor, ...]


class Contingent(Frozen):
    """Men whom a member of the bloc can send."""

    member: str
    men: Value


class Bloc(Frozen):
    """A guarantor bloc: who can send whom, for what, how fast."""

    id: Identifier
    name: str
    remit: Literal["outside-aggression", "any"]
    contingents: tuple[Contingent, ...]
    decision_hours: Value
    first_landing_hours: Value
    full_strength_hours: Value


class Alliance(Frozen):
    """``alliance.yaml``; an empty list of blocs for a country without a guarantor."""

    blocs: tuple[Bloc, ...] = ()


class Scenario(Frozen):
    """A checked scenario: everything that a run assumes, and the record it is held against."""

    header: Header
    parameters: Parameters
    regions: tuple[Region, ...]
    places: tuple[Place, ...]
    forces: tuple[Force, ...]
    sites: tuple[Site, ...]
    palace: Palace
    alliance: Alliance
    record: tuple[RecordRow, ...]
    sources: dict[str, str] = Field(description="key of sources.bib -> one printed line")
    map_shapes: str = Field(default="", description="text of map.geojson, empty where there is none")
    withheld: tuple[str, ...] = Field(default=(), description="what `without` took out, in order")
    changed: tuple[tuple[str, float | str], ...] = Field(default=(), description="what `set` changed, in order")

    def without(self, name: str) -> Scenario:
        """Return the scenario without a shock, an order, an actor's orders or the guarantor; see `intervention.without`."""
        from qantar.scenario.intervention import without  # noqa: PLC0415 - the module needs this class

        return without(self, name)

    def set(self, path: str, value: float | str) -> Scenario:
        """Return the scenario with one value changed; see `intervention.set_value`."""
        from qantar.scenario.intervention import set_value  # noqa: PLC0415 - the module needs this class

        return set_value(self, path, value)
