"""Names inside a results folder."""

from __future__ import annotations

from pathlib import Path

MANIFEST = "manifest.json"
COMPARISON = "comparison.json"
"""Says that a folder holds two results folders side by side, and none itself."""

CONTEXT = "context.json"
MAP = "map.geojson"
SERIES = "series.zarr"
LOG = "log.txt"
LOCK = "lock"
WORKERS_LOCK = "lock.workers"

TABLES = ("events", "members", "daily", "parameters")
"""Folders of Parquet parts, one part a batch."""

CHUNK = 25
"""Members in one chunk of the series. A batch never reaches across two chunks."""


def part(folder: Path, table: str, first: int, last: int) -> Path:
    """File of one batch of a table."""
    return folder / table / f"part-{first:08d}-{last:08d}.parquet"
