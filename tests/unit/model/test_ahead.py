"""The kernel of an hour can be compiled before there is a country."""

from __future__ import annotations

from pathlib import Path

import numba
import pytest

from qantar.model import helper, run
from qantar.model.streets import ahead, system
from qantar.scenario.load import load


def test_the_miniature_has_the_types_of_a_real_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were they others, the helper would compile what nobody calls."""
    seen: list[tuple[object, ...]] = []
    usual = system.pass_hour

    def watched(*given: object) -> object:
        seen.append(tuple(numba.typeof(argument) for argument in given))
        return usual(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(system, "pass_hour", watched)
    run.compile_kernels(load("borderland"), "recorded")
    small = tuple(numba.typeof(argument) for argument in ahead.arguments())
    assert seen
    for types in seen:
        assert types == small


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a process that has not started a helper, on a machine with two cores and no compiled kernel."""
    monkeypatch.setattr(helper, "_started", [])
    monkeypatch.setattr(helper, "compiled_before", lambda: False)
    monkeypatch.setattr(helper.os, "cpu_count", lambda: 2)


@pytest.mark.usefixtures("fresh")
def test_one_helper_is_started_and_one_that_fails_harms_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helper, "WORDS", "raise SystemExit(3)")
    helper.start_helper()
    helper.start_helper()
    helper.wait_for_helper()
    assert [process.returncode for process in helper._started] == [3]


@pytest.mark.usefixtures("fresh")
def test_the_helper_runs_nothing_that_lies_in_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "random.py").write_text("raise SystemExit(4)")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(helper, "WORDS", "import qantar, random; raise SystemExit(3)")
    helper.start_helper()
    helper.wait_for_helper()
    assert [process.returncode for process in helper._started] == [3]


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize(("name", "value"), [("compiled_before", lambda: True), ("kernel_folder", lambda: None)])
def test_no_helper_where_it_is_of_no_use(monkeypatch: pytest.MonkeyPatch, name: str, value: object) -> None:
    monkeypatch.setattr(helper, name, value)
    helper.start_helper()
    assert helper._started == []


@pytest.mark.usefixtures("fresh")
def test_no_helper_on_a_single_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helper.os, "cpu_count", lambda: 1)
    helper.start_helper()
    assert helper._started == []
