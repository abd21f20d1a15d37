"""What all tests share: markers by folder, one thread each, figures without a window."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import hypothesis
import pytest

# Before anything imports Numba or matplotlib: two workers of pytest share the machine.
os.environ.setdefault("NUMBA_NUM_THREADS", "1")
os.environ.setdefault("MPLBACKEND", "Agg")
os.environ["QANTAR_CALLABLE_KERNELS"] = "1"

# What a test starts must hear Ctrl-C, also where the tests themselves were started in the background.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# How fast a machine is decides no test.
hypothesis.settings.register_profile("qantar", deadline=None)
hypothesis.settings.load_profile("qantar")

TESTS = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with the name of its folder: tests/science/... is marked science."""
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0]
        item.add_marker(folder)
