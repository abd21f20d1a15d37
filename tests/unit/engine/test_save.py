"""Save says what is wanted, and cannot be talked out of it."""

from __future__ import annotations

import pytest

from qantar.engine.save import ALL, Save
from qantar.errors import UsageError


def test_everything_each_tick_by_default() -> None:
    save = Save()
    assert save.fields is ALL
    assert save.wants("whatever it is called")
    assert all(save.wants_tick(tick, 5) for tick in range(5))


def test_chosen_fields_only_and_they_cannot_change_later() -> None:
    wanted = {"national_crowd"}
    save = Save(fields=wanted)
    wanted.add("crowd_violent")
    assert save.wants("national_crowd")
    assert not save.wants("crowd_violent")


def test_every_third_tick_and_the_last() -> None:
    save = Save(every_ticks=3)
    assert [tick for tick in range(8) if save.wants_tick(tick, 8)] == [2, 5, 7]


def test_a_step_of_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match="every 1 or more"):
        Save(every_ticks=0)
