"""What classes, an hour's tick and the cutting of cities cost: each target with the approximation against without.

Usage: accuracy.py [classes | ticks | orders | districts | neighbours]... [--scenario NAME] [--members N] [--nearer KM]

The table is of medians over members, as a ratio, with twice its Monte-Carlo error: members of both sides share seeds and the noise
of regions and days, and are resampled in pairs. Each row says `within`, `too far`, or `not told` where the error is too large to say;
a row that is too far fails.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qantar.engine.random import uniform
from qantar.model.assemble import assemble
from qantar.model.run import CountryModel
from qantar.scenario.load import load
from qantar.scenario.schema import Place, Scenario

HOUR = timedelta(hours=1)
DISTRICT = "-district-"
RESAMPLES = 2_000
FEW = 10.0
"""Targets with smaller medians are counts of single events and are left out, but for those that are small by nature."""
LEAST = 0.1
"""Taken for a median that is 0."""
WIDTH = 62
"""Of the first column of a table, characters."""
Targets = dict[str, float]
Table = list[Targets]


def targets_of(arrays: dict[str, NDArray[Any]], days: list[str], per_hour: int, town: NDArray[np.int64]) -> Targets:
    """Return the targets of one member from its recorder's arrays, crowds as they are at whole hours.

    town : int64[place]   rising numbers; the districts of one town share theirs and are counted as one place
    """
    crowd = (arrays["crowd_peaceful"] + arrays["crowd_violent"])[per_hour - 1 :: per_hour]
    crowd = np.add.reduceat(crowd, np.flatnonzero(np.diff(town, prepend=-1)), axis=1)
    hours = crowd.shape[0] // len(days)
    by_day = crowd[: hours * len(days)].reshape(len(days), hours, -1).max(axis=1)
    found = {f"participants, {day}": float(n) for day, n in zip(days, by_day.sum(axis=1), strict=True)}
    found |= {f"detained by {day}": float(n) for day, n in zip(days, arrays["place_detained"].sum(axis=1), strict=True)}
    found |= {f"deaths by {day}": float(n) for day, n in zip(days, arrays["place_deaths"].sum(axis=1), strict=True)}
    found["person-hours on the streets"] = float(crowd.sum())
    found["violent person-hours"] = float(arrays["crowd_violent"][per_hour - 1 :: per_hour].sum())
    found["largest place, people"] = float(crowd.max())
    found["injured"] = float(arrays["national_injured"][-1])
    quiet = np.flatnonzero(crowd.sum(axis=1) >= 0.02 * crowd.sum(axis=1).max())
    found["hour of the last fiftieth of the peak"] = float(quiet[-1] + 1)
    return found


def run(scenario: Scenario, members: int, classes: int = 12) -> Table:
    """Run members of a scenario and return their targets: those of its record, where it has one, and counts of all kinds."""
    from record import Judge, carry_through

    assembly = assemble(scenario, classes=classes)
    model, clock = CountryModel(assembly), scenario.header.clock
    days = [(clock.start + timedelta(days=d)).strftime("%d %b") for d in range(math.ceil((clock.end - clock.start) / timedelta(days=1)))]
    names = [identifier.split(DISTRICT)[0] for identifier in assembly.country.place_ids]
    town = np.cumsum([i > 0 and names[i] != names[i - 1] for i in range(len(names))])
    judge = None if scenario.calibration is None else Judge(scenario, assembly, town, classes)
    found = []
    for member in range(members):
        ending, _ = model.ending(carry_through(model, 0, member))
        of_record = {} if judge is None else judge.figures(model, ending, seed=0, member=member)
        found.append(of_record | targets_of(model.recorder.arrays, days, round(1.0 / clock.tick_hours), town))
        print(".", end="", file=sys.stderr, flush=True)
    return found


def by_quarters(scenario: Scenario) -> Scenario:
    """Return the scenario with ticks of a quarter of an hour."""
    clock = scenario.header.clock.model_copy(update={"tick_hours": scenario.header.clock.tick_hours / 4})
    return scenario.model_copy(update={"header": scenario.header.model_copy(update={"clock": clock})})


def on_the_hour(scenario: Scenario) -> Scenario:
    """Return the scenario with orders at the whole hours at which ticks of an hour carry them out."""
    def up(moment: datetime | None) -> datetime | None:
        if moment is None:
            return None
        start = scenario.header.clock.start
        return start + math.ceil((moment - start) / HOUR) * HOUR

    orders = tuple(o.model_copy(update={"at": up(o.at), "until": up(o.until)}) for o in scenario.header.orders)
    return scenario.model_copy(update={"header": scenario.header.model_copy(update={"orders": orders})})


def in_districts(scenario: Scenario, parts: int = 4) -> Scenario:
    """Cut the largest place of each region into districts a kilometre or two apart; what it has is shared out."""
    largest: dict[str, Place] = {}
    for place in scenario.places:
        before = largest.get(place.region)
        if place.kind == "settlement" and (before is None or place.population > before.population):
            largest[place.region] = place
    split = {place.id: _districts(place, parts) for place in largest.values()}
    places = [part for place in scenario.places for part in split.get(place.id, [place])]
    forces = [
        force.model_copy(update={"place": part.id, "men": men})
        for force in scenario.forces
        for part, men in zip(split.get(force.place, []), _shared(force.men, parts), strict=False)
    ] + [force for force in scenario.forces if force.place not in split]
    sites = tuple(
        site.model_copy(update={"place": split[site.place][i % parts].id}) if site.place in split else site
        for i, site in enumerate(scenario.sites)
    )
    orders = tuple(part for order in scenario.header.orders for part in _orders(order, split))
    header = scenario.header.model_copy(update={"orders": orders})
    return scenario.model_copy(update={"header": header, "places": tuple(places), "forces": tuple(forces), "sites": sites})


def _shared(men: int, parts: int) -> list[int]:
    return [int(n) for n in np.diff(np.round(np.linspace(0, men, parts + 1)))]


def _orders(order: Any, split: dict[str, list[Place]]) -> list[Any]:
    """Share the men whom an order moves among the districts that they leave and go to."""
    fields = {"reinforcement": ("origin", "destination"), "guarantor": ("place",)}.get(order.kind, ())
    cut = [name for name in fields if getattr(order, name) in split]
    if not cut or order.men is None:
        return [order]
    parts = len(split[getattr(order, cut[0])])
    men = order.men.model_copy(update={"value": order.men.value / parts})
    return [order.model_copy(update={
        "id": order.id if k == 0 else f"{order.id}{DISTRICT}{k}", "men": men,
        **{name: split[getattr(order, name)][k].id for name in cut},
    }) for k in range(parts)]


def _districts(place: Place, parts: int) -> list[Place]:
    share, found = _shared(place.population, parts), []
    for k in range(parts):
        angle = 2.0 * math.pi * k / parts
        found.append(place.model_copy(update={
            "id": place.id if k == 0 else f"{place.id}{DISTRICT}{k}", "population": share[k],
            "latitude": place.latitude + 0.01 * math.sin(angle), "longitude": place.longitude + 0.01 * math.cos(angle),
        }))
    return found


def merged(scenario: Scenario, nearer_km: float) -> Scenario:
    """Merge settlements with larger ones of their region nearer than so many km: people, men and sites move there."""
    from qantar.model.geography import distance_km

    into: dict[str, str] = {}
    towns = sorted((p for p in scenario.places if p.kind == "settlement"), key=lambda p: -p.population)
    kept: list[Place] = []
    protected = {region.centre for region in scenario.regions} | {scenario.header.capital}
    for town in towns:
        near = [k for k in kept if k.region == town.region
                and distance_km(k.latitude, k.longitude, town.latitude, town.longitude) < nearer_km]
        if near and town.id not in protected:
            into[town.id] = near[0].id
        else:
            kept.append(town)
    more: dict[str, int] = {}
    for town in towns:
        if town.id in into:
            more[into[town.id]] = more.get(into[town.id], 0) + town.population
    left = [place for place in scenario.places if place.id not in into]
    places = tuple(place.model_copy(update={"population": place.population + more.get(place.id, 0)}) for place in left)
    forces = tuple(force.model_copy(update={"place": into.get(force.place, force.place)}) for force in scenario.forces)
    sites = tuple(site.model_copy(update={"place": into.get(site.place, site.place)}) for site in scenario.sites)
    print(f"merged {len(into)} of {len(towns)} settlements", file=sys.stderr)
    return scenario.model_copy(update={"places": places, "forces": forces, "sites": sites})


@dataclass(frozen=True)
class Step:
    """An approximation: both sides, and how far the medians may lie apart."""

    title: str
    allowed: float
    coarse: Callable[[Scenario], tuple[Scenario, int]]
    fine: Callable[[Scenario], tuple[Scenario, int]]


STEPS = {
    "classes": Step("12 classes against 60", 0.03, lambda s: (s, 12), lambda s: (s, 60)),
    "ticks": Step("hours against quarter-hours", 0.05, lambda s: (on_the_hour(s), 12), lambda s: (by_quarters(on_the_hour(s)), 12)),
    "orders": Step(
        "orders at whole hours against their own", 0.05, lambda s: (by_quarters(on_the_hour(s)), 12), lambda s: (by_quarters(s), 12),
    ),
    "districts": Step("largest places in four districts", 0.05, lambda s: (in_districts(s), 12), lambda s: (s, 12)),
}


def merging(nearer_km: float) -> Step:
    """Return the step that merges settlements nearer than so many km."""
    return Step(f"settlements nearer than {nearer_km:g} km merged", 0.05, lambda s: (merged(s, nearer_km), 12), lambda s: (s, 12))


NEIGHBOURS = "neighbours"
NAMES = (*STEPS, NEIGHBOURS)
NEARER_KM = 10.0
"""Neighbours that are merged where nobody says: those within the bandwidth of the nearby kernel."""


def ratios(coarse: Table, fine: Table) -> Iterator[tuple[str, float, float, float]]:
    """Yield each target with its median by the fine side, the ratio of medians, and that ratio's Monte-Carlo error."""
    from record import SMALL

    n = len(fine)
    picks = np.array([[int(n * uniform(1, 0, 0, 0, r, 0, k)) for k in range(n)] for r in range(RESAMPLES)])
    for name in fine[0]:
        a, b = (np.array([member[name] for member in table]) for table in (coarse, fine))
        middle = float(medians(b))
        if middle < FEW and not name.startswith(SMALL):
            continue
        spread = np.log(_some(medians(a[picks])) / _some(medians(b[picks])))
        yield name, middle, float(_some(medians(a)) / _some(middle)), float(spread.std())


