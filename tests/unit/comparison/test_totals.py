"""What a comparison keeps of the daily table is what the whole table says, and the whole table is never read."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from qantar.comparison.effect import Effect
from qantar.comparison.totals import REGIONAL, totals_of
from qantar.results.open import Ensemble, open_results
from qantar.results.tables import NATION
from tests import fakes

Side = Callable[..., Ensemble]


@pytest.mark.parametrize("simulate", [fakes.simulate, fakes.simulate_some_fail])
def test_totals_are_those_of_the_whole_table(side: Side, simulate: fakes.Simulated) -> None:
    ensemble = side("a", 60, simulate=simulate)
    found, daily = totals_of(ensemble), ensemble.daily
    nation = daily[daily["region"] == NATION]
    pd.testing.assert_series_equal(
        found.participant_days, nation.groupby("member")["participants"].sum(), check_names=False, check_index_type=False
    )
    regional = daily[daily["region"] != NATION]
    for name in REGIONAL:
        wanted = regional.pivot_table(index="member", columns="region", values=name, aggfunc="max")
        assert found.largest[name].to_numpy().dtype == np.int64
        pd.testing.assert_frame_equal(found.largest[name], wanted, check_names=False, check_index_type=False, check_column_type=False)


def test_a_side_without_a_sound_member_has_no_totals(side: Side) -> None:
    none = side("a", 8, simulate=fakes.simulate_some_fail)
    none = Ensemble(none.path, none.state.__class__(none.state.identity, none.state.members))
    assert totals_of(none).participant_days.empty
    assert all(frame.empty for frame in totals_of(none).largest.values())


def test_neither_an_effect_nor_a_summary_reads_a_whole_table(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = side("a", 30), side("b", 30)

    def refuse(_: Ensemble) -> pd.DataFrame:
        raise AssertionError("a whole table was read")

    monkeypatch.setattr(Ensemble, "daily", property(refuse))
    monkeypatch.setattr(Ensemble, "events", property(refuse))
    effect = Effect(open_results(a.path), open_results(b.path))
    assert effect.summary()["pairs"] == 30
    assert a.summary()["members"] == 30
