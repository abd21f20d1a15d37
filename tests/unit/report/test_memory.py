"""What a report holds of a member does not grow with the places of the country, and is read a block at a time."""

from __future__ import annotations

import numpy as np
import pytest

from qantar.report import places as in_blocks
from qantar.report.material import Material, gather
from tests.unit.report.invented import PLACES, invented

FEW, MANY = 40, 80


def held(material: Material) -> int:
    """Bytes in the arrays of a material, single and by name."""
    found = 0
    for values in [*vars(material).values(), *vars(material.places).values(), *vars(material.places.protests).values()]:
        arrays = values.values() if isinstance(values, dict) else [values]
        found += sum(array.nbytes for array in arrays if isinstance(array, np.ndarray))
    return found


def more_places(factor: int) -> tuple:
    """The places of the invented country, and small ones beside them."""
    rows = [(f"{row[0]}-{copy}", *row[1:]) for copy in range(factor) for row in PLACES]
    return (*PLACES, *rows)


def test_a_member_takes_as_much_with_many_places_as_with_few() -> None:
    grown = [held(gather(invented(MANY, places=more))) - held(gather(invented(FEW, places=more))) for more in (PLACES, more_places(20))]
    assert grown[0] == pytest.approx(grown[1], rel=0.1)
    assert grown[0] / (MANY - FEW) < 2_000


def test_no_more_members_than_a_block_are_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    whole = in_blocks._values

    def counted(series, name):
        seen.append(series.sizes["member"])
        return whole(series, name)

    monkeypatch.setattr(in_blocks, "_values", counted)
    once = gather(invented(MANY))
    monkeypatch.setattr(in_blocks, "BLOCK", 7)
    seen.clear()
    pieces = gather(invented(MANY))
    assert max(seen) == 7
    for name in ("region_peak", "largest"):
        assert (getattr(once.places, name) == getattr(pieces.places, name)).all()
    for name in ("by_member", "by_place", "sizes"):
        assert (getattr(once.places.protests, name) == getattr(pieces.places.protests, name)).all()
    assert all((once.places.region_totals[name] == pieces.places.region_totals[name]).all() for name in in_blocks.CASUALTIES)
