"""The country as arrays."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from qantar.model.assemble import assemble
from qantar.scenario.load import load


def test_a_holiday_is_one_by_the_country_s_own_date() -> None:
    scenario = load("borderland")
    clock = scenario.header.clock.model_copy(
        update={"start": datetime(2024, 3, 4, 22, 30), "end": datetime(2024, 3, 6, 12), "tick_hours": 0.25, "holidays": (date(2024, 3, 5),)}
    )
    country = assemble(scenario.model_copy(update={"header": scenario.header.model_copy(update={"clock": clock})})).country
    begins = [clock.start + timedelta(hours=0.25 * tick) for tick in range(country.clock.n_ticks + 1)]
    assert country.holidays(country.clock.n_ticks + 1) == [moment.date() == date(2024, 3, 5) for moment in begins]
