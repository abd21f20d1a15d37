"""What a fit is held against: counts of the model on the one hand, figures of the record on the other.

Between the two stands the measurement model of ``calibration.yaml``: a figure is a count times a
reporting factor, with a normal error on a logarithmic or plain scale. Everything here works on that
scale in units of the error ("marks"): mark(figure) = scale(figure) / error, so that the record's mark
is normal around the model's with standard deviation 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from qantar.errors import UsageError
from qantar.inference.outcomes import Layout, layout_of
from qantar.inference.priors import Priors, calibration_of
from qantar.scenario.calibration import (
    Calibration,
    LargestTarget,
    Measurement,
    QuietTarget,
    RecordTarget,
    RegionsTarget,
    RestTarget,
    ShareTarget,
)
from qantar.scenario.calibration import Target as Declared
from qantar.scenario.posterior import REPORTING
from qantar.scenario.schema import RecordRow, Scenario

Floats = NDArray[np.float64]
USUAL_OFFSET = 0.2
"""Small protests a day that are added before logarithms are taken; assumed."""

Rule = Literal["sum", "difference", "mismatch", "differs", "ratio"]


@dataclass(frozen=True)
class Target:
    """One figure that a fit is held against.

    rule, columns, wanted : how the count is read from the outcomes; observed : the figure of the
    record; factor : reporting factor where it is fixed, and its name where it is free; tolerance :
    whether `error` is a tolerance of a pattern rather than an error of measurement
    """

    id: str
    label: str
    key: str
    day: date
    half: str
    weight: float
    region: str
    source: str
    observed: float
    error: float
    logarithmic: bool
    offset: float
    factor: float
    factor_name: str
    rule: Rule
    columns: tuple[int, ...]
    wanted: tuple[float, ...] = ()
    tolerance: bool = False

    def counts(self, outcomes: NDArray[np.float32] | Floats) -> Floats:
        """Return the model's count in each row of outcomes[row, outcome]."""
        chosen = outcomes[:, list(self.columns)].astype(np.float64)
        match self.rule:
            case "sum":
                found = chosen.sum(axis=1)
            case "difference":
                found = chosen[:, 0] - chosen[:, 1:].sum(axis=1)
            case "mismatch":
                found = np.abs(chosen - np.array(self.wanted)).sum(axis=1)
            case "differs":
                found = np.where(chosen[:, 0] != self.wanted[0], 1.0, 0.0)
            case "ratio":
                found = chosen[:, 0] / np.maximum(chosen[:, 1], 1.0)
        return np.asarray(found, dtype=np.float64)

    def mark(self, figures: Floats | float) -> Floats:
        """Return figures on the scale of the error, in units of it."""
        figures = np.asarray(figures, dtype=np.float64)
        scaled = np.log(np.maximum(figures, 0.0) + self.offset) if self.logarithmic else figures
        return np.asarray(scaled / self.error)

    def figure(self, marks: Floats | float) -> Floats:
        """Return the figures that have these marks; never below 0."""
        scaled = np.asarray(marks, dtype=np.float64) * self.error
        return np.maximum(np.exp(scaled) - self.offset if self.logarithmic else scaled, 0.0)


@dataclass(frozen=True)
class Targets:
    """The targets of a scenario with the priors that hold their reporting factors."""

    listed: tuple[Target, ...]
    priors: Priors

    def marks(self, outcomes: NDArray[np.float32] | Floats, scores: Floats) -> Floats:
        """Return the marks of the model, marks[row, target], from outcomes and scores by row."""
        columns = []
        for target in self.listed:
            factor: Floats | float = target.factor
            if target.factor_name:
                position = self.priors.names.index(target.factor_name)
                free = self.priors.free[position]
                factor = np.array([free.at(float(score)) for score in scores[:, position]])
            columns.append(target.mark(target.counts(outcomes) * factor))
        return np.stack(columns, axis=1)

    @cached_property
    def observed(self) -> Floats:
        """Marks of the record, float64[target]."""
        return np.array([float(target.mark(target.observed)) for target in self.listed], dtype=np.float64)

    @cached_property
    def weights(self) -> Floats:
        """Weights in the distance, float64[target]."""
        return np.array([target.weight for target in self.listed], dtype=np.float64)

    def only(self, ids: Iterable[str]) -> Targets:
        """Return some of the targets."""
        wanted = set(ids)
        return Targets(tuple(target for target in self.listed if target.id in wanted), self.priors)


def targets_of(scenario: Scenario, priors: Priors) -> Targets:
    """Return everything that a scenario's calibration is held against.

    Raises UsageError where the scenario has no calibration, or a target cannot be read from a run.
    """
    calibration, layout = calibration_of(scenario), layout_of(scenario)
    lines = {line.key: line for line in calibration.measurement}
    found = []
    for declared in calibration.targets:
        if isinstance(declared, RecordTarget | RestTarget):
            found.append(_figure(declared, scenario, calibration, layout, lines[declared.key], priors))
        else:
            found.append(_pattern(declared, layout))
    return Targets(tuple(found), priors)


def record_row(scenario: Scenario, declared: RecordTarget) -> RecordRow:
    """Return the row of the record that a target means: the account of its `as_of`, else the newest."""
    wanted = (declared.key, declared.date, declared.region, declared.place)
    rows = [row for row in scenario.record if (row.key, row.date, row.region, row.place) == wanted and declared.as_of in (None, row.as_of)]
    return max(rows, key=lambda row: (row.as_of, row.use == "target"))


