"""The ledger of a scenario: every number it assumes, and who says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from qantar.scenario.checks_country import DESCRIBED
from qantar.scenario.draft import values_within
from qantar.scenario.inheritance import PARAMETERS
from qantar.scenario.load import TABLES, find_folder
from qantar.scenario.mistakes import Mistakes
from qantar.scenario.reading import Folder
from qantar.scenario.schema import Scenario
from qantar.scenario.tables import numeric_columns, read_table
from qantar.scenario.value import ASSUMED, LognormalSpread, NormalSpread, Spread, Value


@dataclass(frozen=True)
class Entry:
    """One number: its file, its path inside, what it is, its unit, its source and how far it may be off."""

    file: str
    where: str
    value: float
    unit: str
    source: str
    spread: str

    @property
    def assumed(self) -> bool:
        """Whether nobody but the author of the scenario says so."""
        return self.source == ASSUMED


def ledger(scenario: Scenario, name_or_dir: str | Path) -> list[Entry]:
    """Return every number of a scenario with its source, file by file.

    name_or_dir: where it was loaded from; the sources of single cells stand only there.

    Orders and actors without numbers are not numbers and are left out; recorded hours are not counted.
    """
    folder = find_folder(name_or_dir)
    entries = [*_parameters(scenario), *_header(scenario)]
    for name in DESCRIBED:
        entries.extend(_table(scenario, name, folder))
    entries.extend(_named("palace.yaml", "offices", scenario.palace.offices))
    entries.extend(_named("palace.yaml", "actors", scenario.palace.actors))
    entries.extend(_named("alliance.yaml", "blocs", scenario.alliance.blocs))
    for number, row in enumerate(scenario.record, start=2):
        where = " ".join(str(part) for part in (f"row {number}", row.date, row.key, row.region or row.place or "") if part)
        entries.append(Entry("record.csv", where, row.value, row.unit, row.source, ""))
    return entries


def _parameters(scenario: Scenario) -> Iterator[Entry]:
    """Parameters that are taken over stand under the file of the scenario that they come from."""
    taken = scenario.parameters_from
    for where, value in values_within(scenario.parameters):
        path = ".".join(str(step) for step in where)
        own = taken is None or path in taken.own
        yield _entry(PARAMETERS if own or taken is None else f"{taken.scenario}/{PARAMETERS}", path, value)


def _header(scenario: Scenario) -> Iterator[Entry]:
    header = scenario.header
    for field, records in (("shocks", header.shocks), ("orders", header.orders), ("organisers", header.organisers)):
        yield from _named("scenario.yaml", field, records)
    for series in header.series:
        for point in series.points:
            where = f"series.{series.id} {point.at:%Y-%m-%dT%H:%M}"
            yield Entry("scenario.yaml", where, point.value, series.unit, series.source, "")


def _named(file: str, field: str, records: tuple[Any, ...]) -> Iterator[Entry]:
    for record in records:
        for where, value in values_within(record):
            yield _entry(file, ".".join([field, record.id, *(str(step) for step in where)]), value)


def _table(scenario: Scenario, name: str, folder: Path) -> Iterator[Entry]:
    file = f"{name}.csv"
    columns = scenario.header.tables[name]
    table = read_table(Folder(folder, str(folder)), file, TABLES[file], Mistakes())
    own = {(_row_name(table.rows[cell.row][1]), cell.column): cell.source for cell in table.overrides}
    for row in getattr(scenario, name):
        for column in numeric_columns(DESCRIBED[name]):
            described = columns[column]
            source = own.get((_row_name(row), column), described.source)
            spread = _spread(described.spread)
            yield Entry(file, f"{_row_name(row)}.{column}", getattr(row, column), described.unit, source, spread)


def _row_name(row: BaseModel) -> str:
    """What a row is called: forces by place and branch, all others by their identifier."""
    return str(getattr(row, "id", "")) or f"{getattr(row, 'place', '')}.{getattr(row, 'branch', '')}"


def _entry(file: str, where: str, value: Value) -> Entry:
    return Entry(file, where, value.value, value.unit, value.source, _spread(value.spread))


def _spread(spread: Spread | None) -> str:
    if spread is None:
        return ""
    if isinstance(spread, NormalSpread):
        return f"normal, sd {spread.sd:g}"
    if isinstance(spread, LognormalSpread):
        return f"lognormal, sd of log {spread.sd_log:g}"
    return f"uniform, {spread.low:g} to {spread.high:g}"
