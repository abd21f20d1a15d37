"""The commands about runs and results, on the template country: answers, exit codes, and what is refused."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from qantar.cli import main

Printed = pytest.CaptureFixture[str]
RUN = ("run", "borderland", "--workers", "1", "--quiet")
KEYS = {
    "scenario", "version", "seed", "members", "endings", "daily", "totals", "control_returned", "events", "record", "store",
}  # fmt: skip


def call(capsys: Printed, *arguments: str) -> tuple[int, str, str]:
    code = main.run_command_line(list(arguments))
    printed = capsys.readouterr()
    return code, printed.out, printed.err


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three members of Borderland."""
    folder = tmp_path_factory.mktemp("runs") / "three"
    assert main.run_command_line([*RUN, "--members", "3", "--out", str(folder)]) == 0
    return folder


def test_json_has_the_keys_of_the_contract_and_repeats_but_for_the_store(store: Path, tmp_path: Path, capsys: Printed) -> None:
    code, out, err = call(capsys, *RUN, "--members", "3", "--json", "--out", str(tmp_path / "again"))
    assert (code, err) == (0, "")
    first: dict[str, Any] = json.loads(out)
    assert set(first) == KEYS
    assert sum(first["endings"].values()) == pytest.approx(1)
    for figures in first["daily"].values():
        assert set(figures) == {"participants", "violent", "deaths", "detained", "regions"}
        assert all(set(quantiles) == {"q05", "q50", "q95"} for quantiles in figures.values())
    assert set(first["control_returned"]) == {"q05", "q50", "q95", "never"}
    assert set(first["record"]) == {"daily", "totals"}
    assert set(first["totals"]) == {"deaths", "detained", "injured"}
    second = call(capsys, *RUN, "--members", "3", "--json", "--out", str(store))[1]
    assert second.replace(str(store), "") == out.replace(str(tmp_path / "again"), "")


def test_a_damaged_chunk_is_named_and_gives_no_traceback(store: Path, tmp_path: Path, capsys: Printed) -> None:
    folder = tmp_path / "damaged"
    shutil.copytree(store, folder)
    chunk = next(path for path in (folder / "series.zarr" / "participants" / "c").rglob("*") if path.is_file())
    chunk.write_bytes(chunk.read_bytes()[:-3])
    assert call(capsys, "status", str(folder))[0] == 0
    code, out, _ = call(capsys, "status", str(folder), "--verify")
    assert (code, out.splitlines()[-2]) == (1, "content  damaged: members 0-2")
    assert "the same `qantar run` with --repair" in out.splitlines()[-1]
    code, out, err = call(capsys, "report", str(folder), "--out", str(tmp_path / "report"))
    assert (code, out) == (2, "")
    assert "qantar status FOLDER --verify" in err


def test_a_missing_chunk_gives_no_numbers(store: Path, tmp_path: Path, capsys: Printed) -> None:
    folder = tmp_path / "damaged"
    shutil.copytree(store, folder)
    shutil.rmtree(folder / "series.zarr" / "national_crowd" / "c")
    for command in (("report",), ("export", "--to", "csv")):
        code, out, err = call(capsys, *command, str(folder), "--out", str(tmp_path / "out"))
        assert (code, out) == (2, "")
        assert "no values of 'national_crowd' for members 0-2" in err
        assert "--repair" in err


def test_the_page_goes_to_stdout_and_progress_to_stderr(store: Path, capsys: Printed) -> None:
    code, out, err = call(capsys, "run", "borderland", "--workers", "1", "--members", "3", "--out", str(store))
    assert code == 0
    assert "HOW THE RUNS ENDED" in out
    assert "±" in out
    assert err == "running: 3 of 3 members stored\n"


def test_a_story_is_the_member_of_the_ensemble(store: Path, capsys: Printed) -> None:
    code, out, _ = call(capsys, *RUN, "--member", "2", "--story")
    assert code == 0
    assert "member 2, seed 0" in out
    told = json.loads(call(capsys, *RUN, "--member", "2", "--story", "--json")[1])
    rows = (store / "members").glob("*.parquet")
    assert told["member"] == 2
    assert len(list(rows)) == 1


def test_everything_that_is_wrong_with_a_request_is_said_at_once(capsys: Printed) -> None:
    code, out, err = call(
        capsys, *RUN, "--without", "bread", "--without", "net-cut", "--set", "parameters.economy.gini=7", "--set", "nothing"
    )  # fmt: skip
    assert (code, out) == (2, "")
    for words in ("'bread' cannot be withheld", "did you mean 'bread-price'", "gini=7 makes the scenario wrong", "expected PATH=VALUE"):
        assert words in err


@pytest.mark.parametrize("change", [("--without", "bread-price"), ("--set", "parameters.streets.fear_weight=1.1")])
def test_a_folder_of_another_what_if_is_refused_by_its_name(store: Path, change: tuple[str, str], capsys: Printed) -> None:
    before = {path: path.read_bytes() for path in store.rglob("*") if path.is_file()}
    code, out, err = call(capsys, *RUN, "--members", "4", "--out", str(store), *change)
    assert (code, out) == (2, "")
    assert f"is nothing there, {change[1]} was asked for" in err
    changed = {path for path in store.rglob("*") if path.is_file() and path.read_bytes() != before.get(path)}
    assert {path.name for path in changed} <= {"lock", "log"}


