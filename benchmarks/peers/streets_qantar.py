"""Borderland at any size in Qantar. Usage: streets_qantar.py [PEOPLE] [MEMBERS]; PEOPLE 0 is kazakhstan-2022 as it is.

The whole country, with its economy, media, sites, casualties and orders; the median member is told.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median

from country import make
from timing import Watch, arguments, tell

import qantar


def main() -> None:
    """Time some members of one country, after one that compiles the kernels."""
    people, members = (int(number) for number in arguments(400_000, 5))
    with tempfile.TemporaryDirectory() as name:
        scenario = make(Path(name) / "country", people) if people else qantar.load("kazakhstan-2022")
    qantar.simulate(qantar.load("borderland"), palace="recorded")
    walls, cpus, most, held = [], [], [], []
    for member in range(members):
        watch = Watch()
        run = qantar.simulate(scenario, seed=1, member=member, palace="recorded")
        wall, cpu = watch.read()
        walls.append(wall)
        cpus.append(cpu)
        most.append(int((run.series.crowd_peaceful + run.series.crowd_violent).sum("place").max()))
        held.append(int(run.series.place_detained[-1].sum()))
    counted = sum(place.population for place in scenario.places)
    hours = run.series.sizes["tick"]
    seen = {"most_out": median(most), "detained": median(held)}
    tell(people=counted, hours=hours, wall_s=median(walls), cpu_s=max(median(cpus), 1e-9), members=members, **seen)


if __name__ == "__main__":
    main()
