"""What is written down during a run: arrays by tick, by local day, and the events that days make."""

from __future__ import annotations

from datetime import date
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from qantar.engine.compiled import njit
from qantar.engine.steady import steady
from qantar.model.country import Country
from qantar.model.events import Event
from qantar.model.state import World
from qantar.model.streets import bags as compartments
from qantar.scenario.vocabulary import BRANCHES

GUARANTOR = BRANCHES.index("guarantor")
FLOATS = ("national_connectivity", "national_legitimacy", "national_cause")
COUNTS = (
    "national_crowd", "national_violent", "national_deaths", "national_detained", "national_remanded",
    "national_injured", "national_security_deaths", "national_held", "national_afraid", "national_force",
    "national_guarantor",
)

DAILY = {
    "participants": "place_participants", "violent": "place_violent", "deaths": "place_deaths",
    "detained": "place_detained", "injured": "place_injured",
}  # fmt: skip
"""National figure of a day -> the figure of places that it is the sum of."""


def days_of(country: Country) -> tuple[date, ...]:
    """Return the local dates of the run."""
    return country.clock.dates(country.scenario.header.clock.utc_offset)


def local_days(country: Country) -> NDArray[np.int64]:
    """Return the day of the run that each place's local date is in each tick : int64[tick, place]; see `Clock.local_day`."""
    own = country.scenario.header.clock.utc_offset
    offsets, which = np.unique(country.offset, return_inverse=True)
    days = np.stack([country.clock.local_days(own + offset, own) for offset in offsets], axis=1)
    return np.take(days, which, axis=1)


class _Seen(NamedTuple):
    """The state of a tick, as it is written down.

    peaceful, violent, and to date dead, detained, injured, remanded and dead of the forces : int64[place]; size : int64[bag];
    force, routed_men : float64[place]; men : float64[place, branch]; connectivity, legitimacy, cause : float64[region]
    """

    peaceful: NDArray[np.int64]
    violent: NDArray[np.int64]
    dead: NDArray[np.int64]
    detained: NDArray[np.int64]
    injured: NDArray[np.int64]
    remanded: NDArray[np.int64]
    security_dead: NDArray[np.int64]
    size: NDArray[np.int64]
    force: NDArray[np.float64]
    men: NDArray[np.float64]
    routed_men: NDArray[np.float64]
    connectivity: NDArray[np.float64]
    legitimacy: NDArray[np.float64]
    cause: NDArray[np.float64]


class _Book(NamedTuple):
    """Where ticks are written.

    peaceful, violent : int32[tick, place]; the largest crowds and the counts to date by local day : int32[day, place];
    national : int64[tick, COUNTS]; moods : float32[tick, FLOATS]; routed_share : float64[tick], the share of residents in
    whose region's centre the forces have given way; sites_held : int32[tick]
    """

    peaceful: NDArray[np.int32]
    violent: NDArray[np.int32]
    participants: NDArray[np.int32]
    violents: NDArray[np.int32]
    dead: NDArray[np.int32]
    detained: NDArray[np.int32]
    injured: NDArray[np.int32]
    national: NDArray[np.int64]
    moods: NDArray[np.float32]
    routed_share: NDArray[np.float64]
    sites_held: NDArray[np.int32]


_SEEN = attrgetter(
    "peaceful", "violent", "cum_deaths", "cum_detained", "cum_injured", "cum_remanded", "cum_security_deaths", "bags.size", "force",
    "men", "routed_men", "connectivity", "legitimacy", "cause",
)
"""The fields of `_Seen` as the world has them, in its order."""


@steady
@njit()
def _write(
    tick: int, lasting: tuple[np.ndarray, np.ndarray, np.ndarray], seen: _Seen, sites_held: np.ndarray, book: _Book
) -> None:
    """Write down the state of a tick.

    lasting : int64[tick, place], the local day of each place; float64[region], share of residents; int64[region], the centre
    sites_held : bool[site]
    """
    days, weight, centre = lasting
    day, out, force, guarantors = days[tick], book.national[tick], 0.0, 0.0
    out[:] = 0
    for i in range(day.size):
        d, crowd = day[i], seen.peaceful[i] + seen.violent[i]
        book.peaceful[tick, i], book.violent[tick, i] = seen.peaceful[i], seen.violent[i]
        book.participants[d, i] = max(book.participants[d, i], crowd)
        book.violents[d, i] = max(book.violents[d, i], seen.violent[i])
        book.dead[d, i], book.detained[d, i], book.injured[d, i] = seen.dead[i], seen.detained[i], seen.injured[i]
        out[0] += crowd
        out[1] += seen.violent[i]
        out[2] += seen.dead[i]
        out[3] += seen.detained[i]
        out[4] += seen.remanded[i]
        out[5] += seen.injured[i]
        out[6] += seen.security_dead[i]
        first = i * compartments.COMPARTMENTS
        out[7] += seen.size[first + compartments.DELIVERED] + seen.size[first + compartments.REMANDED]
        out[8] += seen.size[first + compartments.AFRAID]
        force += seen.force[i]
        guarantors += seen.men[i, GUARANTOR]
    out[9], out[10] = round(force), round(guarantors)
    connectivity, legitimacy, cause, lost = 0.0, 0.0, 0.0, 0.0
    for r in range(weight.size):
        connectivity += weight[r] * seen.connectivity[r]
        legitimacy += weight[r] * seen.legitimacy[r]
        cause += weight[r] * seen.cause[r]
        there = seen.force[centre[r]]
        if seen.routed_men[centre[r]] > there and seen.violent[centre[r]] > there:
            lost += weight[r]
    book.moods[tick, 0], book.moods[tick, 1], book.moods[tick, 2] = connectivity, legitimacy, cause
    book.routed_share[tick] = lost
    book.sites_held[tick] = sites_held.sum()


