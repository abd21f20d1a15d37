"""How to get the same numbers again."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from qantar.report.material import Material

if TYPE_CHECKING:
    from qantar.report.case import Case

SAME = "On one machine and build the same command gives the same numbers, byte for byte, for any number of workers."
FINISHES = "No command gives just these; this one makes all of them, the same byte for byte for any number of workers."
NO_COMMAND = (
    "What was done to this country was done in Python, so that no command line says it. "
    "The hash of a scenario tells whether a run is of the same."
)


def command(material: Material) -> str:
    """The command line that makes this ensemble, or finishes it where members are missing in between; empty where none does."""
    members = len(material.endings) if material.asked is None else material.asked
    return run_command(material.case, members, material.seed, material.palace, material.parameters)


def promise(material: Material) -> str:
    """What to expect of the command, or why there is none."""
    if not can_be_typed(material.case):
        return NO_COMMAND
    if material.asked is None:
        return SAME
    there = f"These runs are {len(material.endings)} of {material.asked}, with gaps between them, and the numbers are of these alone."
    return f"{there} {FINISHES}"


def run_command(case: Case, members: int, seed: int, palace: str, parameters: str, out: str = "") -> str:
    """The command line that runs a case; empty where none does.

    parameters : as a results folder labels them; out : folder, empty for the usual one
    """
    if not can_be_typed(case):
        return ""
    parts = ["qantar", "run", case.loaded_from, *options(case), *mode(members, seed, palace, parameters)]
    return shlex.join(parts + (["--out", out] if out else []))


def can_be_typed(case: Case) -> bool:
    """Whether every intervention has a name or a file."""
    return all(case.intervened_from)


def options(case: Case) -> list[str]:
    """What is done to a scenario, as options."""
    found = [word for name in case.intervened_from for word in ("--intervention", name)]
    found += [word for name in case.withheld for word in ("--without", name)]
    return found + [word for change in case.changed for word in ("--set", change.replace(" = ", "=", 1))]


def mode(members: int, seed: int, palace: str, parameters: str) -> list[str]:
    """How many runs of which kind, as options; the label of a fit is none of them."""
    found = ["--members", str(members), "--seed", str(seed), "--palace", palace]
    return [*found, "--parameters", parameters.partition("-")[0]]


def facts(material: Material) -> tuple[tuple[str, str], ...]:
    """What identifies the runs."""
    return (
        ("Qantar", material.version),
        ("scenario", f"{material.case.id}, hash {material.scenario_hash}"),
        ("seed", str(material.seed)),
        ("members", str(len(material.endings)) if material.asked is None else f"{len(material.endings)} of {material.asked}, with gaps"),
        ("palace", material.palace),
        ("parameters", material.parameters),
    )
