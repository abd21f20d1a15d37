"""Streets: who joins, leaves, turns violent, is held or hurt, hour by hour.

Equations (formulas in `formulas`, order of exits in `leaving`)
    join      λmax d(hour) Λ(b0 + grievance + σ x + stratum terms + b_near near + b_far far + e0 efficacy
              + e1 clash - ρ P_arrest - w fear + curiosity · cut), times gamma noise per (region, day)
    near      c̃ / (c̃ + k n₀ (ñ / n₀)^γ), crowd c̃ and residents ñ weighted with the same kernel: cutting a
              city into districts changes nothing (Openshaw 1984). Departure: γ < 1 lets a crowd of a
              given share weigh more in a large city, where it is also large in itself
    efficacy  E ← E exp(-dt/τ) + size of each concession, elsewhere times what is heard of it
    clash     U ← U exp(-dt/τ) + used force per peaceful head · dt; the signal is U / (U + half)
    fear      F ← F exp(-dt/τ) + deaths and detentions per 100,000 seen + violence that fills the street
    loot      opportunists (men aged 16-29 without secure work) join the violent where these outnumber
              the force, at home or within reach: rate · crime · Σ weight · D / (D + half),
              D = max(0, V - F)
    raids     while the streets are empty and a curfew holds, free officers detain at home
    curfew    free officers detain people who break it
    patrols   under orders to shoot, armed patrols hit bystanders where there was violence

A tick is cut into equal steps where a sum of hazards times dt passes 0.3. Joining is drawn once a
tick, from the state at its start; joiners may move from the next step on.

The crowd of a rural remainder is many small ones: nobody there turns violent or loots, and it has no
near signal.

Limits: no families or friends, so no clusters inside a crowd; weather, transport and entry bans do
not act; those hit at home are drawn after those who joined (second order in dt).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qantar.engine.random import gamma_noise
from qantar.engine.streams import Stream
from qantar.model.country import Country, numbers
from qantar.model.geography import weigh
from qantar.model.state import AbstractSystem, World
from qantar.model.streets import bags as compartments
from qantar.model.streets.counting import count_out, in_compartment, traveller_share
from qantar.model.streets.hazards import (
    Character,
    Scene,
    StreetNumbers,
    daily_activity,
    needed_steps,
    other_hazards,
    perceived_arrest,
    street_hazards,
)
from qantar.model.streets.joining import Key, Lattice, Quiet, join, loot, recruit
from qantar.model.streets.leaving import EXITS, TURN, Tally, leave_others, leave_streets, strike_quiet

STEPS_PER_TICK = 16
"""Most steps into which a tick is cut; moments of draws are tick · 16 + step."""
PER_HUNDRED_THOUSAND = 1e5
MEN_AGED_16_29, MEN = 1, 1
WORKING_AGES = (1, 2, 3)


def stratum_terms(strata: Any, p: Any) -> NDArray[np.float64]:  # noqa: ANN401
    """Return the log-odds of each adult stratum, relative to a woman of 30-44 with secure work, local."""
    adult = strata.livelihood >= 0
    age = np.array([0.0, p.term_young, 0.0, p.term_middle, p.term_old])[strata.age[adult]]
    work = np.array([0.0, p.term_precarious, p.term_out_of_work])[strata.livelihood[adult]]
    terms: NDArray[np.float64] = age + work + p.term_male * strata.sex[adult] + p.term_newcomer * strata.origin[adult]
    return terms


class StreetsSystem(AbstractSystem):
    """The people of the country and what they do."""

    name = "streets"
    owns = frozenset({
        "quiet", "bags", "arena", "peaceful", "violent", "travellers", "near", "clash", "efficacy", "fear",
        "violence_memory", "disorder", "new_deaths", "cum_deaths", "cum_detained", "cum_remanded", "cum_injured",
        "cum_security_deaths",
    })
    reads = frozenset({
        "grievance", "far", "online", "connectivity", "concession", "curfew", "used_force", "force", "free_force",
        "shooting", "contact_share", "arms",
    })
    streams = frozenset({
        Stream.JOIN, Stream.STRATUM, Stream.THIN, Stream.DESTINATION, Stream.LOOT, Stream.PICK, Stream.LEAVE,
        Stream.PROGRESS, Stream.THIN_TURN, Stream.REMAND, Stream.RETURN, Stream.BYSTANDER, Stream.DIE,
        Stream.CURFEW, Stream.SECURITY_HURT, Stream.NOISE_JOIN, Stream.NOISE_TURN, Stream.ORGANISE,
    })

    def __init__(self, country: Country) -> None:
        self._country = country
        parameters = country.scenario.parameters
        p = self._p = numbers(parameters.streets)
        self._curiosity = parameters.media.blackout_curiosity.value
        self._wave = parameters.judgement.wave.value
        self._rates = StreetNumbers(*[getattr(p, name) for name in StreetNumbers._fields])
        strata = country.population.strata
        self._adults = int((strata.livelihood >= 0).sum())
        self._terms = stratum_terms(strata, p)
        self._score = p.propensity_scale * country.population.class_score(p.propensity_scale)
        young = (strata.sex == MEN) & (strata.age == MEN_AGED_16_29)
        men = (strata.sex == MEN) & (strata.livelihood >= 0)
        proneness = np.where(young, p.turn_male_young, np.where(men, p.turn_male_other, 1.0))
        women = strata.sex != MEN
        proneness = np.where(women, min(p.turn_male_other, p.turn_male_young) * p.turn_female, proneness)
        self._turn_most = float(proneness.max())
        self._turn_weight = proneness / self._turn_most
        self._opportunists = young & (strata.livelihood >= 1)
        self._security_men = men & (strata.livelihood == 0) & np.isin(strata.age, WORKING_AGES)
        self._grown = strata.livelihood >= 0
        self._anybody = np.ones(strata.sex.size, dtype=bool)
        region = country.region
        self._lattice = Lattice(country.key, region, *country.travel)
        self._place = Character(
            newcomers=country.of_regions("newcomer_share")[region],
            size=np.where(country.remainder, 0.0, np.maximum(0.0, np.log10(np.maximum(1.0, country.residents) / 1e5))),
            organisation=country.of_regions("organisation")[region],
            brokerage=country.of_regions("brokerage")[region],
            gathered=np.where(country.remainder, 0.0, 1.0),
        )
        self._near_half = p.near_half * p.near_reference * (country.near_residents / p.near_reference) ** p.near_scaling
        self._crime = country.of_regions("crime")[region]
        self._hour0 = country.scenario.header.clock.start.hour + country.scenario.header.clock.start.minute / 60.0

    def init(self, world: World) -> None:
        """Put everybody at home, quiet."""
        n, r = len(self._country.place_ids), len(self._country.region_ids)
        counts = self._country.population.counts.copy()
        world.quiet = Quiet(counts, counts[:, :, : self._adults].sum(axis=2))
        world.bags, world.arena = compartments.empty(n)
        for name in ("peaceful", "violent", "new_deaths", "cum_deaths", "cum_detained", "cum_remanded",
                     "cum_injured", "cum_security_deaths"):
            setattr(world, name, np.zeros(n, dtype=np.int64))
        for name in ("travellers", "near", "clash", "fear", "violence_memory", "disorder"):
            setattr(world, name, np.zeros(n))
        world.efficacy = np.zeros(r)
        self._noise_day = -1
        self._hazards = np.zeros((n, 2, EXITS))
        self._others = np.zeros((n, compartments.DEAD - compartments.TIRED, 2))
        self._active, self._curfew = np.zeros(n), np.zeros(n, dtype=bool)

    def step(self, world: World) -> None:
        """Move everybody through one tick."""
        assert world.quiet is not None
        assert world.bags is not None
        self._draw_noise(world)
        self._signals(world)
        scene = self._scene(world)
        street_hazards(self._rates, scene, self._place, self._hazards)
        self._hazards[:, 0, TURN] *= self._turn_most
        tally = Tally(*[np.zeros(world.fear.size, dtype=np.int64) for _ in Tally._fields])
        key = Key(world.seed, world.member, world.tick * STEPS_PER_TICK)
        compartments.settle(world.bags)
        self._join(world, key, scene)
        self._move_others(world, key, tally)
        self._move_streets(world, tally)
        security = self._strike(world, key, tally, scene)
        self._after(world, tally, security, scene)

    def _draw_noise(self, world: World) -> None:
        day = int((self._hour0 + world.tick * self._country.clock.tick_hours) // 24)
        if day == self._noise_day:
            return
        self._noise_day = day
        keys = self._country.region_key
        draw = (world.seed, world.member)
        self._noise_join = np.array(
            [gamma_noise(*draw, int(Stream.NOISE_JOIN), k, day, self._p.noise_join) for k in keys]
        )[self._country.region]
        self._noise_turn = np.array(
            [gamma_noise(*draw, int(Stream.NOISE_TURN), k, day, self._p.noise_turn) for k in keys]
        )[self._country.region]

    def _signals(self, world: World) -> None:
        """Refresh what people go by: the crowd nearby, efficacy, the hour."""
        p, country = self._p, self._country
        crowd = (world.peaceful + world.violent).astype(np.float64)
        weighted = weigh(country.near, crowd)
        scale = weighted + self._near_half
        world.near = np.divide(weighted, scale, out=np.zeros_like(weighted), where=scale > 0.0)
        told = world.online * world.concession.max(initial=0.0)
        world.efficacy = world.efficacy * country.clock.decay(p.efficacy_decay) + np.maximum(world.concession, told)
        hour = (self._hour0 + world.tick * country.clock.tick_hours + country.offset) % 24.0
        curfew = world.curfew[country.region]
        daily_activity(self._rates, hour, curfew[:, 0], curfew[:, 1], self._active, self._curfew)

    def _scene(self, world: World) -> Scene:
        assert world.bags is not None
        country = self._country
        held = in_compartment(world.bags, compartments.DELIVERED) + in_compartment(world.bags, compartments.REMANDED)
        by_region = np.bincount(country.region, weights=held, minlength=len(country.region_ids))
        free_cells = np.maximum(0.0, 1.0 - by_region / (self._p.jail_per_resident * country.region_residents))
        return Scene(
            world.peaceful.astype(np.float64), world.violent.astype(np.float64), world.used_force, world.clash,
            world.fear, world.travellers, world.arms, free_cells[country.region], self._active, self._curfew,
            world.shooting, self._noise_turn,
        )

    def _join(self, world: World, key: Key, scene: Scene) -> None:
        assert world.quiet is not None
        assert world.bags is not None
        p, country = self._p, self._country
        region, dt = country.region, country.clock.tick_hours
        drive = (
            p.base_propensity + p.near_weight * world.near + p.far_weight * world.far
            + p.efficacy_weight * world.efficacy[region] + self._curiosity * (1.0 - world.connectivity[region])
            + p.backlash_weight * world.clash / (world.clash + p.clash_half)
            - p.arrest_weight * perceived_arrest(self._rates, scene) - p.fear_weight * world.fear
        )
        rate = p.join_rate_max * self._active * self._noise_join * dt
        term = world.grievance + self._terms[None, :]
        world.arena = join(
            key, self._lattice, world.quiet, world.bags, world.arena, rate, drive, self._score, term,
            p.travel_weight * world.near,
        )
        looting = p.loot_rate * self._crime * self._active * dt * self._holiday(world)
        world.arena = loot(
            key, self._lattice, world.quiet, world.bags, world.arena, looting, world.disorder, self._opportunists,
            self._adults,
        )
        self._organise(world, key)

    def _holiday(self, world: World) -> float:
        clock = self._country.scenario.header.clock
        today = (clock.start + timedelta(hours=self._country.clock.hours(world.tick))).date()
        return float(self._p.loot_holiday) if today in clock.holidays else 1.0

    def _organise(self, world: World, key: Key) -> None:
        assert world.quiet is not None
        assert world.bags is not None
        for organiser in self._country.scenario.header.organisers:
            if self._country.tick_at(organiser.start) != world.tick:
                continue
            for identifier in organiser.places:
                world.arena = recruit(
                    key, self._lattice, world.quiet, world.bags, world.arena,
                    self._country.place_index(identifier), int(organiser.cadres.value), self._opportunists, self._adults,
                )

    def _move_others(self, world: World, key: Key, tally: Tally) -> None:
        assert world.quiet is not None
        assert world.bags is not None
        country = self._country
        crowd = world.peaceful.sum() + world.violent.sum()
        raiding = crowd < self._p.raid_start * self._wave
        under_curfew = ~np.isnan(world.curfew[country.region, 0])
        raiders = np.where(under_curfew & raiding, world.free_force, 0.0)
        at_home = in_compartment(world.bags, compartments.TIRED) + in_compartment(world.bags, compartments.AFRAID)
        other_hazards(self._rates, world.fear, raiders, at_home.astype(np.float64), self._others)
        world.arena = leave_others(
            key, self._lattice, world.quiet, world.bags, world.arena, self._others, country.clock.tick_hours,
            self._adults, self._p.remand_share, tally,
        )

    def _move_streets(self, world: World, tally: Tally) -> None:
        assert world.quiet is not None
        assert world.bags is not None
        dt = self._country.clock.tick_hours
        out_now = world.peaceful + world.violent > 0
        if not out_now.any():
            return
        steps = min(STEPS_PER_TICK, needed_steps(self._hazards[out_now], dt))
        strata = world.quiet.counts.shape[2]
        cells = (world.quiet.counts.shape[1] * strata, strata)
        for step in range(steps):
            if step > 0:
                compartments.settle(world.bags)
            world.arena = leave_streets(
                Key(world.seed, world.member, world.tick * STEPS_PER_TICK + step), self._lattice, world.bags,
                world.arena, self._hazards, dt / steps, self._turn_weight, cells, self._p.remand_share, tally,
            )

    def _strike(self, world: World, key: Key, tally: Tally, scene: Scene) -> tuple[np.ndarray, np.ndarray]:
        """Hurt bystanders, arrest those who break the curfew, hurt men of the forces.

        Returns the injured and the dead of the forces : int64[place] each.
        """
        p, dt = self._p, self._country.clock.tick_hours
        harm = (compartments.INJURED, compartments.DEAD)
        patrol = np.where(world.shooting, world.force + world.free_force, 0.0)
        struck, killed = self._happen(
            world, key, Stream.BYSTANDER, p.bystander_rate * patrol * world.violence_memory * dt,
            (*harm, p.shoot_kill_share), self._anybody,
        )
        np.add(tally.injured, struck, out=tally.injured)
        np.add(tally.dead, killed, out=tally.dead)
        held, remanded = self._happen(
            world, key, Stream.CURFEW, p.curfew_arrest_rate * np.where(scene.curfew, world.free_force, 0.0) * dt,
            (compartments.DELIVERED, compartments.REMANDED, p.curfew_remand_share), self._grown,
        )
        np.add(tally.delivered, held + remanded, out=tally.delivered)
        np.add(tally.remanded, remanded, out=tally.remanded)
        total = world.force + scene.violent
        met = np.divide(world.force * scene.violent, total, out=np.zeros_like(total), where=total > 0.0)
        armed = np.divide(world.arms, scene.violent, out=np.zeros_like(total), where=scene.violent > 0.0)
        hits = p.security_injury_rate * met * (1.0 + p.arms_lethality * np.minimum(1.0, armed)) * dt
        return self._happen(
            world, key, Stream.SECURITY_HURT, hits, (*harm, p.security_death_share), self._security_men
        )

    def _happen(
        self, world: World, key: Key, stream: Stream, hits: np.ndarray, fate: tuple[int, int, float], mask: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Let something happen to quiet people; return how many met the first and the second fate."""
        assert world.quiet is not None
        assert world.bags is not None
        first, second = np.zeros(hits.size, dtype=np.int64), np.zeros(hits.size, dtype=np.int64)
        world.arena = strike_quiet(
            key, int(stream), self._lattice, world.quiet, world.bags, world.arena, hits, fate, mask,
            self._adults, first, second,
        )
        return first, second

    def _after(
        self, world: World, tally: Tally, security: tuple[np.ndarray, np.ndarray], scene: Scene
    ) -> None:
        """Count who is where and let clash, fear and memory move."""
        assert world.bags is not None
        assert world.quiet is not None
        p, country = self._p, self._country
        clock, dt = country.clock, country.clock.tick_hours
        strata = world.quiet.counts.shape[1] * world.quiet.counts.shape[2]
        count_out(world.bags, world.peaceful, world.violent)
        traveller_share(world.bags, world.arena, strata, world.travellers)
        injured, killed = security
        world.new_deaths = tally.dead + killed
        world.cum_deaths = world.cum_deaths + world.new_deaths
        world.cum_security_deaths = world.cum_security_deaths + killed
        world.cum_injured = world.cum_injured + tally.injured + injured
        world.cum_detained = world.cum_detained + tally.delivered
        world.cum_remanded = world.cum_remanded + tally.remanded
        force_per_head = world.used_force / (scene.peaceful + p.crowd_offset)
        world.clash = world.clash * clock.decay(p.clash_decay) + force_per_head * (scene.peaceful > 0.0) * dt
        violent = world.violent.astype(np.float64)
        filled = violent / (violent + np.maximum(self._near_half, 1.0))
        seen = p.fear_death * self._seen(world.new_deaths) + p.fear_detention * self._seen(tally.delivered)
        world.fear = world.fear * clock.decay(p.fear_decay) + seen + p.fear_violence * filled * dt
        fresh = violent / (violent + p.turn_crowd)
        world.violence_memory = np.maximum(world.violence_memory * clock.decay(p.patrol_memory), fresh)
        beyond = np.maximum(0.0, violent - world.force)
        world.disorder = np.where(country.remainder, 0.0, beyond / (beyond + p.loot_half))

    def _seen(self, counts: np.ndarray) -> np.ndarray:
        """Return counts per 100,000 residents as each place sees them : float64[place]."""
        country = self._country
        by_region = np.bincount(country.region, weights=counts, minlength=len(country.region_ids))
        own = by_region / country.region_residents
        everywhere = by_region.sum() / country.region_residents.sum()
        seen = own + self._p.fear_elsewhere * (everywhere - own)
        return np.asarray(PER_HUNDRED_THOUSAND * seen[country.region])