@pytest.mark.parametrize("command", [("status",), ("report",), ("export", "--to", "csv")])
def test_a_folder_without_results_was_asked_for_wrongly(command: tuple[str, ...], tmp_path: Path, capsys: Printed) -> None:
    (tmp_path / "file").touch()
    for name, word in (("nothing", "nothing of that name"), ("", "no manifest.json"), ("file", "it is a file")):
        code, out, err = call(capsys, *command, str(tmp_path / name))
        assert (code, out) == (2, "")
        assert word in err


def test_what_cannot_be_written_is_said_in_a_line(store: Path, tmp_path: Path, capsys: Printed) -> None:
    file = tmp_path / "file"
    file.touch()
    for code, *arguments in (
        (1, "report", str(store), "--out", str(file / "report.html")),
        (1, "report", str(store), "--out", str(tmp_path)),
        (1, "report", str(store), "--format", "md", "--out", str(file / "x" / "report.md")),
        (1, "export", str(store), "--to", "csv", "--out", str(file / "csv")),
        (1, "schema", "--out", str(file / "x")),
        (1, "new", str(file / "x")),
        (2, *RUN, "--members", "1", "--out", str(file)),
        (2, *RUN, "--members", "1", "--out", str(file / "x")),
    ):
        found, out, err = call(capsys, *arguments)
        assert (found, out) == (code, ""), arguments
        assert err.count("\n") == 1, err
        assert "Errno" not in err


def test_a_report_and_tables_are_written_where_asked(store: Path, tmp_path: Path, capsys: Printed) -> None:
    code, out, _ = call(capsys, "report", str(store), "--format", "md", "--out", str(tmp_path / "deep" / "r.md"))
    assert (code, out) == (0, f"{tmp_path}/deep/r.md\n")
    code, out, _ = call(capsys, "export", str(store), "--to", "csv", "--out", str(tmp_path / "csv"))
    assert code == 0
    assert all(Path(line).is_file() for line in out.splitlines())


@pytest.mark.skipif(sys.platform == "win32", reason="signals of a process group")
def test_an_interrupted_run_says_how_to_go_on(tmp_path: Path) -> None:
    folder = tmp_path / "runs"
    command = [sys.executable, "-m", "qantar.cli.main", "run", "borderland", "--members", "2000", "--workers", "1", "--out", str(folder)]
    # Files and no pipes: a helper that still compiles for the next run would hold a pipe open.
    told, warned = tmp_path / "told.txt", tmp_path / "warned.txt"
    with told.open("w") as out, warned.open("w") as notes, subprocess.Popen(command, stdout=out, stderr=notes) as process:
        for _ in range(1200):
            if folder.is_dir() and any((folder / "members").glob("*.parquet")):
                break
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
    assert (process.returncode, told.read_text(encoding="utf-8")) == (130, "")
    err = warned.read_text(encoding="utf-8")
    assert "of 2000 members are safe in" in err
    assert f"--out {folder}" in err


def test_a_damaged_folder_is_repaired_by_the_same_command(store: Path, tmp_path: Path, capsys: Printed) -> None:
    folder = tmp_path / "damaged"
    shutil.copytree(store, folder)
    kept = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and not path.name.startswith(("lock", "log"))}
    shutil.rmtree(folder / "series.zarr" / "deaths" / "c")
    next((folder / "members").glob("*.parquet")).unlink()
    (folder / "series.zarr" / "zarr.json").write_text("{")
    code, out, _ = call(capsys, "status", str(folder), "--verify", "--json")
    assert (code, json.loads(out)["damaged"]) == (1, [[0, 2]])
    assert "cannot be read" in json.loads(out)["damaged_frame"]
    assert call(capsys, *RUN, "--members", "3", "--out", str(folder))[0] == 2
    assert call(capsys, *RUN, "--members", "3", "--out", str(folder), "--repair")[0] == 0
    assert {path: path.read_bytes() for path in kept} == kept
    assert call(capsys, "status", str(folder), "--verify")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("report", "unheard-of://bucket/x"), "unheard-of"),
        ((*RUN, "--members", "1", "--out", "unheard-of://bucket/x"), "unheard-of"),
        (("run", "borderland", "--quiet", "--members", "1", "--cluster", "nonsense", "--out", "OUT"), "expected tcp://HOST:8786"),
        (("calibrate", "borderland", "--step", "prior", "--cluster", "nonsense", "--out", "OUT"), "expected tcp://HOST:8786"),
    ],
)  # fmt: skip
def test_addresses_that_mean_nothing_are_refused_in_a_line(
    arguments: tuple[str, ...], words: str, tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    for extra in ("upath", "distributed", "pyabc"):
        pytest.importorskip(extra)
    monkeypatch.chdir(tmp_path)
    out_folder = tmp_path / "out"
    code, out, err = call(capsys, *(str(out_folder) if word == "OUT" else word for word in arguments))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert words in err
    assert "status" not in err, "nothing was begun that could be looked at"
    assert list(tmp_path.iterdir()) == []


def test_a_file_system_whose_package_is_missing_is_named(capsys: Printed) -> None:
    pytest.importorskip("upath")
    if find_spec("s3fs") is not None:
        pytest.skip("s3fs is installed")
    for arguments in (("report", "s3://bucket/x"), (*RUN, "--members", "1", "--out", "s3://bucket/x")):
        code, out, err = call(capsys, *arguments)
        assert (code, out) == (2, "")
        assert "s3fs" in err


def test_where_every_member_fails_the_command_fails(tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr("qantar.model.run.simulate", broken)
    monkeypatch.setattr("qantar.model.run.compile_kernels", lambda *_: None)
    code, out, err = call(capsys, *RUN, "--members", "2", "--out", str(tmp_path / "s"))
    assert (code, out) == (1, "")
    assert "All 2 members failed" in err
