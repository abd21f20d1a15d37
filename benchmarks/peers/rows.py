"""One measured or extrapolated figure, and how a case is run in its own process and environment."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
SEEN = ("most_out", "detained", "jailed")
"""Most people out in an hour and arrests of all hours that were run; people in jail after the last step."""


@dataclass(frozen=True)
class Row:
    """Figures of one case.

    size : cells a side (Epstein's grid) or people; units : agents, or people
    steps : ticks that were run; rate : units times steps a CPU second
    how : measured, or how an extrapolated figure was come by; then wall_s and cpu_s are 0
    seen : what the case says of its own course (`SEEN`), by which two models can be compared
    """

    bench: str
    who: str
    size: int
    units: int
    steps: float
    wall_s: float
    cpu_s: float
    peak_mib: float
    how: str = "measured"
    extrapolated_rate: float = 0.0
    seen: dict[str, float] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Units times steps a CPU second."""
        return self.extrapolated_rate or self.units * self.steps / self.cpu_s

    @property
    def measured(self) -> bool:
        """Whether anything was run."""
        return not self.extrapolated_rate

    def scaled(self, size: int, units: int) -> Row:
        """Return a row of another size, extrapolated at this row's rate."""
        how = f"extrapolated at the rate of {self.size:,}"
        return Row(self.bench, self.who, size, units, 0, 0.0, 0.0, 0.0, how, self.rate)


def row_of(told: dict[str, float], bench: str, who: str, size: int, units: int, how: str = "measured") -> Row:
    """Return what a case told as a row."""
    steps = told["steps"] if "steps" in told else told["hours"]
    seen = {name: told[name] for name in SEEN if name in told}
    return Row(bench, who, size, units, steps, told["wall_s"], told["cpu_s"], told["peak_mib"], how, seen=seen)


def case(python: Path, script: str, *words: object, limit: float) -> dict[str, float] | None:
    """Run a script and return what it tells, or nothing when it takes longer than `limit` seconds of wall time."""
    command = [str(python), str(HERE / script), *(str(word) for word in words)]
    print("  " + " ".join([script, *command[2:]]), file=sys.stderr, flush=True)
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        print(f"    not done after {limit:.0f} s; left out", file=sys.stderr, flush=True)
        return None
    if done.returncode:
        sys.exit(f"{script} failed:\n{done.stderr[-2000:]}")
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told
