"""Counting people is no approximation: one tick of the kernels against people one by one and against the exact law.

The same with 10,000 repeats is in tests/science.
"""

from __future__ import annotations

import numpy as np
import pytest

from qantar.model.streets import bags as kernel
from qantar.model.streets.hour import SoFar, Toll, pass_hour
from qantar.model.streets.quiet import Quiet
from qantar.model.streets.scene import Lately, Scene
from qantar.model.streets.setting import Key
from qantar.model.streets.striking import lure
from qantar.model.streets.system import StreetsSystem
from tests.oracle import rates
from tests.oracle.agreement import power
from tests.oracle.movers import Kind, compartments
from tests.oracle.one_tick import OneTick
from tests.oracle.people import DELIVERED, QUIET, REMANDED, from_counts
from tests.oracle.shared import kernel_tick, weigh
from tests.oracle.system import OracleStreets

ERROR = 0.01
REPEATS = 400
RARE = ("fear", "turn", "detain", "injure", "kill", "raid", "release", "custody", "stray", "curfew", "service", "loot")
PLANTED = [("join", 1.05), ("leave", 1.05), *[(name, 1.2) for name in RARE]]


@pytest.fixture(scope="module")
def hour() -> OneTick:
    return OneTick()


def test_every_hazard_is_what_the_equations_say_person_by_person(hour: OneTick) -> None:
    shared, people, p = hour.shared, hour.shared.people, hour.p
    n = hour.size[0]
    places = rates.of_places(p, hour.country, shared.world, shared.now, people.count(DELIVERED, n) + people.count(REMANDED, n))
    pace, ways = rates.of_street(p, shared.world, places)
    hazards = hour.ready.hazards
    np.testing.assert_allclose(np.broadcast_to(pace[:, None], (n, 4)), hazards.streets[:, :, 0], rtol=1e-9)
    np.testing.assert_allclose(ways[:, :, 1:], hazards.streets[:, :, 1:], rtol=1e-9)
    rested = compartments(people) >= kernel.TIRED
    rested &= compartments(people) < kernel.DEAD
    others = rates.of_others(p, hour.country, shared.world, shared.now, people)[rested]
    expected = hazards.others[people.place[rested], compartments(people)[rested] - kernel.TIRED]
    np.testing.assert_allclose(others, expected, rtol=1e-9)
    quiet = rates.of_quiet(p, hour.country, shared.world, shared.now, people, places)
    struck = (rates.TO_STRAY, rates.TO_CURFEW, rates.TO_SERVICE)
    expected = np.array([np.bincount(people.home, weights=quiet[:, what], minlength=n) for what in struck])
    np.testing.assert_allclose(expected, hazards.hits, rtol=1e-9)
    assert (hazards.streets[:, :, 1:].max(axis=(0, 1)) > 0).all() and (hazards.hits.max(axis=1) > 0).all()


def test_joining_and_looting_are_what_the_equations_say_in_every_cell(hour: OneTick) -> None:
    shared, people, calls = hour.shared, hour.shared.people, hour.ready.calls
    n = hour.size[0]
    places = rates.of_places(hour.p, hour.country, shared.world, shared.now, people.count(DELIVERED, n) + people.count(REMANDED, n))
    expected = rates.of_quiet(hour.p, hour.country, shared.world, shared.now, people, places) * shared.now.dt
    home, c, s = people.home, people.propensity_class, people.stratum
    adult = (people.state == QUIET) & people.adult
    odds = (calls.drive[home] + calls.score[c])[adult] + calls.term[hour.country.region[home[adult]], s[adult]]
    joining = calls.rate[home[adult]] / (1.0 + np.exp(-odds))
    np.testing.assert_allclose(joining, expected[adult, rates.TO_JOIN], rtol=1e-9)
    assert not expected[~adult, rates.TO_JOIN].any()
    streets = next(system for system in hour.assembly.tick if isinstance(system, StreetsSystem))
    _, setting, _, roles = streets._static
    lured = np.array([lure(i, setting.to_start, setting.to, setting.to_weight, shared.world.disorder) for i in range(n)])
    tempted = (people.state == QUIET) & np.isin(s, roles.opportunists)
    np.testing.assert_allclose((hour.ready.looting * lured)[home[tempted]], expected[tempted, rates.TO_LOOT], rtol=1e-9)
    assert not expected[~tempted, rates.TO_LOOT].any()
    assert joining.min() > 0 and expected[:, rates.TO_LOOT].max() > 0


