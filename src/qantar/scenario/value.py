"""A number with its unit, its source and how far it may be off."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

ASSUMED = "assumed"
"""The one source that is not a key of ``sources.bib``: a value that somebody had to choose."""

MOST_PEOPLE = 3_000_000_000
"""Twice the largest country; what is larger is a slip, and its counts could not be crossed exactly."""

MOST_MEN = 10_000_000
"""More than any army has; a place with more men, guards or arms is a slip."""


class Frozen(BaseModel):
    """A record that cannot change and takes nothing that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, validate_default=False)


class NormalSpread(Frozen):
    """Normal prior around the value."""

    kind: Literal["normal"] = Field(description="normal")
    sd: Annotated[float, Field(gt=0)] = Field(description="standard deviation, in the value's unit")


class LognormalSpread(Frozen):
    """Lognormal prior whose median is the value."""

    kind: Literal["lognormal"] = Field(description="lognormal")
    sd_log: Annotated[float, Field(gt=0)] = Field(description="standard deviation of the logarithm")


class UniformSpread(Frozen):
    """Uniform prior between two bounds."""

    kind: Literal["uniform"] = Field(description="uniform")
    low: float = Field(description="least value")
    high: float = Field(description="largest value")

    @model_validator(mode="after")
    def _ordered(self) -> UniformSpread:
        if not self.low < self.high:
            raise ValueError(f"low ({self.low}) must be below high ({self.high})")
        return self


Spread = Annotated[NormalSpread | LognormalSpread | UniformSpread, Field(discriminator="kind")]


class Value(Frozen):
    """One number of a scenario.

    `source` is a key of ``sources.bib`` or ``assumed``; `spread`, where given, is the prior that
    calibration and ``--parameters prior`` draw from.
    """

    value: float = Field(description="the number")
    unit: str = Field(description="its unit")
    source: str = Field(description="key of sources.bib, or assumed")
    spread: Spread | None = Field(default=None, description="how far it may be off; none for a value taken as it is")
    note: str = Field(default="", description="why this value")

    @model_validator(mode="after")
    def _inside(self) -> Value:
        if isinstance(self.spread, UniformSpread) and not self.spread.low <= self.value <= self.spread.high:
            raise ValueError(f"value {self.value} lies outside its own spread [{self.spread.low}, {self.spread.high}]")
        if isinstance(self.spread, LognormalSpread) and self.value <= 0:
            raise ValueError("a lognormal spread needs a positive value")
        return self


def quantity(
    unit: str, description: str, *, low: float = -math.inf, high: float = math.inf, of_country: bool = False
) -> Any:  # noqa: ANN401
    """Declare a parameter: its unit, its meaning and the range in which it makes sense.

    of_country: whether it is a fact about a country, which a statistic could give, and not a number of the
    model; only such ones may be replaced where parameters are taken over from another scenario.
    """
    bounds: dict[str, Any] = {"unit": unit, "low": None if low == -math.inf else low, "high": None if high == math.inf else high}
    return Field(description=description, json_schema_extra={"quantity": {**bounds, "of_country": of_country}})


class ParameterGroup(Frozen):
    """The parameters of one system; every field is a `Value` declared with `quantity`."""

    @model_validator(mode="after")
    def _units_and_ranges(self) -> ParameterGroup:
        """Report every wrong unit and value at its own place, not the first one at the group's."""
        wrong: list[InitErrorDetails] = []
        for name, field in type(self).model_fields.items():
            extra = field.json_schema_extra
            declared: dict[str, Any] = extra["quantity"] if isinstance(extra, dict) else {}  # type: ignore[assignment]
            given: Value = getattr(self, name)
            if given.unit != declared["unit"]:
                wrong.append(_wrong((name, "unit"), given.unit, f"unit is '{given.unit}', expected '{declared['unit']}'"))
            low, high = declared["low"], declared["high"]
            if (low is not None and given.value < low) or (high is not None and given.value > high):
                message = f"{given.value:g} is out of range, expected {_range(low, high)}"
                wrong.append(_wrong((name, "value"), given.value, message))
        if wrong:
            raise ValidationError.from_exception_data(type(self).__name__, wrong)
        return self


def _wrong(where: tuple[str, ...], given: object, message: str) -> InitErrorDetails:
    text = PydanticCustomError("quantity", "{message}", {"message": message})
    return InitErrorDetails(type=text, loc=where, input=given)


def _range(low: float | None, high: float | None) -> str:
    if low is None:
        return f"at most {high:g}"
    return f"at least {low:g}" if high is None else f"{low:g} to {high:g}"
