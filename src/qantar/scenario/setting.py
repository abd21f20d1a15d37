"""Changes one value of a scenario by its path, and checks the whole again."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from qantar.errors import UsageError
from qantar.scenario.checks import findings
from qantar.scenario.draft import Finding, Way, draft_of
from qantar.scenario.mistakes import quoted
from qantar.scenario.schema import Scenario
from qantar.scenario.value import ASSUMED, Frozen, Value
from qantar.scenario.wording import nearest, problems

ROOTS: dict[str, Way] = {
    "parameters": ("parameters",), "clock": ("header", "clock"), "default_posture": ("header", "default_posture"),
    "shocks": ("header", "shocks"), "orders": ("header", "orders"), "organisers": ("header", "organisers"),
    "regions": ("regions",), "places": ("places",), "forces": ("forces",), "sites": ("sites",),
    "offices": ("palace", "offices"), "actors": ("palace", "actors"), "blocs": ("alliance", "blocs"),
}  # fmt: skip
"""Where a path may begin, and where that is in a `Scenario`."""

FILES: dict[str, Way] = {
    "scenario.yaml": ("header",), "palace.yaml": ("palace",), "alliance.yaml": ("alliance",),
    "regions.csv": ("regions",), "places.csv": ("places",), "forces.csv": ("forces",), "sites.csv": ("sites",),
    "record.csv": ("record",),
}  # fmt: skip
"""What holds the contents of a file in a `Scenario`."""

FIXED = ("id", "kind", "source", "note", "unit", "name", "title", "good", "branch", "holidays", "spread")
MOST_MESSAGES = 20


def set_value(scenario: Scenario, path: str, value: float | str) -> Scenario:
    """Return the scenario with one value changed.

    path: such as ``parameters.streets.base_propensity``, ``shocks.price-shock.price_after``,
    ``orders.blackout.at``, ``regions.almaty.crime``, ``forces.almaty.police.men``.
    value: a number, or text for an hour or a posture; numbers may come as text.

    A changed `Value` keeps its unit, loses its spread and its source, and says in its note what it was.

    Raises `UsageError` for an unknown path, with close ones, and for a value that makes the scenario wrong.
    """
    way = _find(scenario, path)
    data = scenario.model_dump()
    holder: Any = data
    for step in way[:-1]:
        holder = holder[step]
    current = _at(scenario, way)
    new = _read(path, current, value)
    holder[way[-1]] = _changed(current, new) if isinstance(current, Value) else new
    noted = str(new).lower() if isinstance(new, bool) else new
    data["changed"] = (*((name, old) for name, old in scenario.changed if name != path), (path, noted))
    return checked(data, f"{path}={value}")


def accepted_paths(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Yield the paths that `set_value` accepts with what stands there now; lists by the name of their entries."""
    for group, model in scenario.parameters:
        for name, given in model:
            yield f"parameters.{group}.{name}", f"{given.value:g} {given.unit}"
    for root in ("clock", "default_posture"):
        node = _at(scenario, ROOTS[root])
        for name in _settable(node) if isinstance(node, BaseModel) else ("",):
            yield f"{root}.{name}".rstrip("."), _shown(getattr(node, name) if name else node)
    for root, way in ROOTS.items():
        entries = _at(scenario, way)
        if isinstance(entries, tuple):
            for entry in entries:
                for name in _settable(entry):
                    yield f"{root}.{_name(entry)}.{name}", _shown(getattr(entry, name))


def _name(entry: Any) -> str:  # noqa: ANN401 - any record of a list
    """What an entry of a list is called in a path; forces are called by place and branch."""
    return f"{entry.place}.{entry.branch}" if not hasattr(entry, "id") else str(entry.id)


def _settable(record: BaseModel) -> list[str]:
    """The fields of a record that a path may end with."""
    return [name for name in type(record).model_fields if name not in FIXED and _kind(record, name) is not None]


def _kind(record: BaseModel, name: str) -> str | None:
    """Say what a field holds: a value, a number, an hour or one of some words; None where it cannot be changed."""
    current = getattr(record, name)
    annotation = type(record).model_fields[name].annotation
    if isinstance(current, Value):
        return "value"
    if isinstance(current, datetime) or (current is None and datetime in get_args(annotation)):
        return "hour"
    if isinstance(current, bool | int | float):
        return "number"
    words = bool(get_args(annotation)) and all(isinstance(word, str) for word in get_args(annotation))
    return "word" if isinstance(current, str) and words else None


