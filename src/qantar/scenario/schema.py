"""What a scenario is made of: the records behind ``scenario.yaml`` and its tables.

A scenario is plain data. Loading one runs no code, reads nothing outside its folder and fetches
nothing. Every record is frozen and refuses fields that it does not know.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from qantar.scenario.calibration import Calibration
from qantar.scenario.local_time import LocalDate, LocalTime
from qantar.scenario.names import Identifier, RecordKey
from qantar.scenario.order import Order
from qantar.scenario.parameters import Inheritance, Parameters
from qantar.scenario.posterior import Posterior
from qantar.scenario.shock import Shock
from qantar.scenario.value import MOST_MEN, MOST_PEOPLE, Frozen, Spread, Value
from qantar.scenario.vocabulary import BlamedRole, Branch, NonNegative, Positive, Posture, Power, Regions, Share, SiteKind

SCHEMA_VERSION = 1


class Clock(Frozen):
    """The hours of the run, in the country's main time zone."""

    start: LocalTime = Field(description="first local hour, without zone")
    end: LocalTime = Field(description="first local hour that is not simulated any more")
    utc_offset: Annotated[float, Field(ge=-12, le=14)] = Field(description="hours that local time is ahead of UTC")
    tick_hours: Annotated[float, Field(gt=0, le=6)] = Field(default=1.0, description="length of a tick; the run is a whole number of them")
    holidays: tuple[LocalDate, ...] = Field(
        default=(), description="local dates on which commanders are away, and looting is times streets.loot_holiday"
    )


class SeriesPoint(Frozen):
    """One point of an assumed series; the series is a step function between points."""

    at: LocalTime = Field(description="local hour from which the value holds")
    value: Share = Field(description="0 to 1")


class Series(Frozen):
    """A quantity that a simulated palace works out, given for runs with recorded orders; no other run reads it."""

    id: Identifier
    quantity: Literal["command-coherence", "shirking"] = Field(description="coherence of command (1 = all obey), or the share that shirks")
    branch: Branch = Field(description="whose")
    regions: Regions = Field(default=(), description="where; empty for the whole country")
    unit: Literal["share"] = Field(default="share", description="always share")
    source: str = Field(description="who says so")
    note: str = Field(default="", description="anything worth knowing")
    points: Annotated[tuple[SeriesPoint, ...], Field(min_length=1)] = Field(description="step function, in the order of time")


class Organiser(Frozen):
    """An optional hidden organiser with cadres in chosen places."""

    id: Identifier
    start: LocalTime = Field(description="local hour at which cadres come out")
    places: Annotated[tuple[Identifier, ...], Field(min_length=1)] = Field(description="where the cadres are")
    cadres: Value = Field(description="people who join as violent at the start, per place")
    hold_factor: Value = Field(description="factor on the time that taken sites are held")


class Column(Frozen):
    """Unit and source of one numeric column of a table; rows override the source in `<column>_source`."""

    unit: str = Field(description="unit of the column")
    source: str = Field(description="key of sources.bib, or assumed")
    spread: Spread | None = Field(default=None, description="how far the column may be off")
    note: str = Field(default="", description="anything worth knowing")


class Header(Frozen):
    """``scenario.yaml``."""

    schema_version: Literal[1] = Field(description="version of this contract")
    id: Identifier
    title: Annotated[str, Field(min_length=1, max_length=120)] = Field(description="one line")
    summary: str = Field(description="what the scenario is about, in a few sentences")
    country: str = Field(description="name of the country")
    currency: str = Field(description="name or code of the currency")
    capital: Identifier = Field(description="place identifier")
    map_of: Identifier | None = Field(default=None, description="scenario of the library whose map.geojson is used; none for an own map")
    main_good: str = Field(description="the good whose price the shocks change, as exposed_share counts those who depend on it")
    clock: Clock = Field(description="when")
    shocks: tuple[Shock, ...] = Field(default=(), description="what happens to the country")
    orders: tuple[Order, ...] = Field(default=(), description="what the state did, with the true hours")
    series: tuple[Series, ...] = Field(default=(), description="given for recorded orders; a simulated palace works these out itself")
    organisers: tuple[Organiser, ...] = Field(default=(), description="hidden organisers; usually none")
    default_posture: Posture = Field(description="rules of engagement before any order")
    tables: dict[str, dict[str, Column]] = Field(description="unit and source of every column of numbers: table, column, description")


