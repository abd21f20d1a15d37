"""Parameters and maps that are taken over from the library."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema
import pytest

from qantar.scenario.draft import values_within
from qantar.scenario.editor_schema import editor_schema
from qantar.scenario.identity import scenario_hash
from qantar.scenario.inheritance import facts, read_parameters
from qantar.scenario.ledger import ledger
from qantar.scenario.load import LIBRARY, load
from qantar.scenario.mistakes import Mistakes
from qantar.scenario.reading import Folder
from qantar.scenario.value import ASSUMED

GINI = "economy:\n  gini: {value: 0.4, unit: share, source: example}\n"


@pytest.fixture
def parameters(folder: Path):
    """Write parameters.yaml of the folder."""

    def write(text: str) -> None:
        (folder / "parameters.yaml").write_text(text, encoding="utf-8")

    return write


def test_one_line_takes_every_parameter_over(folder: Path, parameters) -> None:
    parameters("inherit: kazakhstan-2022\n")
    scenario, origin = load(folder), load("kazakhstan-2022")
    assert scenario.parameters == origin.parameters
    assert scenario.parameters_from is not None
    assert (scenario.parameters_from.scenario, scenario.parameters_from.own) == ("kazakhstan-2022", ())
    assert origin.parameters_from is None


def test_a_fact_of_the_country_is_its_own_and_nothing_else(folder: Path, parameters) -> None:
    parameters(f"inherit: kazakhstan-2022\n{GINI}")
    scenario, origin = load(folder), load("kazakhstan-2022")
    assert scenario.parameters.economy.gini.value == 0.4
    ours, theirs = dict(values_within(scenario.parameters)), dict(values_within(origin.parameters))
    assert [".".join(map(str, way)) for way in theirs if ours[way] != theirs[way]] == ["economy.gini"]
    assert scenario.parameters_from is not None and scenario.parameters_from.own == ("economy.gini",)


def test_sources_of_what_is_taken_over_come_along(folder: Path, parameters) -> None:
    parameters(f"inherit: kazakhstan-2022\n{GINI}")
    scenario, origin = load(folder), load("kazakhstan-2022")
    used = {value.source for _, value in values_within(scenario.parameters)} - {ASSUMED}
    assert used <= set(scenario.sources)
    assert scenario.sources["asylov2023"] == origin.sources["asylov2023"]
    assert "wb2021" not in scenario.sources  # the source of the Gini that was replaced
    assert "hrw2022" not in scenario.sources  # a source of orders, not of parameters


def test_the_ledger_says_from_where(folder: Path, parameters) -> None:
    parameters(f"inherit: kazakhstan-2022\n{GINI}")
    entries = ledger(load(folder), folder)
    assert [(entry.where, entry.source) for entry in entries if entry.file == "parameters.yaml"] == [("economy.gini", "example")]
    taken = [entry.where for entry in entries if entry.file == "kazakhstan-2022/parameters.yaml"]
    assert len(taken) == sum(1 for _ in values_within(load(folder).parameters)) - 1


def test_the_hash_covers_what_is_taken_over(folder: Path, parameters) -> None:
    parameters("inherit: kazakhstan-2022\n")
    scenario = load(folder)
    before = scenario_hash(scenario)
    changed = scenario.set("parameters.streets.base_propensity", -14.0)
    assert scenario_hash(changed) != before
    parameters("inherit: borderland\n")
    assert scenario_hash(load(folder)) != before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("inherit: kazakhstan-202\n", "1:10: 'kazakhstan-202' is no scenario of the library; did you mean 'kazakhstan-2022'"),
        ("inherit: ../kazakhstan-2022\n", "1:10: '../kazakhstan-2022' is no scenario of the library"),
        ("inherit: [kazakhstan-2022]\n", "1:10: 'what stands here' is no scenario of the library"),
        ("inherit: iran-2019\n", "1:10: 'iran-2019' takes its parameters from 'kazakhstan-2022' itself"),
        ("inherit: borderland\neconmy: {}\n", "2:1: the field 'econmy' is not known here; did you mean 'economy'"),
        ("inherit: borderland\neconomy: 3\n", "2:10: economy: expected a mapping with some of its parameters"),
        (f"inherit: borderland\n{GINI.replace('gini', 'ginni')}", "3:3: the field 'ginni' is not known here; did you mean 'gini'"),
        (f"inherit: borderland\n{GINI.replace('0.4', '4')}", "3:17: 4 is out of range, expected 0 to 0.9"),
        (f"inherit: borderland\n{GINI.replace('share', 'percent')}", "3:28: unit is 'percent', expected 'share'"),
        (f"inherit: borderland\n{GINI.replace('example', 'nobody')}", "3:43: the source 'nobody' is neither in sources.bib"),
        (
            "inherit: borderland\nstreets:\n  turn_rate: {value: 1, unit: 1/hour, source: assumed}\n",
            "3:3: 'streets.turn_rate' is a number of the model and stays what it is in borderland; beside 'inherit' stand only facts",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_has_its_place(parameters, wrong, text: str, message: str) -> None:
    parameters(text)
    found = wrong()
    assert len(found) == 1
    assert found[0].startswith(f"parameters.yaml:{message}")


def test_mistakes_of_what_stands_beside_come_at_once(parameters, wrong, edit) -> None:
    edit("scenario.yaml", "capital: karst  ", "capital: karts  ")
    parameters(f"inherit: kazakhstan-2022\nstreetz: {{}}\n{GINI.replace('0.4', '4')}")
    assert [line.split(":")[0] for line in wrong()] == ["parameters.yaml", "parameters.yaml", "scenario.yaml"]


def test_a_key_that_means_another_source_is_refused(folder: Path, parameters, wrong) -> None:
    parameters("inherit: kazakhstan-2022\n")
    path = folder / "sources.bib"
    text = path.read_text(encoding="utf-8").rstrip("\n")
    path.write_text(f"{text}\n\n@misc{{asylov2023,\n  title = {{Another}}\n}}\n", encoding="utf-8")
    line = text.count("\n") + 3
    assert wrong() == [
        f"sources.bib:{line}:6: 'asylov2023' is another source in kazakhstan-2022, from which the parameters come; choose another key"
    ]


def test_a_group_of_parameters_that_comes_later_is_taken_over_too(folder: Path, tmp_path: Path, parameters) -> None:
    """What is taken over is the whole file of the origin, whatever groups it has."""
    origin = tmp_path / "origin"
    shutil.copytree(LIBRARY / "borderland", origin)
    text = (origin / "parameters.yaml").read_text(encoding="utf-8").replace("value: 0.292", "value: 0.5", 1)
    (origin / "parameters.yaml").write_text(text, encoding="utf-8")
    parameters("inherit: origin\n")
    mistakes = Mistakes()
    taken = read_parameters(Folder(folder, str(folder)), {"origin": origin}, mistakes)
    mistakes.raise_if_any()
    assert taken.part.document is not None and taken.part.document.economy.gini.value == 0.5
    (origin / "parameters.yaml").write_text(text.replace("value: 0.5", "value: much", 1), encoding="utf-8")
    read_parameters(Folder(folder, str(folder)), {"origin": origin}, mistakes)
    with pytest.raises(Exception, match=r"origin/parameters.yaml:\d+:\d+: 'much' stands here, expected a number"):
        mistakes.raise_if_any()


def test_a_map_is_taken_over(folder: Path, edit, wrong) -> None:
    edit("scenario.yaml", "main_good: bread  ", "map_of: borderland\nmain_good: bread  ")
    assert "the folder has a map.geojson of its own" in wrong()[0]
    (folder / "map.geojson").unlink()
    assert load(folder).map_shapes == load("borderland").map_shapes
    edit("scenario.yaml", "map_of: borderland", "map_of: kazakhstan-2022")
    assert all("map.geojson has no shape 'BL." in line for line in wrong())
    edit("scenario.yaml", "map_of: kazakhstan-2022", "map_of: nowhere")
    assert [line.split(": ", 1)[0] for line in wrong()] == ["scenario.yaml:17:9"]


def test_facts_are_what_a_statistic_could_give() -> None:
    """No number of the streets, of news or of force is among them, and the docs list each."""
    assert {path.split(".")[0] for path in facts()} == {"economy", "narrative"}
    assert {"economy.gini", "economy.oil_price", "narrative.nationalism"} <= set(facts())
    assert not {"economy.salience_weight", "economy.hardship_slope", "economy.cause_rate"} & set(facts())
    page = (Path(__file__).parents[3] / "docs" / "schema" / "scenario.md").read_text(encoding="utf-8")
    assert [path for path in facts() if f"`{path}`" not in page] == []


def test_the_editor_schema_knows_both_forms() -> None:
    validator = jsonschema.Draft202012Validator(editor_schema("parameters"))
    gini = {"value": 0.4, "unit": "share", "source": "assumed"}
    assert validator.is_valid({"inherit": "kazakhstan-2022", "economy": {"gini": gini}})
    assert not validator.is_valid({"inherit": "kazakhstan-2022", "economy": {"hardship_slope": {**gini, "unit": "1"}}})
    assert not validator.is_valid({"inherit": "kazakhstan-2022", "economy": {"gini": {**gini, "value": 2}}})
    assert not validator.is_valid({"economy": {"gini": gini}})
    assert validator.is_valid(json.loads(load("borderland").parameters.model_dump_json()))
