"""Laws of the simulated palace: nothing of the record is read, twins are equal, other palaces need other data alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from qantar.engine.ending import Ending
from qantar.experiments.polities import invent, polity
from qantar.model.palace.prospects import View
from qantar.model.palace.system import PalaceSystem
from qantar.model.palace.values import Weighed
from qantar.model.run import simulate
from qantar.model.state import World
from qantar.results.run import Run
from qantar.scenario.intervention import set_value, without
from qantar.scenario.load import load
from qantar.scenario.schema import Actor, Office, Palace, Scenario
from qantar.scenario.value import ASSUMED, Value
from qantar.scenario.vocabulary import BRANCHES, POWERS
from tests.laws.test_people import restless


def in_the_streets() -> Scenario:
    return set_value(restless(load("borderland")), "parameters.streets.base_propensity", -11.5)


def same(first: Run, second: Run) -> bool:
    equal = all(np.array_equal(first.series[name].values, second.series[name].values) for name in first.series.data_vars)
    return equal and first.events.equals(second.events) and first.ending is second.ending


def test_nothing_of_the_record_is_read() -> None:
    scenario = in_the_streets()
    bare = scenario.model_copy(update={
        "header": scenario.header.model_copy(update={"orders": (), "series": ()}), "record": (),
    })  # fmt: skip
    assert scenario.header.orders
    assert scenario.header.series
    assert scenario.record
    first = simulate(scenario, seed=3, member=1, palace="simulated")
    assert first.events["kind"].str.startswith("move-").any(), "the law was tested on a palace that did nothing"
    assert same(first, simulate(bare, seed=3, member=1, palace="simulated"))
    assert not same(first, simulate(bare, seed=3, member=2, palace="simulated"))


def test_members_do_not_depend_on_those_run_before() -> None:
    scenario = in_the_streets()
    alone = simulate(scenario, seed=4, member=2, palace="simulated")
    for member in (0, 1):
        simulate(scenario, seed=4, member=member, palace="simulated")
    assert same(alone, simulate(scenario, seed=4, member=2, palace="simulated"))


def test_a_quiet_country_stays_quiet_and_its_palace_is_not_dead() -> None:
    """Without the shock most members see no struggle, and over many weeks something happens all the same."""
    calm = without(load("borderland"), "bread-price")
    runs = [simulate(calm, seed=1, member=member, palace="simulated") for member in range(25)]
    struggles = [(run.events["kind"] == "struggle").any() for run in runs]
    assert all(run.ending in {Ending.QUIET, Ending.POWER_CONSOLIDATED, Ending.PALACE_COUP} for run in runs)
    assert sum(struggles) <= 5
    hot = set_value(calm, "parameters.moves.precision", 15.0)
    moves = [simulate(hot, seed=1, member=member, palace="simulated").events["kind"].str.startswith("move-").sum() for member in range(5)]
    assert sum(moves) > 0


def _share(number: float) -> Value:
    return Value(value=number, unit="share", source=ASSUMED)


def _actor(name: str, patron: str | None = None, loyalty: float = 0.5, **given: Any) -> Actor:
    return Actor(
        id=name, name=name.title(), patron=patron, loyalty=None if patron is None else _share(loyalty), health=_share(0.9),
        means=_share(0.2), ambition=_share(given.pop("ambition", 0.5)), source=ASSUMED, **given,
    )  # fmt: skip


def junta() -> Palace:
    """Three officers, each with men of his own, the first among equals in front."""
    own = {"general": ("army",), "marshal": ("national-guard", "head-of-state-guard"), "chief": ("police", "security-service")}
    offices = tuple(
        Office(
            id=f"{name}-seat", title=f"Seat of the {name}", formal=_share(0.4 if name == "general" else 0.3), holder=name,
            commands=branches, top=name == "general", powers=POWERS,
            appoints=("marshal-seat", "chief-seat") if name == "general" else (),
        )
        for name, branches in own.items()
    )  # fmt: skip
    return Palace(offices=offices, actors=tuple(_actor(name, ambition=0.7) for name in own))


def council() -> Palace:
    """Collective leadership: a weak chair, five equals, every removal can be refused by the secretary."""
    seats = [
        Office(
            id=f"seat-{i}", title=f"Seat {i}", formal=_share(0.2), holder=f"member-{i}", top=i == 0,
            blamed_as="government" if i == 4 else None,
            commands=tuple(b for j, b in enumerate(BRANCHES[:-1]) if j % 5 == i), powers=POWERS if i < 2 else (),
            appoints=tuple(f"seat-{j}" for j in range(5) if j != i) if i < 2 else (),
            vetoes=tuple(f"seat-{j}" for j in range(5)) if i == 1 else (),
        )
        for i in range(5)
    ]  # fmt: skip
    actors = [_actor("member-0"), _actor("member-1"), *(_actor(f"member-{i}", f"member-{i % 2}", 0.4) for i in range(2, 5))]
    return Palace(offices=tuple(seats), actors=(*actors, _actor("candidate", "member-0", 0.6)))


@pytest.mark.parametrize("palace", [junta(), council(), invent(5, 3)], ids=["junta", "council", "invented"])
def test_other_constellations_need_other_data_and_no_other_code(palace: Palace) -> None:
    scenario = in_the_streets().model_copy(update={"palace": palace})
    runs = [simulate(scenario, seed=2, member=member, palace="simulated") for member in range(3)]
    assert not any(run.failed for run in runs), [run.reason for run in runs]
    assert sum(run.events["kind"].str.startswith("move-").sum() for run in runs) > 0
    shares = runs[0].events[runs[0].events["kind"] == "palace-power"]
    at_once = shares[shares["tick"] == 0].groupby("actor")["value"].first()
    assert at_once.sum() == pytest.approx(1.0)
    assert (at_once >= 0.0).all()


def test_invented_polities_run_whatever_is_drawn() -> None:
    base = load("borderland")
    runs = [simulate(polity(base, seed=9, number=i), seed=9, member=i, palace="simulated") for i in range(12)]
    assert not any(run.failed for run in runs), [run.reason for run in runs]
    assert len({run.ending for run in runs}) > 1


def test_who_acts_acts_in_the_hour_that_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Options of a calm country are kept from turn to turn; what is done with them is done now."""
    hours = []

    def noted(palace: PalaceSystem, world: World, view: View, picked: Weighed) -> None:
        hours.append((world.tick * palace._country.clock.tick_hours, view.standing.hour))
        make(palace, world, view, picked)

    make = PalaceSystem._make
    monkeypatch.setattr(PalaceSystem, "_make", noted)
    restless_court = set_value(without(load("borderland"), "bread-price"), "parameters.moves.precision", 3.0)
    for member in range(4):
        simulate(restless_court, seed=0, member=member, palace="simulated")
    assert len(hours) > 20
    assert all(acted == pytest.approx(now) for now, acted in hours)
