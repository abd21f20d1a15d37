"""``qantar classics``: what it lists, tells and draws, and how it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qantar.cli import main
from qantar.report.classics.catalogue import CATALOGUE


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main.run_command_line(["classics", *arguments])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_it_lists_what_there_is(capsys) -> None:
    code, out, err = call(capsys)
    assert (code, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()[: len(CATALOGUE)]] == list(CATALOGUE)
    assert json.loads(call(capsys, "--json")[1]) == CATALOGUE


def test_it_tells_and_draws_one(capsys, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = call(capsys, "kuran")
    assert (code, err) == (0, "")
    for text in ("World Politics 44(1): 7-48", "published  90 % oppose openly", "found      90 %", "4 of 4 findings agree; seed 0."):
        assert text in out
    figure = Path("results/classics/kuran.png")
    assert out.strip().endswith(f"figure: {figure}")
    assert figure.read_bytes().startswith(b"\x89PNG")
    assert [file.name for file in figure.parent.iterdir()] == ["kuran.png"]


def test_it_answers_in_json_and_draws_svg(capsys, tmp_path: Path) -> None:
    figure = tmp_path / "new" / "figure.svg"
    code, out, _ = call(capsys, "lang-de-sterck", "--json", "--out", str(figure))
    found = json.loads(out)
    assert (code, found["agree"], found["figure"]) == (0, True, str(figure))
    assert {"what", "published", "found", "agrees"} == set(found["findings"][0])
    assert "<svg" in figure.read_text(encoding="utf-8")


def test_the_seed_is_used(capsys, tmp_path: Path) -> None:
    def told(seed: str) -> str:
        return call(capsys, "kuran", "--out", str(tmp_path / "f.png"), "--seed", seed)[1]

    assert told("5") == told("5")
    assert told("5").replace("seed 5", "seed 6") != told("6")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["kuren"], "did you mean kuran?"),
        (["marx"], "there are granovetter, kuran"),
        (["kuran", "--out", "f.docx"], "written as .png or .svg"),
        (["kuran", "--seed", "-1"], "the seed must be a whole number"),
    ],
)
def test_asking_wrongly_ends_with_2(capsys, tmp_path: Path, monkeypatch, arguments: list[str], said: str) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = call(capsys, *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert list(tmp_path.iterdir()) == []


def test_a_figure_that_cannot_be_written_is_said(capsys, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    code, out, err = call(capsys, "kuran", "--out", str(tmp_path / "file" / "f.png"))
    assert (code, out) == (1, "")
    assert "cannot be written" in err
