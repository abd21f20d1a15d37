"""What all tests share: markers by folder, one thread each, figures without a window."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# Before anything imports Numba or matplotlib: two workers of pytest share the machine.
os.environ.setdefault("NUMBA_NUM_THREADS", "1")
os.environ.setdefault("MPLBACKEND", "Agg")

TESTS = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with the name of its folder: tests/science/... is marked science."""
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0]
        item.add_marker(folder)
