"""``qantar check``: every mistake of a scenario, or the ledger of its sources."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qantar.errors import ScenarioError

if TYPE_CHECKING:
    from qantar.scenario.ledger import Entry
    from qantar.scenario.schema import Scenario


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("check", help="Print every mistake of a scenario; with --sources, who says each of its numbers.")(check)


def check(
    name: Annotated[str, typer.Argument(metavar="NAME|DIR", help="a scenario of the library, or a folder")],
    sources: Annotated[bool, typer.Option("--sources", help="print the ledger of sources")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object")] = False,
) -> None:
    """Print every mistake of a scenario; with ``--sources``, who says each of its numbers."""
    from qantar.scenario.ledger import ledger
    from qantar.scenario.load import load
    from qantar.scenario.whatif_steps import check_beside

    try:
        scenario = load(name)
        check_beside(scenario, name)
    except ScenarioError as error:
        if not as_json:
            raise
        typer.echo(_json(_wrong(name, error)))
        raise typer.Exit(error.exit_code) from None
    entries = ledger(scenario, name) if sources else None
    if as_json:
        typer.echo(_json(_right(name, scenario, entries)))
        return
    typer.echo(_summary(scenario))
    if entries is not None:
        typer.echo("\n".join(_ledger_lines(scenario, entries)))


def _wrong(name: str, error: ScenarioError) -> dict[str, Any]:
    mistakes = [
        {"file": mistake.file, "line": mistake.line, "column": mistake.column, "message": mistake.message}
        for mistake in error.mistakes
    ]
    return {"scenario": name, "ok": False, "mistakes": mistakes, "not_listed": error.not_listed}


def _right(name: str, scenario: Scenario, entries: list[Entry] | None) -> dict[str, Any]:
    from qantar.scenario.identity import scenario_hash

    found: dict[str, Any] = {
        "scenario": name, "ok": True, "mistakes": [], "not_listed": 0, "id": scenario.header.id, "hash": scenario_hash(scenario),
    }  # fmt: skip
    if entries is not None:
        found["bibliography"] = scenario.sources
        found["sources"] = [
            {"file": entry.file, "where": entry.where, "value": entry.value, "unit": entry.unit, "source": entry.source,
             "spread": entry.spread}
            for entry in entries
        ]  # fmt: skip
    return found


def _summary(scenario: Scenario) -> str:
    people = sum(region.population for region in scenario.regions)
    return (
        f"{scenario.header.id}: no mistakes; {people:,} people, {len(scenario.places)} places, "
        f"{len(scenario.regions)} regions, {len(scenario.header.orders)} orders"
    )


def _ledger_lines(scenario: Scenario, entries: list[Entry]) -> list[str]:
    """Word the ledger: how many numbers have a source, then every number by file."""
    assumed = sum(entry.assumed for entry in entries)
    lines = ["", f"{len(entries)} numbers: {len(entries) - assumed} have a source, {assumed} are assumed"]
    by_file: dict[str, list[Entry]] = {}
    for entry in entries:
        by_file.setdefault(entry.file, []).append(entry)
    width = max(16, *map(len, by_file))
    for file, inside in by_file.items():
        sourced = sum(not entry.assumed for entry in inside)
        lines.append(f"  {file:<{width}} {sourced:>6} with a source {len(inside) - sourced:>6} assumed")
    for file, inside in by_file.items():
        lines += ["", file]
        for entry in inside:
            spread = f"  ({entry.spread})" if entry.spread else ""
            lines.append(f"  {entry.where:<56} {entry.value:>14g} {entry.unit:<22} {entry.source}{spread}")
    used = {entry.source for entry in entries}
    lines += ["", "sources.bib"]
    for key, line in scenario.sources.items():
        lines.append(f"  {key:<24} {line}{'' if key in used else '  (no number uses it)'}")
    return lines


def _json(found: dict[str, Any]) -> str:
    return json.dumps(found, indent=2, ensure_ascii=False, allow_nan=False)
