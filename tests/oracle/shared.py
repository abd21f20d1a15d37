"""States in which both ways of moving people start alike, and one tick of the kernels as a table of movers."""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np

from qantar.model.assemble import Assembly
from qantar.model.state import World
from qantar.model.streets import bags as kernel
from qantar.model.streets.arriving import go_on
from qantar.model.streets.chances import TIME_OUT
from qantar.model.streets.hazards import fresh_hazards, weigh_up
from qantar.model.streets.joining import Calls, join
from qantar.model.streets.leaving import leave_others, leave_streets, remand
from qantar.model.streets.quiet import Quiet, change
from qantar.model.streets.scene import Scene
from qantar.model.streets.setting import Key, Setting, Tally
from qantar.model.streets.striking import loot, strike
from qantar.model.streets.system import StreetsSystem
from qantar.scenario.intervention import set_value
from qantar.scenario.load import load
from qantar.scenario.schema import Scenario
from tests.oracle.movers import NOT_OUT, Kind, Movers
from tests.oracle.people import People, from_counts
from tests.oracle.rates import Moment

RESTLESS = {
    "base_propensity": -10.5, "turn_rate": 2.0, "noise_join": 0.3, "crowd_offset": 5.0, "turn_crowd": 60.0, "loot_half": 0.004,
    "near_half": 0.004, "near_reference": 5000.0,
}
"""Parameters at which a small country has crowds, violence, looting and arrests."""
EVENTFUL = {
    "custody_death_rate": 0.04, "curfew_arrest_rate": 0.15, "bystander_rate": 0.3, "security_injury_rate": 0.4, "raid_rate": 0.6,
    "raid_half": 20.0, "loot_rate": 0.05, "detain_rate": 0.8, "injure_rate": 0.3, "security_death_share": 0.3, "kill_share": 0.3,
    "shoot_kill_share": 0.4, "release_hours": 12.0, "injured_recovery": 20.0, "leave_fear": 0.1, "raid_start": 1e6,
    "turn_clash_share": 0.5, "jail_per_resident": 0.2, "base_propensity": -8.1,
    "curfew_remand_share": 0.4, "remand_share": 0.3, "shoot_injure": 2.0,
}
"""Parameters at which what is rare happens often enough to be compared."""


def small_country(people: int = 20_000, **parameters: float) -> Scenario:
    """Return Borderland with so many people, forces to match, and other parameters of the streets."""
    scenario = load("borderland")
    shrink = people / sum(region.population for region in scenario.regions)
    places = tuple(place.model_copy(update={"population": max(1, round(place.population * shrink))}) for place in scenario.places)
    living = {region.id: sum(place.population for place in places if place.region == region.id) for region in scenario.regions}
    scenario = scenario.model_copy(update={
        "places": places,
        "regions": tuple(region.model_copy(update={"population": living[region.id]}) for region in scenario.regions),
        "forces": tuple(force.model_copy(update={"men": round(force.men * shrink)}) for force in scenario.forces),
        "sites": tuple(site.model_copy(update={"guards": max(1, round(site.guards * shrink))}) for site in scenario.sites),
    })
    for name, value in (RESTLESS | parameters).items():
        scenario = set_value(scenario, f"parameters.streets.{name}", value)
    return scenario


@dataclass
class Shared:
    """The start of a tick, as the counted model has it and as people."""

    assembly: Assembly
    world: World
    people: People
    now: Moment


def crisis(assembly: Assembly, seed: int = 3) -> Shared:
    """Return an hour of a crisis: people in every compartment, force, a curfew, orders to shoot, disorder."""
    world, rng, country = World(seed, 0), np.random.default_rng(seed), assembly.country
    for system in assembly.start:
        system.init(world)
    streets = next(s for s in assembly.tick if isinstance(s, StreetsSystem))
    _fill(world, streets, rng)
    n, r = len(country.region), len(country.region_ids)
    crowd = (world.peaceful + world.violent).astype(float)
    world.force, world.free_force = 0.25 * crowd + 3.0, rng.uniform(5.0, 20.0, n)
    world.used_force = world.force * rng.uniform(0.4, 1.0, n)
    world.near, world.far = rng.uniform(0.1, 0.7, n), rng.uniform(0.0, 0.6, n)
    world.clash, world.fear = rng.uniform(0.0, 1.0, n), rng.uniform(0.1, 1.5, n)
    world.disorder = np.where(country.remainder, 0.0, rng.uniform(0.1, 0.6, n))
    world.violence_memory, world.arms = rng.uniform(0.1, 0.9, n), rng.uniform(0.0, 40.0, n)
    world.online, world.connectivity = rng.uniform(0.3, 1.0, r), rng.uniform(0.2, 1.0, r)
    world.efficacy, world.grievance = rng.uniform(0.0, 0.6, r), world.grievance + rng.uniform(0.0, 1.0, (r, 1))
    world.shooting = country.region == 0
    world.curfew[1:] = (16.0, 20.0)
    world.peaceful_ahead, world.violent_ahead = world.peaceful.astype(float), world.violent.astype(float)
    now = Moment(17.0, 1.0, rng.uniform(0.7, 1.3, r), rng.uniform(0.7, 1.3, r), raiding=True, holiday=1.0)
    score = country.population.class_score(streets._p.propensity_scale)
    return Shared(assembly, world, from_counts(country, score, world.quiet, world.bags, world.arena), now)


