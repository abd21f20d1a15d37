"""Write the tables of docs/schema/scenario.md from the records that read a scenario.

The words between the tables are written by hand and stay. Run it after a field has changed:
python docs/_generate_scenario.py
"""

from __future__ import annotations

import re
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

import qantar.scenario.calibration
import qantar.scenario.order
import qantar.scenario.posterior
import qantar.scenario.schema
import qantar.scenario.shock
import qantar.scenario.value
import qantar.scenario.whatif

PAGE = Path(__file__).parent / "schema" / "scenario.md"
_BLOCK = re.compile(r"<!-- fields (\w+) -->\n.*?<!-- end -->", re.DOTALL)
_TYPES = {str: "text", int: "whole number", float: "number", bool: "true or false"}
_LOCAL = {"datetime": "local hour", "date": "date"}
_BOUNDS = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than", "min_length": "at least", "max_length": "at most"}


def page(text: str) -> str:
    """Return the page with its tables made anew."""
    return _BLOCK.sub(lambda block: f"<!-- fields {block[1]} -->\n{table(block[1])}<!-- end -->", text)


def model(name: str) -> type[BaseModel]:
    """Return a record of the scenario language by its name."""
    homes = (
        qantar.scenario.schema, qantar.scenario.order, qantar.scenario.shock, qantar.scenario.value, qantar.scenario.whatif,
        qantar.scenario.calibration, qantar.scenario.posterior,
    )
    found: type[BaseModel] = next(getattr(home, name) for home in homes if hasattr(home, name))
    return found


def own_fields(record: type[BaseModel]) -> dict[str, FieldInfo]:
    """Return the fields of a record without those that all orders, or all targets, have."""
    bases = [model(name) for name in ("AbstractOrder", "AbstractTarget")]
    inherited = {name for base in bases if issubclass(record, base) and record is not base for name in base.model_fields}
    return {name: field for name, field in record.model_fields.items() if name not in inherited}


def table(name: str) -> str:
    """Return the fields of a record as a Markdown table."""
    rows = ["| field | holds | needed | meaning |", "|---|---|---|---|"]
    for field_name, field in own_fields(model(name)).items():
        needed = "yes" if field.is_required() else f"no ({_default(field.default)})"
        meaning = _escaped(field.description or "")
        rows.append(f"| `{field_name}` | {_escaped(holds(field))} | {needed} | {meaning} |")
    return "\n".join(rows) + "\n"


def holds(field: FieldInfo) -> str:
    """Say in words what a field holds."""
    words = _type(field.annotation)
    unit = " letters" if words == "text" else " entries" if words.startswith("list") else ""
    rules = [(word, getattr(rule, name)) for rule in field.metadata for name, word in _BOUNDS.items() if hasattr(rule, name)]
    bounds = ["not empty" if unit and word == "at least" and limit == 1 else f"{word} {_number(limit)}{unit}" for word, limit in rules]
    if any(getattr(rule, "pattern", None) for rule in field.metadata):
        return "identifier"
    return ", ".join([words, *bounds])


def _number(limit: float) -> str:
    return f"{limit:,}" if isinstance(limit, int) else f"{limit:g}"


def _type(kind: Any) -> str:  # noqa: ANN401 - types of any sort
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        return ", ".join(f"`{word}`" for word in arguments)
    if origin in (Union, UnionType):
        return _any_of(arguments)
    if origin is tuple:
        return f"list of {_type(arguments[0])}"
    if origin is dict:
        inner = _type(arguments[1])
        return f"mapping of {inner.replace('mapping', 'mappings')}" if inner.startswith("mapping") else f"mapping of names to {inner}"
    return _single(kind)


def _any_of(kinds: tuple[Any, ...]) -> str:
    named = [kind for kind in kinds if kind is not NoneType]
    orders = [kind for kind in named if isinstance(kind, type) and issubclass(kind, model("AbstractOrder"))]
    if orders:
        return "[orders](#orders)"
    return " or ".join(sorted({_type(kind) for kind in named}, key=lambda words: (len(words), words)))


def _single(kind: Any) -> str:  # noqa: ANN401 - types of any sort
    if kind in _TYPES:
        return _TYPES[kind]
    if isinstance(kind, type):
        return _LOCAL.get(kind.__name__, f"[{kind.__name__}](#{kind.__name__.lower()})")
    rules = [rule for extra in kind.__metadata__ for rule in getattr(extra, "metadata", ())]
    return "identifier" if any(getattr(rule, "pattern", None) for rule in rules) else _type(get_args(kind)[0])


def _default(value: object) -> str:
    if value is None or value in ((), ""):
        return "empty"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
