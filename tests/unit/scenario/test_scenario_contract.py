"""The written contract says what the code reads."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from qantar.scenario import bibliography, checks_orders, map_shapes, mistakes, reading, tables, yaml_text
from qantar.scenario.load import BIBLIOGRAPHY, DOCUMENTS, MAP, OPTIONAL_DOCUMENTS, TABLES
from qantar.scenario.parameters import Parameters
from qantar.scenario.shipped import PARTICLES

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "schema" / "scenario.md").read_text(encoding="utf-8")
GUIDE = (DOCS / "make-a-country.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_scenario", DOCS / "_generate_scenario.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def records(kind: Any, found: set[type[BaseModel]]) -> set[type[BaseModel]]:
    """All records that a record is made of."""
    if isinstance(kind, type) and issubclass(kind, BaseModel) and kind is not Parameters:
        if kind not in found:
            found.add(kind)
            for field in kind.model_fields.values():
                records(field.annotation, found)
    else:
        for inner in get_args(kind):
            records(inner, found)
    return found


RECORDS: set[type[BaseModel]] = set()
for document in (*DOCUMENTS.values(), *OPTIONAL_DOCUMENTS.values(), *TABLES.values()):
    records(document, RECORDS)


def test_the_tables_are_up_to_date(generator: ModuleType) -> None:
    assert generator.page(PAGE) == PAGE, "run: python docs/_generate_scenario.py"


@pytest.mark.parametrize("record", sorted(RECORDS, key=lambda record: record.__name__), ids=lambda record: record.__name__)
def test_every_record_and_field_is_described(record: type[BaseModel]) -> None:
    assert f"<!-- fields {record.__name__} -->" in PAGE
    assert [name for name, field in record.model_fields.items() if not field.description] == []


def test_every_file_is_named() -> None:
    for name in (*DOCUMENTS, *OPTIONAL_DOCUMENTS, *TABLES, BIBLIOGRAPHY, MAP, PARTICLES):
        assert f"| `{name}" in PAGE
        assert f"`{name}`" in GUIDE


def test_the_limits_are_those_of_the_code() -> None:
    mebibyte = 1 << 20
    rows = dict(re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|$", PAGE.partition("### Limits")[2].partition("##")[0], re.MULTILINE))
    assert rows["a YAML file, `sources.bib`"] == f"{reading.LARGEST_YAML // mebibyte} MiB"
    assert reading.LARGEST_BIBLIOGRAPHY == reading.LARGEST_YAML
    assert bibliography.LONGEST_FIELD < reading.LARGEST_BIBLIOGRAPHY
    assert rows["a table"] == (
        f"{reading.LARGEST_TABLE // mebibyte} MiB, {tables.MOST_ROWS:,} rows, {tables.MOST_COLUMNS} columns, "
        f"{tables.LONGEST_LINE:,} letters a line"
    )
    assert rows["`map.geojson`"] == f"{reading.LARGEST_MAP // mebibyte} MiB, {map_shapes.MOST_SHAPES:,} shapes"
    assert rows["values in a YAML file"] == (
        f"{yaml_text.MOST_NODES:,}, nested at most {yaml_text.DEEPEST} deep, {yaml_text.LONGEST_LINE:,} letters a line"
    )
    assert rows["ticks of the clock"] == f"{checks_orders.MOST_TICKS:,}"
    assert f"At most {mistakes.MOST_LISTED} mistakes are listed" in PAGE
