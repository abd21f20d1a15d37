"""Tables for other tools: plain CSV files, one row an observation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from qantar.errors import StoreError
from qantar.results.files import write_through
from qantar.results.flat import CONTEXT_TABLES, by_place, context_table, hourly
from qantar.results.manifest import Receipt
from qantar.results.open import Ensemble
from qantar.results.tables import NATION, read_parts


def export_csv(ensemble: Ensemble, folder: Path) -> list[Path]:
    """Write the tables of a store and what they need to be understood; return the files.

    Daily figures of the country, its regions and its places; the country by the hour; events and members;
    then places, regions, orders and the record. Batches are read and written one at a time, so that memory
    does not grow with members. Files are UTF-8 with a header; texts are quoted where needed; an absent
    number is an empty field.

    Raises StoreError where no member is done yet, or a file cannot be written.
    """
    batches = ensemble.state.batches
    if not batches:
        raise StoreError("this results folder holds no finished member yet; run the same `qantar run` again to go on")
    tables: dict[str, Callable[[Receipt], pa.Table]] = {
        "daily_national.csv": lambda batch: _shaped(read_parts(ensemble.path, "daily", [batch]), national=True),
        "daily_region.csv": lambda batch: _shaped(read_parts(ensemble.path, "daily", [batch]), national=False),
        "daily_place.csv": partial(by_place, ensemble),
        "hourly_national.csv": partial(hourly, ensemble),
        "events.csv": lambda batch: _shaped(read_parts(ensemble.path, "events", [batch])),
        "members.csv": lambda batch: _shaped(read_parts(ensemble.path, "members", [batch])),
    }
    if ensemble.state.identity.drawn:
        tables["parameters.csv"] = lambda batch: read_parts(ensemble.path, "parameters", [batch], drawn=True)
    contents = {f"{name}.csv": context_table(ensemble.context, name) for name in CONTEXT_TABLES}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, rows in tables.items():
            _write(folder / name, map(rows, batches))
        for name, content in contents.items():
            _write(folder / name, [content])
    except OSError as error:
        raise StoreError(f"tables cannot be written to {folder}: {error.strerror or error}") from error
    return [folder / name for name in (*tables, *contents)]


def _write(path: Path, tables: Iterable[pa.Table]) -> None:
    """Write tables of the same columns one after the other."""

    def fill(temporary: Path) -> None:
        with ExitStack() as open_files:
            writer = None
            for content in tables:
                if writer is None:
                    options = csv.WriteOptions(quoting_style="needed")
                    writer = open_files.enter_context(csv.CSVWriter(temporary, content.schema, write_options=options))
                writer.write_table(content)

    write_through(path, fill)


def _shaped(content: pa.Table, *, national: bool | None = None) -> pa.Table:
    """The rows and columns of one file; times without fractions of a second."""
    if national is not None:
        country = pc.equal(content["region"], NATION)
        content = content.filter(country if national else pc.invert(country))
    if national:
        content = content.drop_columns(["region"])
    for index, field in enumerate(content.schema):
        if pa.types.is_timestamp(field.type):
            content = content.set_column(index, field.name, content[field.name].cast(pa.timestamp("s"), safe=False))
    return content
