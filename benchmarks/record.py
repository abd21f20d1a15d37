"""The targets of a scenario's record, read from one member as a fit reads them; the districts of a town are one place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qantar.engine.ending import Ending
from qantar.inference.observing import quiet_twin
from qantar.inference.outcomes import layout_of, outcomes_from, twin_outcomes_from
from qantar.inference.priors import priors_of
from qantar.inference.targets import Target, targets_of
from qantar.model.assemble import Assembly, assemble
from qantar.model.recorder import local_days
from qantar.model.run import CountryModel
from qantar.model.state import World
from qantar.scenario.schema import Scenario

Arrays = dict[str, NDArray[np.int64]]
RECORD = "record: "
SMALL = "record, small numbers: "
"""Before the names of targets that are no counts of people: regions, shares, hours."""


def figure_name(target: Target) -> str:
    """Name a target in a table: counts of people apart from what is small by nature."""
    return (SMALL if target.tolerance or not target.logarithmic else RECORD) + target.label


def carry_through(model: CountryModel, seed: int, member: int) -> World:
    """Carry a member through all its ticks and return the world as it is then. Raises what went wrong, where a run would end as failed."""
    state = model.init(seed, member)
    for tick in range(model.n_ticks):
        model.step(state, tick)
        model.observe(state, tick)
    return state


class Judge:
    """What a fit would read from the members of one scenario.

    scenario : with the scenario's ticks and districts, which are counted as the towns that they are of
    town : int64[place]   rising numbers of towns
    """

    def __init__(self, scenario: Scenario, assembly: Assembly, town: NDArray[np.int64], classes: int) -> None:
        self._first = np.flatnonzero(np.diff(town, prepend=-1))
        self._per_hour = round(1.0 / scenario.header.clock.tick_hours)
        clock = scenario.header.clock.model_copy(update={"tick_hours": 1.0})
        places = tuple(scenario.places[int(i)] for i in self._first)
        whole = scenario.model_copy(update={"places": places, "header": scenario.header.model_copy(update={"clock": clock})})
        self._layout, self._targets = layout_of(whole), targets_of(whole, priors_of(whole)).listed
        self._least = scenario.parameters.judgement.region_protest.value
        self._days = local_days(assembly.country)
        self._twin = assemble(quiet_twin(scenario, self._layout.twin_days), classes=classes) if self._layout.twin_days else None
        self._twin_days = local_days(self._twin.country) if self._twin else None

    def _by_town(self, values: NDArray[np.int32]) -> NDArray[np.int64]:
        found: NDArray[np.int64] = np.add.reduceat(values.astype(np.int64), self._first, axis=1)
        return found

    def _crowds(self, arrays: dict[str, NDArray[np.int32]], days: NDArray[np.int64]) -> Arrays:
        """Return crowds at whole hours, and the largest of each local day; days : int64[tick, place]."""
        at = slice(self._per_hour - 1, None, self._per_hour)
        peaceful, violent = (self._by_town(arrays[name][at]) for name in ("crowd_peaceful", "crowd_violent"))
        day, towns = days[at][:, self._first], np.arange(self._first.size)
        largest = np.zeros((2, len(arrays["place_deaths"]), self._first.size), dtype=np.int64)
        np.maximum.at(largest[0], (day, towns), peaceful + violent)
        np.maximum.at(largest[1], (day, towns), violent)
        return {"crowd_peaceful": peaceful, "crowd_violent": violent, "place_participants": largest[0], "place_violent": largest[1]}

    def _series(self, model: CountryModel) -> Arrays:
        arrays, layout = model.recorder.arrays, self._layout
        found = self._crowds(arrays, self._days)
        for name in ("deaths", "detained", "injured"):
            found[f"place_{name}"] = self._by_town(arrays[f"place_{name}"])
        for name in ("participants", "violent", "deaths", "detained", "injured"):
            found[name] = found[f"place_{name}"].sum(axis=1)
        largest = np.zeros((len(layout.regions), len(layout.dates)), dtype=np.int64)
        towns = np.array(layout.settlement)
        np.maximum.at(largest, np.array(layout.region_of)[towns], found["place_participants"][:, towns].T)
        found["region_in_protest"] = (self._least <= largest.T).astype(np.int64)
        found["regions"] = found["region_in_protest"].sum(axis=1)
        return found | {name: arrays[name] for name in ("national_security_deaths", "national_remanded")}

    def figures(self, model: CountryModel, ending: Ending, *, seed: int, member: int) -> dict[str, float]:
        """Return the count of each target by name, from a member that has just ended and its run without shocks."""
        row = outcomes_from(self._series(model), self._layout, ending, model.control_returned_hours)
        if self._twin is not None and self._twin_days is not None:
            quiet = CountryModel(self._twin)
            carry_through(quiet, seed, member)
            people = self._crowds(quiet.recorder.arrays, self._twin_days)["place_participants"]
            row = np.concatenate([row, twin_outcomes_from(people, self._layout)])
        return {figure_name(target): float(target.counts(row[None, :])[0]) for target in self._targets}
