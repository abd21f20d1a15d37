"""Hidden organisers, where a scenario has any."""

from __future__ import annotations

import numpy as np

from qantar.model.assemble import assemble
from qantar.model.state import World
from qantar.model.streets.setting import Key
from qantar.model.streets.system import StreetsSystem
from qantar.scenario.load import load
from qantar.scenario.schema import Organiser
from qantar.scenario.value import Value

CADRES = 200


def test_two_organisers_of_one_place_and_hour_draw_their_cadres_for_themselves() -> None:
    scenario = load("borderland")
    header = scenario.header
    few, one = Value(value=CADRES, unit="people", source="assumed"), Value(value=1.0, unit="1", source="assumed")
    both = tuple(
        Organiser(id=identifier, start=header.clock.start, places=(scenario.places[0].id,), cadres=few, hold_factor=one)
        for identifier in ("first-circle", "second-circle")
    )
    country = assemble(scenario.model_copy(update={"header": header.model_copy(update={"organisers": both})})).country
    streets, world = StreetsSystem(country), World(0, 0)
    streets.init(world)
    streets._organise(world, Key(0, 0, 0))
    cells = streets._moves.cell[: 2 * CADRES]
    assert streets._moves.made[0] == 2 * CADRES
    alike = np.mean(cells[:CADRES] == cells[CADRES:])
    assert alike < 0.5, "with shared draws the second circle would be nearly the first"
