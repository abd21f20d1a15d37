"""The story of one member: its events as a timeline."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qantar.results.run import Run
    from qantar.scenario.schema import Scenario


FOR_FIGURES = "palace-"
"""Events whose kind begins so are numbers for figures, and no part of a story."""


def story(scenario: Scenario, run: Run) -> str:
    """The events of a run in local time: hour, place, what."""
    places = {place.id: place.name for place in scenario.places}
    regions = {region.id: region.name for region in scenario.regions}
    start = scenario.header.clock.start
    lines = [f"{scenario.header.title}: member {run.member}, seed {run.seed}", ""]
    columns = (run.events[name] for name in ("hour", "place", "region", "kind", "text"))
    end = (scenario.header.clock.end - start) / timedelta(hours=1)
    for hour, place, region, kind, text in zip(*columns, strict=True):
        if kind.startswith(FOR_FIGURES):
            continue
        when = start + timedelta(hours=hour)
        where = ", ".join(filter(None, (places.get(place, place), regions.get(region, region))))
        date = f"{when:%a %d %b %H:%M}" if hour < end else f"{when:%B %Y}"
        lines.append(f"{date:<16}  {where or 'the country':<36}  {kind}: {text}")
    if not len(run.events):
        lines.append("Nothing happened that is worth a line.")
    reason = f" ({run.reason})" if run.failed else ""
    text = "\n".join([*lines, "", f"How it ended: {run.ending.value}{reason}. {run.ending.sentence}"])
    # What the files of a scenario hold must not steer the terminal.
    return "".join(letter if letter.isprintable() or letter == "\n" else "?" for letter in text)


def story_object(run: Run) -> dict[str, Any]:
    """The same as plain data, for ``--json``."""
    events = run.events.drop(columns=["member"])
    events = events.assign(time=events["time"].dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
    return {
        "seed": run.seed,
        "member": run.member,
        "version": run.version,
        "scenario_hash": run.scenario_hash,
        "ending": run.ending.value,
        "reason": run.reason if run.failed else "",
        "control_returned": run.control_returned_hours,
        "events": events.to_dict(orient="records"),
    }
