"""How a scenario's parameters are fitted to its record: the records behind ``calibration.yaml``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from qantar.scenario.local_time import LocalDate
from qantar.scenario.names import Identifier, RecordKey
from qantar.scenario.value import Frozen, Value

PATTERN_UNITS = {"regions-in-protest": "regions", "largest-place": "1", "share-by": "share", "without-shock": "1"}
"""Unit of the error of each kind of target that is no figure of the record."""

Half = Literal["fit", "judge"]


class Measurement(Frozen):
    """What stands between a count of the model and a figure of the record.

    On the log scale ``log(figure + offset) = log(factor * count + offset) + error``, on the plain one
    ``figure = factor * count + error``; errors are normal.
    """

    key: RecordKey = Field(description="figures that it is about")
    scale: Literal["log", "plain"] = Field(description="scale on which the error is normal")
    factor: Value = Field(description="figure of the record per count of the model; a spread makes it a free parameter")
    error: Value = Field(description="standard deviation of the error on that scale")
    offset: Annotated[float, Field(ge=0)] = Field(
        default=1.0, description="what keeps the logarithm of small counts finite, in the key's unit"
    )


class AbstractTarget(Frozen):
    """What every target has."""

    id: Identifier
    weight: Annotated[float, Field(ge=0)] = Field(default=1.0, description="weight in the distance; 0 for one that is only judged")
    half: Half = Field(description="the half of the targets it belongs to when one half is fitted and the other is judged")
    error: Value | None = Field(default=None, description="its own error, instead of the key's")
    note: str = Field(default="", description="anything worth knowing")


class RecordTarget(AbstractTarget):
    """A figure of ``record.csv``."""

    kind: Literal["record"] = Field(description="a figure of the record")
    key: RecordKey = Field(description="what was counted")
    date: LocalDate = Field(description="local date that the figure is for")
    region: Identifier | None = Field(default=None, description="region of the figure")
    place: Identifier | None = Field(default=None, description="place of the figure")
    as_of: LocalDate | None = Field(default=None, description="which account, by its date; the newest when left out")


class RestTarget(AbstractTarget):
    """What a national figure leaves for the regions that have no target of their own at that date."""

    kind: Literal["rest"] = Field(description="the country less the regions with a target")
    key: RecordKey = Field(description="what was counted")
    date: LocalDate = Field(description="local date of all those figures")


class RegionsTarget(AbstractTarget):
    """Which regions were in protest on a day."""

    kind: Literal["regions-in-protest"] = Field(description="which regions protested")
    date: LocalDate = Field(description="local date")
    regions: Annotated[tuple[Identifier, ...], Field(min_length=1)] = Field(description="those that did")
    complete: bool = Field(default=True, description="whether no other region did; if not, only the named ones are checked")
    source: str = Field(description="who says so")


class LargestTarget(AbstractTarget):
    """Which place had the largest crowd of the country on a day."""

    kind: Literal["largest-place"] = Field(description="where the largest crowd was")
    date: LocalDate = Field(description="local date")
    place: Identifier = Field(description="the place")
    source: str = Field(description="who says so")


class ShareTarget(AbstractTarget):
    """Which share of a final count was reached by a day."""

    kind: Literal["share-by"] = Field(description="share of the final count reached by a day")
    key: Literal["deaths", "detained", "injured"] = Field(description="what was counted")
    date: LocalDate = Field(description="local date")
    value: Annotated[float, Field(ge=0, le=1)] = Field(description="the share")
    source: str = Field(description="who says so")


class QuietTarget(AbstractTarget):
    """What the same country does when nothing happens: the run is repeated without its shocks."""

    kind: Literal["without-shock"] = Field(description="the same member without the scenario's shocks")
    key: Literal["wave", "small-protests"] = Field(description="whether there is a wave, 1 or 0; or small protests a day, log scale")
    value: Annotated[float, Field(ge=0)] = Field(description="what is usual")
    source: str = Field(description="who says so")


Target = Annotated[
    RecordTarget | RestTarget | RegionsTarget | LargestTarget | ShareTarget | QuietTarget, Field(discriminator="kind")
]


class Mechanism(Frozen):
    """A mechanism of the model, by the parameters that switch it off."""

    id: Identifier
    off: Annotated[dict[str, float], Field(min_length=1)] = Field(description="parameter (group.name) and its value without the mechanism")
    note: str = Field(default="", description="anything worth knowing")


class LeftOut(Frozen):
    """A figure that the record calls a target and that is not fitted."""

    key: RecordKey = Field(description="what was counted")
    date: LocalDate = Field(description="local date that the figure is for")
    region: Identifier | None = Field(default=None, description="region of the figure")
    place: Identifier | None = Field(default=None, description="place of the figure")
    why: str = Field(description="the reason")


class Calibration(Frozen):
    """``calibration.yaml``: what is free, what it is held against, and how."""

    schema_version: Literal[1] = Field(description="version of this contract")
    free: Annotated[tuple[str, ...], Field(min_length=1)] = Field(description="free parameters (group.name); their spreads are the priors")
    measurement: tuple[Measurement, ...] = Field(description="one for each key that a target uses")
    targets: Annotated[tuple[Target, ...], Field(min_length=1)] = Field(description="what the model is held against")
    quiet_days: Annotated[int, Field(ge=1)] = Field(default=7, description="days of a run without shocks; at most the scenario's")
    split: str = Field(description="which half of the targets is fitted when the other is judged, and why")
    left_out: tuple[LeftOut, ...] = Field(default=(), description="targets of the record that are not used, and why")
    mechanisms: tuple[Mechanism, ...] = Field(default=(), description="what to leave out, one at a time, to see what it was worth")
