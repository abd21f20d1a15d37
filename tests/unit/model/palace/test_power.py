"""Power: who holds what, and what clients add."""

from __future__ import annotations

import numpy as np
import pytest

from qantar.errors import AssemblyError
from qantar.model.palace.power import check_passing, passing_on, shares, spectral_radius

FORMAL = np.array([0.5, 0.3, 0.2])
EVERYBODY = np.ones(3, dtype=bool)
NO_MEANS = np.zeros(3)
SEATED = np.array([0, 1, 2])


def found(loyalty: np.ndarray, health: np.ndarray | None = None, holder: np.ndarray = SEATED, free: np.ndarray = EVERYBODY) -> np.ndarray:
    fit = np.ones(3) if health is None else health
    return shares(holder, free, NO_MEANS, FORMAL, passing_on(loyalty, fit * free, 0.5))


def test_without_loyalties_power_is_formal() -> None:
    np.testing.assert_allclose(found(np.zeros((3, 3))), FORMAL)


def test_a_client_adds_what_the_equation_says() -> None:
    loyalty = np.zeros((3, 3))
    loyalty[1, 2] = 0.8
    raw = np.array([0.5, 0.3 + 0.5 * 0.8 * 0.2, 0.2])
    np.testing.assert_allclose(found(loyalty), raw / raw.sum())


def test_power_passes_through_a_chain_of_clients() -> None:
    loyalty = np.zeros((3, 3))
    loyalty[0, 1], loyalty[1, 2] = 1.0, 1.0
    alone = np.zeros((3, 3))
    alone[0, 1] = 1.0
    assert found(loyalty)[0] / found(loyalty)[2] > found(alone)[0] / found(alone)[2]


def test_a_healthier_patron_has_more_power() -> None:
    loyalty = np.zeros((3, 3))
    loyalty[1, 2] = 0.8
    ill, well = np.array([1.0, 0.4, 1.0]), np.ones(3)
    assert found(loyalty, well)[1] > found(loyalty, ill)[1]


def test_a_vacant_office_weighs_for_nobody_and_still_counts() -> None:
    empty = found(np.zeros((3, 3)), holder=np.array([0, -1, 2]))
    np.testing.assert_allclose(empty, [0.5, 0.0, 0.2])
    assert empty.sum() == pytest.approx(0.7)


def test_who_is_gone_gets_nothing_from_his_clients() -> None:
    loyalty = np.zeros((3, 3))
    loyalty[1, 2] = 1.0
    gone = found(loyalty, holder=np.array([0, -1, 2]), free=np.array([True, False, True]))
    assert gone[1] == 0.0


def test_power_that_feeds_on_itself_is_refused() -> None:
    circle = np.array([[0.0, 1.0], [1.0, 0.0]])
    assert spectral_radius(circle) == pytest.approx(1.0)
    with pytest.raises(AssemblyError, match="spectral radius"):
        check_passing(circle, np.ones(2), 1.0)
    check_passing(circle, np.ones(2), 0.9)
