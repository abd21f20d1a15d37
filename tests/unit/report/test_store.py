"""Reports of a results folder on disk, the way that the command line makes them."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from qantar.cli.report import register
from qantar.engine.ending import Ending
from qantar.report.material import gather
from qantar.report.page import page
from qantar.results.batch import Batch
from qantar.results.frame import Frame
from qantar.results.manifest import Identity
from qantar.results.open import open_results
from qantar.results.run import Run
from qantar.results.schema import VARIABLES, build_series, no_events
from qantar.results.store import accept, claim, prepare, write_batch
from tests.unit.report.invented import SHAPES, invented

MEMBERS = 6
FAILED = 2


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A store of the invented country in which one member failed."""
    place = tmp_path_factory.mktemp("store") / "invented"
    ensemble = invented(members=MEMBERS)
    coords = {name: ensemble.series[name].values for name in ("place", "region", "time", "date")}
    frame = Frame(
        tuple(coords["place"]),
        tuple(row["region"] for row in ensemble.context["places"]),
        tuple(coords["region"]),
        coords["time"],
        tuple(date.fromisoformat(str(value)[:10]) for value in coords["date"]),
    )
    claim(place)
    manifest = prepare(
        place, Identity("invented", "0123456789ab", 7, "recorded", "point", "0.1.0"), MEMBERS, frame, ensemble.context, SHAPES
    )
    batch = Batch(frame, range(MEMBERS))
    for member in range(MEMBERS):
        batch.put(run_of(ensemble, frame, coords, member))
    accept(place, manifest, write_batch(place, batch))
    return place


def run_of(ensemble, frame, coords, member):
    """One member as a model would hand it over."""
    if member == FAILED:
        empty = build_series({}, coords)
        return Run(7, member, Ending.FAILED, "ArithmeticError: no", None, empty, no_events(), lambda: "0123456789ab", "0.1.0")
    arrays = {name: np.zeros(frame.shape(variable), dtype=variable.dtype) for name, variable in VARIABLES.items()}
    arrays |= {name: ensemble.series[name].values[member].astype(VARIABLES[name].dtype) for name in ensemble.series.data_vars}
    series = build_series(arrays, coords)
    return Run(7, member, Ending.CONTROL_RETURNED, "", 100.0 + member, series, no_events(), lambda: "0123456789ab", "0.1.0")


def test_what_is_gathered_is_what_was_stored_without_the_failed_member(folder):
    material = gather(open_results(folder))
    expected = invented(members=MEMBERS).series
    sound = [member for member in range(MEMBERS) if member != FAILED]
    assert material.members == MEMBERS - 1
    assert (material.daily["participants"] == expected["participants"].values[sound]).all()
    places = expected["place_participants"].values[sound]
    assert (material.places.place_median == np.median(places, axis=0)).all()
    region = np.array([row["region"] for row in open_results(folder).context["places"]])
    for column, name in enumerate(expected["region"].values):
        assert (material.places.region_peak[:, :, column] == places[:, :, region == name].sum(axis=2)).all()
        deaths = expected["place_deaths"].values[sound][:, :, region == name].sum(axis=2)
        assert (material.places.region_totals["deaths"][:, :, column] == deaths).all()
    assert list(material.numbers) == sound
    assert material.hours[0] == 1
    assert material.failures == ("ArithmeticError: no",)


def test_the_page_says_the_numbers_of_the_summary(folder):
    ensemble = open_results(folder)
    deaths = ensemble.summary()["totals"]["deaths"]["q50"]
    text = page(ensemble)
    assert f"deaths    {deaths:.0f}±" in text
    assert "1 run failed" in text


@pytest.mark.parametrize("form", ["html", "md"])
def test_the_command_prints_where_the_report_is(folder, tmp_path, form):
    app = typer.Typer()
    app.callback()(lambda: None)
    register(app)
    given = CliRunner().invoke(app, ["report", str(folder), "--format", form, "--out", str(tmp_path / f"mine.{form}")])
    assert given.exit_code == 0, given.output
    assert given.output.strip() == str(tmp_path / f"mine.{form}")
    assert "Invented" in (tmp_path / f"mine.{form}").read_text(encoding="utf-8")


def test_without_a_name_the_report_lies_in_the_results_folder(folder):
    app = typer.Typer()
    app.callback()(lambda: None)
    register(app)
    given = CliRunner().invoke(app, ["report", str(folder)])
    assert given.output.strip() == str(folder / "report.html")
    assert (folder / "report.html").stat().st_size > 100_000


def test_a_report_in_the_folder_does_not_keep_the_run_from_going_on(folder):
    (folder / "report.html").touch()
    ensemble = open_results(folder)
    larger = prepare(folder, ensemble.state.identity, MEMBERS + 2, None, {}, "")
    assert larger == replace(ensemble.state, members=MEMBERS + 2)
