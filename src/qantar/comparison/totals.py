"""What a comparison needs of the daily table of one side, read batch by batch: of many members, the whole is too much for some memories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from qantar.results.tables import NATION

if TYPE_CHECKING:
    from qantar.results.open import Ensemble

REGIONAL = ("participants", "deaths", "detained")
"""Daily figures whose differences are given by region, on the region's fullest day or to the end."""

AREA = ["member", "region"]


@dataclass(frozen=True)
class Totals:
    """Figures of the members that did not fail.

    participant_days : int64[member], participants of the country, summed over the days
    largest : by name of `REGIONAL`, int64[member, region], the largest of a region's days, which is its last for what counts to date
    """

    participant_days: pd.Series[int]
    largest: Mapping[str, pd.DataFrame]


def totals_of(ensemble: Ensemble) -> Totals:
    """Read the daily table of an ensemble and keep one row a member and area.

    Raises DamagedError where a part is missing or cannot be read.
    """
    wanted = [("participants", "sum"), *((name, "max") for name in REGIONAL)]
    reduced = [part.group_by(AREA, use_threads=False).aggregate(wanted) for part in ensemble.each_part("daily", (*AREA, *REGIONAL))]
    rows = pa.concat_tables(reduced).to_pandas().set_index(AREA).sort_index() if reduced else _nothing()
    national = rows.index.get_level_values("region") == NATION
    regional = rows[~national]
    return Totals(
        participant_days=rows.loc[national, "participants_sum"].droplevel("region"),
        largest={name: regional[f"{name}_max"].unstack("region") for name in REGIONAL},
    )


def _nothing() -> pd.DataFrame:
    columns = ["participants_sum", *(f"{name}_max" for name in REGIONAL)]
    return pd.DataFrame(columns=columns, index=pd.MultiIndex.from_arrays([[], []], names=AREA))
