"""A small country for the tests of the population."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qantar.scenario.schema import Place, Region, Scenario

SHARES = {
    "male_share": 0.483, "age_0_15": 0.31, "age_16_29": 0.22, "age_30_44": 0.21, "age_45_62": 0.19, "age_63_plus": 0.07,
    "secure_share": 0.53, "precarious_share": 0.36, "out_of_work_share": 0.11, "newcomer_share": 0.173,
    "exposed_share": 0.4, "organisation": 0.3, "brokerage": 0.2, "internet_share": 0.8, "state_media_reach": 0.5, "kinship": 0.3,
}  # fmt: skip

Country = Callable[..., Scenario]


def make_region(identifier: str, population: int, **changes: float) -> Region:
    return Region(
        id=identifier, name=identifier, map_key="", centre=f"{identifier}-0", utc_offset=5, population=population,
        income_mean=100, crime=1, **{**SHARES, **changes},
    )  # fmt: skip


@pytest.fixture
def country() -> Country:
    """Make a scenario from {region: [people of each place]}; only what the population reads is there."""

    def make(sizes: dict[str, list[int]], **changes: float) -> Scenario:
        regions = tuple(make_region(name, sum(people), **changes) for name, people in sizes.items())
        places = tuple(
            Place(id=f"{name}-{row}", name="", region=name, kind="settlement", latitude=0, longitude=0, population=size)
            for name, people in sizes.items()
            for row, size in enumerate(people)
        )
        return Scenario.model_construct(regions=regions, places=places)

    return make