class Recorder:
    """Collects the series of one member. The day of a place is the local date of the hour."""

    def __init__(self, country: Country) -> None:
        self._country = country
        ticks, places, regions = country.clock.n_ticks, len(country.place_ids), len(country.region_ids)
        days = len(days_of(country))
        self.arrays: dict[str, NDArray[Any]] = {
            name: np.zeros((ticks, places), dtype=np.int32) for name in ("crowd_peaceful", "crowd_violent")
        }
        for name in ("place_participants", "place_violent", "place_deaths", "place_detained", "place_injured"):
            self.arrays[name] = np.zeros((days, places), dtype=np.int32)
        self.arrays["region_in_protest"] = np.zeros((days, regions), dtype=np.int8)
        self._national = np.zeros((ticks, len(COUNTS)), dtype=np.int64)
        self.arrays.update({name: self._national[:, i] for i, name in enumerate(COUNTS)})
        self._moods = np.zeros((ticks, len(FLOATS)), dtype=np.float32)
        self.arrays.update({name: self._moods[:, i] for i, name in enumerate(FLOATS)})
        self.arrays["sites_held"] = np.zeros(ticks, dtype=np.int32)
        self.routed_share = np.zeros(ticks)
        self._days = local_days(country)
        a, weights = self.arrays, country.region_residents / country.region_residents.sum()
        self._lasting = (self._days, weights, country.centre)
        self._book = _Book(
            a["crowd_peaceful"], a["crowd_violent"], a["place_participants"], a["place_violent"], a["place_deaths"],
            a["place_detained"], a["place_injured"], self._national, self._moods, self.routed_share, a["sites_held"],
        )

    def observe(self, world: World) -> None:
        """Write down the state at the end of the tick `world.tick`."""
        assert world.bags is not None
        _write(world.tick, self._lasting, _Seen(*_SEEN(world)), world.site_held, self._book)

    def finish(self, world: World) -> None:
        """Derive the daily figures and report what days and places saw.

        A rural remainder is many villages: its people count, but it is no place of a protest.
        """
        self.arrays.update(self.by_day())
        self._report(world)

    def by_day(self) -> dict[str, NDArray[Any]]:
        """Return the daily figures as they stand : [day], [day, place], [day, region]; what counts to date carries over to days to come."""
        a, country = self.arrays, self._country
        found: dict[str, NDArray[Any]] = {name: a[name] for name in ("place_participants", "place_violent")}
        for name in ("place_deaths", "place_detained", "place_injured"):
            found[name] = np.maximum.accumulate(a[name], axis=0)
        largest = np.zeros((len(country.region_ids), found["place_participants"].shape[0]), dtype=np.int64)
        towns = ~country.remainder
        np.maximum.at(largest, country.region[towns], found["place_participants"][:, towns].T)
        least = country.scenario.parameters.judgement.region_protest.value
        found["region_in_protest"] = np.ascontiguousarray((largest >= least).T, dtype=np.int8)
        for name, source in DAILY.items():
            found[name] = found[source].sum(axis=1).astype(np.int64)
        found["regions"] = found["region_in_protest"].sum(axis=1).astype(np.int64)
        return found

    def days_over(self, tick: int) -> int:
        """Return how many local days are over in every place at the end of a tick."""
        last = self._days.shape[0] - 1
        return int(self._days[tick + 1].min()) if tick < last else int(self._days[tick].max()) + 1

    def _report(self, world: World) -> None:
        a, country = self.arrays, self._country
        judgement = country.scenario.parameters.judgement
        days = self._days
        small = (a["place_participants"] >= judgement.small_protest.value) & ~country.remainder
        for day, place in zip(*np.nonzero(small), strict=True):
            first, end = np.searchsorted(days[:, place], (day, day + 1))  # the local day of a place never goes back
            ticks = slice(first, end) if first < end else slice(0, 1)  # a place may have no hour of the first or last date
            crowd = a["crowd_peaceful"][ticks, place] + a["crowd_violent"][ticks, place]
            largest = int(crowd.argmax())
            self._add(world, int(ticks.start) + largest, "protest", int(place), crowd[largest], "largest crowd of the day")
        violent = a["crowd_violent"] >= judgement.small_protest.value
        for place in np.flatnonzero(violent.any(axis=0)):
            tick = int(violent[:, place].argmax())
            self._add(world, tick, "violence", int(place), a["crowd_violent"][tick, place], "first violent crowd")
        dead = a["place_deaths"] > 0
        for place in np.flatnonzero(dead.any(axis=0)):
            day = int(dead[:, place].argmax())
            tick = int((days[:, place] == day).argmax())
            self._add(world, tick, "first-death", int(place), a["place_deaths"][day, place], "first dead, by the end of the day")
        for day in np.flatnonzero(a["participants"] > judgement.wave.value)[:1]:
            people = float(a["participants"][day])
            everywhere = days.min(axis=1) == day  # of the last date some places may have no hour
            tick = int((everywhere if everywhere.any() else (days == day).any(axis=1)).argmax())
            world.events.add(Event(tick, "wave", value=people, text=f"{people:.0f} participants in a day"))

    def _add(self, world: World, tick: int, kind: str, place: int, value: float, text: str) -> None:
        country = self._country
        region = country.region_ids[country.region[place]]
        text = f"{text}: {float(value):.0f}"
        world.events.add(Event(tick, kind, country.place_ids[place], region, "", float(value), text))
