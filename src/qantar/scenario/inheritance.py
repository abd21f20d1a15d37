"""Takes over from the library: the parameters of another scenario, or its map.

A scenario that tests the model somewhere else has to run with the numbers that were set elsewhere, not
with a copy that somebody could adjust. Its ``parameters.yaml`` then begins with ``inherit: NAME``, and may
go on with facts of its own country; any number of the model stays as it stands in NAME. Only scenarios
of the library can be named: nothing else outside the scenario's folder is read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from qantar.scenario.bibliography import BIBLIOGRAPHY, parse_bibliography
from qantar.scenario.documents import Part, note_problems, read_node, validate
from qantar.scenario.draft import values_within
from qantar.scenario.mistakes import Mistakes, quoted
from qantar.scenario.parameters import Inheritance, Parameters
from qantar.scenario.reading import LARGEST_BIBLIOGRAPHY, Folder, read_text
from qantar.scenario.value import ASSUMED
from qantar.scenario.wording import nearest
from qantar.scenario.yaml_text import Node

PARAMETERS = "parameters.yaml"
INHERIT = "inherit"

Library = Mapping[str, Path]
"""The scenarios that can be named, with their folders."""


@dataclass(frozen=True)
class TakenOver:
    """The parameters of a folder, whether they were taken over, and the sources of those that were."""

    part: Part[Parameters]
    inheritance: Inheritance | None = None
    sources: Mapping[str, str] = field(default_factory=dict)


def read_parameters(folder: Folder, library: Library, mistakes: Mistakes) -> TakenOver:
    """Read ``parameters.yaml``, with what it takes over; note everything that is wrong with it."""
    node = read_node(folder, PARAMETERS, mistakes)
    file = folder.shown_file(PARAMETERS)
    if node is None:
        return TakenOver(Part(None, None, {}))
    if not isinstance(node.content, dict) or INHERIT not in node.content:
        return TakenOver(validate(node, Parameters, file, mistakes))
    origin = library_folder(node.content[INHERIT], library, file, mistakes)
    base = None if origin is None else _complete(origin, node.content[INHERIT], file, mistakes)
    if origin is None or base is None:
        return TakenOver(Part(node, None, {}))
    own = tuple(_own(node, origin.path.name, file, mistakes))
    return _merged(node, base, Inheritance(scenario=origin.path.name, own=own), origin, file, mistakes)


def library_folder(node: Node, library: Library, file: str, mistakes: Mistakes) -> Folder | None:
    """Return the folder of the scenario of the library that a node names, or None after noting why there is none."""
    name = node.content
    if isinstance(name, str) and name in library:
        return Folder(library[name], str(library[name]))
    given = name if isinstance(name, str) else "what stands here"
    hint = nearest(given, library) or f", expected one of {', '.join(library)}"
    mistakes.add(file, node.line, node.column, f"{quoted(given)} is no scenario of the library{hint}")
    return None


def _complete(origin: Folder, named: Node, file: str, mistakes: Mistakes) -> Parameters | None:
    """Return the parameters of the named scenario, which have to be its own."""
    node = read_node(origin, PARAMETERS, mistakes)
    if node is not None and isinstance(node.content, dict) and INHERIT in node.content:
        further = quoted(node.scalar(INHERIT) or "another")
        message = f"{quoted(origin.path.name)} takes its parameters from {further} itself; name a scenario that has its own"
        mistakes.add(file, named.line, named.column, message)
        return None
    return None if node is None else validate(node, Parameters, origin.shown_file(PARAMETERS), mistakes).document


def facts() -> list[str]:
    """Paths of the parameters that are facts of a country and may stand beside ``inherit``."""
    return [
        f"{group}.{name}" for group, model in _groups().items() for name, declared in model.model_fields.items()
        if isinstance(extra := declared.json_schema_extra, dict) and extra["quantity"]["of_country"]
    ]  # fmt: skip


def _groups() -> dict[str, Any]:
    return {name: group.annotation for name, group in Parameters.model_fields.items()}


def _own(node: Node, origin: str, file: str, mistakes: Mistakes) -> Iterator[str]:
    """Yield the paths that a file gives beside ``inherit``, and note those that it must not give."""
    assert isinstance(node.content, dict)
    for group, inner in node.content.items():
        if group == INHERIT:
            continue
        if group not in _groups():
            mistakes.add(file, *node.keys[group], f"the field {quoted(group)} is not known here{nearest(group, _groups())}")
            continue
        if not isinstance(inner.content, dict):
            message = f"{group}: expected a mapping with some of its parameters"
            mistakes.add(file, inner.line, inner.column, message)
            continue
        names = _groups()[group].model_fields
        for name in inner.content:
            path = f"{group}.{name}"
            if name not in names:
                message = f"the field {quoted(name)} is not known here{nearest(name, names)}"
            elif path not in facts():
                message = (
                    f"{quoted(path)} is a number of the model and stays what it is in {origin}; beside 'inherit' stand only facts "
                    f"of a country, such as {facts()[0]} (a what-if: --set parameters.{path}=VALUE)"
                )
            else:
                yield path
                continue
            mistakes.add(file, *inner.keys[name], message)


def _merged(
    node: Node, base: Parameters, inheritance: Inheritance, origin: Folder, file: str, mistakes: Mistakes
) -> TakenOver:
    """Put a country's own values into the parameters that it takes over, and find the sources of the others."""
    values = base.model_dump(mode="json")
    for path in inheritance.own:
        group, name = path.split(".")
        values[group][name] = node.plain()[group][name]
    try:
        whole = Parameters.model_validate_json(json.dumps(values), strict=True)
    except ValidationError as error:
        note_problems(error, node, file, mistakes)
        return TakenOver(Part(node, None, {}))
    text = read_text(origin, BIBLIOGRAPHY, LARGEST_BIBLIOGRAPHY, mistakes)
    known = (parse_bibliography(text, origin.shown_file(BIBLIOGRAPHY), mistakes) or {}) if text is not None else {}
    used = {value.source for where, value in values_within(whole) if ".".join(map(str, where)) not in inheritance.own}
    sources = {key: known[key] for key in known if key in used - {ASSUMED}}
    return TakenOver(Part(node, whole, {}), inheritance, sources)


def note_conflicts(taken: TakenOver, own: Mapping[str, str], folder: Folder, mistakes: Mistakes) -> None:
    """Note every key of a folder's bibliography that stands for another source where parameters come from."""
    for key, line in taken.sources.items():
        if own.get(key, line) != line:
            origin = taken.inheritance.scenario if taken.inheritance else ""
            message = f"{quoted(key)} is another source in {origin}, from which the parameters come; choose another key"
            mistakes.add(folder.shown_file(BIBLIOGRAPHY), *_position(folder, key), message)


def _position(folder: Folder, key: str) -> tuple[int, int]:
    text = read_text(folder, BIBLIOGRAPHY, LARGEST_BIBLIOGRAPHY, Mistakes()) or ""
    before = text[: max(0, text.find(f"{{{key},"))]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
