"""Applies an intervention to a scenario, step by step, and says of every step that cannot be applied why."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from qantar.errors import Mistake, ScenarioError, UsageError
from qantar.scenario.intervention import without
from qantar.scenario.mistakes import Mistakes, quoted
from qantar.scenario.schema import Scenario
from qantar.scenario.setting import checked, set_value
from qantar.scenario.value import ASSUMED
from qantar.scenario.whatif import (
    FOLDER,
    STRUCTURES,
    Intervention,
    Located,
    OrderStep,
    SeriesStep,
    SetStep,
    ShiftStep,
    ShockStep,
    Step,
    WithoutStep,
    names,
    read_beside,
)
from qantar.scenario.wording import nearest


def intervene(scenario: Scenario, intervention: Located | Intervention) -> Scenario:
    """Return the scenario after an intervention; it remembers the intervention by name and in words.

    Raises `ScenarioError` with every step that cannot be applied, as ``file:line:column``, where the
    intervention was read from a file, and `UsageError` otherwise.
    """
    located = intervention if isinstance(intervention, Located) else None
    given = intervention.intervention if isinstance(intervention, Located) else intervention
    mistakes = Mistakes()
    found = scenario
    for number, step in enumerate(given.steps):
        try:
            found = apply(found, step)
        except UsageError as error:
            if located is None:
                raise UsageError(f"step {number + 1} of {given.id}: {error}") from error
            mistakes.add(located.file, *located.place(number), str(error))
    mistakes.raise_if_any()
    update: dict[str, Any] = {
        "withheld": scenario.withheld,
        "changed": scenario.changed,
        "interventions": (*scenario.interventions, (given.id, given.title)),
        "intervened_from": (*scenario.intervened_from, "" if located is None else located.asked),
        "intervened_steps": (*scenario.intervened_steps, tuple(step_words(step) for step in given.steps)),
    }
    return found.model_copy(update=update)


def check_beside(scenario: Scenario, name_or_dir: str | Path) -> None:
    """Raise ScenarioError with every mistake of the interventions and structures that lie beside a scenario.

    name_or_dir : the scenario's name or folder. Each is applied by itself to the scenario as it is.
    """
    found: list[Mistake] = []
    not_listed = 0
    for kept_in in (FOLDER, STRUCTURES):
        for name in names(name_or_dir, kept_in):
            try:
                intervene(scenario, read_beside(name, name_or_dir, kept_in))
            except ScenarioError as error:
                found += error.mistakes
                not_listed += error.not_listed
    if found:
        raise ScenarioError(found, not_listed)


def apply(scenario: Scenario, step: Step) -> Scenario:
    """Return the scenario after one step. Raises `UsageError` where the step means nothing here."""
    match step:
        case WithoutStep():
            return without(scenario, step.name if step.since is None else f"{step.name}@{step.since.isoformat(timespec='minutes')}")
        case SetStep():
            return set_value(scenario, step.path, step.value)
        case ShiftStep():
            return _shifted(scenario, step)
        case OrderStep():
            return _added(scenario, "orders", step.order)
        case ShockStep():
            return _added(scenario, "shocks", step.shock)
        case SeriesStep():
            return _series(scenario, step)


def step_words(step: Step) -> str:
    """What a step does, in a few words."""
    since = f" from {_hour(step.since)} on" if isinstance(step, WithoutStep | SeriesStep) and step.since is not None else ""
    match step:
        case WithoutStep():
            return f"without {step.name}{since}"
        case SetStep():
            return f"{step.path} = {step.value}"
        case ShiftStep():
            return f"{step.name} {abs(step.hours):g} hours {'later' if step.hours > 0 else 'earlier'}"
        case OrderStep():
            return f"one more order, {step.order.id} ({step.order.kind}), at {_hour(step.order.at)}"
        case ShockStep():
            return f"one more shock, {step.shock.id}, at {_hour(step.shock.at)}"
        case SeriesStep():
            whose = f" of {', '.join(step.branches)}" if step.branches else ""
            return f"{step.quantity.replace('-', ' ')}{whose} at {step.value:g}{since}"


def _hour(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M}"


def _added(scenario: Scenario, which: str, record: Any) -> Scenario:  # noqa: ANN401 - an order or a shock of any kind
    known = {*scenario.sources, ASSUMED}
    for source in _sources(record.model_dump()):
        if source not in known:
            raise UsageError(f"the source {quoted(source)} is neither in sources.bib nor '{ASSUMED}'{nearest(source, known)}")
    data = scenario.model_dump()
    data["header"][which] = (*data["header"][which], record.model_dump())
    return checked(data, f"{quoted(record.id)}")


def _sources(data: Any) -> list[str]:  # noqa: ANN401 - plain data of any shape
    if isinstance(data, dict):
        own = [data["source"]] if isinstance(data.get("source"), str) else []
        return own + [source for inner in data.values() for source in _sources(inner)]
    return []


def _shifted(scenario: Scenario, step: ShiftStep) -> Scenario:
    if step.hours == 0:
        raise UsageError(f"{quoted(step.name)} moves by 0 hours, which changes nothing")
    data = scenario.model_dump()
    moved = [shock for shock in data["header"]["shocks"] if shock["id"] == step.name]
    moved += [order for order in data["header"]["orders"] if step.name in (order["id"], order["kind"], order["actor"])]
    if not moved:
        accepted = {entry["id"] for entry in (*data["header"]["shocks"], *data["header"]["orders"])}
        raise UsageError(f"{quoted(step.name)} is no shock, order, kind of order or actor who gave one{nearest(step.name, accepted)}")
    end = data["header"]["clock"]["end"]
    for entry in moved:
        entry["at"] += timedelta(hours=step.hours)
        if entry.get("until") is not None and entry["until"] < end:
            entry["until"] = min(end, entry["until"] + timedelta(hours=step.hours))
    return checked(data, f"moving {quoted(step.name)} by {step.hours:g} hours")


def _series(scenario: Scenario, step: SeriesStep) -> Scenario:
    data = scenario.model_dump()
    lines = [
        line
        for line in data["header"]["series"]
        if line["quantity"] == step.quantity and (not step.branches or line["branch"] in step.branches)
    ]
    missing = set(step.branches) - {line["branch"] for line in lines}
    if missing or not lines:
        whose = ", ".join(sorted(missing)) or "any branch"
        raise UsageError(f"no series of {step.quantity} is given for {whose}, so that there is none to set")
    clock = scenario.header.clock
    since = step.since or clock.start
    if not clock.start <= since < clock.end:
        raise UsageError(f"{step.quantity} cannot be set from {since} on: expected an hour from {clock.start} to before {clock.end}")
    for line in lines:
        kept = tuple(point for point in line["points"] if point["at"] < since)
        line["points"] = (*kept, {"at": since, "value": step.value})
    return checked(data, f"setting {step.quantity}")
