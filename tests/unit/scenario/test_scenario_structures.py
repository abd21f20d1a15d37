"""Structures: files beside a scenario, in the form of interventions."""

from __future__ import annotations

from pathlib import Path

import pytest

from qantar.errors import ScenarioError
from qantar.scenario import whatif
from qantar.scenario.checks import findings
from qantar.scenario.draft import draft_of
from qantar.scenario.load import library_names, load
from qantar.scenario.whatif import STRUCTURES
from qantar.scenario.whatif_steps import check_beside, intervene


@pytest.mark.parametrize("name", [name for name in library_names() if whatif.names(name, STRUCTURES)])
def test_those_of_the_library_change_parameters_only_and_leave_a_sound_scenario(name: str) -> None:
    scenario = load(name)
    for given in whatif.read_all(name, STRUCTURES):
        found = intervene(scenario, given)
        assert list(findings(draft_of(found))) == []
        assert found.parameters != scenario.parameters
        undone = {"parameters": scenario.parameters, "interventions": (), "intervened_from": (), "intervened_steps": ()}
        assert found.model_copy(update=undone) == scenario


def test_kazakhstan_and_borderland_have_theirs() -> None:
    assert whatif.names("kazakhstan-2022", STRUCTURES) == [
        "backlash", "blackout-brings-out", "blackout-keeps-home", "by-region", "deterrence", "efficacy",
    ]  # fmt: skip
    assert whatif.names("borderland", STRUCTURES) == ["backlash", "efficacy"]
    for name in ("kazakhstan-2022", "borderland"):
        assert [given.id for given in whatif.read_all(name, STRUCTURES)] == whatif.names(name, STRUCTURES)


def test_by_region_turns_the_whole_of_attention() -> None:
    found = intervene(load("kazakhstan-2022"), whatif.read_beside("by-region", "kazakhstan-2022", STRUCTURES))
    assert found.parameters.streets.far_by_region.value == 1.0
    assert load("kazakhstan-2022").parameters.streets.far_by_region.value == 0.0


def test_structures_are_no_interventions() -> None:
    assert set(whatif.names("borderland")).isdisjoint(whatif.names("borderland", STRUCTURES))


def test_a_new_country_brings_those_of_the_template(folder: Path) -> None:
    assert whatif.names(folder, STRUCTURES) == ["backlash", "efficacy"]
    check_beside(load(folder), folder)


def test_every_mistake_beside_a_scenario_is_told_at_once(folder: Path) -> None:
    for name, step in (
        ("interventions/early-subsidy", "{kind: without, name: bred-price}"),
        ("structures/backlash", "{kind: set, path: parameters.streets.backlash, value: 1}"),
        ("structures/efficacy", "{kind: dance}"),
    ):
        head = f"schema_version: 1\nid: {Path(name).name}\ntitle: Wrong\nsteps:\n"
        (folder / f"{name}.yaml").write_text(f"{head}  - {step}\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        check_beside(load(folder), folder)
    assert [Path(mistake.file).name for mistake in caught.value.mistakes] == ["early-subsidy.yaml", "backlash.yaml", "efficacy.yaml"]
    assert all(mistake.line == 5 for mistake in caught.value.mistakes)