class Region(Frozen):
    """A row of ``regions.csv``. Age shares sum to 1; livelihood shares sum to 1 (of adults)."""

    id: Identifier
    name: str = Field(description="as shown")
    map_key: str = Field(description="id of its shape in map.geojson; empty where it is drawn as a point")
    centre: Identifier = Field(description="place identifier")
    utc_offset: Annotated[float, Field(ge=-12, le=14)] = Field(description="hours that local time is ahead of UTC")
    population: Annotated[int, Field(gt=0, le=MOST_PEOPLE)] = Field(description="people; the places of the region add up to it")
    male_share: Share = Field(description="share of men and boys")
    age_0_15: Share = Field(description="share of people")
    age_16_29: Share = Field(description="share of people")
    age_30_44: Share = Field(description="share of people")
    age_45_62: Share = Field(description="share of people")
    age_63_plus: Share = Field(description="share of people")
    secure_share: Share = Field(description="share of adults in secure work, and of those whom it feeds")
    precarious_share: Share = Field(description="share of adults who live from day to day")
    out_of_work_share: Share = Field(description="share of adults without work")
    newcomer_share: Share = Field(description="share of adults who came from elsewhere and have no net")
    income_mean: Positive = Field(description="mean income a head and month, in the currency")
    exposed_share: Share = Field(description="share of people exposed to the price of the main good")
    organisation: Share = Field(description="workplace and neighbourhood organisation")
    brokerage: Share = Field(description="who could voice demands, calm a crowd, sign a deal")
    crime: NonNegative = Field(description="opportunists among young men, relative to the country's mean of 1")
    internet_share: Share = Field(description="share of people online")
    state_media_reach: Share = Field(description="share of people whom state media reach")
    kinship: Share = Field(description="kinship between local forces and local crowds")


class Place(Frozen):
    """A row of ``places.csv``: a settlement, or the rural remainder of a region."""

    id: Identifier
    name: str = Field(description="as shown")
    region: Identifier
    kind: Literal["settlement", "remainder"] = Field(description="a settlement, or the many villages left over (at most one a region)")
    latitude: Annotated[float, Field(ge=-90, le=90)] = Field(description="degrees north")
    longitude: Annotated[float, Field(ge=-180, le=180)] = Field(description="degrees east")
    population: Annotated[int, Field(ge=0, le=MOST_PEOPLE)] = Field(description="people")


class Force(Frozen):
    """A row of ``forces.csv``: men of one branch posted in one place."""

    place: Identifier = Field(description="where it is posted")
    branch: Branch = Field(description="which branch")
    men: Annotated[int, Field(ge=0, le=MOST_MEN)] = Field(description="how many, in people")


class Site(Frozen):
    """A row of ``sites.csv``: a guarded place."""

    id: Identifier
    name: str = Field(description="as shown")
    place: Identifier = Field(description="where it stands")
    kind: SiteKind = Field(description="what it is")
    guards: Annotated[int, Field(ge=0, le=MOST_MEN)] = Field(description="men on guard, beside those of forces.csv")
    arms: Annotated[int, Field(ge=0, le=MOST_MEN)] = Field(description="arms kept there, that a crowd could take")


class RecordRow(Frozen):
    """A row of ``record.csv``: one observed figure, as one source gave it at one date."""

    date: LocalDate = Field(description="local date that the figure is for")
    as_of: LocalDate = Field(description="date on which it was said")
    key: RecordKey = Field(description="what was counted")
    region: Identifier | None = Field(description="empty for the whole country")
    place: Identifier | None = Field(description="empty for a whole region or the country")
    value: Annotated[float, Field(ge=0, le=MOST_PEOPLE)] = Field(description="the figure")
    unit: str = Field(description="its unit")
    source: str = Field(description="who says so")
    use: Literal["target", "shown", "weak"] = Field(description="target: fitted and shown; shown: shown only; weak: kept, not fitted")
    note: str = Field(default="", description="anything worth knowing")


class Office(Frozen):
    """An office: formal weight, who holds it, what it commands and whom it may appoint."""

    id: Identifier
    title: str = Field(description="as shown")
    formal: Value = Field(description="formal weight, a share")
    holder: Identifier | None = Field(description="actor; empty for a vacant office")
    commands: tuple[Branch, ...] = Field(default=(), description="branches that obey it; each obeys one office")
    appoints: tuple[Identifier, ...] = Field(default=(), description="offices whose holder it may name")
    vetoes: tuple[Identifier, ...] = Field(default=(), description="offices whose holder it may refuse")
    lifelong: bool = Field(default=False, description="whether the law protects its holder: taking it is a breach")
    top: bool = Field(default=False, description="whether its holder is head of state and commander-in-chief; one office")
    powers: tuple[Power, ...] = Field(default=(), description="what its holder may order in the simulated palace")
    blamed_as: BlamedRole | None = Field(default=None, description="as whom people blame its holder")


