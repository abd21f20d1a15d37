"""Checks of ``calibration.yaml`` and of a shipped posterior against the rest of the scenario."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from qantar.scenario.calibration import (
    PATTERN_UNITS,
    Calibration,
    LargestTarget,
    QuietTarget,
    RecordTarget,
    RegionsTarget,
    RestTarget,
    ShareTarget,
    Target,
)
from qantar.scenario.checks_country import unknown
from qantar.scenario.draft import Draft, Finding, Way
from qantar.scenario.mistakes import quoted
from qantar.scenario.parameters import Parameters
from qantar.scenario.posterior import REPORTING, Posterior
from qantar.scenario.value import Value

FILE = "calibration.yaml"
POSTERIOR = "posterior.csv"
LOG_UNIT = "1"
PLAIN_UNITS = {"regions": "regions", "control-hour": "hours"}


def calibration_findings(draft: Draft) -> Iterator[Finding]:
    """Yield the mistakes of a calibration; none where the scenario has none."""
    found = draft.calibration
    if found is None:
        return
    if draft.parameters is not None:
        yield from _free(found, draft.parameters)
        yield from _mechanisms(found, draft.parameters)
    yield from _measurement(found)
    yield from _targets(found, draft)
    yield from _left_out(found, draft)


def parameter_at(parameters: Parameters, path: str) -> Value | None:
    """Return the parameter that 'group.name' means, None where there is none."""
    group, _, name = path.partition(".")
    if group not in type(parameters).model_fields:
        return None
    held = getattr(parameters, group)
    return getattr(held, name) if name in type(held).model_fields else None


def parameter_names(parameters: Parameters) -> frozenset[str]:
    """Return every 'group.name'."""
    return frozenset(f"{group}.{name}" for group, held in parameters for name in type(held).model_fields)


def _free(found: Calibration, parameters: Parameters) -> Iterator[Finding]:
    known = parameter_names(parameters)
    seen: set[str] = set()
    for number, path in enumerate(found.free):
        value = parameter_at(parameters, path)
        if value is None:
            yield Finding(FILE, ("free", number), f"no parameter is called {quoted(path)}", (path, known))
        elif value.spread is None:
            message = f"{quoted(path)} has no spread in parameters.yaml, so that there is no prior to fit it from"
            yield Finding(FILE, ("free", number), message)
        if path in seen:
            yield Finding(FILE, ("free", number), f"{quoted(path)} stands here twice")
        seen.add(path)


def _mechanisms(found: Calibration, parameters: Parameters) -> Iterator[Finding]:
    known = parameter_names(parameters)
    for number, mechanism in enumerate(found.mechanisms):
        if mechanism.id in {other.id for other in found.mechanisms[:number]}:
            yield Finding(FILE, ("mechanisms", number, "id"), f"{quoted(mechanism.id)} stands here twice")
        for path in mechanism.off:
            if path not in known:
                yield Finding(FILE, ("mechanisms", number, "off"), f"no parameter is called {quoted(path)}", (path, known))


def _measurement(found: Calibration) -> Iterator[Finding]:
    seen: set[str] = set()
    for number, line in enumerate(found.measurement):
        where: Way = ("measurement", number)
        if line.key in seen:
            yield Finding(FILE, (*where, "key"), f"{quoted(line.key)} stands here twice")
        seen.add(line.key)
        unit = LOG_UNIT if line.scale == "log" else PLAIN_UNITS.get(line.key, "people")
        if line.error.unit != unit:
            yield Finding(FILE, (*where, "error", "unit"), f"the unit is {quoted(line.error.unit)}, expected '{unit}'")
        if line.error.value <= 0:
            yield Finding(FILE, (*where, "error", "value"), "the error is more than 0")
        if line.factor.value <= 0:
            yield Finding(FILE, (*where, "factor", "value"), "the factor is more than 0")
    for number, target in enumerate(found.targets):
        if isinstance(target, RecordTarget | RestTarget) and target.key not in seen:
            yield Finding(FILE, ("targets", number, "key"), f"'measurement' has no line for {quoted(target.key)}")


def _targets(found: Calibration, draft: Draft) -> Iterator[Finding]:
    for number, target in enumerate(found.targets):
        where: Way = ("targets", number)
        if target.id in {other.id for other in found.targets[:number]}:
            yield Finding(FILE, (*where, "id"), f"{quoted(target.id)} stands here twice")
        day = None if isinstance(target, QuietTarget) else target.date
        if day is not None and not _in_clock(day, draft):
            yield Finding(FILE, (*where, "date"), f"{day} lies outside the clock of scenario.yaml")
        if target.error is not None and target.error.value <= 0:
            yield Finding(FILE, (*where, "error", "value"), "the error is more than 0")
        yield from _references(where, target, found, draft)
    for half in ("fit", "judge"):
        if not any(target.half == half and target.weight > 0 for target in found.targets):
            yield Finding(FILE, ("targets",), f"no target of the half '{half}' has a weight")


def _in_clock(day: date, draft: Draft) -> bool:
    clock = draft.clock
    return clock is None or clock.start.date() <= day <= (clock.end - timedelta(microseconds=1)).date()


def _references(where: Way, target: Target, found: Calibration, draft: Draft) -> Iterator[Finding]:
    if isinstance(target, RegionsTarget):
        for position, region in enumerate(target.regions):
            if draft.regions.lacks(region):
                yield Finding(FILE, (*where, "regions", position), *unknown("region", region, draft.regions))
    if isinstance(target, LargestTarget) and draft.places.lacks(target.place):
        yield Finding(FILE, (*where, "place"), *unknown("place", target.place, draft.places))
    if isinstance(target, RecordTarget) and not _row_exists(target, draft):
        as_of = "" if target.as_of is None else f" said on {target.as_of}"
        yield Finding(FILE, (*where, "key"), f"record.csv has no such figure: {_described(target)}{as_of}")
    if isinstance(target, RestTarget):
        named = [
            other for other in found.targets if isinstance(other, RecordTarget) and (other.key, other.date) == (target.key, target.date)
        ]
        if not any(other.region is None for other in named) or not any(other.region is not None for other in named):
            yield Finding(FILE, (*where, "kind"), "a rest needs a national target of that key and date, and at least one of a region")
    if isinstance(target, RegionsTarget | LargestTarget | ShareTarget | QuietTarget):
        unit = PATTERN_UNITS[target.kind]
        if target.error is None:
            yield Finding(FILE, where, f"a target of kind '{target.kind}' needs an error, in {unit}")
        elif target.error.unit != unit:
            yield Finding(FILE, (*where, "error", "unit"), f"the unit is {quoted(target.error.unit)}, expected '{unit}'")


def _described(target: RecordTarget) -> str:
    area = f" of {target.region or target.place}" if target.region or target.place else ""
    return f"{target.key}{area} on {target.date}"


def _row_exists(target: RecordTarget, draft: Draft) -> bool:
    wanted = (target.key, target.date, target.region, target.place)
    return any((row.key, row.date, row.region, row.place) == wanted and target.as_of in (None, row.as_of) for _, row in draft.record.items)


def _left_out(found: Calibration, draft: Draft) -> Iterator[Finding]:
    used = {(target.key, target.date, target.region, target.place) for target in found.targets if isinstance(target, RecordTarget)}
    named = {(line.key, line.date, line.region, line.place) for line in found.left_out}
    for number, row in draft.record.items:
        slot = (row.key, row.date, row.region, row.place)
        if row.use == "target" and slot not in used | named:
            message = f"the record calls this a target, but {FILE} neither fits it nor says why it is left out"
            yield Finding("record.csv", (number, "use"), message)


def posterior_findings(posterior: Posterior, parameters: Parameters) -> Iterator[str]:
    """Yield what is wrong with the parameters of a shipped posterior."""
    known = parameter_names(parameters)
    for column, name in enumerate(posterior.names):
        if name.startswith(f"{REPORTING}."):
            continue
        if name not in known:
            yield f"no parameter is called {quoted(name)}"
            continue
        group, _, field = name.partition(".")
        if getattr(getattr(parameters, group), field).spread is None:
            yield f"{quoted(name)} has no spread in parameters.yaml: a value that nobody doubts is not fitted"
        extra = type(getattr(parameters, group)).model_fields[field].json_schema_extra
        bounds = extra["quantity"] if isinstance(extra, dict) else None
        assert isinstance(bounds, dict)
        values = [row[column] for row in posterior.values]
        low, high = bounds["low"], bounds["high"]
        if (isinstance(low, float | int) and min(values) < low) or (isinstance(high, float | int) and max(values) > high):
            yield f"{quoted(name)} has values outside the range in which it makes sense"
