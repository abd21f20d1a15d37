"""Streets: who joins, leaves, turns violent, is held or hurt, hour by hour.

Equations (formulas in `formulas`, order of exits in `chances`)
    join      λmax d(hour) Λ(b0 + grievance + σ x + stratum terms + b_near near + b_far far + e0 efficacy
              + e1 clash - ρ P_arrest - w fear + curiosity · cut), times gamma noise per (region, day)
    near      c̃ / (c̃ + k n₀ (ñ / n₀)^γ), crowd c̃ and residents ñ weighted with the same kernel: cutting a
              city into districts changes nothing (Openshaw 1984). Departure: γ < 1 lets a crowd of a
              given share weigh more in a large city, where it is also large in itself
    efficacy  E ← E exp(-dt/τ) + size of each concession, elsewhere times what is heard of it
    clash     U ← U exp(-dt/τ) + used force / (peaceful + c0) · τ (1 - exp(-dt/τ)), both of the neighbourhood; the signal is
              U / (U + half)
    fear      F ← F exp(-dt/τ) + deaths and detentions per 100,000 seen + violence that fills the street
    loot      opportunists (men aged 16-29 without secure work) join the violent where these outnumber
              the force, at home or within reach: rate · crime · Σ weight · D / (D + k ñ),
              D = max(0, Ṽ - F̃), violent, force and residents weighted with the kernel of what is nearby
    raids     while the streets are empty and a curfew holds, free officers detain at home, as far as cells are free
    curfew    free officers detain people who break it, as far as cells are free
    patrols   under orders to shoot, armed patrols hit bystanders where there was violence

Hazards are those in the middle of the tick, as far as its start can tell (`arriving.look_ahead`); where each
person is at its end is drawn at once (`chances.tick_chances`). Joiners and looters go on in what is left
of their tick (`arriving.go_on`).

The crowd of a rural remainder is many small ones: nobody there turns violent or loots, and it has no
near signal.

Limits: no families or friends, so no clusters inside a crowd; weather, transport and entry bans do
not act; those hit at home are drawn after those who joined (second order in dt).
"""

from __future__ import annotations

import math
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qantar.engine.random import gamma_noise, place_key
from qantar.engine.streams import Stream
from qantar.model.country import Country, numbers
from qantar.model.neighbourhood import neighbourhood
from qantar.model.state import AbstractSystem, World
from qantar.model.streets import bags as compartments
from qantar.model.streets.bags import Moves, no_moves
from qantar.model.streets.hazards import fresh_hazards
from qantar.model.streets.hour import Roles, SoFar, Toll, pass_hour
from qantar.model.streets.quiet import Quiet, everybody_quiet
from qantar.model.streets.scene import Ground, Lately, Scene, StreetNumbers
from qantar.model.streets.setting import WEIGHT_UNIT, Key, Setting, Tally
from qantar.model.streets.striking import recruit

AGED_16_29, MEN = 1, 1
YOUNG_MEN, OTHER_MEN, WOMEN = range(compartments.GROUPS)
WORKING_AGES = (1, 2, 3)


def stratum_terms(strata: Any, p: Any) -> NDArray[np.float64]:  # noqa: ANN401
    """Return the log-odds of each adult stratum, relative to a woman of 30-44 with secure work, local."""
    adult = strata.livelihood >= 0
    age = np.array([0.0, p.term_young, 0.0, p.term_middle, p.term_old])[strata.age[adult]]
    work = np.array([0.0, p.term_precarious, p.term_out_of_work])[strata.livelihood[adult]]
    terms: NDArray[np.float64] = age + work + p.term_male * strata.sex[adult] + p.term_newcomer * strata.origin[adult]
    return terms


SEEN = attrgetter(
    "peaceful", "violent", "peaceful_ahead", "violent_ahead", "near", "around_violent", "far", "force", "used_force", "free_force",
    "shooting", "clash", "fear", "travellers", "arms", "violence_memory", "disorder", "online", "connectivity", "efficacy", "curfew",
    "brokerage",
)
"""The fields of a `Scene` that the world has, in its order; the others are the system's own."""


