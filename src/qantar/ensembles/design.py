"""Which parameters a member runs with: the point values, a draw from their priors, or one from a fit.

A draw is a pure function of (seed, member, the parameter's name), of a fit of (seed, member). Each prior is cut to the range in
which the parameter makes sense, by inversion, so that a draw stays monotone in its uniform number.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping
from functools import partial
from itertools import accumulate
from typing import Any

from qantar.engine.random import place_key, uniform
from qantar.engine.streams import Stream
from qantar.ensembles.task import Vary, keep
from qantar.errors import UsageError
from qantar.scenario.posterior import Posterior
from qantar.scenario.prior import inverse_prior
from qantar.scenario.schema import Scenario
from qantar.scenario.value import ParameterGroup, Value

MODES = ("point", "prior", "posterior")
"""How a run takes its parameters; 'posterior' needs a fit that lies beside the scenario."""

NO_POSTERIOR = "{name} has no posterior: there is no posterior.csv in its folder (`qantar calibrate` makes one); use point or prior"


def draw_parameters(scenario: Scenario, *, seed: int, member: int) -> tuple[Scenario, dict[str, float]]:
    """A scenario whose uncertain parameters are drawn from their priors, and what was drawn.

    The names are 'group.parameter'. Parameters without a spread keep their value and are not named.
    """
    drawn: dict[str, float] = {}
    for group_name in type(scenario.parameters).model_fields:
        group: ParameterGroup = getattr(scenario.parameters, group_name)
        for name in type(group).model_fields:
            value: Value = getattr(group, name)
            if value.spread is not None:
                path = f"{group_name}.{name}"
                low, high = _range(group, name)
                u = float(uniform(seed, member, int(Stream.PARAMETER), place_key(path), 0, 0, 0))
                drawn[path] = inverse_prior(value, u, low=low, high=high)
    return with_parameters(scenario, drawn), drawn


def with_parameters(scenario: Scenario, values: Mapping[str, float]) -> Scenario:
    """A scenario whose parameters have other values, by 'group.parameter'; unit, source and spread stay."""
    groups: dict[str, dict[str, Value]] = {}
    for path, number in values.items():
        group_name, _, name = path.partition(".")
        groups.setdefault(group_name, {})[name] = _value_of(scenario, path).model_copy(update={"value": number})
    changed = {group: getattr(scenario.parameters, group).model_copy(update=update) for group, update in groups.items()}
    return scenario.model_copy(update={"parameters": scenario.parameters.model_copy(update=changed)})


def way_of(mode: str, palace: str = "recorded") -> Vary:
    """How each member's scenario is made in a mode, for a palace. Raises UsageError for a mode that is not known."""
    ways: dict[str, Vary] = {"point": keep, "prior": draw_parameters, "posterior": partial(draw_posterior, palace=palace)}
    if mode not in ways:
        raise UsageError(f"parameters '{mode}' are unknown; expected one of: {', '.join(ways)}")
    return ways[mode]


def label_of(scenario: Scenario, mode: str) -> str:
    """What a results folder keeps of a mode: its name, and which fit it was.

    Raises UsageError where a posterior is asked for and there is none.
    """
    if mode != "posterior":
        return mode
    if scenario.posterior is None:
        raise UsageError(NO_POSTERIOR.format(name=scenario.header.id))
    return f"posterior-{scenario.posterior.digest}"


def mode_of(label: str) -> str:
    """The mode of a label that `label_of` gave."""
    return label.partition("-")[0]


def default_mode(*scenarios: Scenario) -> str:
    """Where parameters come from when nobody says: the fit that was shipped with all the scenarios, else the point values."""
    return "point" if any(scenario.posterior is None for scenario in scenarios) else "posterior"


def particle_of(posterior: Posterior, *, seed: int, member: int, palace: str = "recorded") -> int:
    """Which parameter set of a posterior a member runs with: one draw in proportion to the weights for that palace."""
    u = float(uniform(seed, member, int(Stream.PARTICLE), 0, 0, 0, 0))
    return min(bisect_right(list(accumulate(posterior.weights_under(palace))), u), len(posterior.weights) - 1)


def draw_posterior(scenario: Scenario, *, seed: int, member: int, palace: str = "recorded") -> tuple[Scenario, dict[str, float]]:
    """A scenario with one parameter set of its posterior for a palace, and what it holds.

    A parameter without a spread is left as it is: somebody set it, by hand or by an intervention, and took its spread.

    Raises UsageError where the scenario has no posterior.
    """
    posterior = scenario.posterior
    if posterior is None:
        raise UsageError(NO_POSTERIOR.format(name=scenario.header.id))
    row = posterior.values[particle_of(posterior, seed=seed, member=member, palace=palace)]
    drawn = {
        name: value
        for name, value in zip(posterior.names, row, strict=True)
        if name in posterior.model_names and _value_of(scenario, name).spread is not None
    }
    return with_parameters(scenario, drawn), drawn


def _value_of(scenario: Scenario, path: str) -> Value:
    group_name, _, name = path.partition(".")
    value: Value = getattr(getattr(scenario.parameters, group_name), name)
    return value


def _range(group: ParameterGroup, name: str) -> tuple[float, float]:
    extra: Any = type(group).model_fields[name].json_schema_extra
    low, high = extra["quantity"]["low"], extra["quantity"]["high"]
    return -math.inf if low is None else low, math.inf if high is None else high