def medians(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the medians along the last axis, of counts of people the grouped ones: float64[...] from float64[..., member].

    A count of n stands for the interval from n - 1/2 to n + 1/2 (`statistics.median_grouped`), so that the median of
    twenty people does not move by a twentieth at a time.
    """
    plain = np.asarray(np.median(values, axis=-1))
    if (plain < FEW).any() or not (values == np.rint(values)).all():
        return plain
    n = values.shape[-1]
    middle = np.partition(values, n // 2, axis=-1)[..., n // 2 : n // 2 + 1]
    below, there = (values < middle).sum(axis=-1), (values == middle).sum(axis=-1)
    found: NDArray[np.float64] = middle[..., 0] - 0.5 + (n / 2 - below) / there
    return found


def _some(found: Any) -> Any:
    """Return medians none of which is 0, so that two that are have the ratio 1."""
    return np.maximum(LEAST, found)


def verdict(ratio: float, two_errors: float, allowed: float) -> str:
    """Say whether a ratio lies within what is allowed, beyond it, or whether its error, on a log scale, is too large to say."""
    off, limit = abs(math.log(max(ratio, 1e-9))), math.log1p(allowed)
    if off + two_errors <= limit:
        return "within"
    return "too far" if off - two_errors > limit else "not told"


def main() -> int:
    """Measure what was asked for; 1 where a step costs more than it may."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("steps", nargs="*", metavar="STEP", help=f"all of {', '.join(NAMES)} where none is named")
    parser.add_argument("--scenario", default="kazakhstan-2022")
    parser.add_argument("--members", type=int, default=40)
    parser.add_argument("--nearer", type=float, default=NEARER_KM, metavar="KM", help="distance below which neighbours are merged")
    asked = parser.parse_args()
    if strange := [name for name in asked.steps if name not in NAMES]:
        parser.error(f"no such step: {', '.join(strange)}; expected some of {', '.join(NAMES)}")
    scenario, failed = load(asked.scenario), 0
    done: dict[int, Table] = {}
    steps = {**STEPS, NEIGHBOURS: merging(asked.nearer)}
    for step in (steps[name] for name in asked.steps or NAMES):
        tables = []
        for side in (step.coarse, step.fine):
            made, classes = side(scenario)
            key = hash((made.model_dump_json(), classes))
            if key not in done:
                done[key] = run(made, asked.members, classes)
            tables.append(done[key])
        print(f"\n\n## {step.title}: {asked.scenario}, {asked.members} members a side, at most {step.allowed:.0%} allowed\n")
        print(f"| {'target':<{WIDTH}} | {'median':>9} | ratio | ± 2 errors | {'':<8} |")
        print(f"|{'-' * (WIDTH + 2)}|{'-' * 11}|-------|------------|----------|")
        for name, middle, ratio, error in ratios(*tables):
            says = verdict(ratio, 2 * error, step.allowed)
            failed += says == "too far"
            size = f"{middle:,.0f}" if middle >= FEW else f"{middle:.2f}"
            print(f"| {name:<{WIDTH}} | {size:>9} | {ratio:>5.3f} | {2 * error:>10.3f} | {says:<8} |")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