def _figure(
    declared: RecordTarget | RestTarget, scenario: Scenario, calibration: Calibration, layout: Layout, line: Measurement, priors: Priors
) -> Target:
    name = f"{REPORTING}.{line.key}"
    error = declared.error.value if declared.error is not None else line.error.value
    if isinstance(declared, RestTarget):
        whole, parts = _rest(declared, calibration)
        rows = [record_row(scenario, target) for target in (whole, *parts)]
        observed, source = rows[0].value - sum(row.value for row in rows[1:]), rows[0].source
        columns = tuple(_column(target, layout) for target in (whole, *parts))
        region, label = "elsewhere", f"{declared.key} elsewhere"
    else:
        row = record_row(scenario, declared)
        observed, source = row.value, row.source
        columns = (_column(declared, layout),)
        region = declared.region or ""
        label = f"{declared.key}{f', {declared.place or declared.region}' if region else ''}"
    return Target(
        id=declared.id, label=f"{label}, {declared.date:%-d %b}", key=declared.key, day=declared.date,
        half=declared.half, weight=declared.weight,
        region=region, source=source, observed=observed, error=error, logarithmic=line.scale == "log", offset=line.offset,
        factor=line.factor.value, factor_name=name if name in priors.names else "",
        rule="difference" if isinstance(declared, RestTarget) else "sum", columns=columns,
    )  # fmt: skip


def _rest(declared: RestTarget, calibration: Calibration) -> tuple[RecordTarget, list[RecordTarget]]:
    same = [
        target
        for target in calibration.targets
        if isinstance(target, RecordTarget) and (target.key, target.date) == (declared.key, declared.date) and target.place is None
    ]
    return next(target for target in same if target.region is None), [target for target in same if target.region is not None]


def _column(declared: RecordTarget, layout: Layout) -> int:
    """Return where the outcomes hold the count of a record target."""
    name: str
    if declared.key in ("security-deaths", "remanded") and declared.region is None:
        name = declared.key
    elif declared.key == "control-hour":
        name = "control-hour" if declared.region is None else f"control-hour@{declared.region}"
    else:
        name = f"{declared.key}@{declared.date}" + (f"@{declared.region}" if declared.region else "")
    centre = None if declared.region is None else layout.places[layout.centre[layout.regions.index(declared.region)]]
    at_centre = declared.place is None or (declared.key == "control-hour" and declared.place == centre)
    if name not in layout.column or not at_centre:
        raise UsageError(
            f"calibration.yaml: the target '{declared.id}' cannot be read from a run; figures are by day for the country "
            f"or a region, and hours of control for the country or a region's centre"
        )
    return layout.column[name]


def _pattern(declared: Declared, layout: Layout) -> Target:
    """Return a target that is a pattern: which regions, which place, which share."""
    assert declared.error is not None
    assert not isinstance(declared, RecordTarget | RestTarget)
    if isinstance(declared, QuietTarget):
        return _usual(declared, layout)
    day = f"{declared.date:%-d %b}"
    rule: Rule
    wanted: tuple[float, ...] = ()
    observed = 0.0
    match declared:
        case RegionsTarget():
            checked = layout.regions if declared.complete else declared.regions
            columns = tuple(layout.column[f"in-protest@{declared.date}@{region}"] for region in checked)
            rule, wanted = "mismatch", tuple(float(region in declared.regions) for region in checked)
            label = f"wrong regions, {day}" if declared.complete else f"missing regions, {day}"
        case LargestTarget():
            rule, columns = "differs", (layout.column[f"largest-place@{declared.date}"],)
            wanted, label = (float(layout.places.index(declared.place)),), f"largest crowd not in {declared.place}, {day}"
        case ShareTarget():
            rule, observed = "ratio", declared.value
            columns = tuple(layout.column[f"{declared.key}@{when}"] for when in (declared.date, layout.dates[-1]))
            label = f"share of {declared.key} by {day}"
    return Target(
        id=declared.id, label=label, key=declared.kind, day=declared.date, half=declared.half, weight=declared.weight, region="",
        source=declared.source, observed=observed, error=declared.error.value, logarithmic=False, offset=0.0, factor=1.0,
        factor_name="", rule=rule, columns=columns, wanted=wanted, tolerance=True,
    )  # fmt: skip


def _usual(declared: QuietTarget, layout: Layout) -> Target:
    """Return a target of the country without its shocks."""
    assert declared.error is not None
    waves = declared.key == "wave"
    return Target(
        id=declared.id, label="a wave without the shocks" if waves else "small protests a day without the shocks", key=declared.kind,
        day=layout.dates[0], half=declared.half, weight=declared.weight, region="", source=declared.source, observed=declared.value,
        error=declared.error.value, logarithmic=not waves, offset=0.0 if waves else USUAL_OFFSET, factor=1.0, factor_name="",
        rule="sum", columns=(layout.column[f"quiet-{declared.key}"],), tolerance=True,
    )  # fmt: skip


def not_used(scenario: Scenario) -> list[tuple[RecordRow, str]]:
    """Return every row of the record that no target uses, with the reason."""
    calibration = calibration_of(scenario)
    used = {id(record_row(scenario, target)) for target in calibration.targets if isinstance(target, RecordTarget)}
    reasons = {(line.key, line.date, line.region, line.place): line.why for line in calibration.left_out}
    found = []
    for row in scenario.record:
        if id(row) in used:
            continue
        kind = {"weak": "weak", "shown": "shown only", "target": "another account of a figure that is used"}[row.use]
        found.append((row, reasons.get((row.key, row.date, row.region, row.place)) or f"{kind}: {row.note}".removesuffix(": ")))
    return found
