"""``qantar status``: how far a results folder is, what failed, and who is writing to it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from qantar.results.open import Ensemble

MOST_FAILURES = 10
"""Failed members that are named; `--json` names all."""


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("status", help="Say how far a results folder is, what failed and who is writing to it.")(status)


def status(
    store: Annotated[Path, typer.Argument(metavar="DIR", help="results folder of `qantar run`")],
    verify: Annotated[bool, typer.Option("--verify", help="read everything and compare it with its hashes")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object")] = False,
) -> None:
    """Say how far a results folder is, what failed and who is writing to it. Exits with 1 where --verify finds damage."""
    from qantar.results.open import open_results

    found = state_of(open_results(store), verify=verify)
    typer.echo(json.dumps(found, indent=2, ensure_ascii=False) if as_json else _text(found))
    if found["damaged"] or found["damaged_frame"]:
        raise typer.Exit(1)


def state_of(ensemble: Ensemble, *, verify: bool) -> dict[str, Any]:
    """State of a results folder as plain data; batches are read only to be verified."""
    from dataclasses import asdict

    from qantar.results.lock import holder
    from qantar.results.store import intact
    from qantar.results.tables import as_frame, read_parts
    from qantar.results.whole import joined_spans

    state = ensemble.state
    damaged = [batch for batch in state.batches if verify and not intact(ensemble.path, batch)]
    members = as_frame(read_parts(ensemble.path, "members", [batch for batch in state.batches if batch not in damaged]))
    failures = members.loc[members["ending"] == "failed", ["member", "reason"]]
    return {
        **asdict(state.identity),
        "members": state.members,
        "done": len(state.done),
        "failed": state.failed,
        "missing": joined_spans((batch[0], batch[-1]) for batch in state.missing()),
        "failures": failures.to_dict(orient="records"),
        "writer": holder(ensemble.path),
        "verified": verify,
        "damaged": joined_spans((batch.first, batch.last) for batch in damaged),
        "damaged_frame": _damaged_frame(ensemble) if verify else "",
        "store": str(ensemble.path),
    }


def _damaged_frame(ensemble: Ensemble) -> str:
    """What is wrong with the files that belong to no member; empty where nothing is."""
    from qantar.errors import StoreError

    try:
        _ = ensemble.series, ensemble.context
    except StoreError as error:
        return str(error).partition("; ")[0]
    return ""


def _text(found: dict[str, Any]) -> str:
    run = f"{found['scenario']} ({found['scenario_hash']}), seed {found['seed']}"
    lines = [
        f"{run}, palace {found['palace']}, parameters {found['parameters']}, Qantar {found['version']}",
        f"members  {found['done']} of {found['members']} done, {found['failed']} of them failed",
    ]
    if found["missing"]:
        lines.append(f"missing  {', '.join(_span(span) for span in found['missing'])}; the same `qantar run` goes on")
    lines += [f"failed   member {failure['member']}: {failure['reason']}" for failure in found["failures"][:MOST_FAILURES]]
    if len(found["failures"]) > MOST_FAILURES:
        lines.append(f"failed   … and {len(found['failures']) - MOST_FAILURES} more")
    writer = found["writer"]
    if writer is not None:
        lines.append(f"writer   process {writer.get('process', '?')} on {writer.get('host', '?')} since {writer.get('since', '?')}")
    else:
        lines.append("writer   nobody")
    if found["verified"]:
        spans = ", ".join(_span(span) for span in found["damaged"])
        lines.append(f"content  damaged: members {spans}" if spans else "content  every batch is what its hash says")
        if found["damaged_frame"]:
            lines.append(f"content  damaged: {found['damaged_frame']}")
        if spans or found["damaged_frame"]:
            lines.append("repair   the same `qantar run` with --repair mends that and touches nothing else")
    return "\n".join(lines)


def _span(span: list[int]) -> str:
    return str(span[0]) if span[0] == span[1] else f"{span[0]}-{span[1]}"
