"""``qantar scenarios``: what is in the library, and what may be varied in a scenario."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from qantar.scenario.intervention import Choice
    from qantar.scenario.schema import Scenario

MOST_PATHS = 12
"""Paths that are listed of a part of a scenario; `--paths` lists all."""


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("scenarios", help="List the scenarios; with a name, say what --without and --set accept.")(scenarios)


def scenarios(
    name: Annotated[str | None, typer.Argument(metavar="NAME|DIR", help="a scenario of the library, or a folder")] = None,
    paths: Annotated[bool, typer.Option("--paths", help="list every path that --set accepts")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object, with every path")] = False,
) -> None:
    """List the scenarios; with a name, say what ``--without`` and ``--set`` accept."""
    from qantar.scenario.load import library_names, load

    if as_json:
        found = _object(load(name)) if name is not None else {known: load(known).header.title for known in library_names()}
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False, allow_nan=False))
        return
    if name is not None:
        typer.echo("\n".join([*_about(load(name), all_paths=paths), *_interventions(name), *_structures(name)]))
        return
    for known in library_names():
        header = load(known).header
        typer.echo(f"{known:<18} {header.title}")
    typer.echo("\n`qantar scenarios NAME` says what may be varied in one; `qantar new DIR` makes a country of your own.")


def _object(scenario: Scenario) -> dict[str, Any]:
    from qantar.scenario.identity import scenario_hash
    from qantar.scenario.intervention import choices

    accepted = choices(scenario)
    return {
        "scenario": scenario.header.id,
        "title": scenario.header.title,
        "summary": scenario.header.summary,
        "hash": scenario_hash(scenario),
        "without": {choice.name: choice.meaning for choice in accepted.without},
        "set": {choice.name: choice.meaning for choice in accepted.set},
    }


def _about(scenario: Scenario, *, all_paths: bool) -> list[str]:
    from qantar.scenario.identity import scenario_hash
    from qantar.scenario.intervention import choices

    header = scenario.header
    people = sum(region.population for region in scenario.regions)
    hours = (header.clock.end - header.clock.start).total_seconds() / 3600.0
    ticks = round(hours / header.clock.tick_hours)
    counts = {
        "shocks": len(header.shocks), "recorded orders": len(header.orders), "figures in the record": len(scenario.record),
        "sources": len(scenario.sources),
    }  # fmt: skip
    accepted = choices(scenario)
    return [
        f"{header.id}: {header.title}", "", *textwrap.wrap(header.summary, 88), "",
        f"{people:,} people in {len(scenario.places)} places of {len(scenario.regions)} regions",
        f"{header.clock.start:%d %b %Y %H:%M} to {header.clock.end:%d %b %Y %H:%M}, {hours:g} hours, {ticks} ticks",
        ", ".join(f"{what} {number}" for what, number in counts.items()),
        f"hash {scenario_hash(scenario)}", "", "--without accepts",
        *(f"  {choice.name:<28} {choice.meaning}" for choice in accepted.without),
        "", "--set accepts PATH=VALUE with one of these paths, here with what stands there now",
        *_paths(accepted.set, all_paths=all_paths),
    ]  # fmt: skip


def _interventions(name: str) -> list[str]:
    """Name the interventions that lie beside a scenario."""
    from qantar.scenario.whatif import read_all

    found = [f"  {given.id:<28} {given.title}" for given in read_all(name)]
    return ["", "--intervention accepts a file, or", *found] if found else []


def _structures(name: str) -> list[str]:
    """Name the structures that lie beside a scenario."""
    from qantar.scenario.whatif import STRUCTURES, read_all

    found = [f"  {given.id:<28} {given.title}" for given in read_all(name, STRUCTURES)]
    return ["", "other structures, for `qantar experiment structure`", *found] if found else []


def _paths(accepted: tuple[Choice, ...], *, all_paths: bool) -> list[str]:
    """List paths by their first step; without `all_paths` a few of each."""
    groups: dict[str, list[Choice]] = {}
    for choice in accepted:
        groups.setdefault(choice.name.split(".")[0], []).append(choice)
    lines = []
    for root, members in groups.items():
        shown = members if all_paths else members[:MOST_PATHS]
        lines += [f"  {choice.name:<48} {choice.meaning}" for choice in shown]
        if len(members) > len(shown):
            lines.append(f"  ... and {len(members) - len(shown)} more of {root} (--paths lists all)")
    return lines
