"""Legacy: what an hourly run leaves to its aftermath, and the aftermath told as events."""

from __future__ import annotations

from typing import Any

import numpy as np

from qantar.engine.ending import Ending
from qantar.model.aftermath import MONTHS, MONTHS_PER_YEAR, Fate, Legacy, Policy, choose, convicted, live_through
from qantar.model.country import Country, numbers
from qantar.model.events import Event
from qantar.model.palace.court import VACANT
from qantar.model.palace.polity import build_polity
from qantar.model.palace.power import power
from qantar.model.state import World

HOURS_PER_MONTH = 24.0 * 365.25 / MONTHS_PER_YEAR
ONE_PERCENT = 0.01
PERCENT_OUT = "one percent of the people came out"

POLICIES = {
    Policy.CRACKDOWN: "cracks down: trials for those called terrorists, and for activists and media that could speak",
    Policy.COSMETIC: "changes faces and words, and keeps the model",
    Policy.REDISTRIBUTION: "takes rents from the elite and gives them to those who missed out",
    Policy.OPENING: "opens the field to rivals",
}
FINDINGS = {
    Ending.POWER_CONSOLIDATED: "an attempt to seize power from within, with help from abroad",
    Ending.OVERTHROW: "the old rulers fired on the people",
    Ending.PALACE_COUP: "the old ruler had lost control of the country",
    Ending.NEGOTIATED_CHANGE: "mistakes on all sides",
}
OTHERWISE = "terrorists, led from abroad"


def legacy_of(world: World, country: Country, participants: float) -> Legacy:
    """Return what a run leaves; `participants` of its largest day.

    Grievance grows with the share of the people who came out; cohesion falls with every struggle and, after a purge only,
    rises with the ruler's share of power.
    """
    p = numbers(country.scenario.parameters.aftermath)
    palace = country.scenario.parameters.palace
    share = country.region_residents / country.region_residents.sum()
    out = min(participants / country.region_residents.sum() / ONE_PERCENT, 1.0)
    assert world.court is not None
    court, polity = world.court, build_polity(country.scenario.palace)
    shares = power(court, polity.formal, palace.means_weight.value, palace.patronage_pass.value)
    chief = court.holder[polity.top]
    hand = float(shares[chief]) if chief != VACANT else 0.0
    cohesion = p.cohesion_start - p.cohesion_struggle * court.struggles + p.cohesion_purge * hand * float(court.purged > 0)
    return Legacy(
        grievance=p.grievance_start + (p.grievance_peak - p.grievance_start) * out,
        cohesion=min(max(cohesion, 0.0), 1.0), legitimacy=float(share @ world.legitimacy),
        brokerage=float(share @ world.brokerage), remanded=int(world.cum_remanded.sum()),
    )


def tell_aftermath(world: World, country: Country, ending: Ending, participants: float) -> Fate:
    """Let two years pass and report them; months count from the end of the hourly run."""
    p = numbers(country.scenario.parameters.aftermath)
    legacy = legacy_of(world, country, participants)
    fate = live_through(legacy, choose(legacy, p, world.seed, world.member), p, world.seed, world.member)
    _tell(world, country, 0, "policy", float(tuple(Policy).index(fate.policy)), f"Whoever rules {POLICIES[fate.policy]}")
    _tell_commission(world, country, ending)
    last = MONTHS - 1 if fate.collapse is None else fate.collapse
    for month in fate.unrest:
        _tell(world, country, month + 1, "unrest", float(fate.course.unrest[month]), "Unrest comes back")
    for month in range(MONTHS_PER_YEAR, MONTHS + 1, MONTHS_PER_YEAR):
        if month - 1 <= last:
            tried = convicted(legacy.remanded, p.trial_share, month)
            text = f"{tried:,} of {legacy.remanded:,} remanded were tried so far, all convicted"
            _tell(world, country, month, "trials", float(tried), text)
    if fate.collapse is not None:
        text = f"The regime falls: {fate.how}, at a cohesion of the elite of {fate.course.cohesion[last]:.0%}"
        _tell(world, country, last + 1, "collapse", float(last + 1), text)
    path = fate.course
    left = f"grievance {path.grievance[last]:.0%}, cohesion {path.cohesion[last]:.0%}, brokerage {path.brokerage[last]:.0%}"
    text = f"What is left: {left}; {_old_power(world, country, p, last + 1)}"
    _tell(world, country, last + 1, "left", float(fate.collapse is None), text)
    return fate


def _tell(world: World, country: Country, month: int, what: str, value: float, text: str) -> None:
    tick = country.clock.n_ticks - 1 + round(month * HOURS_PER_MONTH / country.clock.tick_hours)
    world.events.add(Event(tick, f"aftermath-{what}", value=value, text=text))


def _tell_commission(world: World, country: Country, ending: Ending) -> None:
    """A commission finds what suits the winner; the truth of the run stands beside it."""
    if ending is Ending.QUIET:
        return
    organisers = country.scenario.header.organisers
    truth = f"{len(organisers)} hidden organiser(s) had cadres out" if organisers else "nobody organised the crowds"
    finding = FINDINGS.get(ending, OTHERWISE)
    _tell(world, country, 3, "commission", float(bool(organisers)), f"A commission finds: {finding}. The truth of this run: {truth}")


def _old_power(world: World, country: Country, p: Any, months: int) -> str:  # noqa: ANN401 - bare numbers
    """Say how power lies after some months in which those who are not sound have lost health."""
    assert world.court is not None
    polity, court = build_polity(country.scenario.palace), world.court.copy()
    palace = country.scenario.parameters.palace
    court.health = np.where(court.health < 1.0, np.maximum(court.health - p.health_loss * months, 0.0), court.health)
    shares = power(court, polity.formal, palace.means_weight.value, palace.patronage_pass.value)
    first = np.argsort(-shares, kind="stable")[:2]
    return "power: " + ", ".join(f"{polity.names[i]} {shares[i]:.0%}" for i in first)
