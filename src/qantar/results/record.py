"""What was observed, as the summary states it: one figure a day, and every total with its dates.

Where sources differ, one rule decides. For a day: a figure meant as a target goes before one that is
only shown, and that before a weak one; among equals the latest account wins, for later accounts count
what earlier ones could not know. Totals are not decided: all of them are listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

USES = ("target", "shown", "weak")
"""What a recorded figure may be used for, best first."""

TOTAL_KEYS = ("deaths", "detained", "injured", "remanded", "security-deaths")
"""Keys of the record that count up over the whole crisis."""

TOTAL_FIELDS = ("key", "region", "place", "date", "value", "as_of", "source", "use")

Row = Mapping[str, Any]


def daily_record(rows: Iterable[Row], dates: Sequence[str], keys: Sequence[str]) -> dict[str, dict[str, float | None]]:
    """The country's recorded figure for each date and key, None where there is none.

    rows : the record of a store's context; dates : ISO dates
    """
    best: dict[tuple[str, str], Row] = {}
    for row in rows:
        if row["region"] or row["place"]:
            continue
        slot = (row["date"], row["key"])
        if slot not in best or _rank(row) > _rank(best[slot]):
            best[slot] = row
    return {date: {key: _value(best.get((date, key))) for key in keys} for date in dates}


def record_totals(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Every recorded total: of each key and area, all accounts of the last date that the record has for it.

    Sorted by key and area (the country first), the latest account first.
    """
    counted = [row for row in rows if row["key"] in TOTAL_KEYS]
    last: dict[tuple[str, str, str], str] = {}
    for row in counted:
        area = _area(row)
        last[area] = max(last.get(area, ""), row["date"])
    found = [{field: row[field] for field in TOTAL_FIELDS} for row in counted if row["date"] == last[_area(row)]]
    found.sort(key=lambda row: (row["use"], row["source"]))
    found.sort(key=lambda row: row["as_of"], reverse=True)
    return sorted(found, key=_area)


def _area(row: Row) -> tuple[str, str, str]:
    return row["key"], row["region"] or "", row["place"] or ""


def _rank(row: Row) -> tuple[int, str, str]:
    return -USES.index(row["use"]), row["as_of"], row["source"]


def _value(row: Row | None) -> float | None:
    return None if row is None else float(row["value"])
