"""Compiled kernels belong to one state of the sources."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import qantar
from qantar.engine.compiled import CALLABLE, kernel_folder, njit

PACKAGE = Path(qantar.__file__).parent

FOLDER = """
import sys
from pathlib import Path
import qantar.engine.kernel_folder as home
home.__file__ = sys.argv[1]
print(home.kernel_folder().name)
"""


def folder_of(package: Path) -> str:
    """Name of the folder that a package in another place would use."""
    file = package / "engine" / "kernel_folder.py"
    done = subprocess.run([sys.executable, "-c", FOLDER, str(file)], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_the_folder_follows_the_sources_of_every_kernel(tmp_path) -> None:
    package = tmp_path / "qantar"
    rooms = ("engine", "population", "model", "classics")
    for room in rooms:
        shutil.copytree(PACKAGE / room, package / room, ignore=shutil.ignore_patterns("__pycache__"))
    same = folder_of(package)
    assert same == kernel_folder().name
    for room in rooms:
        file = next(iter(sorted((package / room).rglob("*.py"))))
        before = file.read_text()
        file.write_text(before + "\n# another state of the sources\n")
        assert folder_of(package) != same, room
        file.write_text(before)
    assert folder_of(package) == same


def test_a_home_is_asked_for_only_where_nothing_else_is_said(tmp_path, monkeypatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert kernel_folder.__wrapped__() is None
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    assert kernel_folder.__wrapped__().parent == tmp_path / "caches" / "qantar"
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "numba"))
    assert kernel_folder.__wrapped__().parent == tmp_path / "numba"


def test_a_kernel_is_kept_in_that_folder_and_other_users_of_numba_are_left_alone() -> None:
    from numba.core import config

    before = config.CACHE_DIR

    @njit()
    def twice(number: int) -> int:
        return 2 * number

    assert twice(4) == 8
    assert Path(twice.stats.cache_path).is_relative_to(kernel_folder())
    assert before == config.CACHE_DIR


CALL = """
from numba import njit
from qantar.model.streets.formulas import saturation

@njit
def half(x: float) -> float:
    return saturation(x, x)

for _ in range(2):
    try:
        saturation(1.0, 1.0)
    except TypeError as error:
        print(error)
    print(half(3.0))
"""


def test_an_inner_kernel_says_that_only_kernels_call_it() -> None:
    environment = {name: value for name, value in os.environ.items() if name != CALLABLE}
    done = subprocess.run([sys.executable, "-c", CALL], capture_output=True, text=True, check=True, env=environment)
    first, value, *again = done.stdout.splitlines()
    assert "only kernels call saturation" in first and CALLABLE in first
    assert value == "0.5"
    assert again == [first, value]
