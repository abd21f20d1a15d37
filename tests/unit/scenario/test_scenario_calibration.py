"""calibration.yaml: every mistake at once, at its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import qantar
from qantar.errors import ScenarioError
from qantar.scenario.load import LIBRARY


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    where = tmp_path / "country"
    shutil.copytree(LIBRARY / "borderland", where)
    return where


def change(folder: Path, old: str, new: str, file: str = "calibration.yaml") -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def mistakes(folder: Path) -> list[str]:
    with pytest.raises(ScenarioError) as found:
        qantar.load(folder)
    return [str(mistake) for mistake in found.value.mistakes]


def test_a_country_need_not_have_one(folder: Path) -> None:
    (folder / "calibration.yaml").unlink()
    assert qantar.load(folder).calibration is None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("- streets.near_weight", "- streets.near_wait", "did you mean 'streets.near_weight'"),
        ("- streets.near_weight", "- streets.far_distance", "has no spread"),
        ("- streets.near_weight", "- streets.far_weight", "stands here twice"),
        ("key: participants, date: 2024-03-05", "key: participants, date: 2024-03-09", "no such figure"),
        ("date: 2024-03-05", "date: 2025-03-05", "outside the clock"),
        ("place: karst", "place: carst", "not known"),
        ("half: fit", "half: third", "expected 'fit' or 'judge'"),
        ("  - key: deaths\n", "  - key: injured\n", "no line for 'deaths'"),
        ("error: {value: 0.5, unit: regions", "error: {value: 0.5, unit: people", "expected 'regions'"),
        ("streets.travel_weight: 0", "streets.travel_wait: 0", "no parameter"),
        ("id: participants-5", "id: participants-4", "stands here twice"),
    ],
)
def test_a_mistake_is_named_at_its_place(folder: Path, old: str, new: str, message: str) -> None:
    change(folder, old, new)
    found = mistakes(folder)
    assert any(message in text and "calibration.yaml:" in text for text in found), found


def test_all_mistakes_come_at_once(folder: Path) -> None:
    change(folder, "- streets.near_weight", "- streets.near_wait")
    change(folder, "place: karst", "place: carst")
    change(folder, "streets.travel_weight: 0", "streets.travel_wait: 0")
    assert len(mistakes(folder)) == 3


def test_a_target_of_the_record_is_fitted_or_left_out_with_a_reason(folder: Path) -> None:
    change(folder, "300,people,assumed,shown", "300,people,assumed,target", "record.csv")
    assert qantar.load(folder).calibration is not None
    change(folder, "  - {id: participants-4, kind: record, key: participants, date: 2024-03-04, half: fit}\n", "")
    assert any("neither fits it nor says why" in text for text in mistakes(folder))
    change(folder, "mechanisms:", "left_out:\n  - {key: participants, date: 2024-03-04, why: invented}\nmechanisms:")
    assert qantar.load(folder).calibration is not None


def test_a_changed_parameter_is_not_fitted_and_still_a_sound_scenario() -> None:
    from qantar.inference.priors import priors_of

    scenario = qantar.load("borderland").set("parameters.streets.near_weight", 2.0)
    assert "streets.near_weight" not in priors_of(scenario).names
    assert "streets.near_weight" in priors_of(qantar.load("borderland")).names