class Tie(Frozen):
    """A loyalty beside that to the patron."""

    to: Identifier = Field(description="actor of palace.yaml")
    loyalty: Value = Field(description="a share; with the other loyalties of the actor at most 1")


class Actor(Frozen):
    """A public office-holder in a public role, or a role without a name."""

    id: Identifier
    name: str = Field(description="as shown; a role where the name does not matter")
    patron: Identifier | None = Field(default=None, description="actor to whom this one owes the career")
    loyalty: Value | None = Field(default=None, description="to the patron, a share")
    ties: tuple[Tie, ...] = Field(default=(), description="loyalties to others")
    health: Value = Field(description="a share, 1 = sound")
    means: Value = Field(description="money and networks, a share of the palace's")
    ambition: Value = Field(description="a share")
    eligible: bool = Field(default=True, description="whether the actor may hold the top office")
    plays: bool = Field(default=True, description="whether the simulated palace has this actor; not a body that only signs orders")
    source: str = Field(description="who says so")
    note: str = Field(default="", description="anything worth knowing")


class Palace(Frozen):
    """``palace.yaml``."""

    offices: tuple[Office, ...] = Field(description="who may order what")
    actors: tuple[Actor, ...] = Field(description="who holds, or could hold, an office")


class Contingent(Frozen):
    """Men whom a member of the bloc can send."""

    member: str = Field(description="country that sends them")
    men: Value = Field(description="how many, in people")


class Bloc(Frozen):
    """A guarantor bloc: who can send whom, for what, how fast."""

    id: Identifier
    name: str = Field(description="as shown")
    remit: Literal["outside-aggression", "any"] = Field(description="what it may act on")
    interest: Value | None = Field(default=None, description="worth to it of a friendly regime, a share; 0.5 where left out")
    contingents: tuple[Contingent, ...] = Field(description="who can send whom")
    decision_hours: Value = Field(description="from request to decision")
    first_landing_hours: Value = Field(description="from decision to the first men")
    full_strength_hours: Value = Field(description="from decision to the last men")


class Alliance(Frozen):
    """``alliance.yaml``; an empty list of blocs for a country without a guarantor."""

    blocs: tuple[Bloc, ...] = Field(default=(), description="guarantors; empty for none")


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
    parameters_from: Inheritance | None = Field(default=None, description="none where the parameters are the scenario's own")
    map_shapes: str = Field(default="", description="text of map.geojson, empty where there is none")
    calibration: Calibration | None = Field(default=None, description="calibration.yaml, where there is one")
    posterior: Posterior | None = Field(default=None, description="posterior.yaml and posterior.csv, where there are")
    withheld: tuple[str, ...] = Field(default=(), description="what `without` took out, in order")
    changed: tuple[tuple[str, float | str], ...] = Field(default=(), description="what `set` changed, in order")
    interventions: tuple[tuple[str, str], ...] = Field(default=(), description="name and title of what `intervene` applied, in order")
    loaded_from: str = Field(default="", description="the name or folder that `load` was given")
    intervened_steps: tuple[tuple[str, ...], ...] = Field(default=(), description="steps of each intervention in words")
    intervened_from: tuple[str, ...] = Field(default=(), description="the name or file of each intervention; empty where it was neither")

    def without(self, name: str) -> Scenario:
        """Return the scenario without a shock, an order, an actor's orders or the guarantor; see `intervention.without`."""
        from qantar.scenario.intervention import without

        return without(self, name)

    def set(self, path: str, value: float | str) -> Scenario:
        """Return the scenario with one value changed; see `intervention.set_value`."""
        from qantar.scenario.intervention import set_value

        return set_value(self, path, value)

    def intervene(self, name_or_file: str, scenario: str | None = None) -> Scenario:
        """Return the scenario after an intervention: of the library, of the folder `scenario`, or of a file; see `whatif`."""
        from qantar.scenario.whatif import read
        from qantar.scenario.whatif_steps import intervene

        return intervene(self, read(name_or_file, self.header.id if scenario is None else scenario))
