"""The commands that a report prints, typed again, give the same numbers."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pandas as pd
import pytest

from qantar.cli.main import run_command_line
from qantar.comparison.effect import Effect
from qantar.comparison.pair import open_comparison
from qantar.report.comparison.reproduce import commands_of
from qantar.report.material import gather
from qantar.report.reproduce import command, mode
from qantar.results.open import open_results
from qantar.scenario.load import find_folder

ONE = ["--workers", "1", "--quiet"]
OWN = """schema_version: 1
id: own-idea
title: The recall comes a day late
steps:
  - {kind: shift, name: recall, hours: 24}
"""


@pytest.fixture(autouse=True)
def own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with a country of one's own and an intervention whose file has another name than its id."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(find_folder("borderland"), "my land")
    Path("my.yaml").write_text(OWN, encoding="utf-8")


def typed(line: str, *more: str) -> None:
    program, *words = shlex.split(line)
    assert program == "qantar"
    assert run_command_line([*words, *more]) == 0, line


@pytest.mark.parametrize(
    "words",
    [
        "borderland --without recall --channels 1",
        "borderland --intervention my.yaml --palace recorded",
        "'my land' --set parameters.judgement.wave=2000 --channels 0 --parameters prior",
        "'my land' borderland --channels 0",
        "borderland borderland --channels 0",
    ],
)
def test_a_comparison_is_made_again(words: str) -> None:
    typed(f"qantar compare {words} --members 2 --out first", *ONE)
    first = open_comparison("first")
    (line,) = commands_of(first)
    typed(line, *ONE, "--out", "second")
    second = open_comparison("second")
    pd.testing.assert_frame_equal(first.members, second.members)
    assert [side.state.identity for side in (first.a, first.b)] == [side.state.identity for side in (second.a, second.b)]
    known = [None if effect.carried is None else effect.carried.as_dict() for effect in (first, second)]
    assert known[0] == known[1]


def test_two_runs_that_differ_in_palace_and_in_what_was_done_to_a_are_made_again() -> None:
    typed("qantar run 'my land' --without recall --palace recorded --members 2 --out x", *ONE)
    typed("qantar run 'my land' --palace simulated --members 2 --out y", *ONE)
    first = Effect(open_results("x"), open_results("y"))
    for line in commands_of(first):
        typed(line, *(ONE if " run " in line else []))
    pd.testing.assert_frame_equal(first.members, Effect(open_results("a"), open_results("b")).members)


def test_a_run_is_made_again() -> None:
    typed("qantar run 'my land' --palace recorded --intervention my.yaml --set parameters.judgement.wave=2000 --members 2 --out x", *ONE)
    first = open_results("x")
    typed(command(gather(first)), *ONE, "--out", "y")
    pd.testing.assert_frame_equal(first.members, open_results("y").members)
    assert first.state.identity == open_results("y").state.identity


def test_a_fit_is_asked_for_by_its_kind_and_point_values_are_said() -> None:
    assert mode(2, 0, "recorded", "posterior-0123abcd")[-2:] == ["--parameters", "posterior"]
    assert mode(2, 0, "recorded", "point")[-2:] == ["--parameters", "point"]
