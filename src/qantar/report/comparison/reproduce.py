"""How to get the same comparison again."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from qantar.report.case import Case, read_case
from qantar.report.reproduce import NO_COMMAND, SAME, can_be_typed, mode, options, run_command

if TYPE_CHECKING:
    from qantar.comparison.effect import Effect
    from qantar.results.open import Ensemble

IN_PYTHON = "Its channels were switched from Python, which no command line does for two such sides; these commands leave them out."


def commands_of(effect: Effect) -> tuple[str, ...]:
    """The command lines that make this comparison, one where one is enough; none where no command line says it."""
    first, second = _case(effect.a), _case(effect.b)
    if not (can_be_typed(first) and can_be_typed(second)) or _differ_unsaid(effect, first, second):
        return ()
    if _one_command(effect, first):
        return (_compare(effect, first, second),)
    return (_run(effect.a, first, "a"), _run(effect.b, second, "b"), "qantar compare a b")


def how(effect: Effect) -> str:
    """What to expect of these commands, or why there are none."""
    commands = commands_of(effect)
    if not commands:
        return NO_COMMAND
    several = SAME.replace("command gives", "commands give") if len(commands) > 1 else SAME
    return f"{several} {IN_PYTHON}" if len(commands) > 1 and effect.carried is not None else several


def _case(ensemble: Ensemble) -> Case:
    return read_case(ensemble.context, "")


def _differ_unsaid(effect: Effect, first: Case, second: Case) -> bool:
    """Whether two sides that are named alike are not the same."""
    alike = first.loaded_from == second.loaded_from and options(first) == options(second)
    return alike and effect.a.state.identity.scenario_hash != effect.b.state.identity.scenario_hash


def _one_command(effect: Effect, first: Case) -> bool:
    """Whether `qantar compare` makes both sides: it does nothing to A, and has the same palace and members in both."""
    a, b = effect.a.state, effect.b.state
    return not options(first) and a.identity.palace == b.identity.palace and a.members == b.members


def _compare(effect: Effect, first: Case, second: Case) -> str:
    state, carried = effect.a.state, effect.carried
    other = [second.loaded_from] if second.loaded_from != first.loaded_from or not options(second) else []
    channels = 0 if carried is None else len(carried.members) + len(carried.failed)
    asked = mode(state.members, state.identity.seed, state.identity.palace, state.identity.parameters)
    return shlex.join(["qantar", "compare", first.loaded_from, *other, *options(second), *asked, "--channels", str(channels)])


def _run(ensemble: Ensemble, case: Case, out: str) -> str:
    state = ensemble.state
    return run_command(case, state.members, state.identity.seed, state.identity.palace, state.identity.parameters, out)
