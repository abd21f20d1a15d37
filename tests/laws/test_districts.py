"""A city is one place or several districts: what awaits the people there is the same."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import qantar
from qantar.model.assemble import Assembly, assemble
from qantar.model.security import SecuritySystem
from qantar.model.state import World
from qantar.model.streets.hazards import fresh_hazards, weigh_up
from qantar.model.streets.memory import look_nearby, remember
from qantar.model.streets.system import StreetsSystem
from qantar.scenario.schema import Scenario

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "accuracy.py"
SHARED_OUT = {"peaceful": 8_000, "violent": 2_000, "force": 400.0, "used_force": 320.0, "free_force": 900.0, "arms": 40.0}
ALIKE = {"clash": 0.3, "fear": 0.4, "travellers": 0.1, "violence_memory": 0.5, "far": 0.2, "near": 0.6, "disorder": 0.3}
CLOSE = 0.002
"""Districts a kilometre or two apart see all but 0.2 % of each other."""


@pytest.fixture(scope="module")
def accuracy() -> ModuleType:
    spec = importlib.util.spec_from_file_location("benchmark_accuracy", BENCHMARK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look themselves up
    spec.loader.exec_module(module)
    return module


class Hour:
    """An hour of a crisis in one city of a scenario, be it one place or several."""

    def __init__(self, scenario: Scenario, city: str) -> None:
        self.assembly: Assembly = assemble(scenario)
        self.world = world = World(1, 0)
        for system in self.assembly.start:
            system.init(world)
        ids = self.assembly.country.place_ids
        self.parts = np.array([number for number, name in enumerate(ids) if name.split("-district-")[0] == city])
        for name, value in SHARED_OUT.items():
            here = getattr(world, name)
            here[self.parts] = value / self.parts.size
        world.peaceful_ahead[:], world.violent_ahead[:] = world.peaceful, world.violent
        for name, value in ALIKE.items():
            getattr(world, name)[self.parts] = value
        world.curfew[:] = (0.0, 23.0)
        self.streets = next(one for one in self.assembly.tick if isinstance(one, StreetsSystem))
        self.security = next(one for one in self.assembly.tick if isinstance(one, SecuritySystem))
        self.streets._noise_join = self.streets._noise_turn = np.ones(len(self.assembly.country.region_ids))

    def weighed(self) -> dict[str, np.ndarray]:
        """Return what people there go by, by part; what is a number of people, for the whole city."""
        p, _, ground, _ = self.streets._static
        scene, out = self.streets._scene(self.world), fresh_hazards(ground.region.size)
        weigh_up(p, ground, scene, self.world.bags, (12.0, 1.0), True, out)
        before = (scene.peaceful.copy(), scene.violent.copy())
        happened = tuple(np.where(np.isin(np.arange(ground.region.size), self.parts), n / self.parts.size, 0.0) for n in (8.0, 60.0))
        found = {"drive": scene.drive, "streets": out.streets.sum(axis=1), "raids": out.others[:, 0, 1]}
        look_nearby(p, ground, scene, before)
        remember(p, ground, scene, before, happened, 1.0)
        found |= {name: getattr(scene, name) for name in ("near", "disorder", "clash", "fear", "violence_memory")}
        found = {name: values[self.parts].copy() for name, values in found.items()}
        found["hits"] = out.hits[:, self.parts].sum(axis=1)[None, :]
        return found

    def sent(self, there: float = 200.0, share: float = 1.0, *, moved: bool = False) -> float:
        """Return the men who stand there through an hour, of so many at its start, before a share of the crowd.

        moved : the crowd is in one part and the men are in the next, not both in all parts alike
        """
        n = self.parts.size
        alike, one = np.full(n, 1.0 / n), np.eye(n)[0]
        self.security._arrived[self.parts] = there * (np.roll(one, 1) if moved else alike)
        for name in ("peaceful", "violent"):
            getattr(self.world, f"{name}_ahead")[self.parts] = share * SHARED_OUT[name] * (one if moved else alike)
        self.security.step(self.world)
        return float(self.world.force[self.parts].sum())

    def given_way(self, hours: int) -> float:
        """Return the men who give way in an hour, in the mean, where forty stood in one part before 400 violent all over the city."""
        self.security._numbers, before = self.security._numbers._replace(rout_rate=1.0), self.security._numbers
        one, men = np.eye(self.parts.size)[0], 0.0
        for self.world.tick in range(hours):
            for name in ("peaceful", "violent"):
                getattr(self.world, f"{name}_ahead")[self.parts] = 0.2 * SHARED_OUT[name] / self.parts.size
            self.security._arrived[self.parts] = 40.0 * one
            self.world.routed_men[:] = 0.0
            self.security.step(self.world)
            men += float(self.security._gave_way[self.parts].sum())
        self.security._numbers, self.world.tick = before, 0
        return men / hours


@pytest.fixture(scope="module")
def hours(accuracy: ModuleType) -> tuple[Hour, Hour]:
    scenario = qantar.load("borderland")
    largest = max((place for place in scenario.places if place.kind == "settlement"), key=lambda place: place.population)
    return Hour(scenario, largest.id), Hour(accuracy.in_districts(scenario), largest.id)


def test_a_city_and_its_districts_go_by_the_same(hours: tuple[Hour, Hour]) -> None:
    city, districts = (hour.weighed() for hour in hours)
    assert hours[1].parts.size == 4
    for name, one in city.items():
        each = np.broadcast_to(one, districts[name].shape)
        np.testing.assert_allclose(districts[name], each, rtol=CLOSE, atol=1e-12, err_msg=name)


def test_as_many_men_are_sent_to_a_city_as_to_its_districts(hours: tuple[Hour, Hour]) -> None:
    city, districts = hours
    assert districts.sent() == pytest.approx(city.sent(), rel=CLOSE)


def test_men_follow_a_crowd_from_district_to_district(hours: tuple[Hour, Hour]) -> None:
    """Those of a district whose crowd has gone do not stay behind while others come to the next one."""
    city, districts = hours
    assert districts.sent(5.0, 0.01, moved=True) == pytest.approx(city.sent(5.0, 0.01), rel=CLOSE)


def test_men_waver_before_a_citys_crowd_and_not_before_their_districts(hours: tuple[Hour, Hour]) -> None:
    """Shirking and morale after hours in which the crowd is in one district and the men in another."""
    found = []
    for hour in hours:
        hour.security._morale[:] = 1.0
        for _ in range(5):
            hour.sent(moved=True)
        found.append((hour.world.shirking[hour.parts].copy(), hour.security._morale[hour.parts].copy()))
    (shirking, morale), districts = found
    assert morale[0] < 0.9
    for city, parts in zip((shirking, morale), districts, strict=True):
        np.testing.assert_allclose(parts, np.broadcast_to(city, parts.shape), rtol=CLOSE)


def test_as_many_give_way_in_a_city_as_in_its_districts(hours: tuple[Hour, Hour]) -> None:
    """In about a third of 2,000 hours, each with draws of its own; 12 % of the men are three standard errors of the ratio."""
    city, districts = (hour.given_way(2_000) for hour in hours)
    assert city > 10.0
    assert districts == pytest.approx(city, rel=0.12)


def test_hardly_anybody_travels_to_the_next_district(hours: tuple[Hour, Hour]) -> None:
    start, to, weight = hours[1].assembly.country.travel
    for part in hours[1].parts:
        here = slice(start[part], start[part + 1])
        assert weight[here][np.isin(to[here], hours[1].parts)].sum() < CLOSE