def test_everything_happens_often_enough_to_be_compared(hour: OneTick) -> None:
    assert (hour.in_turn.mean[: len(Kind)] * REPEATS > 250).all()


def test_the_kernels_follow_the_exact_law(hour: OneTick) -> None:
    sums, kinds = hour.repeat(hour.by_kernels(), REPEATS)
    assert hour.disagreements(sums, ERROR) == []
    assert hour.odd_laws(kinds, ERROR) == []


def test_the_clocks_of_people_follow_the_exact_law(hour: OneTick) -> None:
    sums, kinds = hour.repeat(hour.by_clocks(5), REPEATS // 4, hour.at_once)
    assert hour.disagreements(sums, ERROR) == []
    assert hour.odd_laws(kinds, ERROR, hour.at_once) == []


def test_taking_those_at_home_in_turn_costs_at_most_half_of_what_competes(hour: OneTick) -> None:
    """The kernels' one approximation within a tick: second order, here where a hundredth of a place is struck in an hour."""
    at_once, in_turn = hour.at_once.mean[: len(Kind)], hour.in_turn.mean[: len(Kind)]
    assert np.abs(in_turn / at_once - 1.0).max() < 0.01
    assert in_turn[Kind.JOIN] > at_once[Kind.JOIN]


@pytest.mark.parametrize(("what", "factor"), PLANTED)
def test_a_planted_mistake_is_found(hour: OneTick, what: str, factor: float) -> None:
    sums, _ = hour.repeat(hour.by_kernels(weigh(hour.shared, what, factor)), REPEATS)
    assert hour.disagreements(sums, ERROR), f"{what} times {factor} went unseen"


@pytest.mark.parametrize(("names", "factor"), [
    (("join_rate_max",), 1.05), (("outing_hours",), 1 / 1.05), (("turn_rate",), 1.2), (("detain_rate",), 1.2), (("injure_rate",), 1.2),
    (("raid_rate",), 1.2), (("custody_death_rate",), 1.2), (("bystander_rate",), 1.2), (("curfew_arrest_rate",), 1.2),
    (("security_injury_rate",), 1.2), (("loot_rate",), 1.2), (("release_hours",), 1 / 1.2), (("leave_fear",), 1.2),
])
def test_the_power_to_find_a_mistake_is_at_least_nine_tenths(hour: OneTick, names: tuple[str, ...], factor: float) -> None:
    p = type(hour.p)(**vars(hour.p))
    for name in names:
        setattr(p, name, getattr(p, name) * factor)
    planted = hour.law_of(p, in_turn=True)
    assert power(hour.in_turn, planted, REPEATS, ERROR) >= 0.9


def whole_tick(hour: OneTick, member: int, few: float = np.inf) -> tuple[Toll, Quiet, kernel.Bags, np.ndarray, Scene]:
    """Run the tick as the model does, in one call, and return what it did; the shared state stays as it is.

    few : below how many people on the streets homes are raided
    """
    streets = next(s for s in hour.assembly.tick if isinstance(s, StreetsSystem))
    world, now = hour.shared.world, hour.shared.now
    quiet, bags = Quiet(*[a.copy() for a in world.quiet]), kernel.Bags(*[a.copy() for a in world.bags])
    scene = Scene(*[np.array(field) for field in streets._scene(world)])._replace(efficacy=world.efficacy)
    before = Lately(*[getattr(scene, name).astype(float) for name in Lately._fields])
    middle = Lately(*[np.zeros(hour.size[0]) for _ in Lately._fields])
    call = (world.grievance + streets._terms, now.holiday * streets._looting[0])
    toll = streets._toll(world)
    toll = Toll(toll.tally, toll.met, toll.deaths.copy(), SoFar(*[a.copy() for a in toll.so_far]))
    assert now.raiding
    moment = (now.hour, now.dt, few)
    arena, _, _ = pass_hour(
        Key(77, member, 0), moment, streets._static, (quiet, bags, world.arena.copy(), kernel.no_moves()),
        (scene, before, middle), call, streets._fates, (streets._hazards, toll),
    )
    return toll, quiet, bags, arena, scene


def test_the_steps_that_are_compared_are_those_of_a_tick(hour: OneTick) -> None:
    """`kernel_tick` calls the kernels one by one; the model calls them all at once."""
    moved = kernel_tick(hour.ready, 9)
    _, quiet, bags, arena, _ = whole_tick(hour, 9)
    before, n = hour.shared.people, hour.size[0]
    assert quiet.counts.sum() == (before.state == QUIET).sum() - (moved.kind <= Kind.SERVICE_DEAD).sum() + (moved.kind == Kind.BACK).sum()
    home = np.isin(moved.end, (kernel.TIRED, kernel.AFRAID))
    came = np.bincount(np.where(home, moved.home, moved.to)[moved.end >= 0] * kernel.COMPARTMENTS + moved.end[moved.end >= 0],
                       minlength=n * kernel.COMPARTMENTS)
    began = moved.compartment >= 0
    went = np.bincount(moved.place[began] * kernel.COMPARTMENTS + moved.compartment[began], minlength=n * kernel.COMPARTMENTS)
    change = (bags.size - hour.shared.world.bags.size).reshape(n, -1)
    loose = [kernel.TIRED, kernel.AFRAID]  # a raid's bag is known by place only
    moved_by = (came - went).reshape(n, -1)
    np.testing.assert_array_equal(np.delete(change, loose, axis=1), np.delete(moved_by, loose, axis=1))
    np.testing.assert_array_equal(change[:, loose].sum(axis=1), moved_by[:, loose].sum(axis=1))
    assert arena.size >= bags.size.sum()


def test_homes_are_raided_once_few_are_out(hour: OneTick) -> None:
    streets = next(s for s in hour.assembly.tick if isinstance(s, StreetsSystem))
    out = float(hour.shared.world.peaceful.sum() + hour.shared.world.violent.sum())
    raided = []
    for few in (out, out + 1.0):
        whole_tick(hour, 9, few)
        raided.append(bool((streets._hazards.others[:, 0, 1] > 0.0).any()))
    assert raided == [False, True]


def test_crowds_pull_clash_fear_and_disorder_follow_alike(hour: OneTick) -> None:
    """The same people having moved, both ways of remembering a tick leave the same fields."""
    toll, quiet, bags, arena, scene = whole_tick(hour, 9)
    world = hour.shared.world
    oracle = OracleStreets(hour.country, np.random.default_rng(0), continuous=False)
    oracle.people = from_counts(hour.country, np.zeros(hour.size[1]), quiet, bags, arena)
    mirror = type(world)(world.seed, world.member)
    for name in ("near", "clash", "fear", "violence_memory", "disorder", "used_force", "force", "cum_deaths", "cum_detained",
                 "cum_remanded", "cum_injured", "cum_security_deaths"):
        setattr(mirror, name, getattr(world, name).copy())
    oracle._show(mirror)
    oracle.remember(mirror, kernel_tick(hour.ready, 9), (world.peaceful, world.violent))
    np.testing.assert_array_equal(mirror.new_deaths, toll.deaths)
    sums = (mirror.cum_deaths, mirror.cum_security_deaths, mirror.cum_injured, mirror.cum_detained, mirror.cum_remanded)
    for name, summed in zip(SoFar._fields, sums, strict=True):
        np.testing.assert_array_equal(summed, getattr(toll.so_far, name), err_msg=name)
    assert toll.so_far.security_dead.sum() > world.cum_security_deaths.sum(), "somebody of the forces dies in this hour"
    for name in ("peaceful", "violent", "peaceful_ahead", "violent_ahead", "travellers", "near", "clash", "fear",
                 "violence_memory", "disorder"):
        np.testing.assert_allclose(getattr(mirror, name), getattr(scene, name), rtol=1e-9, err_msg=name)
