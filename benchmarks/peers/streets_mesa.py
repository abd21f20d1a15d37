"""Qantar's streets in Mesa, one agent a person. Usage: streets_mesa.py COUNTRY.json PEOPLE HOURS CPU_SECONDS [careful].

Joining, time out, turning violent, detention, rest and release, with the hazards and parameters of Qantar. Each person
computes its own hazards, as is usual; `careful` computes those that all people of a place share once an hour. Left
out, to Mesa's advantage: news from elsewhere, travel, looting, sites, casualties, fear, the economy, orders.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

import mesa
from streets_rules import activity, anonymity, arrest_probability, detention_per_person, logistic, saturation, turn_rate
from timing import Watch, repeat, tell

QUIET, PEACEFUL, VIOLENT, HOME, HELD = range(5)
STAGES = 3
MEN, YOUNG = 0.5, 0.25
"""Shares of the population: half are men, a quarter are aged 16-29 (Borderland's regions are within 3 %)."""


class Place:
    """Counts, and the hazards that follow from them and from the hour; `shared` keeps them for a careful user."""

    def __init__(self, p: dict[str, float], data: dict[str, float], people: int) -> None:
        self.p, self.data, self.residents = p, data, max(1.0, people * data["share"])
        self.force = self.residents * data["force"]
        self.peaceful = self.violent = self.hour = 0
        self.clash = 0.0

    def share(self) -> None:
        """Compute once what everybody here has in common this hour."""
        self.shared = (self.joining(), self.exits())

    def activity(self) -> float:
        """Share of people free to come."""
        p = self.p
        return activity(self.hour % 24, p["activity_night"], p["activity_peak_hour"], p["activity_width"])

    def joining(self) -> tuple[float, float]:
        """Rate of joining, and the log-odds that all residents have in common."""
        p, crowd = self.p, self.peaceful + self.violent
        half = p["near_half"] * p["near_reference"] * (self.residents / p["near_reference"]) ** p["near_scaling"]
        salience = (1.0 - math.exp(-self.hour / p["salience_rise"])) * math.exp(-self.hour / p["salience_decay"])
        drive = (
            p["base_propensity"] + p["lift"] + p["salience_weight"] * self.data["exposed"] * salience
            + p["near_weight"] * saturation(crowd, half) + p["backlash_weight"] * saturation(self.clash, p["clash_half"])
            - p["arrest_weight"] * arrest_probability(self.force, crowd, p["arrest_visibility"], p["crowd_offset"])
        )  # fmt: skip
        return p["join_rate_max"] * self.activity(), drive

    def exits(self) -> tuple[float, float, float]:
        """Hazards of the next stage of time out, of turning violent (a man aged 16-29), of detention (the peaceful)."""
        p, crowd = self.p, self.peaceful + self.violent
        leave = STAGES / p["outing_hours"] * (1.0 + (p["leave_night"] - 1.0) * (1.0 - self.activity()))
        hidden = anonymity(
            p["anonymity_base"], p["anonymity_newcomer"] * self.data["newcomers"], 0.0, 0.0,
            p["anonymity_organisation"] * self.data["organisation"], p["anonymity_brokerage"] * self.data["brokerage"],
        )  # fmt: skip
        undeterred = math.exp(-p["turn_deterrence"] * self.force / (crowd + p["crowd_offset"]))
        example = 1.0 + p["turn_contagion"] * saturation(self.violent, self.peaceful)
        clash = saturation(self.clash, p["clash_half"])
        turn = turn_rate(p["turn_rate"], hidden, p["turn_clash_share"], undeterred, clash, saturation(crowd, p["turn_crowd"]), example)
        weighted = self.peaceful + p["detain_violent"] * self.violent
        return leave, turn, detention_per_person(p["detain_rate"], self.force, weighted, p["detain_half"], self.violent, 1.0)

    def end_hour(self) -> None:
        """Let the memory of clashes move."""
        self.clash *= math.exp(-1.0 / self.p["clash_decay"])
        if self.peaceful:
            self.clash += self.force / (self.peaceful + self.p["crowd_offset"])
        self.hour += 1


class Person(mesa.Agent):
    """One inhabitant."""

    def __init__(self, model: Country, place: Place) -> None:
        super().__init__(model)
        p, draw = model.p, self.random.random
        self.place, self.state, self.stage = place, QUIET, 0
        male, young = draw() < MEN, draw() < YOUNG
        self.pull = p["propensity_scale"] * self.random.gauss(0.0, 1.0) + p["term_male"] * male + p["term_young"] * young
        self.turns = p["turn_male_young"] if male and young else p["turn_male_other"] if male else p["turn_male_other"] * p["turn_female"]

    def step(self) -> None:
        """Join, leave, turn, be held, go home, be released."""
        if self.state == QUIET:
            rate, drive = self.place.shared[0] if self.model.careful else self.place.joining()
            hazard = rate * logistic(drive + self.pull)
            if self.random.random() < 1.0 - math.exp(-hazard):
                self.enter(PEACEFUL)
        elif self.state in (PEACEFUL, VIOLENT):
            self.move_on()
        else:
            mean = self.model.p["rest_hours"] if self.state == HOME else self.model.p["release_hours"]
            if self.random.random() < 1.0 - math.exp(-1.0 / mean):
                self.state = QUIET

    def move_on(self) -> None:
        """Draw which of the competing exits from the street is taken, if any."""
        leave, turn, detain = self.place.shared[1] if self.model.careful else self.place.exits()
        if self.state == VIOLENT:
            turn, detain = 0.0, detain * self.model.p["detain_violent"]
        turn *= self.turns
        total = leave + turn + detain
        if self.random.random() >= 1.0 - math.exp(-total):
            return
        u = self.random.random() * total
        if u < leave and self.stage < STAGES - 1:
            self.stage += 1
        elif u < leave:
            self.enter(HOME)
        elif u < leave + turn:
            self.enter(VIOLENT)
        else:
            self.enter(HELD)

    def enter(self, state: int) -> None:
        """Change state and the counts of the place."""
        self.place.peaceful += (state == PEACEFUL) - (self.state == PEACEFUL)
        self.place.violent += (state == VIOLENT) - (self.state == VIOLENT)
        self.model.detained += state == HELD
        self.state, self.stage = state, 0


class Country(mesa.Model):
    """Places and their people."""

    def __init__(self, data: dict[str, Any], people: int, *, careful: bool, seed: int) -> None:
        super().__init__(seed=seed)
        self.p, self.careful, self.detained = data["parameters"], careful, 0
        self.places = [Place(self.p, place, people) for place in data["places"]]
        shares = [place["share"] for place in data["places"]]
        for place in self.random.choices(self.places, weights=shares, k=people):
            Person(self, place)

    def step(self) -> None:
        """Carry everybody through an hour."""
        if self.careful:
            for place in self.places:
                place.share()
        self.agents.shuffle_do("step")
        for place in self.places:
            place.end_hour()

    @property
    def out(self) -> int:
        """How many are on the streets."""
        return sum(place.peaceful + place.violent for place in self.places)


def main() -> None:
    """Time one country: so many hours, or fewer where the seconds are spent before."""
    data = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    people, hours, seconds = int(float(sys.argv[2])), int(sys.argv[3]), float(sys.argv[4])
    careful = sys.argv[5:] == ["careful"]
    watch = Watch()
    country = Country(data, people, careful=careful, seed=1)
    _, setup = watch.read()
    out: list[int] = []

    def hour() -> None:
        country.step()
        out.append(country.out)

    found = repeat(hour, seconds, most=hours)
    tell(people=people, hours=hours, setup_cpu_s=setup, **found, most_out=max(out), detained=country.detained, careful=careful)


if __name__ == "__main__":
    main()
