"""``qantar compare`` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qantar.cli.main import run_command_line


def test_from_the_question_to_the_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "twins"
    command = ["compare", "borderland", "--without", "recall", "--members", "2", "--channels", "1", "--workers", "1", "--out", str(out)]
    assert run_command_line([*command, "--json", "--quiet"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["pairs"], found["b"]["withheld"], found["channels"]["members"]) == (2, ["recall"], 1)
    assert run_command_line([*command, "--quiet"]) == 0
    page = capsys.readouterr().out
    assert "THE EFFECT OF B" in page
    assert run_command_line(["compare", str(out)]) == 0
    assert capsys.readouterr().out == page
    assert run_command_line(["report", str(out)]) == 0
    assert Path(capsys.readouterr().out.strip()).read_text(encoding="utf-8").startswith("<!doctype html>")
    assert run_command_line(["compare", str(out / "a"), str(out / "b"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["outcomes"] == found["outcomes"]
    assert run_command_line(["report", str(out / "a"), str(out / "b"), "--out", str(tmp_path / "two.html")]) == 0
    assert (tmp_path / "two.html").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["borderland"], "compare borderland with what?"),
        (["borderland", "--without", "bred-price"], "did you mean 'bread-price'"),
        (["borderland", "--set", "nonsense"], "expected PATH=VALUE"),
        (["borderland", "--intervention", "nothing"], "is no intervention and no file"),
        (["borderland", "--without", "recall", "--out", "s3://bucket/x"], "a folder of this machine, not at s3://bucket/x"),
        (["borderland", "kazakhstan-2022"], "cannot be compared member by member"),
        (["borderland", "--without", "recall", "--members", "3", "--channels", "4"], "not in 4"),
        (["borderland", "--without", "recall", "--workers", "2", "--cluster", "tcp://x:1"], "exclude each other"),
    ],
)
def test_wrong_questions_are_answered_with_what_to_do(
    words: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_command_line(["compare", *words, "--quiet"]) == 2
    assert message in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("strict", [False, True])
def test_a_member_that_fails_ends_the_ensemble_with_1_only_when_asked(
    strict: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from qantar.model import run as model
    from qantar.model.run import simulate

    def sometimes(scenario, *, seed=0, member=0, **rest):
        if member == 1:
            raise ZeroDivisionError("a bug")
        return simulate(scenario, seed=seed, member=member, **rest)

    monkeypatch.setattr(model, "simulate", sometimes)
    command = ["run", "borderland", "--members", "2", "--workers", "1", "--out", str(tmp_path / "s"), "--json", "--quiet"]
    assert run_command_line([*command, *(["--strict"] if strict else [])]) == int(strict)
    said = capsys.readouterr()
    assert json.loads(said.out)["endings"]["failed"] == 0.5
    assert ("1 of 2 members failed" in said.err) is strict
