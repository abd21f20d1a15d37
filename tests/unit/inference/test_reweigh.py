"""Weights under another palace, proposals, and what quiet and ignition are read from."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

pytest.importorskip("pyabc", reason="needs the extra 'calibrate'")

import pandas as pd

from qantar.engine.ending import Ending
from qantar.inference.candidates import drawn_member, keyed_generator
from qantar.inference.cascade import MAPS_CELLS, ignition, quiet
from qantar.inference.outcomes import ENDINGS, layout_of
from qantar.inference.parts import Rows
from qantar.inference.proposal import FROM_PRIOR, DefensiveNormal
from qantar.inference.reweigh import kernel_weights
from qantar.inference.variants import BASE_SHIFTS, POLICE_FACTORS, SHOCK_SHARES, ignition_variants, smaller_shocks
from qantar.scenario.load import load
from tests import small_calibration as small


def test_near_members_weigh_more_failed_ones_nothing() -> None:
    weights, width = kernel_weights(np.array([1.0, 2.0, np.inf, 3.0]), tolerance=2.5)
    assert width == 2.5
    assert weights[0] > weights[1] > 0
    assert weights[2] == weights[3] == 0
    wide, width = kernel_weights(np.array([5.0, 6.0, 7.0, 8.0]), tolerance=1.0)
    assert width > 5.0
    assert wide[0] > 0
    assert kernel_weights(np.array([np.inf, np.inf]), 1.0)[0].sum() == 0


def test_the_global_generator_is_put_back_and_candidates_are_their_own() -> None:
    before = np.random.get_state()[1].copy()  # noqa: NPY002, TID251
    with keyed_generator(1, 2, 0, 3):
        first = drawn_member()
    with keyed_generator(1, 2, 0, 4):
        other = drawn_member()
    with keyed_generator(1, 2, 0, 3):
        assert drawn_member() == first
    assert first != other
    assert np.array_equal(before, np.random.get_state()[1])  # noqa: NPY002, TID251


def test_a_proposal_has_the_density_that_it_draws_from() -> None:
    """Mean of f / q over draws from q is the integral of f; here f is a normal density, whose integral is 1."""
    particles = pd.DataFrame({"a": [0.5, 1.0, 1.5, 1.2], "b": [-1.0, -0.5, 0.2, 0.1]})
    proposal = DefensiveNormal()
    proposal.fit(particles, np.array([0.1, 0.4, 0.3, 0.2]))
    ratios = []
    for candidate in range(4_000):
        with keyed_generator(0, 0, 0, candidate):
            drawn = proposal.rvs_single()
        a, b = drawn["a"], drawn["b"]
        density = np.exp(-0.5 * (a**2 + b**2)) / (2 * np.pi)
        ratios.append(density / proposal.pdf(drawn))
    assert np.mean(ratios) == pytest.approx(1.0, abs=4 * np.std(ratios) / np.sqrt(len(ratios)))
    assert max(ratios) <= 1.0 / FROM_PRIOR + 1e-9


def rows(rose: list[bool], **columns: list[float]) -> Rows:
    """Rows of runs that had a wave or had none; all of them ended in a coup, of which streets may know nothing."""
    layout = layout_of(small.two_days())
    outcomes = np.zeros((len(rose), len(layout.names)), dtype=np.float32)
    outcomes[:, layout.column["ending"]] = ENDINGS.index(Ending.PALACE_COUP)
    outcomes[:, layout.column[f"participants@{small.DAYS[1]}"]] = np.where(rose, 1.0, 0.0) + layout.wave
    for name, values in columns.items():
        outcomes[:, layout.column[name.replace("__", "@").replace("_", "-")]] = values
    n = len(rose)
    return Rows(np.zeros((n, 1)), outcomes, np.zeros(n), np.ones(n))


def test_quiet_counts_small_protests_only_where_no_wave_came() -> None:
    layout = layout_of(small.two_days())
    rose = [False, False, True, False]
    sizes = {"small_protests_from_20": [2, 0, 0, 3], "small_protests_from_50": [0, 0, 50, 1]}
    found = quiet(rows(rose, small_protests__valley=[2, 0, 50, 4], **sizes), layout)
    assert found.without_wave == 0.75
    assert found.mean_a_day == pytest.approx((2 + 0 + 4) / 3 / 2)
    assert found.none == pytest.approx(1 / 3)
    assert dict(found.sizes)[20] == 1.0
    assert dict(found.sizes)[50] == pytest.approx(1 / 6)
    assert found.regions[0] == ("valley", 1.0)


def test_where_every_run_rises_nothing_is_said_of_small_protests() -> None:
    found = quiet(rows([True, True], small_protests_from_20=[3, 4]), layout_of(small.two_days()))
    assert found.without_wave == 0.0
    assert all(np.isnan(value) for value in (*found.a_day, found.mean_a_day, found.none))


def test_ignition_is_read_cell_by_cell() -> None:
    layout = layout_of(small.two_days())
    cells, row = len(BASE_SHIFTS) * len(POLICE_FACTORS), len(POLICE_FACTORS)
    in_all, in_one = range(cells - row, cells), 2 * cells
    fired = [cell in in_all or (member, cell) == (1, in_one) for member in range(2) for cell in range(MAPS_CELLS)]
    whole, half, quarter = ignition(rows(fired), layout)
    assert (whole.share, half.share, quarter.share) == SHOCK_SHARES
    assert whole.members == half.members == 2
    assert whole.probability[-1].tolist() == [1.0] * row
    assert not whole.probability[:-1].any()
    assert not half.probability.any()
    assert quarter.probability[0].tolist() == [0.5, 0, 0, 0, 0]
    assert np.isnan(whole.sizes[1]).all()


def test_the_maps_of_ignition_move_police_propensity_and_the_shock_alone() -> None:
    scenario = small.two_days()
    variants = ignition_variants(scenario)
    row, cells = len(POLICE_FACTORS), len(BASE_SHIFTS) * len(POLICE_FACTORS)
    assert len(variants) == MAPS_CELLS == len(SHOCK_SHARES) * cells
    police = [sum(force.men for force in variant.scenario.forces if force.branch == "police") for variant in variants[:row]]
    assert police == sorted(police)
    assert police[2] == sum(force.men for force in scenario.forces if force.branch == "police")
    assert [variant.shifts[0][1] for variant in variants[:cells:row]] == list(BASE_SHIFTS)
    assert variants[2].scenario == scenario
    before, after = scenario.header.shocks[0].price_before.value, scenario.header.shocks[0].price_after.value
    steps = [variant.scenario.header.shocks[0].price_after.value - before for variant in variants[::cells]]
    assert steps == pytest.approx([share * (after - before) for share in SHOCK_SHARES])


def test_a_part_of_an_event_without_a_price_is_an_event_of_that_size() -> None:
    scenario = load("kazakhstan-2019")
    assert [shock.kind for shock in scenario.header.shocks] == ["discontent"]
    assert smaller_shocks(scenario, 0.5).header.shocks[0].size.value == 0.5 * scenario.header.shocks[0].size.value


def test_threads_do_not_mix_their_candidates() -> None:
    def drawn(candidate: int) -> list[int]:
        with keyed_generator(0, 0, 0, candidate):
            first = drawn_member()
            time.sleep(0.001)  # long enough that another thread would come in between
            return [first, drawn_member()]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(drawn, range(40))) == [drawn(candidate) for candidate in range(40)]
