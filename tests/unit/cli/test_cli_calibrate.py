"""`qantar calibrate` refuses what cannot be before anything is run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from qantar.cli.main import run_command_line
from qantar.scenario.load import LIBRARY

Said = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--step", "hlaf"), "did you mean 'half'"),
        (("--step", "region-atlantis"), "is not known"),
        (("--budget", "3"), "--budget 3: expected at least 10"),
        (("--population", "500", "--budget", "100"), "expected 10 to the budget of 100"),
        (("--palace", "marble"), "expected one of: recorded, simulated"),
        (("--workers", "0"), "at least 1 worker"),
        (("--show",), "nothing has been calibrated"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, capsys: Said, arguments: tuple[str, ...], message: str) -> None:
    out = tmp_path / "c"
    assert run_command_line(["calibrate", "borderland", "--out", str(out), *arguments]) == 2
    assert message in capsys.readouterr().err
    assert not out.exists()


def test_a_country_without_a_calibration_says_what_it_lacks(tmp_path: Path, capsys: Said) -> None:
    folder = tmp_path / "country"
    shutil.copytree(LIBRARY / "borderland", folder)
    (folder / "calibration.yaml").unlink()
    assert run_command_line(["calibrate", str(folder), "--out", str(tmp_path / "c")]) == 2
    assert "has no calibration.yaml" in capsys.readouterr().err


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path, capsys: Said) -> None:
    pytest.importorskip("pyabc", reason="needs the extra 'calibrate'")
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    assert run_command_line(["calibrate", "borderland", "--out", str(tmp_path)]) == 2
    assert "holds other files" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
