"""``qantar experiment`` as it is typed, and what stands beside a scenario."""

from __future__ import annotations

from pathlib import Path

import pytest

from qantar.cli.main import run_command_line

Said = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    ("name", "first", "figures"),
    [
        ("course", "Borderland, a week in March: 2 members, seed 0, palace simulated (95 % intervals)", ["course"]),
        ("reform", "Borderland, a week in March: 2 members, seed 0; means after 24 months", ["reform"]),
        ("polities", "2 invented polities among the people of Borderland, a week in March, seed 0", ["polities"]),
    ],
)
def test_an_experiment_prints_its_table_and_draws(name: str, first: str, figures: list[str], tmp_path: Path, capsys: Said) -> None:
    kept = ["--workers", "1", "--out", str(tmp_path / "out")] if name == "course" else []
    command = ["experiment", name, "borderland", "--members", "2", *kept]
    assert run_command_line(command) == 0
    plain = capsys.readouterr()
    assert plain.out.splitlines()[0] == first
    assert run_command_line([*command, "--figures", str(tmp_path / "figures")]) == 0
    drawn = capsys.readouterr()
    assert drawn.out == plain.out
    assert f"{2 * len(figures)} files in {tmp_path / 'figures'}" in drawn.err
    assert sorted(path.name for path in (tmp_path / "figures").iterdir()) == [f"{one}.{form}" for one in figures for form in ("png", "svg")]


def test_structures_of_borderland_from_the_question_to_the_figures(tmp_path: Path, capsys: Said) -> None:
    figures = tmp_path / "figures"
    command = ["experiment", "structure", "borderland", "--members", "2", "--workers", "1", "--out", str(tmp_path / "out")]
    assert run_command_line([*command, "--intervention", "early-subsidy", "--figures", str(figures)]) == 0
    said = capsys.readouterr()
    assert "early-subsidy: Bread is subsidised a day earlier; palace recorded" in said.out
    assert "no-net-cut" not in said.out
    assert said.out.splitlines()[-1].startswith("  the sign agrees under ")
    assert sorted(path.name for path in figures.iterdir()) == ["structure-early-subsidy.png", "structure-early-subsidy.svg"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["structure", "zhanaozen-2011"], "zhanaozen-2011 has no structures"),
        (["structure", "borderland", "--intervention", "early"], "those of borderland are early-subsidy, no-net-cut"),
        (["course", "borderland", "--intervention", "early-subsidy"], "is for the experiment 'structure', not for 'course'"),
        (["structure", "nowhere"], "neither a built-in scenario"),
        (["structure", "borderland", "--members", "0"], "members are numbered from 0"),
        (["polities", "borderland", "--members", "0"], "members are numbered from 0"),
        (["polities", "borderland", "--members", "-3"], "members are numbered from 0"),
        (["reform", "borderland", "--members", "0"], "members are numbered from 0"),
        (["polities", "borderland", "--out", "somewhere"], "'polities' runs in this process and keeps no runs: leave out --out"),
        (["reform", "borderland", "--workers", "2"], "'reform' runs in this process and keeps no runs"),
        (["dance", "borderland"], "dance"),
    ],
)
def test_wrong_questions_are_answered_with_what_to_do(words: list[str], message: str, capsys: Said) -> None:
    assert run_command_line(["experiment", *words]) == 2
    assert message in capsys.readouterr().err


def test_a_folder_for_figures_that_cannot_be_is_found_out_before_anything_runs(tmp_path: Path, capsys: Said) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    out, figures = str(tmp_path / "out"), str(tmp_path / "file")
    assert run_command_line(["experiment", "course", "borderland", "--out", out, "--figures", figures]) == 1
    assert "file" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_scenarios_lists_structures_and_check_applies_them(tmp_path: Path, capsys: Said) -> None:
    assert run_command_line(["scenarios", "borderland"]) == 0
    out = capsys.readouterr().out
    assert "other structures, for `qantar experiment structure`" in out
    assert "backlash                     Force angers, concessions encourage nobody" in out
    folder = tmp_path / "c"
    assert run_command_line(["new", str(folder)]) == 0
    path = folder / "structures" / "efficacy.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("efficacy_weight", "efficiency_weight"), encoding="utf-8")
    capsys.readouterr()
    assert run_command_line(["check", str(folder)]) == 2
    err = capsys.readouterr().err
    assert "structures/efficacy.yaml:7:5" in err
    assert "did you mean 'efficacy_weight'" in err
