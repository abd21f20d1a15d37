"""A hash of all series and events of a few members of both scenarios: the same before and after an optimisation that keeps the draws.

Usage: fingerprint.py [--members N] [--seed N] [SCENARIO]...

A line for each member with the palace recorded and simulated, and one for all of them. Compare lines from one machine:
another processor may round otherwise in the last digit.
"""

from __future__ import annotations

import argparse
import hashlib

import numpy as np
import pandas as pd
import xarray as xr

from qantar.model.run import simulate
from qantar.scenario.load import load

SCENARIOS = ("borderland", "kazakhstan-2022")
PALACES = ("recorded", "simulated")
BYTES = 8


def fingerprint(series: xr.Dataset, events: pd.DataFrame) -> str:
    """Hash what a member left: every series by name, type, shape and bytes, and every event."""
    digest = hashlib.blake2b(digest_size=BYTES)
    for name in sorted(str(name) for name in series.variables):
        values = np.ascontiguousarray(series[name].values)
        digest.update(f"{name}|{values.dtype.str}|{values.shape}|".encode())
        digest.update("\x1f".join(map(str, values.ravel())).encode() if values.dtype.kind in "OU" else values.tobytes())
    digest.update(events.to_csv(index=False).encode())
    return digest.hexdigest()


def main() -> None:
    """Print the hashes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=f"{' and '.join(SCENARIOS)} where none is named")
    parser.add_argument("--members", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    everything = hashlib.blake2b(digest_size=BYTES)
    for name in asked.scenarios or SCENARIOS:
        scenario = load(name)
        for palace in PALACES:
            for member in range(asked.members):
                run = simulate(scenario, seed=asked.seed, member=member, palace=palace)
                found = fingerprint(run.series, run.events)
                everything.update(found.encode())
                print(f"{name:<20} {palace:<10} member {member:<3} {found}", flush=True)
    print(f"{'everything':<42} {everything.hexdigest()}")


if __name__ == "__main__":
    main()
