"""Qantar: a laboratory for political crises in states where power is personal.

The public names load what they need when they are first used, so that ``import qantar`` is quick:

    load(name_or_dir) -> Scenario               a built-in country or a folder of one's own
    simulate(scenario, *, seed, member) -> Run  one course of events
    ensemble(scenario, *, members, seed, store) -> Ensemble     many of them
    compare(a, b, *, members, seed, store) -> Effect            twins that share every draw, and what differs
    open(path) -> Ensemble                      the results folder of an earlier run
    open_comparison(path) -> Effect             the folder of an earlier comparison
    errors                                      everything that Qantar raises on purpose
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from qantar.version import __version__

if TYPE_CHECKING:
    from qantar import errors
    from qantar.comparison.pair import compare, open_comparison
    from qantar.ensembles.local import ensemble
    from qantar.model.run import simulate
    from qantar.results.open import open_results as open  # noqa: A004
    from qantar.scenario.load import load
    from qantar.scenario.schema import Scenario

__all__ = ["Scenario", "__version__", "compare", "ensemble", "errors", "load", "open", "open_comparison", "simulate"]

_HOMES = {
    "Scenario": ("qantar.scenario.schema", "Scenario"),
    "compare": ("qantar.comparison.pair", "compare"),
    "ensemble": ("qantar.ensembles.local", "ensemble"),
    "load": ("qantar.scenario.load", "load"),
    "open": ("qantar.results.open", "open_results"),
    "open_comparison": ("qantar.comparison.pair", "open_comparison"),
    "simulate": ("qantar.model.run", "simulate"),
}


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """Load a public name where it lives, once."""
    if name == "errors":
        return import_module("qantar.errors")
    if name not in _HOMES:
        raise AttributeError(f"module 'qantar' has no attribute '{name}'")
    module, attribute = _HOMES[name]
    value = getattr(import_module(module), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Public names, loaded or not."""
    return sorted(__all__)
