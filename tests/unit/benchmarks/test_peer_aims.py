"""The aims that the benchmark beside other libraries tells: met, not met, or not measured."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def peers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[3] / "benchmarks" / "peers"))


@pytest.mark.usefixtures("peers")
def test_aims_are_met_not_met_or_not_measured() -> None:
    from aims import aims, told_aims
    from rows import row_of

    def row(bench: str, who: str, size: int, rate: float, steps: float = 10) -> object:
        told = {"steps": steps, "wall_s": 2.0, "cpu_s": size * steps / rate, "peak_mib": 1.0, "most_out": 7.0, "people": 3.0}
        return row_of(told, bench, who, size, size)

    grid, streets = "Epstein's grid", "Streets"
    usual = row(streets, "Mesa", 100_000, 1e5)
    rows = [
        row(grid, "Qantar", 400, 3e6), row(grid, "Mesa's example", 400, 4e3, steps=1), row(streets, "Qantar", 1_000_000, 1.5e9),
        usual.scaled(1_000_000, 1_000_000), row(streets, "Mesa, shared hazards", 1_000_000, 3e5),
    ]  # fmt: skip
    assert [aim.verdict for aim in aims(rows)] == ["met", "not measured", "not met", "met", "not met"]
    assert "| 750 times | not met | Mesa ran 1 steps only |" in told_aims(rows)
    assert "Mesa extrapolated at the rate of 100,000" in told_aims(rows)
    assert rows[0].seen == {"most_out": 7.0}
