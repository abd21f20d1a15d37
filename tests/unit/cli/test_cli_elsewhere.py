"""The command that shows scenarios with another's parameters beside their records."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qantar.cli import main
from qantar.scenario.load import load
from qantar.scenario.template import create_scenario


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small country with the parameters of another."""
    path = tmp_path_factory.mktemp("elsewhere") / "neighbour"
    create_scenario(path)
    (path / "parameters.yaml").write_text("inherit: borderland\n", encoding="utf-8")
    return path


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main.run_command_line(["elsewhere", *arguments, "--workers", "1", "--quiet"])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_a_folder_beside_its_record_with_and_without_its_shock(capsys, folder: Path, tmp_path: Path) -> None:
    code, out, err = call(capsys, str(folder), "--members", "2", "--out", str(tmp_path / "r"))
    assert (code, err) == (0, "")
    assert "parameters of borderland, not refitted" in " ".join(out.split())
    assert "without the shock" in out
    assert len(list((tmp_path / "r").iterdir())) == 2
    again = call(capsys, str(folder), "--members", "2", "--out", str(tmp_path / "r"), "--json")
    (found,) = json.loads(again[1])["scenarios"]
    assert (found["scenario"], found["members"], found["parameters_from"]) == ("neighbour", 2, "borderland")
    assert found["lines"]["peak participants"]["record"] == [4000, 4000]


def test_without_control_there_is_one_ensemble(capsys, folder: Path, tmp_path: Path) -> None:
    code, out, _ = call(capsys, str(folder), "--members", "1", "--no-control", "--out", str(tmp_path / "r"), "--format", "md")
    assert code == 0
    assert out.startswith("| scenario |")
    assert "without the shock" not in out
    assert len(list((tmp_path / "r").iterdir())) == 1


def test_a_wrong_name_is_answered_with_close_ones(capsys, tmp_path: Path) -> None:
    code, out, err = call(capsys, "iran-2018", "--out", str(tmp_path))
    assert (code, out) == (2, "")
    assert "did you mean 'iran-2019'" in err


def test_by_default_all_that_take_parameters_over_after_whose_they_are() -> None:
    from qantar.cli.elsewhere import _scenarios

    assert [scenario.header.id for scenario in _scenarios(None)] == [
        "kazakhstan-2022", "iran-2019", "kazakhstan-2016", "kazakhstan-2019", "zhanaozen-2011",
    ]  # fmt: skip
    assert [scenario.header.id for scenario in _scenarios(["borderland"])] == ["borderland"]
    assert load("borderland").parameters_from is None
