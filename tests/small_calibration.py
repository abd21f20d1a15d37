"""A calibration that is over in seconds: two days of Borderland, four free parameters, a synthetic record."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path

import qantar
from qantar.ensembles.crew import Crew
from qantar.inference.calibrate import Calibrations
from qantar.inference.effort import Effort
from qantar.inference.outcomes import SAVE, layout_of, outcomes_of
from qantar.inference.priors import priors_of
from qantar.model.run import simulate
from qantar.scenario.calibration import Calibration
from qantar.scenario.schema import RecordRow, Scenario

DAYS = (date(2024, 3, 4), date(2024, 3, 5))
TRUE_SCORES = (0.8, -0.6, 1.0, 0.5)
TRUE_MEMBER = 7
EFFORT = Effort(budget=100, members=6, population=20)
SEED = 5

_ONE = {"value": 1.0, "unit": "1", "source": "assumed"}
_CALIBRATION = {
    "schema_version": 1,
    "free": ["economy.salience_weight", "streets.base_propensity", "streets.join_rate_max", "streets.outing_hours"],
    "measurement": [
        {"key": "participants", "scale": "log", "factor": _ONE, "error": {**_ONE, "value": 0.2}, "offset": 5.0},
        {"key": "regions", "scale": "plain", "factor": _ONE, "error": {**_ONE, "value": 0.5, "unit": "regions"}},
    ],
    "targets": [
        {"id": "people-4", "kind": "record", "key": "participants", "date": DAYS[0], "half": "fit"},
        {"id": "people-5", "kind": "record", "key": "participants", "date": DAYS[1], "half": "fit", "weight": 2.0},
        {"id": "valley-5", "kind": "record", "key": "participants", "date": DAYS[1], "region": "valley", "half": "judge"},
        {"id": "regions-5", "kind": "record", "key": "regions", "date": DAYS[1], "half": "judge"},
        {"id": "usual", "kind": "without-shock", "key": "wave", "value": 0, "half": "fit", "source": "assumed", "error": _ONE},
    ],
    "quiet_days": 1,
    "split": "The country is fitted, the map is judged.",
    "mechanisms": [{"id": "travel", "off": {"streets.travel_weight": 0.0}}],
}  # fmt: skip


def two_days() -> Scenario:
    """Borderland for two days, with what is to be fitted and no record yet."""
    scenario = qantar.load("borderland")
    header = scenario.header
    clock = header.clock.model_copy(update={"end": datetime(2024, 3, 6)})
    orders = tuple(order for order in header.orders if order.at < clock.end)
    header = header.model_copy(update={"clock": clock, "orders": orders})
    rows = tuple(
        RecordRow(date=day, as_of=day, key=key, region=region, place=None, value=0.0, unit=unit, source="assumed", use="target")
        for day in DAYS
        for key, region, unit in (("participants", None, "people"), ("participants", "valley", "people"), ("regions", None, "regions"))
    )
    return scenario.model_copy(update={"header": header, "record": rows, "calibration": Calibration.model_validate(_CALIBRATION)})


def with_synthetic_record() -> Scenario:
    """The same, its record made by a member with the parameters at `TRUE_SCORES`."""
    import numpy as np

    scenario, layout = two_days(), layout_of(two_days())
    varied = priors_of(scenario).apply(scenario, np.array(TRUE_SCORES))
    found = outcomes_of(simulate(varied, palace="recorded", seed=99, member=TRUE_MEMBER, save=SAVE), layout)
    rows = [
        row.model_copy(update={"value": float(found[layout.column[f"{row.key}@{row.date}" + (f"@{row.region}" if row.region else "")]])})
        for row in scenario.record
    ]
    return scenario.model_copy(update={"record": tuple(rows)})


def calibrate(folder: Path, workers: int, steps: tuple[str, ...] = ("fit",)) -> Calibrations:
    """Run steps of the calibration in a folder."""
    calibrations = Calibrations(folder, with_synthetic_record(), SEED)
    calibrations.run(steps, EFFORT, Crew(workers))
    return calibrations


if __name__ == "__main__":
    calibrate(Path(sys.argv[1]), int(sys.argv[2]))
