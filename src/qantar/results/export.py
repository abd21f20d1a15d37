"""Tables for other tools: plain CSV files, one row an observation."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from qantar.errors import StoreError
from qantar.results.files import write_through
from qantar.results.open import Ensemble
from qantar.results.tables import NATION, SCHEMAS, read_parts


def export_csv(ensemble: Ensemble, folder: Path) -> list[Path]:
    """Write daily figures of the country and of its regions, events and members; return the files.

    Batches are read and written one at a time, so that memory does not grow with members. Files are
    UTF-8 with a header; texts are quoted where needed; an absent number is an empty field.

    Raises StoreError where a file cannot be written.
    """
    plan = {
        "daily_national.csv": ("daily", True),
        "daily_region.csv": ("daily", False),
        "events.csv": ("events", None),
        "members.csv": ("members", None),
    }
    if ensemble.state.identity.parameters != "point":
        plan["parameters.csv"] = ("parameters", None)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, (table, national) in plan.items():
            _write(ensemble, folder / name, table, national)
    except OSError as error:
        raise StoreError(f"tables cannot be written to {folder}: {error.strerror or error}") from error
    return [folder / name for name in plan]


def _write(ensemble: Ensemble, path: Path, table: str, national: bool | None) -> None:
    schema = _shaped(SCHEMAS[table].empty_table(), national).schema

    def fill(temporary: Path) -> None:
        with csv.CSVWriter(temporary, schema, write_options=csv.WriteOptions(quoting_style="needed")) as writer:
            for batch in ensemble.state.batches:
                writer.write_table(_shaped(read_parts(ensemble.path, table, [batch]), national))

    write_through(path, fill)


def _shaped(content: pa.Table, national: bool | None) -> pa.Table:
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
