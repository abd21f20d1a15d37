"""An effect is B less A over the pairs that came to an end, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from qantar.comparison.effect import DAILY, OUTCOMES, Effect
from qantar.engine.ending import Ending
from qantar.errors import StoreError, UsageError
from qantar.results.open import Ensemble
from qantar.results.repair import WORKER_DIED
from qantar.results.run import Run
from qantar.results.schema import VARIABLES
from tests import fakes

Side = Callable[..., Ensemble]


def more(scenario: Any, *, seed: int = 0, member: int = 0, palace: str | None = None, save: Any = None) -> Run:
    """As the fake, with member + 1 more deaths on every day."""
    run = fakes.simulate(scenario, seed=seed, member=member, palace=palace, save=save)
    series = run.series.copy(deep=True)
    for name in ("deaths", "national_deaths"):
        series[name] += member + 1
    return replace(run, series=series)


def test_a_series_is_what_b_has_more(side: Side) -> None:
    effect = Effect(side("a"), side("b", simulate=more))
    assert effect.series["deaths"].dims == ("member", "day")
    np.testing.assert_array_equal(effect.series["deaths"].values, np.arange(1, 13)[:, None] * np.ones((1, fakes.N_DAYS)))
    assert not effect.series["crowd_violent"].any()
    assert effect.outcome("deaths").difference.value == 6.5
    assert effect.outcome("deaths").more == 1.0
    assert effect.outcome("detained").same == 1.0


def test_every_series_is_numeric_whole_and_begins_with_the_member(side: Side) -> None:
    effect = Effect(side("a"), side("b", simulate=more))
    assert set(effect.series.data_vars) == set(VARIABLES)
    for name, variable in effect.series.data_vars.items():
        assert variable.dims[0] == "member"
        assert variable.dtype.kind in "if"
        assert not np.isnan(variable.values.astype(float)).any(), name


def test_values_are_read_only_when_they_are_used(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    from qantar.comparison import series

    read: list[tuple[Any, ...]] = []
    plain = series._Difference._read
    monkeypatch.setattr(series._Difference, "_read", lambda self, key: (read.append(key), plain(self, key))[1])
    found = Effect(side("a", 60), side("b", 60)).series
    assert read == []
    one = found["crowd_peaceful"].isel(member=30, place=1)
    assert one.shape == (fakes.N_TICKS,)
    assert one.values.shape == (fakes.N_TICKS,)
    assert len(read) == 1


def test_same_runs_differ_by_exactly_zero_everywhere(side: Side) -> None:
    effect = Effect(side("a"), side("b"))
    for variable in effect.series.data_vars.values():
        assert not variable.values.any()
    for row in effect.outcomes:
        assert (row.difference.low, row.difference.value, row.difference.high, row.same) == (0.0, 0.0, 0.0, 1.0)
    assert all(shift.difference.value == 0.0 for shift in effect.endings)
    assert all(mean.value == 0.0 for name in DAILY for mean in effect.daily[name])


def test_a_member_that_failed_on_one_side_is_in_no_number_and_is_named(side: Side) -> None:
    effect = Effect(side("a", simulate=fakes.simulate_some_fail), side("b"))
    assert effect.pairs == [0, 1, 2, 3, 4, 5, 6, 9, 10, 11]
    assert [(row["side"], row["member"]) for row in effect.failures] == [("a", 7), ("a", 8)]
    assert list(effect.series["member"].values) == effect.pairs
    assert not effect.series["deaths"].values.any()
    assert len(effect.summary()["failed"]) == 2


def test_the_shorter_side_decides_how_many_pairs_there_are(side: Side) -> None:
    assert Effect(side("a", 12), side("b", 9)).pairs == list(range(9))


def test_daily_and_regional_figures_are_the_tables(side: Side) -> None:
    effect = Effect(side("a"), side("b", simulate=more))
    assert [mean.value for mean in effect.daily["deaths"]] == [6.5, 6.5]
    assert set(effect.regions["deaths"]) == set(fakes.REGIONS)


@pytest.mark.parametrize(("change", "word"), [({"seed": 1}, "seed is 0 in A and 1 in B")])
def test_two_that_share_no_draws_are_refused(side: Side, change: dict[str, int], word: str) -> None:
    with pytest.raises(UsageError, match=word):
        Effect(side("a"), side("b", **change))


def drawn(low: float, high: float) -> Any:
    """Each member has a set of its own; those below 4 have `low` in it and the others `high`."""
    return lambda scenario, member, **_: (scenario, {"streets.turn_rate": low if member < 4 else high, "streets.near_weight": 1.0})


def test_a_fit_that_gives_each_palace_sets_of_its_own_makes_no_twins(side: Side) -> None:
    fit = "posterior-12345678"
    recorded = side("a", mode=("recorded", fit), vary=drawn(1.0, 2.0))
    other = side("b", 10, mode=("simulated", fit), vary=drawn(1.0, 3.0))
    with pytest.raises(UsageError, match=r"recorded in A and simulated in B.*6 of 10 members run with another set.*point or prior"):
        Effect(recorded, other)
    same = side("c", mode=("simulated", fit), vary=drawn(1.0, 2.0))
    assert len(Effect(recorded, same).pairs) == 12, "the sets are the same, whoever acts in the palace"
    by_hand = side("d", mode=("simulated", fit), vary=lambda scenario, **_: (scenario, {"streets.near_weight": 1.0}))
    assert len(Effect(recorded, by_hand).pairs) == 12, "what was set by hand is what is compared"
    prior = [side(name, mode=(palace, "prior"), vary=drawn(1.0, 2.0)) for name, palace in (("e", "recorded"), ("f", "simulated"))]
    assert len(Effect(*prior).pairs) == 12


def test_an_unknown_outcome_is_refused(side: Side) -> None:
    with pytest.raises(UsageError, match="peak_participants"):
        Effect(side("a"), side("b")).outcome("happiness")


def test_no_pair_is_an_error_that_says_so(side: Side) -> None:
    def never(*_: object, **__: object) -> Run:
        raise ValueError("no")

    with pytest.raises(StoreError, match=r"no member came to an end in both: A: ValueError: no$"):
        _ = Effect(side("a", 3, simulate=never), side("b", 3)).outcomes


def test_a_worker_that_died_can_be_tried_again_and_a_side_that_is_not_finished_goes_on(side: Side) -> None:
    def died(*_: object, **__: object) -> Run:
        return replace(fakes.simulate(None), ending=Ending.FAILED, reason=f"{WORKER_DIED} 2 times (signal 9)")

    a, b = side("a", 1, simulate=died), side("b", 1)
    with pytest.raises(StoreError, match=r"A: its worker process died 2 times \(signal 9\); the same command with --repair"):
        _ = Effect(a, b).outcomes
    begun = replace(b, state=replace(b.state, batches=(), members=5))
    with pytest.raises(StoreError, match="in both; the same command goes on"):
        _ = Effect(b, begun).outcomes


def test_the_summary_is_plain_and_repeats(side: Side) -> None:
    effect = Effect(side("a"), side("b", simulate=more))
    text = json.dumps(effect.summary(), allow_nan=False)
    assert json.loads(text)["outcomes"].keys() == OUTCOMES.keys()
    assert json.dumps(Effect(effect.a, effect.b).summary(), allow_nan=False) == text