class StreetsSystem(AbstractSystem):
    """The people of the country and what they do."""

    name = "streets"
    owns = frozenset({
        "quiet", "bags", "arena", "peaceful", "violent", "peaceful_ahead", "violent_ahead", "travellers", "near",
        "around_violent", "clash", "efficacy", "fear", "violence_memory", "disorder", "new_deaths", "cum_deaths", "cum_detained",
        "cum_remanded", "cum_injured", "cum_security_deaths",
    })
    reads = frozenset({
        "grievance", "far", "online", "connectivity", "concession", "curfew", "used_force", "force", "free_force",
        "shooting", "arms", "brokerage",
    })
    streams = frozenset({
        Stream.JOIN, Stream.STRATUM, Stream.DESTINATION, Stream.LOOT, Stream.PICK, Stream.LEAVE,
        Stream.PROGRESS, Stream.REMAND, Stream.RETURN, Stream.BYSTANDER, Stream.DIE,
        Stream.CURFEW, Stream.SECURITY_HURT, Stream.NOISE_JOIN, Stream.NOISE_TURN, Stream.ORGANISE,
    })

    def __init__(self, country: Country) -> None:
        self._country = country
        parameters = country.scenario.parameters
        p = self._p = numbers(parameters.streets)
        p.curiosity = parameters.media.blackout_curiosity.value
        self._half_kept = math.sqrt(country.clock.decay(p.efficacy_decay))
        self._few = float(p.raid_start * parameters.judgement.wave.value)
        self._terms = stratum_terms(country.population.strata, p)
        street_numbers = StreetNumbers(*[float(getattr(p, name)) for name in StreetNumbers._fields])
        self._static = (street_numbers, self._set(country), self._lay_ground(country), self._cast(country))
        self._quiet = everybody_quiet(country.population.counts, self._static[1].weight)
        harm, custody = (compartments.INJURED, compartments.DEAD), (compartments.DELIVERED, compartments.REMANDED)
        self._fates = (float(p.remand_share), (
            (int(Stream.BYSTANDER), *harm, float(p.shoot_kill_share)), (int(Stream.CURFEW), *custody, float(p.curfew_remand_share)),
            (int(Stream.SECURITY_HURT), *harm, float(p.security_death_share)),
        ))
        rate = p.loot_rate * country.of_regions("crime")[country.region]
        self._looting = (rate, p.loot_holiday * rate)
        start = country.scenario.header.clock.start
        self._hour0 = start.hour + start.minute / 60.0
        self._holiday = country.holidays(country.clock.n_ticks)

    def _set(self, country: Country) -> Setting:
        strata, classes = country.population.strata, country.population.counts.shape[1]
        others = np.where(strata.sex == MEN, OTHER_MEN, WOMEN)
        group = np.where((strata.sex == MEN) & (strata.age == AGED_16_29), YOUNG_MEN, others).astype(np.int64)
        adults = int((strata.livelihood >= 0).sum())
        weight = np.zeros(len(strata), dtype=np.int64)
        weight[:adults] = np.ceil(WEIGHT_UNIT * np.exp(self._terms - self._terms.min()))
        log_weight = np.log(weight[:adults] / WEIGHT_UNIT)
        return Setting(
            country.key, country.region, *country.travel, group, weight, log_weight, len(strata), classes * len(strata), adults,
        )

    def _cast(self, country: Country) -> Roles:
        strata = country.population.strata
        men = (strata.sex == MEN) & (strata.livelihood >= 0)
        opportunists = np.flatnonzero(men & (strata.age == AGED_16_29) & (strata.livelihood >= 1))
        return Roles(
            score=self._p.propensity_scale * country.population.class_score(self._p.propensity_scale), opportunists=opportunists,
            might_loot=country.population.counts[:, :, opportunists].sum(axis=(1, 2)), anybody=np.arange(len(strata)),
            grown=np.flatnonzero(strata.livelihood >= 0),
            security=np.flatnonzero(men & (strata.livelihood == 0) & np.isin(strata.age, WORKING_AGES)),
        )

    def _lay_ground(self, country: Country) -> Ground:
        p, region = self._p, country.region
        tenfolds = np.log10(np.maximum(1.0, country.near_residents) / 1e5)
        return Ground(
            region=region, region_residents=country.region_residents, nearby=neighbourhood(country.near, country.remainder),
            near_half=p.near_half * p.near_reference * (country.near_residents / p.near_reference) ** p.near_scaling,
            near_residents=country.near_residents, newcomers=country.of_regions("newcomer_share")[region],
            size=np.where(country.remainder, 0.0, np.maximum(0.0, tenfolds)),
            organisation=country.of_regions("organisation")[region], offset=country.offset,
        )

    def init(self, world: World) -> None:
        """Put everybody at home, quiet."""
        n, r = len(self._country.place_ids), len(self._country.region_ids)
        world.quiet = Quiet(*[field.copy() for field in self._quiet])
        world.bags, world.arena = compartments.empty(n)
        for name in ("peaceful", "violent", "new_deaths", "cum_deaths", "cum_detained", "cum_remanded",
                     "cum_injured", "cum_security_deaths"):
            setattr(world, name, np.zeros(n, dtype=np.int64))
        for name in ("travellers", "peaceful_ahead", "violent_ahead", "near", "around_violent", "clash", "fear", "violence_memory",
                     "disorder"):
            setattr(world, name, np.zeros(n))
        world.efficacy, self._efficacy = np.zeros(r), np.zeros(r)
        self._noise_day = -1
        self._hazards = fresh_hazards(n)
        self._tally = Tally(*[np.zeros(n, dtype=np.int64) for _ in Tally._fields])
        self._met = np.zeros((len(self._fates[1]), 2, n), dtype=np.int64)
        self._around, self._around_force, self._active, self._drive, self._rate, self._free_cells = (np.zeros(n) for _ in range(6))
        self._curfew = np.zeros(n, dtype=bool)
        self._before, self._middle = (Lately(*[np.zeros(n) for _ in Lately._fields]) for _ in range(2))
        self._log_odds = np.zeros((r, self._terms.size))
        self._moves = no_moves()

    def step(self, world: World) -> None:
        """Move everybody through one tick."""
        assert world.quiet is not None
        assert world.bags is not None
        dt = self._country.clock.tick_hours
        self._draw_noise(world)
        world.efficacy *= self._country.clock.decay(self._p.efficacy_decay)
        if np.count_nonzero(world.concession):
            world.efficacy += np.maximum(world.concession, world.online * world.concession.max())
        if world.signalled is not None:
            world.signalled(world)
        key = Key(world.seed, world.member, world.tick)
        self._organise(world, key)
        moment = (self._hour0 + world.tick * dt, dt, self._few)
        people = (world.quiet, world.bags, world.arena, self._moves)
        looting = self._looting[self._holiday[world.tick]]
        scenes = (self._scene(world), self._before, self._middle)
        call = (np.add(world.grievance, self._terms, out=self._log_odds), looting)
        out = (self._hazards, self._toll(world))
        arena, bag, cell = pass_hour(key, moment, self._static, people, scenes, call, self._fates, out)
        world.arena, self._moves = arena, Moves(bag, cell, self._moves.made)

    def _draw_noise(self, world: World) -> None:
        day = int((self._hour0 + world.tick * self._country.clock.tick_hours) // 24)
        if day == self._noise_day:
            return
        self._noise_day = day
        keys = self._country.region_key
        self._noise_join, self._noise_turn = (
            np.array([gamma_noise(world.seed, world.member, int(stream), k, day, sd) for k in keys])
            for stream, sd in ((Stream.NOISE_JOIN, self._p.noise_join), (Stream.NOISE_TURN, self._p.noise_turn))
        )

    def _scene(self, world: World) -> Scene:
        own = (self._noise_join, self._noise_turn, self._around, self._around_force, self._active, self._curfew, self._drive, self._rate)
        efficacy = np.multiply(world.efficacy, self._half_kept, out=self._efficacy)
        return Scene._make((*SEEN(world), *own, self._free_cells))._replace(efficacy=efficacy)

    def _toll(self, world: World) -> Toll:
        so_far = SoFar(world.cum_deaths, world.cum_security_deaths, world.cum_injured, world.cum_detained, world.cum_remanded)
        return Toll(self._tally, self._met, world.new_deaths, so_far)

    def _organise(self, world: World, key: Key) -> None:
        assert world.quiet is not None
        for organiser in self._country.scenario.header.organisers:
            if self._country.tick_at(organiser.start) != world.tick:
                continue
            for identifier in organiser.places:
                order = (place_key(organiser.id), self._country.place_index(identifier), int(organiser.cadres.value))
                self._moves = recruit(key, self._static[1], world.quiet, self._moves, order, self._static[3].opportunists)
