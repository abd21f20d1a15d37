"""The last sieve: who loses weight, and what the page says of it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from qantar.ensembles.crew import Crew
from qantar.inference import sieve
from qantar.inference.calibrate import GenerationNote, Result
from qantar.inference.outcomes import layout_of
from qantar.inference.parts import Rows
from qantar.inference.progress import silent
from qantar.report.fit import _generations
from qantar.scenario.load import load

RISES, STAYS, FAILS = 1e6, 0.0, np.nan


def rows(*people: float) -> Rows:
    """Equally weighted sets, each with a run that has so many out on every day."""
    names = layout_of(load("borderland")).names
    outcomes = np.tile(np.array(people, dtype=np.float32)[:, None], (1, len(names)))
    n = len(people)
    return Rows(np.zeros((n, 2)), outcomes, np.zeros(n), np.full(n, 1.0 / n))


def sifted(monkeypatch: pytest.MonkeyPatch, *people: float) -> sieve.Sifted:
    scenario, given = load("borderland"), rows(*people)
    monkeypatch.setattr(sieve, "run_table", lambda *_: given)
    nowhere: Any = Path("nowhere")
    return sieve.Sieve(scenario, SimpleNamespace(), layout_of(scenario), "recorded", 0, nowhere, nowhere).run(Crew(1), silent, given)


def page(found: sieve.Sifted | None, *, older: bool = False) -> str:
    """The last lines of the section on the fit."""
    accepted = rows(0.0, 0.0, 0.0, 0.0) if found is None else found.rows
    fitted: Any = SimpleNamespace(provenance=SimpleNamespace(simulations=100), effective=float((accepted.weight > 0).sum()))
    study: Any = SimpleNamespace()
    told = (None, None) if found is None else (found.risen + found.failed, None) if older else (found.risen, found.failed)
    result = Result(study, fitted, accepted, (GenerationNote(8, 4, 1.0, 4.0),), None, *told)
    return _generations(result).rpartition("|\n")[2].strip()


def test_sets_that_rise_lose_their_weight_and_so_do_those_whose_run_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    found = sifted(monkeypatch, RISES, STAYS, FAILS, STAYS)
    assert (found.risen, found.failed) == (1, 1)
    assert list(found.rows.weight) == [0.0, 0.25, 0.0, 0.25]
    assert page(found).endswith(
        "1 of the 4 sets had a wave, and the runs of 1 failed, and these lost their weight: 2 effective ones are left."
    )
    assert "1 of the 4 sets had a wave and lost their weight: 3 effective" in page(sifted(monkeypatch, RISES, STAYS, STAYS, STAYS))


def test_where_no_set_stays_quiet_all_keep_their_weight_and_the_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    found = sifted(monkeypatch, RISES, RISES, FAILS, RISES)
    assert (found.risen, found.failed) == (3, 1)
    assert list(found.rows.weight) == [0.25] * 4
    words = "3 of the 4 sets had a wave, and the runs of 1 failed. None is left that stays quiet, so that all keep their weight."
    assert page(found).endswith(words)
    assert "lost" not in page(found)


def test_a_folder_that_counts_failed_runs_among_the_risen_can_still_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = page(sifted(monkeypatch, RISES, STAYS, FAILS, STAYS), older=True)
    assert "2 of the 4 sets had a wave, or their run failed, and lost their weight: 2 effective" in lost
    kept = page(sifted(monkeypatch, RISES, RISES, RISES, RISES), older=True)
    assert "4 of the 4 sets had a wave, or their run failed. None is left that stays quiet" in kept


def test_nothing_is_said_where_nobody_sieved() -> None:
    assert page(None) == ""
