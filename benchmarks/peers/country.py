"""Borderland at any size: every resident and every man of the forces times a factor, nothing else changed."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import qantar
from qantar.scenario.template import create_scenario

LIFT = 1.4
"""Log-odds that stand in the Mesa model for hardship and for news from elsewhere (assumed).

Of 100,000 people about as many come out: 859 at the most in an hour, beside 578 and 1,235 in Qantar, the medians of nine and
of the first three members.
"""
FROM_ECONOMY = ("salience_weight", "salience_rise", "salience_decay")
FROM_STREETS = (
    "activity_night", "activity_peak_hour", "activity_width", "near_half", "near_reference", "near_scaling", "near_weight", "clash_half",
    "clash_decay", "base_propensity", "backlash_weight", "arrest_weight", "arrest_visibility", "crowd_offset", "join_rate_max",
    "outing_hours", "leave_night", "anonymity_base", "anonymity_newcomer", "anonymity_organisation", "anonymity_brokerage",
    "turn_deterrence", "turn_contagion", "turn_crowd", "turn_rate", "turn_clash_share", "detain_rate", "detain_half", "detain_violent",
    "propensity_scale", "term_male", "term_young", "turn_male_young", "turn_male_other", "turn_female", "rest_hours", "release_hours",
)  # fmt: skip


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def make(folder: Path, people: int) -> qantar.Scenario:
    """Write Borderland with about so many people into a new folder and load it."""
    create_scenario(folder)
    places, regions, forces = (_rows(folder / name) for name in ("places.csv", "regions.csv", "forces.csv"))
    factor = people / sum(int(row["population"]) for row in places)
    totals: defaultdict[str, int] = defaultdict(int)
    for row in places:
        row["population"] = str(max(1, round(factor * int(row["population"]))))
        totals[row["region"]] += int(row["population"])
    for row in regions:
        row["population"] = str(totals[row["id"]])
    for row in forces:
        row["men"] = str(max(1, round(factor * int(row["men"]))))
    for name, rows in (("places.csv", places), ("regions.csv", regions), ("forces.csv", forces)):
        _write(folder / name, rows)
    return qantar.load(folder)


def describe(folder: Path) -> dict[str, Any]:
    """Return what the Mesa model needs of Borderland, from the scenario's own files and values."""
    scenario = make(folder, 400_000)
    streets, economy = scenario.parameters.streets, scenario.parameters.economy
    parameters = {name: getattr(streets, name).value for name in FROM_STREETS}
    parameters |= {name: getattr(economy, name).value for name in FROM_ECONOMY} | {"lift": LIFT}
    regions = {row["id"]: row for row in _rows(folder / "regions.csv")}
    men: defaultdict[str, int] = defaultdict(int)
    for row in _rows(folder / "forces.csv"):
        men[row["place"]] += int(row["men"])
    places = _rows(folder / "places.csv")
    people = sum(int(row["population"]) for row in places)
    return {
        "parameters": parameters,
        "places": [
            {
                "share": int(row["population"]) / people,
                "force": men[row["id"]] / int(row["population"]),
                "exposed": float(regions[row["region"]]["exposed_share"]),
                "newcomers": float(regions[row["region"]]["newcomer_share"]),
                "organisation": float(regions[row["region"]]["organisation"]),
                "brokerage": float(regions[row["region"]]["brokerage"]),
            }
            for row in places
        ],
    }


def save_description(path: Path, folder: Path) -> None:
    """Write the description of Borderland as JSON."""
    path.write_text(json.dumps(describe(folder), indent=1), encoding="utf-8")
