"""The ledger of sources, the template, and the schema for editors."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from qantar.errors import QantarError, UsageError
from qantar.scenario.checks_country import DESCRIBED
from qantar.scenario.editor_schema import editor_schema
from qantar.scenario.ledger import ledger
from qantar.scenario.load import DOCUMENTS, LIBRARY, library_names, load
from qantar.scenario.mistakes import Mistakes
from qantar.scenario.parameters import Parameters
from qantar.scenario.tables import numeric_columns
from qantar.scenario.template import create_scenario
from qantar.scenario.yaml_text import parse_yaml


def test_the_ledger_lists_every_number_once() -> None:
    scenario = load("borderland")
    entries = ledger(scenario, "borderland")
    places = [(entry.file, entry.where) for entry in entries]
    assert len(set(places)) == len(places)
    parameters = sum(len(type(group).model_fields) for _, group in scenario.parameters)
    assert sum(entry.file == "parameters.yaml" for entry in entries) == parameters
    for table, model in DESCRIBED.items():
        rows = len(getattr(scenario, table))
        assert sum(entry.file == f"{table}.csv" for entry in entries) == rows * len(numeric_columns(model))
    assert all(entry.assumed for entry in entries)


def test_the_ledger_knows_the_source_of_a_single_cell(folder: Path) -> None:
    path = folder / "sites.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    sourced = [lines[0] + ",arms_source", lines[1] + ",example", *(line + "," for line in lines[2:])]
    path.write_text("\n".join(sourced), encoding="utf-8")
    (entry,) = (entry for entry in ledger(load(folder), folder) if not entry.assumed)
    assert (entry.file, entry.where, entry.source, entry.value) == ("sites.csv", "karst-government.arms", "example", 40)


def test_a_new_country_is_sound_and_named_after_its_folder(tmp_path: Path) -> None:
    create_scenario(tmp_path / "deep" / "My Country 2")
    scenario = load(tmp_path / "deep" / "My Country 2")
    assert scenario.header.id == "my-country-2"
    assert scenario.regions == load("borderland").regions


def test_a_new_country_is_there_in_full_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", full)
        with pytest.raises(QantarError, match="No space left"):
            create_scenario(tmp_path / "mine")
    assert not list(tmp_path.iterdir())
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    files = create_scenario(Path())
    assert all(file.is_file() for file in files)
    assert load(Path()).header.id == "empty"


def test_a_new_country_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a").touch()
    full = "not an empty folder"
    for name, message in (("full", full), ("full/a", full), ("...", "cannot name"), ("borderland", "built-in")):
        with pytest.raises(UsageError, match=message):
            create_scenario(tmp_path / name)


@pytest.mark.parametrize("name", library_names())
@pytest.mark.parametrize("file", DOCUMENTS)
def test_the_editor_schema_accepts_the_library(name: str, file: str) -> None:
    node = parse_yaml((LIBRARY / name / file).read_text(encoding="utf-8"), file, Mistakes())
    assert node is not None
    for schema in (editor_schema(file.removesuffix(".yaml")), editor_schema()):
        jsonschema.Draft202012Validator(schema).validate(node.plain())


def test_the_editor_schema_knows_units_and_ranges() -> None:
    validator = jsonschema.Draft202012Validator(editor_schema("parameters"))
    data = json.loads(load("borderland").parameters.model_dump_json())
    assert validator.is_valid(data)
    data["economy"]["gini"]["value"] = 2.0
    assert [list(error.absolute_path) for error in validator.iter_errors(data)] == [["economy", "gini", "value"]]
    data["economy"]["gini"] = {"value": 0.3, "unit": "percent", "source": "assumed"}
    assert [list(error.absolute_path) for error in validator.iter_errors(data)] == [["economy", "gini", "unit"]]


def test_no_parameter_lacks_a_unit_and_a_meaning() -> None:
    for group in Parameters.model_fields.values():
        for name, field in group.annotation.model_fields.items():
            assert field.description, name
            assert field.json_schema_extra["quantity"]["unit"], name
