"""Ensembles that the tests of reports share."""

import pytest

from qantar.report.digest import digest
from qantar.report.material import gather
from tests.unit.report.invented import SHAPES, invented


@pytest.fixture
def wave():
    """An ensemble with a wave of protest, and a map."""
    ensemble = invented()
    ensemble.map_shapes = SHAPES
    return ensemble


@pytest.fixture
def calm():
    """An ensemble in which hardly anything happens."""
    return invented(quiet=True)


@pytest.fixture
def found(wave):
    """Everything that a report says of the wave."""
    return digest(gather(wave))
