"""Speed beside other libraries, in one run on one machine: a table, a figure, and the numbers as JSON.

Usage: run.py --python PYTHON [--quick] [--only grids|streets] [--out DIR]. PYTHON is the interpreter of an environment
with benchmarks/peers/requirements.txt; `make bench-peers` makes one. CPU seconds decide, as another program on the same
core stretches wall time; a figure whose CPU over wall is far below 1 was measured on a busy machine.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
from dataclasses import asdict
from pathlib import Path

os.environ.update(
    dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "POLARS_MAX_THREADS"), "1")
)


def machine() -> str:
    """Return what the figures were measured on."""
    names = [line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return f"{names[0] if names else platform.processor()}, {os.cpu_count()} cores, Python {platform.python_version()}, one thread a case"


def main() -> None:
    """Measure, print and write."""
    import grids
    import streets
    from aims import told_aims
    from rows import Row
    from tell import save_drawing, table

    options = argparse.ArgumentParser(description="Speed beside other libraries.")
    options.add_argument("--python", type=Path, required=True, help="interpreter of the environment with the other libraries")
    options.add_argument("--quick", action="store_true", help="small sizes, a few minutes")
    options.add_argument("--only", choices=("grids", "streets"), help="one of the two benches")
    options.add_argument("--out", type=Path, default=Path("results") / "peers", help="folder for peers.md, peers.png and peers.json")
    asked = options.parse_args()
    rows: list[Row] = []
    if asked.only != "streets":
        rows += grids.measure(grids.QUICK if asked.quick else grids.FULL, asked.python)
    if asked.only != "grids":
        rows += streets.measure(streets.QUICK if asked.quick else streets.FULL, asked.python)
    asked.out.mkdir(parents=True, exist_ok=True)
    text = f"{machine()}\n\n{told_aims(rows)}\n{table(rows)}"
    (asked.out / "peers.md").write_text(text, encoding="utf-8")
    told = [{**asdict(row), "rate": row.rate} for row in rows]
    (asked.out / "peers.json").write_text(json.dumps({"machine": machine(), "rows": told}, indent=1), encoding="utf-8")
    if asked.only is None:
        save_drawing(rows, asked.out / "peers.png")
    print(text)
    print(f"written: {asked.out}")


if __name__ == "__main__":
    main()
