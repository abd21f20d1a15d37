"""Reports of a comparison: the answer first, escaped, from numbers that are known; figures for every form."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_rgba

from qantar.comparison.carried import Carried
from qantar.comparison.effect import Effect
from qantar.comparison.interval import Gain, Mean, mean_interval
from qantar.comparison.switching import CARRIED
from qantar.engine.ending import Ending
from qantar.model.channels import CHANNELS
from qantar.report.comparison import sentences as say
from qantar.report.comparison.carrying import sentences
from qantar.report.comparison.done import orders_that_differ, steps_done
from qantar.report.comparison.figures import comparison_gallery
from qantar.report.comparison.html import comparison_html
from qantar.report.comparison.maps import map_of_both
from qantar.report.comparison.page import comparison_page
from qantar.report.comparison.reproduce import commands_of
from qantar.report.comparison.write import comparison_markdown, write_comparison
from qantar.report.figures.painting import BLANK
from qantar.report.figures.style import INK
from qantar.results.manifest import Identity
from qantar.results.open import open_results
from qantar.results.store import accept, claim, prepare, write_batch
from tests import fakes
from tests.unit.report.invented import invented
from tests.unit.report.units import without_unit

MEMBERS = 8


def fuller(member: int, added: int) -> Any:
    run = fakes.simulate(None, seed=0, member=member)
    series = run.series.copy(deep=True)
    for name in ("deaths", "national_deaths"):
        series[name] += added
    series["place_deaths"][:, 0] += added
    return replace(run, series=series)


def made(folder: Path, context: dict[str, Any], added: int, *, alike: bool = False) -> Any:
    """A side of which each member has `added` more deaths, and one more for each member before it unless all are alike."""
    from qantar.results.batch import Batch

    claim(folder)
    manifest = prepare(folder, Identity("fake", f"hash{added}", 0, "recorded", "point", "0.1.0"), MEMBERS, fakes.FRAME, context, "")
    batch = Batch(fakes.FRAME, range(MEMBERS))
    for member in batch.members:
        batch.put(fuller(member, added + member if added and not alike else added))
    accept(folder, manifest, write_batch(folder, batch))
    return open_results(folder)


def context(**changes: Any) -> dict[str, Any]:
    """The context of a country whose regions are those of the fake."""
    found = dict(invented().context)
    regions = [{**found["regions"][0], "id": name, "name": name.title(), "map_key": "", "centre": "alpha"} for name in fakes.REGIONS]
    homes = zip(fakes.PLACES, fakes.PLACE_REGIONS, strict=True)
    places = [{**found["places"][0], "id": name, "name": name, "region": region} for name, region in homes]
    return {**found, "regions": regions, "places": places, **changes}


@pytest.fixture
def effect(tmp_path: Path) -> Effect:
    """41 to 48 more deaths in B, of which 30 come through fear."""
    nothing = {name: Mean(0.0, 0.0, 0.0, 4) for name in (*CHANNELS, "direct")}
    parts = {**nothing, "fear": Mean(30.0, 20.0, 40.0, 4), "far": Mean(12.5, 8.0, 17.0, 4)}
    carried = Carried((0, 1, 2, 3), 44, {name: Mean(42.5, 40.0, 45.0, 4) for name in CARRIED}, dict.fromkeys(CARRIED, parts), {})
    a = made(tmp_path / "a", context(), 0)
    return Effect(a, made(tmp_path / "b", context(withheld=["<b>blackout</b>"]), 41), carried)


def test_the_page_begins_with_the_answer(effect: Effect) -> None:
    lines = comparison_page(effect).splitlines()
    answer = lines.index("THE EFFECT OF B") + 1
    assert lines[answer].startswith("  B has 44 more (42 to 47) deaths")
    assert answer < 8


def test_the_channels_are_told_in_words(effect: Effect) -> None:
    told = sentences(effect)
    assert told[0] == "Of 42 more deaths: 30 more (20 to 40) through fear and 12 more (8 to 17) through news of protest elsewhere."


def test_the_endings_that_shifted_most_are_told_for_a_hundred_pairs(effect: Effect) -> None:
    assert effect.carried is not None
    still = Mean(0.0, 0.0, 0.0, 4)
    coup, purge, quiet = (f"ending: {ending}" for ending in (Ending.PALACE_COUP, Ending.POWER_CONSOLIDATED, Ending.QUIET))
    shifts = {coup: -0.25, purge: 0.2, quiet: 0.05}
    total = dict.fromkeys(CARRIED, still) | {name: Mean(value, value - 0.1, value + 0.1, 4) for name, value in shifts.items()}
    nothing = dict.fromkeys((*CHANNELS, "direct"), still)
    parts = {name: {**nothing, "fear": total[name]} for name in CARRIED}
    found = sentences(replace(effect, carried=replace(effect.carried, total=total, parts=parts)))
    assert found[3:] == [
        "Of 25 fewer endings as 'palace coup' in a hundred pairs: 25 fewer (15 to 35) through fear.",
        "Of 20 more endings as 'power consolidated by purge' in a hundred pairs: 20 more (10 to 30) through fear.",
    ]


def test_what_comes_from_a_scenario_is_escaped(effect: Effect) -> None:
    text = comparison_html(effect)
    assert "<b>blackout" not in text
    assert "without &lt;b&gt;blackout" in text
    assert "Nothing: the two sides" not in text


def test_the_html_names_nobody_outside_and_has_every_part_in_order(effect: Effect) -> None:
    text = comparison_html(effect)
    assert re.findall(r'(?:src|href)="(?!data:|#)([^"]+)"', text) == []
    places = [text.index(f'id="{name}"') for name in ("answer", "figures", "assumptions", "reproduce")]
    assert places == sorted(places)


def test_every_figure_can_stand_as_text_and_has_units(effect: Effect) -> None:
    drawings = comparison_gallery(effect)
    assert {"both-deaths", "channels-deaths", "endings", "map-of-both", "regions-deaths"} <= {drawing.name for drawing in drawings}
    for drawing in drawings:
        assert drawing.alternative
        assert drawing.caption
        assert without_unit(drawing.figure) == [], drawing.name


def test_the_map_has_each_region_s_own_fullest_day_and_marks_what_is_clear(effect: Effect) -> None:
    levels, differences = effect.region_levels, effect.regions
    daily = effect.b.daily
    for region in levels["participants"].index:
        rows = daily[daily["region"] == region]
        assert levels["participants"].loc[region, "b"] == rows.groupby("member")["participants"].max().mean()
        last = rows[rows["date"] == rows["date"].max()]
        assert levels["deaths"].loc[region, "b"] == last["deaths"].mean()
        for name in ("participants", "deaths", "detained"):
            row = levels[name].loc[region]
            assert row["b"] - row["a"] == pytest.approx(differences[name][region].value)
    drawing = map_of_both(effect)
    assert drawing is not None
    panels = [axes for part in drawing.figure.subfigs for axes in part.axes if axes.get_title(loc="left")]
    assert [axes.get_title(loc="left") for axes in panels] == ["A", "B", "B less A"], "nobody more is out, so that only the dead are drawn"
    north, south = panels[2].lines
    assert differences["deaths"]["north"].clear
    assert differences["deaths"]["south"].value == 0.0
    assert (north.get_markeredgecolor(), south.get_markerfacecolor()) == (INK, BLANK)
    assert south.get_markeredgecolor() != INK
    red, _, blue, _ = to_rgba(north.get_markerfacecolor())
    assert red > blue, "more is orange, less is purple"
    turned = map_of_both(Effect(effect.b, effect.a))
    assert turned is not None
    red, _, blue, _ = to_rgba(turned.figure.subfigs[0].axes[2].lines[0].get_markerfacecolor())
    assert red < blue
    assert map_of_both(Effect(effect.a, effect.a)) is None, "nothing differs"


def test_markdown_has_its_figures_as_png_and_svg_beside_it(effect: Effect, tmp_path: Path) -> None:
    path = write_comparison(effect, tmp_path / "out" / "report.md", "md")
    text = path.read_text(encoding="utf-8")
    named = re.findall(r"\]\(<([^>]+\.png)>\)", text)
    assert len(named) == len(comparison_gallery(effect)) == text.count("!["), "a path in angle brackets may hold spaces"
    for name in named:
        assert (path.parent / name).read_bytes().startswith(b"\x89PNG")
        assert (path.parent / name).with_suffix(".svg").read_text(encoding="utf-8").startswith("<?xml")
    assert "without <b>" not in text


def test_how_channels_are_switched_is_told_only_where_they_were(effect: Effect, tmp_path: Path) -> None:
    for carried, told in ((effect.carried, True), (None, False)):
        text = write_comparison(replace(effect, carried=carried), tmp_path / "report.md", "md").read_text(encoding="utf-8")
        assert ("Shapley" in text) == told
    plain = comparison_markdown(replace(effect, carried=None), (), "f").replace("\\", "")
    assert say.METHOD in plain
    assert say.METHOD_CHANNELS not in plain


def test_the_same_bytes_every_time(effect: Effect) -> None:
    assert comparison_html(effect) == comparison_html(effect)


@pytest.mark.parametrize(
    ("mean", "words"),
    [
        (Mean(-41, -52, -30, 9), "41 fewer (30 to 52)"),
        (Mean(8, -3, 19, 9), "8 more (3 fewer to 19 more)"),
        (Mean(0, 0, 0, 9), "no difference in"),
        (mean_interval(np.full(9, -1)), "1 fewer (all pairs alike, so no interval)"),
        (mean_interval(np.array([-1])), "1 fewer"),
    ],
)
def test_amounts(mean: Mean, words: str) -> None:
    assert say.amount(mean) == words


def test_pairs_that_are_all_alike_are_called_so_and_not_clear(tmp_path: Path) -> None:
    a, b = (made(tmp_path / name, context(), added, alike=True) for name, added in (("a", 0), ("b", 7)))
    effect = Effect(a, b)
    page = comparison_page(effect)
    assert "B has 7 more (all pairs alike, so no interval) deaths, on average over the pairs." in page
    (line,) = [line for line in page.splitlines() if line.startswith("  deaths")]
    assert "+7 (all pairs alike) = 0 / 0 / 100 %" in line
    assert "  = all pairs alike, so that there is no interval" in page.splitlines()
    assert "all pairs alike, so that there is no interval" in comparison_html(effect)
    titles = [drawing.figure.get_suptitle() for drawing in comparison_gallery(effect) if drawing.name == "both-deaths"]
    assert titles[0].replace("\n", " ").endswith(", all pairs alike")
    assert not any("nan" in drawing.alternative.lower() for drawing in comparison_gallery(effect))


def test_the_command_repeats_the_comparison(effect: Effect) -> None:
    mode = "--members 8 --seed 0 --palace recorded --parameters point"
    assert commands_of(effect) == (f"qantar compare invented --without '<b>blackout</b>' {mode} --channels 4",)


def test_what_was_done_in_python_has_no_command(tmp_path: Path) -> None:
    by_hand = made(tmp_path / "b", context(interventions=[["dear-bread", "Dear bread"]], intervened_from=[""]), 41)
    effect = Effect(made(tmp_path / "a", context(), 0), by_hand)
    assert commands_of(effect) == ()
    text = comparison_html(effect)
    assert "no command line says it" in text
    assert "the same command gives" not in text


def test_what_was_done_is_named_by_its_title_with_its_steps_and_the_orders_that_differ(tmp_path: Path) -> None:
    done = {"interventions": [["late", "A late recall"]], "intervened_from": ["late"], "intervened_steps": [["recall 24 hours later"]]}
    order = invented().context["orders"][0]
    b = made(tmp_path / "b", context(**done, orders=[{**order, "at": order["at"] + 1}]), 41)
    effect = Effect(made(tmp_path / "a", context(orders=[order]), 0), b)
    assert "intervention late (A late recall)" in say.what(effect)
    assert steps_done(effect) == ("B, A late recall (late): recall 24 hours later.",)
    assert [row[0] for row in orders_that_differ(effect)] == ["A", "B"]
    text = comparison_html(effect)
    assert "recall 24 hours later" in text
    assert "that the two have otherwise" in text
    drawing = next(drawing for drawing in comparison_gallery(effect) if drawing.name == "endings")
    assert len(drawing.figure.axes[0].get_lines()) == 2 * len(effect.endings)


def test_sides_that_no_single_command_makes_have_two(effect: Effect) -> None:
    turned = Effect(effect.b, effect.a, effect.carried)
    mode = "--members 8 --seed 0 --palace recorded --parameters point"
    assert commands_of(turned) == (
        f"qantar run invented --without '<b>blackout</b>' {mode} --out a", f"qantar run invented {mode} --out b", "qantar compare a b",
    )
    assert "these commands leave them out" in comparison_html(turned)


def one_pair(**parts: float) -> Carried:
    """What one pair gives: values without intervals, the others exactly zero."""
    found = {name: mean_interval(np.array([parts.get(name, 0.0)])) for name in (*CHANNELS, "direct")}
    total = mean_interval(np.array([sum(parts.values())]))
    return Carried((0,), 11, dict.fromkeys(CARRIED, total), dict.fromkeys(CARRIED, found), {})


@pytest.mark.parametrize(
    ("carried", "words"),
    [
        (one_pair(), "Deaths: no channel makes any difference in 1 pair, so that nothing is to be shared out."),
        (one_pair(fear=3.0, far=-3.0), "Deaths: no difference on average in 1 pair, so that nothing is to be shared out."),
        (one_pair(fear=3.0), "Deaths: 3 more in 1 pair, too few to say what carries the difference."),
    ],
)
def test_one_pair_shares_nothing_out_and_draws_nothing(effect: Effect, carried: Carried, words: str) -> None:
    lone = replace(effect, carried=carried)
    assert sentences(lone)[0] == words
    assert not any(drawing.name.startswith("channels") for drawing in comparison_gallery(lone))


@pytest.mark.parametrize(
    ("saved", "words"),
    [
        (Gain(6.0, 4.1, 8.8), "6.0-fold (4.1 to 8.8)"),
        (Gain(113.0, 6e-46, 2e49), "too few pairs to tell"),
        (Gain(113.0, math.nan, math.nan), "too few pairs to tell"),
        (Gain(math.inf, math.inf, math.inf), "no spread at all"),
    ],
)
def test_what_sharing_saves_is_a_number_only_where_the_pairs_tell(saved: Gain, words: str) -> None:
    assert say.saved_words(saved) == words
