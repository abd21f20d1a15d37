"""Shocks: what comes over a country from outside, by price or without one."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from qantar.scenario.local_time import LocalTime
from qantar.scenario.names import Identifier
from qantar.scenario.value import Frozen, Value
from qantar.scenario.vocabulary import Regions


class PriceShock(Frozen):
    """A price step: it weighs on the basket and is salient for a while."""

    id: Identifier
    kind: Literal["price"] = Field(description="a price step")
    good: str = Field(description="what it is the price of")
    at: LocalTime = Field(description="local hour of the step")
    regions: Regions = Field(default=(), description="where; empty for the whole country")
    price_before: Value = Field(description="unit: the currency, a slash, what it buys")
    price_after: Value = Field(description="in the same unit")


class DiscontentShock(Frozen):
    """An event that angers, without a price (a stolen election, a trial): salience only."""

    id: Identifier
    kind: Literal["discontent"] = Field(description="an event without a price")
    at: LocalTime = Field(description="local hour")
    regions: Regions = Field(default=(), description="where; empty for the whole country")
    size: Value = Field(description="salience, 1 = as a doubled price among the fully exposed")
    exposure: Value = Field(description="share of people whom it concerns")


Shock = Annotated[PriceShock | DiscontentShock, Field(discriminator="kind")]
