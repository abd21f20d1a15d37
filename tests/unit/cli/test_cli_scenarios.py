"""The commands about scenarios: what they print, where, and how they end."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from qantar.cli import main
from qantar.errors import QantarError


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main.run_command_line(list(arguments))
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_scenarios_lists_the_library(capsys) -> None:
    code, out, err = call(capsys, "scenarios")
    assert (code, err) == (0, "")
    assert "borderland" in out


def test_scenarios_says_what_may_be_varied(capsys) -> None:
    code, out, _ = call(capsys, "scenarios", "borderland")
    assert code == 0
    for text in ("400,000 people in 12 places of 3 regions", "bread-price", "blackout", "parameters.economy.gini", "--paths lists all"):
        assert text in out
    assert "forces.furth.police.men" in call(capsys, "scenarios", "borderland", "--paths")[1]


def test_scenarios_answers_in_json(capsys) -> None:
    assert json.loads(call(capsys, "scenarios", "--json")[1])["borderland"] == "Borderland, a week in March"
    found = json.loads(call(capsys, "scenarios", "borderland", "--json")[1])
    assert found["without"]["net-cut"].startswith("order (blackout)")
    assert found["set"]["forces.furth.police.men"] == "20"
    assert call(capsys, "scenarios", "nowhere", "--json")[0] == 2


def test_new_makes_a_sound_country(capsys, tmp_path: Path) -> None:
    folder = tmp_path / "my-country"
    assert call(capsys, "new", str(folder))[0] == 0
    code, out, err = call(capsys, "check", str(folder))
    assert (code, err) == (0, "")
    assert out.startswith("my-country: no mistakes; 400,000 people")
    code, out, err = call(capsys, "new", str(folder))
    assert (code, out) == (2, "")
    assert "not an empty folder" in err


def test_check_prints_every_mistake_to_stderr(capsys, tmp_path: Path) -> None:
    folder = tmp_path / "c"
    call(capsys, "new", str(folder))
    (folder / "alliance.yaml").write_text("blocs: 5\nx: \x1b[2J\n", encoding="utf-8")
    (folder / "sites.csv").unlink()
    code, out, err = call(capsys, "check", str(folder))
    assert (code, out) == (2, "")
    assert f"{folder}/alliance.yaml:2:4: " in err
    assert f"{folder}/sites.csv:1:1: the file is missing" in err
    assert "\x1b" not in err


def test_check_answers_in_json(capsys, tmp_path: Path) -> None:
    code, out, _ = call(capsys, "check", "borderland", "--json", "--sources")
    found = json.loads(out)
    assert (code, found["ok"], found["mistakes"]) == (0, True, [])
    assert {"file", "where", "value", "unit", "source", "spread"} == set(found["sources"][0])
    folder = tmp_path / "c"
    call(capsys, "new", str(folder))
    (folder / "alliance.yaml").write_text("blocs: 5\n", encoding="utf-8")
    code, out, _ = call(capsys, "check", str(folder), "--json")
    found = json.loads(out)
    assert (code, found["ok"], found["not_listed"]) == (2, False, 0)
    assert found["mistakes"][0]["line"] == 1
    assert found["mistakes"][0]["column"] == 8


def test_check_prints_the_ledger(capsys) -> None:
    code, out, _ = call(capsys, "check", "borderland", "--sources")
    assert code == 0
    assert "0 have a source" in out
    assert "economy.gini" in out
    assert "(no number uses it)" in out


def test_schema_is_json(capsys, tmp_path: Path) -> None:
    code, out, _ = call(capsys, "schema", "palace")
    assert code == 0
    assert json.loads(out)["$ref"] == "#/$defs/Palace"
    code, out, _ = call(capsys, "schema", "--out", str(tmp_path / "s.json"))
    assert (code, out.strip()) == (0, str(tmp_path / "s.json"))
    assert len(json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))["anyOf"]) == 6
    code, _, err = call(capsys, "schema", "--out", str(tmp_path / "no" / "s.json"))
    assert code == 1
    assert "cannot be written" in err


@pytest.mark.parametrize(
    "arguments", [["check", "nowhere"], ["check"], ["nonsense"], ["check", "borderland", "--nonsense"], ["schema", "x"]]
)
def test_asking_wrongly_ends_with_2(capsys, arguments: list[str]) -> None:
    code, out, err = call(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err


def test_version(capsys) -> None:
    from qantar import __version__

    assert call(capsys, "--version")[:2] == (0, f"{__version__}\n")


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [(QantarError("it broke"), 1, "it broke\n"), (KeyboardInterrupt(), 130, ""), (typer.Exit(1), 1, ""), (BrokenPipeError(), 0, "")],
)
def test_every_end_has_its_code(error: BaseException, code: int, said: str, monkeypatch, capfd) -> None:
    app = typer.Typer()

    @app.command()
    def fail() -> None:
        raise error

    monkeypatch.setattr(main, "build_app", lambda: app)
    assert main.run_command_line([]) == code
    if said:
        assert capfd.readouterr().err == said


def test_every_command_is_there() -> None:
    names = {command.name for command in main.build_app().registered_commands}
    assert {"scenarios", "new", "schema", "check", "run", "status", "report", "export", "classics"} <= names


def test_the_module_runs_as_a_program_and_its_help_is_quick() -> None:
    code = (
        "import sys; from qantar.cli import main; code = main.run_command_line(['--help']); "
        "heavy = {'numba', 'xarray', 'pandas', 'zarr', 'matplotlib', 'pydantic'} & set(sys.modules); "
        "sys.exit(code or (3 if heavy else 0))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "scenarios" in done.stdout
