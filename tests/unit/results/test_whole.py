"""A file that is missing is an error, and never a number."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from qantar.comparison.effect import Effect
from qantar.errors import DamagedError
from qantar.report.material import gather
from qantar.results.batch import Batch
from qantar.results.export import export_csv
from qantar.results.lock import writing
from qantar.results.open import Ensemble, open_results
from qantar.results.run import Run
from qantar.results.schema import VARIABLES
from qantar.results.store import accept, claim, intact, prepare, write_batch
from qantar.results.whole import joined_spans, spans
from tests import fakes
from tests.unit.results.conftest import IDENTITY, Make


def some_fail(_: object, *, seed: int = 0, member: int = 0) -> Run:
    return (fakes.simulate_some_fail if member in fakes.FAIL_AT else fakes.simulate)(None, seed=seed, member=member)


def all_fail_but_the_last(_: object, *, seed: int = 0, member: int = 0) -> Run:
    run = fakes.simulate_some_fail(None, seed=seed, member=7)
    return fakes.simulate(None, seed=seed, member=member) if member >= 25 else Run(
        seed, member, run.ending, run.reason, None, run.series, run.events, lambda: "fakehash", "0"
    )  # fmt: skip


def lose(store: Ensemble, name: str, chunk: int) -> None:
    shutil.rmtree(store.path / "series.zarr" / name / "c" / str(chunk))


@pytest.mark.parametrize("name", VARIABLES)
def test_no_series_is_read_without_its_file(store: Ensemble, name: str) -> None:
    lose(store, name, 1)
    series = open_results(store.path).series[name]
    assert (series.isel(member=slice(0, 25)).values >= 0).all()
    with pytest.raises(DamagedError, match=f"no values of '{name}' for members 25-29: series.zarr/{name}/c/1 is missing"):
        _ = series.values
    with pytest.raises(DamagedError, match="for members 27: "):
        _ = series.isel(member=[3, 27]).values
    with pytest.raises(DamagedError, match="for members 28: "):
        _ = series.sel(member=28).values


def test_members_that_failed_have_no_value_and_are_no_damage(make: Make, tmp_path: Path) -> None:
    store = make(tmp_path / "s", 30, simulate=some_fail)
    assert (store.series["participants"].sel(member=7) == -1).all()
    lose(store, "participants", 0)
    with pytest.raises(DamagedError, match="for members 0-6, 8-24: "):
        _ = open_results(store.path).series["participants"].values


def test_a_batch_of_failed_members_needs_no_file(make: Make, tmp_path: Path) -> None:
    store = make(tmp_path / "s", 30, simulate=all_fail_but_the_last)
    assert not (store.path / "series.zarr" / "participants" / "c" / "0").exists()
    assert np.isfinite(store.quantiles()["participants"].values).all()


def test_quantiles_differences_and_exports_are_refused(make: Make, store: Ensemble, tmp_path: Path) -> None:
    other = make(tmp_path / "other", 30)
    for name in ("participants", "national_crowd", "deaths", "place_deaths"):
        lose(store, name, 0)
    with pytest.raises(DamagedError, match="participants"):
        open_results(store.path).quantiles()
    with pytest.raises(DamagedError, match="participants"):
        _ = Effect(other, open_results(store.path)).daily
    with pytest.raises(DamagedError, match="place_deaths"):
        export_csv(open_results(store.path), tmp_path / "csv")


def changed(content: pa.Table, name: str, values: pa.Array) -> pa.Table:
    return content.set_column(content.schema.get_field_index(name), name, values)


HARM: dict[str, Callable[[pa.Table], pa.Table]] = {
    "a column is missing": lambda content: content.drop_columns(["reason"]),
    "texts are numbers": lambda content: changed(content, "reason", pa.array([1] * content.num_rows)),
    "texts are no text": lambda content: changed(content, "reason", pa.array([b"\xff"] * content.num_rows).view(pa.string())),
    "dates are none": lambda content: changed(content, "peak_date", pa.array([2**31 - 1] * content.num_rows, pa.int32()).view(pa.date32())),
}


@pytest.mark.parametrize("harm", HARM)
def test_a_table_that_cannot_be_decoded_is_damage(store: Ensemble, harm: str) -> None:
    path = store.path / "members" / "part-00000025-00000029.parquet"
    pq.write_table(HARM[harm](pq.read_table(path)), path)
    assert [intact(store.path, batch) for batch in store.state.batches] == [True, False]
    with pytest.raises(DamagedError, match="--repair"):
        _ = open_results(store.path).members


def drew(folder: Path, drawn: Mapping[str, float] | None) -> Ensemble:
    """Results of members that drew these parameters; of members that failed before they could where there are none."""
    claim(folder)
    with writing(folder):
        manifest = prepare(folder, replace(IDENTITY, parameters="prior"), 3, fakes.FRAME, fakes.context(), "")
        batch = Batch(fakes.FRAME, range(3))
        for member in batch.members:
            if drawn is None:
                batch.put_failure(member, "a bug")
            else:
                batch.put(fakes.simulate(None, member=member))
                batch.put_parameters(member, drawn)
        accept(folder, manifest, write_batch(folder, batch))
    return open_results(folder)


def test_parameters_that_are_lost_were_drawn_all_the_same(tmp_path: Path) -> None:
    assert len(drew(tmp_path / "s", {"streets.turn_rate": 2.0}).parameters) == 3
    (tmp_path / "s" / "parameters" / "part-00000000-00000002.parquet").unlink()
    with pytest.raises(DamagedError, match=r"'parameters'.*--repair"):
        _ = open_results(tmp_path / "s").parameters
    with pytest.raises(DamagedError, match=r"'parameters'.*--repair"):
        next(open_results(tmp_path / "s").each_part("parameters", ("member",)))


@pytest.mark.parametrize("drawn", [{}, None])
def test_where_nothing_was_drawn_no_parameters_are_lost(tmp_path: Path, drawn: Mapping[str, float] | None) -> None:
    assert drew(tmp_path / "s", drawn).parameters.empty


@pytest.mark.parametrize("chosen", [[5, 3, 4], [0, 29], [7, 7, 8], list(range(30)), list(range(1, 30, 2))])
def test_members_are_picked_in_any_order(store: Ensemble, chosen: list[int]) -> None:
    everything = store.series["national_crowd"].values
    assert np.array_equal(store.series["national_crowd"].isel(member=chosen).values, everything[chosen])
    assert np.array_equal(store.series["national_crowd"].isel(member=chosen, tick=[3, 1]).values, everything[np.ix_(chosen, [3, 1])])


def test_a_report_is_refused(store: Ensemble, monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace

    monkeypatch.setattr("qantar.report.material.read_case", lambda *_: SimpleNamespace(regions=()))
    monkeypatch.setattr("qantar.report.material.in_places", lambda *_: None)
    gather(store)
    lose(store, "national_crowd", 0)
    with pytest.raises(DamagedError, match="national_crowd"):
        gather(open_results(store.path))


@pytest.mark.parametrize("name", ["member", "time", "date", "place", "region"])
def test_coordinates_are_not_made_up(store: Ensemble, name: str) -> None:
    shutil.rmtree(store.path / "series.zarr" / name / "c")
    with pytest.raises(DamagedError, match=f"series.zarr/{name} in"):
        _ = open_results(store.path).series


@pytest.mark.parametrize(
    ("change", "word"),
    [({"seed": "x"}, "seed is 'x'"), ({"members": "many"}, "many"), ({"members": 3}, "there are 3"),
     ({"batches": [{"first": "a"}]}, "damaged"),
     ({"batches": [{"first": "a", "last": 3, "hash": "h", "failed": 0}]}, "first is 'a'"), ({"version": None}, "version is None")],
)  # fmt: skip
def test_a_manifest_that_makes_no_sense_is_refused(store: Ensemble, change: dict[str, object], word: str) -> None:
    path = store.path / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(DamagedError, match=word) as found:
        open_results(store.path)
    assert found.value.exit_code == 2


def test_spans_that_touch_are_told_as_one() -> None:
    assert joined_spans([(25, 49), (50, 74), (0, 4), (100, 124)]) == [[0, 4], [25, 74], [100, 124]]


def test_neighbours_are_told_together() -> None:
    assert spans([3, 4, 5, 9, 7, 8, 1]) == "1, 3-5, 7-9"
