"""Loading: built-in countries and folders, every mistake at once, each at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from qantar.errors import ScenarioError, UsageError
from qantar.scenario.identity import scenario_hash
from qantar.scenario.load import LIBRARY, library_names, load


@pytest.mark.parametrize("name", library_names())
def test_every_built_in_scenario_is_sound(name: str) -> None:
    assert load(name).header.id == name


def test_the_template_is_what_it_says() -> None:
    scenario = load("borderland")
    assert sum(region.population for region in scenario.regions) == 400_000
    assert (len(scenario.regions), len(scenario.places), len(scenario.alliance.blocs)) == (3, 12, 0)
    assert {order.kind for order in scenario.header.orders} == {"recall", "concession", "posture", "curfew", "blackout"}


def test_a_folder_works_like_a_built_in_scenario() -> None:
    named = load(LIBRARY / "borderland").model_copy(update={"loaded_from": "borderland"})
    assert named == load("borderland")


def test_an_unknown_name_is_answered_with_close_ones() -> None:
    with pytest.raises(UsageError, match="did you mean 'borderland'"):
        load("borderlnd")
    with pytest.raises(UsageError, match="neither a built-in scenario"):
        load("\0")


def test_mistakes_of_all_files_come_at_once(folder: Path, edit, wrong) -> None:
    edit("scenario.yaml", "capital: karst  ", "capital: karts  ")
    edit("scenario.yaml", "connectivity: {value: 0.1,", "connectivity: {value: much,")
    edit("parameters.yaml", "economy:\n  gini:\n    value: 0.292", "economy:\n  gini:\n    value: 2.92")
    edit("regions.csv", "march,Eastern March,BL.MA,grenzau,1,70000,0.50,0.29", "march,Eastern March,BL.MA,grenzau,1,x,0.50,1.29")
    edit("places.csv", "huette,Huette,valley", "huette,Huette,vally")
    edit("palace.yaml", "    patron: ruler\n    loyalty: {value: 0.7", "    patron: rulr\n    loyalty: {value: 0.7")
    edit("alliance.yaml", "blocs: []", "blok: []")
    edit("record.csv", "2024-03-06,2024-03-07,regions,,,2,", "2024-03-06,2024-03-07,regions,,,-2,")
    edit("sources.bib", "@book{example,", "@book{example")
    (folder / "sites.csv").unlink()
    found = wrong()
    expected = (
        "scenario.yaml:16:10: the place 'karts' is not known; did you mean 'karst'",
        "'much' stands here, expected a number",
        "2.92 is out of range, expected 0 to 0.9",
        "regions.csv:4:37: population: 'x' stands here, expected a whole number",
        "regions.csv:4:44: age_0_15: 1.29 is too large, expected at most 1",
        "places.csv:8:15: the region 'vally' is not known; did you mean 'valley'",
        "palace.yaml:43:13: the actor 'rulr' is not known; did you mean 'ruler'",
        "alliance.yaml:2:1: the field 'blok' is not known here",
        "record.csv:5:33: value: -2 is too small, expected at least 0",
        "sites.csv:1:1: the file is missing",
    )
    for message in expected:
        assert any(message in line for line in found), f"{message!r} is not among\n" + "\n".join(found)
    assert not any("people together" in line for line in found)
    assert any(line.startswith("sources.bib:4:") for line in found)


def test_a_wrong_row_does_not_make_references_to_it_wrong(edit, wrong) -> None:
    edit("places.csv", "karst,Karst,capital-region,settlement,46.00", "karst,Karst,capital-region,settlement,north")
    assert wrong() == ["places.csv:2:39: latitude: 'north' stands here, expected a number"]


def test_at_most_200_mistakes_are_listed_and_the_rest_counted(folder: Path) -> None:
    rows = "".join(f"p{number},P,nowhere,settlement,x,0,1\n" for number in range(500))
    header = "id,name,region,kind,latitude,longitude,population\n"
    (folder / "places.csv").write_text(header + rows, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(folder)
    assert len(caught.value.mistakes) == 200
    assert caught.value.not_listed >= 300
    assert str(caught.value).splitlines()[-1] == f"and {caught.value.not_listed} more mistakes"


def test_the_hash_names_the_content_not_the_writing(folder: Path, edit) -> None:
    before = scenario_hash(load(folder))
    edit("alliance.yaml", "blocs: []", "# nobody\nblocs: [ ]")
    assert scenario_hash(load(folder)) == before
    edit("scenario.yaml", "price_after: {value: 20,", "price_after: {value: 21,")
    changed = scenario_hash(load(folder))
    assert changed != before
    assert len(changed) == 12
    assert int(changed, 16) >= 0


@pytest.mark.parametrize("name", ["", "empty"])
def test_what_holds_no_scenario_is_said_in_one_line(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="nor a folder" if not name else "holds no scenario") as caught:
        load(name)
    assert "\n" not in str(caught.value)
