"""Compile the kernels that most tests need: one core does while the other checks style and types, and no test waits for it."""

from __future__ import annotations

import os

from tests import conftest

assert os.environ["QANTAR_CALLABLE_KERNELS"], f"{conftest.__name__} says how kernels are compiled for tests"


def compile_for_tests() -> None:
    """Compile them into the cache, or find them there."""
    from qantar.classics import epstein
    from qantar.model.run import compile_kernels
    from qantar.scenario.load import load

    for palace in ("recorded", "simulated"):
        compile_kernels(load("borderland"), palace)
    model = epstein.Rebellion(epstein.Society(height=20, width=20, cops=0.05), [0.6], [1.0])
    model.step(model.init(0, 0), 0)


if __name__ == "__main__":
    compile_for_tests()