def _find(scenario: Scenario, path: str) -> Way:
    """Return the way to what a path names."""
    steps = path.split(".")
    if steps[0] not in ROOTS:
        raise _no_path(path, steps[0], ROOTS, "")
    way: Way = ROOTS[steps[0]]
    rest = steps[1:]
    node = _at(scenario, way)
    if isinstance(node, tuple):
        number, rest = _entry(path, node, rest, steps[0])
        way, node = (*way, number), node[number]
    for step in rest:
        if isinstance(node, Value) and rest == ["value"]:
            return way
        names = list(type(node).model_fields) if isinstance(node, Frozen) and not isinstance(node, Value) else []
        before = ".".join(steps[: len(steps) - len(rest)])
        allowed = _settable(node) if names and way[0] != "parameters" else names
        if step not in allowed:
            raise _no_path(path, step, allowed, before)
        way, node, rest = (*way, step), getattr(node, step), rest[1:]
    if isinstance(node, Frozen) and not isinstance(node, Value):
        names = _settable(node) if way[0] != "parameters" else list(type(node).model_fields)
        raise UsageError(f"the path {quoted(path)} goes on, with one of {', '.join(names)}")
    return way


def _entry(path: str, entries: tuple[Any, ...], rest: list[str], root: str) -> tuple[int, list[str]]:
    """Return the number of the entry that a path names, and the rest of the path."""
    names = {_name(entry): number for number, entry in enumerate(entries)}
    for length in (1, 2):
        name = ".".join(rest[:length])
        if len(rest) >= length and name in names:
            return names[name], rest[length:]
    raise _no_path(path, ".".join(rest[:2] if root == "forces" else rest[:1]), names, root)


def _no_path(path: str, step: str, known: Any, before: str) -> UsageError:  # noqa: ANN401 - names in any container
    names = list(known)
    inside = f"{before} has no {quoted(step)}" if before else f"{quoted(step)} is not known"
    few = f"; expected one of {', '.join(names)}" if len(names) <= MOST_MESSAGES else ""
    return UsageError(f"nothing can be set at {quoted(path)}: {inside}{nearest(step, names) or few}")


def _at(scenario: Scenario, way: Way) -> Any:  # noqa: ANN401 - whatever stands there
    node: Any = scenario
    for step in way:
        node = node[step] if isinstance(step, int) else getattr(node, step)
    return node


def _read(path: str, current: Any, value: float | str) -> Any:  # noqa: ANN401 - values of several types
    """Turn what the user gave into what stands at the path."""
    if isinstance(current, bool):
        words = {"true": True, "false": False}
        text = str(value).lower()
        if text not in words:
            raise UsageError(f"{path}: {quoted(str(value))} is not known here, expected true or false")
        return words[text]
    if isinstance(current, Value | int | float):
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise UsageError(f"{path}: {quoted(str(value))} is not a number")
        return int(number) if isinstance(current, int) and number.is_integer() else number
    return str(value)


def _changed(current: Value, number: float) -> dict[str, Any]:
    note = f"changed from {current.value:g} ({current.source})"
    return {"value": number, "unit": current.unit, "source": ASSUMED, "spread": None, "note": note}


def checked(data: dict[str, Any], what: str) -> Scenario:
    """Return the scenario of dumped data after a change. Raises `UsageError`, naming `what`, where it is wrong now."""
    wrong: list[str] = []
    try:
        scenario = Scenario.model_validate(data)
    except ValidationError as error:
        wrong = [message for _, _, message in problems(error)]
    else:
        wrong = [f"{_spelled(scenario, finding)}: {finding.worded()}" for finding in findings(draft_of(scenario))]
    if wrong:
        shown = "\n".join(f"  {message}" for message in wrong[:MOST_MESSAGES])
        more = f"\n  and {len(wrong) - MOST_MESSAGES} more" if len(wrong) > MOST_MESSAGES else ""
        raise UsageError(f"{what} makes the scenario wrong:\n{shown}{more}")
    return scenario


def _spelled(scenario: Scenario, finding: Finding) -> str:
    """Name the place of a finding by the names of entries, as a path does."""
    node: Any = _at(scenario, FILES[finding.file])
    words = [finding.file]
    for step in finding.where:
        if isinstance(step, int) and isinstance(node, tuple):
            node = node[step]
            words.append(str(getattr(node, "id", step + 1)))
        else:
            node = node[step] if isinstance(node, dict) else getattr(node, str(step))
            words.append(str(step))
    return " ".join(words)


def _shown(current: Any) -> str:  # noqa: ANN401 - values of several types
    if isinstance(current, Value):
        return f"{current.value:g} {current.unit}"
    return current.isoformat(timespec="minutes") if isinstance(current, datetime) else str(current)
