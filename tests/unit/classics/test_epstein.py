"""Epstein's model I, rule by rule: who decides, who is held, who moves, and that nobody is lost."""

from __future__ import annotations

import math

import numpy as np
import pytest

from qantar.classics.epstein import FOR_EVER, Rebellion, Rounding, Society, run, waiting_times
from qantar.classics.epstein_agents import AGENT, GONE, JAILED, LINE, OFFICER, QUIET, REBEL, Square
from qantar.classics.epstein_rules import Rules, arrest_chance, arrest_chances, readiness, rebels
from qantar.classics.torus import ACTIVE, COP, EMPTY, NOBODY, diamond, look, sight
from qantar.engine.ending import Ending
from qantar.engine.simulate import simulate
from qantar.errors import UsageError

SMALL = Society(height=20, width=23, cops=0.05, sight=3, longest_term=12)


def consistent(square: Square) -> bool:
    """Every agent stands where the grid says, alone, and the packed marks agree with the states."""
    height, width = square.who.shape
    expected = np.full((height, width), EMPTY)
    marks = {QUIET: NOBODY, REBEL: ACTIVE, JAILED: NOBODY, OFFICER: COP}
    for i, agent in enumerate(square.agents):
        if agent["state"] == GONE:
            continue
        if square.who[agent["y"], agent["x"]] != i or expected[agent["y"], agent["x"]] != EMPTY:
            return False
        expected[agent["y"], agent["x"]] = marks[int(agent["state"])]
    masks, seen = diamond(1), sight()
    return all(
        look(square.cells, masks, y, x, seen)
        == tuple(
            sum(int(expected[(y + dy) % height, (x + dx) % width] == mark) for dy, dx in ((0, 1), (1, 0), (0, -1), (-1, 0)))
            for mark in (COP, ACTIVE, EMPTY)
        )
        for y in range(height) for x in range(width)
    )  # fmt: skip


def test_nobody_is_lost_and_the_grid_agrees_with_the_agents() -> None:
    model = Rebellion(SMALL, [0.6] * 60, [1.0] * 30 + [0.3] * 30)
    square = model.init(4, 2)
    assert consistent(square)
    traits = (square.agents["hardship"].copy(), square.agents["risk"].copy())
    for tick in range(60):
        model.step(square, tick)
        assert consistent(square)
        assert sorted(square.order) == list(range(square.agents.size))
        assert square.agents["term"].max() <= SMALL.longest_term
    assert (square.agents["state"] == JAILED).any()
    cops = (square.agents["state"] == OFFICER).sum()
    assert cops == round(0.3 * (cops + (square.agents["state"] == GONE).sum()))
    assert np.array_equal(traits, (square.agents["hardship"], square.agents["risk"]))


@pytest.mark.parametrize(
    ("cops", "actives", "rounding", "ratio"),
    [
        (1, 2, Rounding.NEAREST, 0), (3, 2, Rounding.NEAREST, 2), (5, 2, Rounding.NEAREST, 2), (3, 2, Rounding.FLOOR, 1),
        (3, 2, Rounding.NONE, 1.5), (0, 4, Rounding.NONE, 0), (1, 3, Rounding.NEAREST, 0), (2, 3, Rounding.NEAREST, 1),
        (2, 3, Rounding.FLOOR, 0),
    ],
)  # fmt: skip
def test_chance_of_arrest(cops: int, actives: int, rounding: Rounding, ratio: float) -> None:
    assert arrest_chance(cops, actives, 2.3, rounding) == pytest.approx(1.0 - math.exp(-2.3 * ratio))


@pytest.mark.parametrize("rounding", list(Rounding))
def test_the_table_of_chances_holds_them(rounding: Rounding) -> None:
    chances = arrest_chances(2.3, int(rounding))
    assert chances.shape == (113, 113)
    assert all(
        chances[others, cops] == arrest_chance(cops, others + 1, 2.3, int(rounding)) for others in range(0, 113, 7) for cops in range(113)
    )


def test_one_cop_beside_one_active_arrests_with_nine_in_ten() -> None:
    assert arrest_chance(1, 1, 2.3, Rounding.NONE) == pytest.approx(0.9, abs=1e-3)


@pytest.mark.parametrize(
    ("hardship", "risk", "legitimacy", "cops", "up"),
    [
        (0.5, 0.0, 0.79, 5, True), (0.5, 0.0, 0.81, 0, False), (1.0, 1.0, 0.1, 1, False), (1.0, 0.85, 0.1, 1, True),
        (1.0, 0.9, 0.1, 1, False),
    ],
)  # fmt: skip
def test_decision(hardship: float, risk: float, legitimacy: float, cops: int, up: bool) -> None:
    rules = Rules(legitimacy, 0.1, 10, diamond(7), arrest_chances(math.log(10.0), int(Rounding.NONE)))
    assert rebels(readiness(hardship, rules), risk, rules, cops, 0) is up


