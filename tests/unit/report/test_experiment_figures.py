"""Figures of experiments and of structures: what they show, where theory and signs are marked, and that they are written."""

from __future__ import annotations

import math
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from qantar.comparison.interval import Mean
from qantar.comparison.structures import AS_IT_IS, SHOWN, Answer, Structures, Under
from qantar.experiments.ablations import ABLATIONS, EXPECTED, MEASURED, Ablations, Change
from qantar.experiments.course import QUESTIONS, Course
from qantar.experiments.polities import Polities, Tally
from qantar.experiments.reform import Outlook, Reform
from qantar.experiments.share import Share
from qantar.model.aftermath import Policy
from qantar.report.figures.dots import OTHER_UNCLEAR, OTHER_WAY, PLAIN, UNCLEAR
from qantar.report.figures.experiments import difference, experiment_figures
from qantar.report.figures.files import write_figures
from qantar.report.figures.structures import LONGEST_TITLE, look_of, structure_figures
from qantar.report.figures.style import Drawing, written

UP, DOWN = Mean(5.0, 2.0, 8.0, 9), Mean(-5.0, -8.0, -2.0, 9)
UP_UNCLEAR, DOWN_UNCLEAR = Mean(1.0, -2.0, 4.0, 9), Mean(-1.0, -4.0, 2.0, 9)
NONE, ALONE = Mean(0.0, 0.0, 0.0, 9), Mean(3.0, math.nan, math.nan, 1)


def a_course(members: int = 40) -> Course:
    shares = {question: Share(min(3 * number, members), members) for number, question in enumerate(QUESTIONS)}
    return Course("A country", 0, members, shares, {"quiet": Share(members, members)}, 7)


def some_ablations(members: int = 20) -> Ablations:
    def change(name: str, number: int, question: str) -> Change:
        gained, lost = number % 4, (2 * number) % members
        return Change(question, gained, lost, members, EXPECTED.get((name, question), 0))

    return Ablations("A country", 0, members, {
        name: tuple(change(name, number, question) for number, question in enumerate(MEASURED)) for name in ABLATIONS
    })  # fmt: skip


def a_reform(members: int = 12) -> Reform:
    levels = np.linspace(0.2, 0.4, members)
    one = Outlook(levels, levels, levels, levels, 1.0 - 0.1 * levels, np.zeros(members), np.zeros(members))
    return Reform("A country", 0, members, dict.fromkeys(Policy, one))


def structures(*differences: Mean, title: str = "Something else") -> Structures:
    under = tuple(
        Under(AS_IT_IS if number == 0 else f"other-{number}", "recorded", 9, dict.fromkeys(SHOWN, mean))
        for number, mean in enumerate(differences)
    )
    names = {one.structure: "Another one" for one in under[1:]}
    return Structures("A country", 9, 0, names, (Answer("an-intervention", title, under),))


def of(found: Course | Ablations | Reform | Polities) -> dict[str, Drawing]:
    return {drawing.name: drawing for drawing in experiment_figures(found)}


@pytest.mark.parametrize("found", [a_course(), some_ablations(), a_reform(), Polities("A country", 0, Tally(60, 20, 13, 8, 0, 18, 450))])
def test_every_figure_has_words_units_and_a_headline(found) -> None:
    for drawing in experiment_figures(found):
        assert drawing.caption.endswith("."), drawing.name
        assert len(drawing.alternative) > 40, drawing.name
        assert drawing.figure.get_suptitle(), drawing.name
        labels = [axes.get_xlabel() for axes in drawing.figure.axes if axes.axison]
        assert any("%" in label or "percentage points" in label for label in labels), drawing.name


def dots(drawing: Drawing, panel: int = 0) -> list[tuple[float, str]]:
    """Where the dots of a panel are, and their markers, from the top."""
    lines = [line for line in drawing.figure.axes[panel].get_lines() if line.get_marker() in "oD" and len(line.get_xdata()) == 1]
    return [(float(line.get_xdata()[0]), str(line.get_marker())) for line in lines]


def test_a_course_has_a_dot_for_every_question_and_every_ending() -> None:
    drawing = of(a_course())["course"]
    assert [at for at, _ in dots(drawing)] == [100 * min(3 * number, 40) / 40 for number in range(len(QUESTIONS))]
    assert [at for at, _ in dots(drawing, 1)] == [100.0]


