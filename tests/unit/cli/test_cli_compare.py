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
        (["borderland", "kazakhstan-2022"], "differ in clock.start (2024-03-04 00:00:00 and 2022-01-01 00:00:00), clock.end"),
        (["borderland", "--without", "recall", "--set", "parameters.media.news_lag=5"], "--without recall: what was changed are orders"),
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


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two pairs of Borderland, with its sides a and b."""
    folder = tmp_path_factory.mktemp("compared") / "cmp"
    words = ["compare", "borderland", "--without", "bread-price", "--members", "2", "--channels", "0", "--workers", "1", "--quiet"]
    assert run_command_line([*words, "--out", str(folder)]) == 0
    return folder


def test_what_is_stored_takes_no_option_of_a_run(comparison: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for stored in ([str(comparison)], [str(comparison / "a"), str(comparison / "b")]):
        capsys.readouterr()
        assert run_command_line(["compare", *stored, "--members", "50", "--seed", "7", "--channels", "9"]) == 2
        printed = capsys.readouterr()
        assert (printed.out, "leave out --members, --seed, --channels" in printed.err) == ("", True)
        assert run_command_line(["compare", *stored, "--json", "--strict", "--quiet"]) == 0


def test_a_comparison_is_no_results_folder(comparison: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole, side = str(comparison), str(comparison / "a")
    for words in (["status", whole], ["export", whole, "--to", "csv"], ["report", side, whole], ["compare", side, whole]):
        assert run_command_line(words) == 2
        assert "is a comparison" in capsys.readouterr().err
    assert run_command_line(["compare", side, "nope"]) == 2
    assert "nope does not exist" in capsys.readouterr().err


def test_addresses_do_where_folders_do(
    comparison: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("upath", reason="universal-pathlib is not installed (pip install 'qantar[remote]')")
    monkeypatch.chdir(tmp_path)
    there, sides = f"file://{comparison}", [f"file://{comparison}/a", f"file://{comparison}/b"]
    for words in (["compare", there], ["compare", *sides], ["report", there], ["report", *sides], ["status", sides[0]]):
        assert run_command_line(words) == 0, words
    assert {path.name for path in tmp_path.iterdir()} == {"report.html", "a-vs-b.html"}
    capsys.readouterr()
    for words in (["report", sides[0]], ["export", sides[0], "--to", "csv"], ["schema"], ["classics", "kuran"]):
        assert run_command_line([*words, "--out", "s3://bucket/x"]) == 2, words
        assert "on this machine, not at s3://bucket/x" in capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir()} == {"report.html", "a-vs-b.html"}