def test_without_cops_everybody_aggrieved_is_active_and_stays_so() -> None:
    model = Rebellion(Society(cops=0.0), [0.5] * 5)
    square = simulate(model, seed=3).state
    assert square is not None
    aggrieved = int((square.agents["hardship"] > 0.2).sum())
    assert model.series.active == [aggrieved] * 5
    assert model.series.jailed == [0] * 5


def test_a_full_grid_moves_nobody() -> None:
    model = Rebellion(Society(citizens=0.9, cops=0.1), [0.5] * 2)
    square = model.init(1, 1)
    before = square.agents[["y", "x"]].copy()
    model.step(square, 0)
    assert np.array_equal(before, square.agents[["y", "x"]])


def test_terms_are_served_tick_by_tick() -> None:
    model = Rebellion(Society(cops=0.1, longest_term=30), [0.2] + [1.0] * 40)
    square = model.init(0, 0)
    model.step(square, 0)
    model.step(square, 1)  # who was still active when their turn came can be arrested once more
    assert not (square.agents["state"] == REBEL).any()
    terms = square.agents["term"].copy()
    assert 25 < terms.max() <= 30
    assert terms[terms > 0].mean() == pytest.approx(15, abs=2.5)
    for tick in range(2, 33):
        model.step(square, tick)
        assert (square.agents["term"] == np.maximum(terms - (tick - 1), 0)).all()
    assert not (square.agents["state"] == JAILED).any()


def test_a_run_is_a_function_of_seed_and_member() -> None:
    courses = {(s, m): tuple(run(Rebellion(SMALL, [0.7] * 30), seed=s, member=m)) for s in (1, 2) for m in (1, 2)}
    assert len(set(courses.values())) == 4
    assert courses[1, 2] == tuple(run(Rebellion(SMALL, [0.7] * 30), seed=1, member=2))


def test_courses_are_what_they_were() -> None:
    """Numbers from before turns were drawn and met in batches: with few people and with many, with arrests and with cops withdrawn."""
    tiny = Rebellion(Society(height=15, width=16, citizens=0.1, cops=0.02), [0.4] * 12)
    assert run(tiny, seed=3, member=1).tolist() == [12, 15, 10, 2, 1, 2, 0, 0, 0, 0, 0, 0]
    small = Rebellion(SMALL, [0.6] * 12, [1.0] * 6 + [0.3] * 6)
    assert run(small, seed=4, member=2).tolist() == [166, 184, 165, 148, 138, 124, 138, 140, 149, 152, 158, 168]
    assert small.series.jailed == [18, 39, 58, 73, 85, 99, 93, 90, 82, 79, 73, 63]


def test_a_grid_without_people_stays_so() -> None:
    assert run(Rebellion(Society(citizens=0.0, cops=0.0), [0.5] * 3)).tolist() == [0, 0, 0]


def test_agents_do_not_lie_across_lines_of_memory() -> None:
    square = Rebellion(SMALL, [0.6]).init(0, 0)
    assert square.agents.ctypes.data % LINE == 0
    assert LINE % AGENT.itemsize == 0


def test_two_runs_share_everything_until_their_legitimacy_differs() -> None:
    kept, cut = (run(Rebellion(SMALL, [0.7] * 20 + [after] * 20), seed=9) for after in (0.7, 0.4))
    assert np.array_equal(kept[:20], cut[:20])
    assert cut[20:].sum() > kept[20:].sum()


def test_waiting_times_are_from_start_to_start() -> None:
    assert waiting_times(np.array([0, 60, 70, 0, 0, 51, 50, 99])).tolist() == [4, 2]
    assert waiting_times(np.zeros(5, dtype=np.int64)).size == 0


def test_the_ending_says_how_many_are_active() -> None:
    outcome = simulate(Rebellion(Society(cops=0.0), [0.5]))
    assert outcome.ending is Ending.STILL_CONTESTED
    assert "people are active" in outcome.reason


def test_every_mistake_is_named_at_once() -> None:
    with pytest.raises(UsageError, match=r"sight.*cells a side.*shares.*longest term"):
        Society(height=10, sight=8, citizens=0.9, cops=0.2, longest_term=FOR_EVER + 1)
    with pytest.raises(UsageError, match="3 ticks of legitimacy, but 2 of cops"):
        Rebellion(Society(), [0.8] * 3, [1.0] * 2)