def _fill(world: World, streets: StreetsSystem, rng: np.random.Generator) -> None:
    """Send adults out, home, into cells and wards; some of those out stand away from home."""
    setting, counts, moves = streets._static[1], world.quiet.counts, streets._moves
    shares = [*[0.006] * kernel.VIOLENT, *[0.006] * 3, 0.03, 0.02, 0.012, 0.008, 0.008, 0.0]
    people = counts[:, :, : setting.adults]
    for place in range(counts.shape[0]):
        towns = [place, *setting.to[setting.to_start[place] : setting.to_start[place + 1]]]
        for compartment, share in enumerate(shares):
            group = setting.group[: setting.adults]
            wanted = group == compartment // 3 if compartment < kernel.VIOLENT else np.ones(setting.adults, dtype=bool)
            c, s = np.nonzero(people[place] * wanted)
            n = rng.poisson(share * people[place].sum())
            for k in rng.choice(c.size, size=min(n, c.size), replace=False):
                where = rng.choice(towns) if compartment < kernel.TIRED and rng.uniform() < 0.3 else place
                moves = kernel.with_room(moves, 1)
                cell = place * setting.cells + c[k] * setting.strata + s[k]
                change(world.quiet, setting, int(cell), -1)
                kernel.send(moves, int(where) * kernel.COMPARTMENTS + compartment, int(cell))
    world.arena = kernel.arrive(world.bags, world.arena, moves)
    streets._moves = moves
    from qantar.model.streets.memory import count_crowds

    streets._noise_join = streets._noise_turn = np.ones(world.brokerage.size)
    count_crowds(setting.cells, world.bags, world.arena, streets._scene(world))


OFF_STREET = {
    kernel.TIRED: Kind.TIRED, kernel.AFRAID: Kind.AFRAID, kernel.DELIVERED: Kind.HELD, kernel.REMANDED: Kind.REMANDED,
    kernel.INJURED: Kind.HURT, kernel.DEAD: Kind.KILLED,
}


def shown(shared: Shared) -> Scene:
    """Return the shared state as the scene of a tick whose middle is like its start."""
    streets = next(s for s in shared.assembly.tick if isinstance(s, StreetsSystem))
    scene = streets._scene(shared.world)
    return scene._replace(
        peaceful=scene.peaceful.astype(float), violent=scene.violent.astype(float), efficacy=shared.world.efficacy,
    )


@dataclass
class Ready:
    """The kernels' hazards of a shared state, worked out once; `planted` multiplies some of them by mistake."""

    shared: Shared
    scene: Scene
    calls: Calls
    looting: np.ndarray
    hazards: tuple[np.ndarray, np.ndarray, np.ndarray]


def weigh(shared: Shared, planted: str = "", factor: float = 1.0) -> Ready:
    """Work out the hazards of the kernels, one of them multiplied by a factor where a mistake is to be planted."""
    streets = next(s for s in shared.assembly.tick if isinstance(s, StreetsSystem))
    world, now = shared.world, shared.now
    streets._noise_join, streets._noise_turn = now.noise_join, now.noise_turn
    p, _, ground, roles = streets._static
    scene, out = shown(shared), fresh_hazards(len(ground.region))
    weigh_up(p, ground, scene, world.bags, (now.hour, now.dt), now.raiding, out)
    pull = streets._p.travel_weight * world.near
    calls = Calls(scene.rate * now.dt, scene.drive.copy(), roles.score, world.grievance + streets._terms, pull)
    looting = now.holiday * streets._looting[0] * scene.active * now.dt
    at = {
        "join": calls.rate, "leave": out.streets[..., TIME_OUT], "fear": out.streets[..., 1], "turn": out.streets[..., 2],
        "detain": out.streets[..., 3], "injure": out.streets[..., 4], "kill": out.streets[..., 5], "raid": out.others[:, :2, 1],
        "release": out.others[:, 2, 0], "custody": out.others[:, 2:4, 1], "stray": out.hits[0], "curfew": out.hits[1],
        "service": out.hits[2], "loot": looting,
    }
    if planted:
        at[planted] *= factor
    return Ready(shared, scene, calls, looting, out)


