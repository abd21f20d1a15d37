"""The guide to one's own country, followed to the letter: its commands, its snippets, the mistakes that it shows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from qantar.cli.main import run_command_line
from qantar.scenario.load import load

PAGE = (Path(__file__).parents[2] / "docs" / "make-a-country.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ qantar (\S.*?)(?:  +.*)?$", PAGE, re.M)


@pytest.fixture
def country(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh copy of the template, in the working directory as in the guide."""
    monkeypatch.chdir(tmp_path)
    assert run_command_line(["new", "my-country"]) == 0
    return tmp_path / "my-country"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, (path.name, old)
    path.write_text(text.replace(old, new), encoding="utf-8")


def snippet(language: str, containing: str) -> str:
    return next(found for found in re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.M | re.S) if containing in found)


@pytest.mark.parametrize("command", [command for command in COMMANDS if not command.startswith(("new", "run"))])
def test_commands_say_what_the_guide_says(command: str, country: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert country.is_dir()
    capsys.readouterr()
    assert run_command_line(shlex.split(command)) == 0
    told = PAGE.partition(f"$ qantar {command}\n")[2].partition("\n")[0]
    if told and not told.startswith(("$", "```")):
        assert capsys.readouterr().out.strip() == told


def test_the_country_runs_as_it_is_and_with_what_the_guide_changes(country: Path, capsys: pytest.CaptureFixture[str]) -> None:
    few = ["--members", "2", "--workers", "1", "--quiet"]
    asked = [shlex.split(command) for command in COMMANDS if command.startswith("run")]
    assert len(asked) == 3
    for command in asked:
        at = command.index("--members") if "--members" in command else len(command)
        assert run_command_line([*command[:at], *few]) == 0
    assert "runs of my-country" in capsys.readouterr().out
    assert country.is_dir()


def test_sources_and_units_go_where_the_guide_puts_them(country: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (country / "sources.bib").open("a", encoding="utf-8") as handle:
        handle.write("\n" + snippet("bibtex", "census2023"))
    line = next(line.strip() for line in snippet("yaml", "population: {").splitlines() if "population" in line)
    edit(country / "scenario.yaml", "population: {unit: people, source: assumed, note: the places of a region add up to it}", line)
    table = (country / "regions.csv").read_text(encoding="utf-8").splitlines()
    table = [f"{row},{cell}" for row, cell in zip(table, ("population_source", "assumed", "", ""), strict=True)]
    (country / "regions.csv").write_text("\n".join(table) + "\n", encoding="utf-8")
    assert run_command_line(["check", "my-country", "--sources"]) == 0
    told = capsys.readouterr().out
    assert re.search(r"^\d+ numbers: 2 have a source, \d+ are assumed$", told, re.M)
    assert "Office of Statistics. Census of 2023, table 4" in told


def test_an_order_of_the_guide_goes_with_the_shock_that_it_answers(country: Path, capsys: pytest.CaptureFixture[str]) -> None:
    order = snippet("yaml", "capital-curfew").removeprefix("orders:\n")
    edit(country / "scenario.yaml", "orders:\n", f"orders:\n{order}\n")
    assert run_command_line(["scenarios", "my-country", "--json"]) == 0
    assert '"capital-curfew": "order (curfew)' in capsys.readouterr().out
    assert load(country).without("bread-price").header.orders == ()


def test_mistakes_are_told_as_the_guide_shows_them(country: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(country / "places.csv", "huette,Huette,valley", "huette,Huette,vally")
    edit(country / "regions.csv", "0.55,0.37,0.08,0.35", "0.55,0.37,0.18,0.35")
    edit(country / "scenario.yaml", "connectivity: {value: 0.1,", "connectivity: {value: much,")
    assert run_command_line(["check", "my-country"]) == 2
    assert capsys.readouterr().err == snippet("text", "vally")
