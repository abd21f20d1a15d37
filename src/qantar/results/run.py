"""What one member of an ensemble leaves behind."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd
import xarray as xr

from qantar.engine.ending import Ending
from qantar.errors import StoreError
from qantar.results.schema import EVENT_COLUMNS, VARIABLES


@dataclass(frozen=True)
class Run:
    """One simulated course of events.

    seed, member : with the scenario's hash and the version, all that is needed to repeat the run
    ending, reason : how it ended; the reason is empty unless it failed
    control_returned_hours : hours from the start to the return of control, None when it never did
    series : what `qantar.results.schema.VARIABLES` lists (or the part of it that was asked for)
    events : one row for each thing that happened, with the columns `EVENT_COLUMNS`
    identify, version : what gives the hash of what was run, and the version of Qantar

    Raises StoreError when the series or events do not keep the schema, or a failed run gives no reason.
    """

    seed: int
    member: int
    ending: Ending
    reason: str
    control_returned_hours: float | None
    series: xr.Dataset
    events: pd.DataFrame
    identify: Callable[[], str] = field(repr=False, compare=False)
    version: str

    def __post_init__(self) -> None:
        """Refuse a run that breaks the schema."""
        unknown = [str(name) for name in self.series.data_vars if name not in VARIABLES]
        if unknown:
            raise StoreError(f"series that the schema does not know: {unknown}")
        if list(self.events.columns) != list(EVENT_COLUMNS):
            raise StoreError(f"events have the columns {list(self.events.columns)}, expected {list(EVENT_COLUMNS)}")
        if self.ending is Ending.FAILED and not self.reason:
            raise StoreError("a failed run must give its reason")
        hours = self.control_returned_hours
        if hours is not None and not math.isfinite(hours):
            raise StoreError("control_returned_hours must be a finite number or None")

    @cached_property
    def scenario_hash(self) -> str:
        """The hash of what was run; it takes longer than an hour of the run, so nobody has it who does not ask."""
        return self.identify()

    @property
    def failed(self) -> bool:
        """Whether the run could not be finished."""
        return self.ending is Ending.FAILED