def kernel_tick(ready: Ready, member: int) -> Movers:
    """Draw one tick of the kernels from the shared state, which stays as it is."""
    shared = ready.shared
    streets = next(s for s in shared.assembly.tick if isinstance(s, StreetsSystem))
    p, setting, ground, roles = streets._static
    remanded, fates = streets._fates
    world, now, key = shared.world, shared.now, Key(77, member, 0)
    quiet, bags, arena = Quiet(*[a.copy() for a in world.quiet]), kernel.Bags(*[a.copy() for a in world.bags]), world.arena.copy()
    moves, tally = kernel.no_moves(), Tally(*[np.zeros(len(setting.key), dtype=np.int64) for _ in Tally._fields])
    made = [0]
    moves = join(key, setting, ready.calls, quiet, moves)
    made.append(int(moves.made[0]))
    moves = loot(key, setting, quiet, moves, ready.looting, world.disorder, (roles.opportunists, roles.might_loot))
    made.append(int(moves.made[0]))
    stood = moves.bag[: made[-1]] // kernel.COMPARTMENTS
    go_on(key, (p, setting, ground), ready.scene, ready.hazards.streets, (moves, 0), now.dt, tally)
    moves = leave_others(key, setting, quiet, bags, arena, moves, (ready.hazards.others, now.dt), tally)
    made.append(int(moves.made[0]))
    left = world.bags.size - bags.size
    moves = leave_streets(key, setting, bags, arena, moves, ready.hazards.streets, now.dt, tally)
    gone = world.bags.size - bags.size - left
    remand(key, setting, moves, remanded, tally)
    made.append(int(moves.made[0]))
    met = np.zeros((3, 2, len(setting.key)), dtype=np.int64)
    for k, who in enumerate((roles.anybody, roles.grown, roles.security)):
        moves = strike(key, setting, quiet, moves, ready.hazards.hits[k], fates[k], (who, met[k]))
        made.append(int(moves.made[0]))
    return _as_movers(moves, made, (stood, left, gone), setting)


def _as_movers(moves: kernel.Moves, made: list[int], begun: tuple[np.ndarray, np.ndarray, np.ndarray], setting: Setting) -> Movers:
    """Read the moves of a tick, which lie in the order of its steps, and those who went back to quiet unnoted.

    begun: where those who came out first stood; how many left each bag off the streets, and on them
    """
    stood, left, gone = begun
    n = made[-1]
    cell, to, end = moves.cell[:n].copy(), moves.bag[:n] // kernel.COMPARTMENTS, moves.bag[:n] % kernel.COMPARTMENTS
    home, rest = cell // setting.cells, cell % setting.cells
    place, began, kind = home.copy(), np.full(n, NOT_OUT), np.full(n, -1)
    part = [slice(a, b) for a, b in pairwise(made)]
    kind[part[0]], kind[part[1]], to[: made[2]] = Kind.JOIN, Kind.LOOT, stood
    dead, second = end == kernel.DEAD, end == kernel.REMANDED
    place[part[2]] = to[part[2]]
    kind[part[2]] = np.where(dead[part[2]], Kind.CUSTODY_DEATH, Kind.RAID_HELD + second[part[2]])
    source, street = np.repeat(np.arange(gone.size), gone), part[3]
    place[street], began[street] = source // kernel.COMPARTMENTS, source % kernel.COMPARTMENTS
    turned = (began[street] < kernel.VIOLENT) & (end[street] >= kernel.VIOLENT)
    kind[street] = np.where(turned, Kind.TURN + end[street] - kernel.VIOLENT, Kind.ONE_ON + end[street] - began[street] - 1)
    for compartment, what in OFF_STREET.items():
        kind[street][end[street] == compartment] = what
    kind[part[4]] = Kind.STRAY_HURT + dead[part[4]]
    kind[part[5]] = Kind.CURFEW_HELD + second[part[5]]
    kind[part[6]] = Kind.SERVICE_HURT + dead[part[6]]
    rows = Movers(np.full(n, -1), kind, home, place, to, began, end, rest // setting.strata, rest % setting.strata)
    return _with_the_rested(rows, part[2], np.repeat(np.arange(left.size), left))


def _with_the_rested(m: Movers, noted: slice, bag: np.ndarray) -> Movers:
    """Add those who are quiet again, and give everybody who left a `bag` at home, in a cell or a ward its compartment.

    Within a place the kernels do not say which of its bags a raid took somebody from: any match will do.
    """
    left_at, compartment = bag // kernel.COMPARTMENTS, bag % kernel.COMPARTMENTS
    places = int(max(m.place.max(initial=0), left_at.max(initial=0))) + 1
    where = np.repeat(np.arange(places), np.bincount(left_at, minlength=places) - np.bincount(m.place[noted], minlength=places))
    order = np.argsort(np.append(m.place[noted], where), kind="stable")
    matched = np.empty_like(compartment)
    matched[order] = compartment
    m.compartment[noted] = matched[: m.place[noted].size]
    none = np.zeros(where.size, dtype=np.int64)
    rested = (none - 1, none + Kind.BACK, where, where, where, matched[m.place[noted].size :], none + NOT_OUT, none, none)
    return Movers(*[np.append(getattr(m, field.name), more) for field, more in zip(fields(Movers), rested, strict=True)])