def test_there_is_a_figure_for_each_ablation_and_one_of_all() -> None:
    drawn = of(some_ablations())
    assert set(drawn) == {"ablations", *(f"ablation-{name.replace(' ', '-')}" for name in ABLATIONS)}
    panels = [axes for axes in drawn["ablations"].figure.axes if axes.axison]
    assert len(panels) == len(ABLATIONS)
    assert [label.get_text() for label in panels[0].get_yticklabels()] == list(MEASURED)


def test_the_side_that_theory_expects_is_shaded_and_what_lies_on_the_other_is_a_diamond() -> None:
    question = MEASURED[0]
    changes = tuple(Change(question, gained, lost, 10, 1) for gained, lost in ((9, 0), (0, 9)))
    drawing = of(Ablations("A country", 0, 10, {"refusal": changes}))["ablation-refusal"]
    assert [marker for _, marker in dots(drawing)] == ["o", "D"]
    axes = drawing.figure.axes[0]
    assert len(axes.collections) == 2
    assert all(band.get_paths()[0].get_extents().xmin >= 0.0 for band in axes.collections)
    assert "the side that theory expects" in [text.get_text() for legend in drawing.figure.legends for text in legend.get_texts()]


def test_differences_of_shares_are_paired_and_no_larger_than_shares_can_differ() -> None:
    mean = difference(Change(MEASURED[0], 0, 8, 8, 0))
    assert mean.value == -100.0
    assert mean.low == -100.0
    assert -100.0 < mean.high < 0.0


@pytest.mark.parametrize(
    "found", [a_course(1), some_ablations(1), a_reform(1), Polities("A country", 0, Tally(1, 0, 0, 0, 0, 0, 0))]
)
def test_one_member_and_nothing_counted_can_be_drawn(found) -> None:
    for drawing in experiment_figures(found):
        assert written(drawing, "svg"), drawing.name


def test_figures_are_written_as_png_and_svg_the_same_every_time(tmp_path: Path) -> None:
    files = write_figures(experiment_figures(a_reform()), tmp_path / "made" / "here")
    assert [path.name for path in files] == ["reform.png", "reform.svg"]
    first = [path.read_bytes() for path in files]
    assert first[0].startswith(b"\x89PNG")
    assert ET.fromstring(first[1]).tag.endswith("svg")
    assert [path.read_bytes() for path in write_figures(experiment_figures(a_reform()), tmp_path / "made" / "here")] == first
    assert sorted(path.name for path in (tmp_path / "made" / "here").iterdir()) == ["reform.png", "reform.svg"]


@pytest.mark.parametrize(
    ("first", "other", "look"),
    [
        (UP, UP, PLAIN), (UP, UP_UNCLEAR, UNCLEAR), (UP, DOWN, OTHER_WAY), (UP, DOWN_UNCLEAR, OTHER_UNCLEAR), (DOWN, UP, OTHER_WAY),
        (NONE, UP, PLAIN), (NONE, NONE, UNCLEAR), (UP, ALONE, UNCLEAR),
    ],
)  # fmt: skip
def test_another_sign_has_another_colour_and_another_shape(first: Mean, other: Mean, look) -> None:
    assert look_of(first, other) == look
    same, turned = (PLAIN, UNCLEAR), (OTHER_WAY, OTHER_UNCLEAR)
    assert {one.colour for one in same}.isdisjoint({one.colour for one in turned})
    assert {one.marker for one in same}.isdisjoint({one.marker for one in turned})


def test_a_structure_figure_has_outcomes_in_columns_and_structures_in_rows() -> None:
    (drawing,) = structure_figures(structures(UP, UP, DOWN, DOWN_UNCLEAR))
    assert drawing.name == "structure-an-intervention"
    panels = drawing.figure.axes
    assert len(panels) == len(SHOWN)
    assert [label.get_text() for label in panels[0].get_yticklabels()] == [AS_IT_IS, "other-1", "other-2", "other-3"]
    for panel in range(len(SHOWN)):
        assert [marker for _, marker in dots(drawing, panel)] == ["o", "o", "D", "D"]
        assert "people" in panels[panel].get_xlabel()
    assert "3 of 9 signs agree, 3 disagree for certain" in drawing.figure.get_suptitle()
    assert "disagrees in sign under: other-2 (participants), other-2 (deaths), other-2 (detained)" in drawing.caption


def test_a_long_title_gives_way_to_the_name() -> None:
    (drawing,) = structure_figures(structures(UP, ALONE, title="W" * (LONGEST_TITLE + 1)))
    assert drawing.figure.get_suptitle().startswith("an-intervention: ")
    assert written(drawing, "png")
