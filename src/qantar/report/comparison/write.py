"""Reports of a comparison on disk: HTML, or Markdown with its figures beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from qantar.report.comparison import carrying
from qantar.report.comparison import sentences as say
from qantar.report.comparison.done import orders_caption, orders_that_differ, steps_done
from qantar.report.comparison.reproduce import commands_of, how
from qantar.report.digest import PURPOSE
from qantar.report.markdown import escaped
from qantar.report.wording import day
from qantar.results.files import write_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qantar.comparison.effect import Effect
    from qantar.report.figures.style import Drawing


def write_comparison(effect: Effect, out: Path, form: Literal["html", "md"] = "html") -> Path:
    """Write a report of a comparison; the Markdown form puts its figures, PNG and SVG, into a folder beside it.

    Raises StoreError where no pair came to an end.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    if form == "html":
        from qantar.report.comparison.html import comparison_html

        write_text(out, comparison_html(effect))
        return out
    from qantar.report.comparison.figures import comparison_gallery
    from qantar.report.figures.files import write_figures

    folder = out.with_name(f"{out.stem}-figures")
    drawings = comparison_gallery(effect)
    write_figures(drawings, folder)
    write_text(out, comparison_markdown(effect, drawings, folder.name))
    return out


def comparison_markdown(effect: Effect, drawings: Sequence[Drawing], folder: str) -> str:
    """The report as Markdown; figures are referred to as files of a folder beside it."""
    case = say.case_of(effect)
    told = carrying.sentences(effect)
    parts = [f"# What if: {escaped(case.title)}", escaped(say.what(effect)), f"**{escaped(say.headline(effect))}**"]
    parts += [escaped(text) for text in say.failures(effect)]
    parts += [_outcomes(effect), "## How the runs ended", _bullets([say.ending_words(row) for row in effect.endings])]
    parts += ["## What carries the difference", _bullets(told), escaped(say.channel_note(effect))] if not effect.null else []
    parts += ["## How sure", escaped(say.precision(effect)), _days(effect)]
    parts += [
        "## Figures",
        *(f"![{escaped(drawing.alternative)}](<{folder}/{drawing.name}.png>)\n\n{escaped(drawing.caption)}" for drawing in drawings),
    ]
    parts += ["## Assumptions and sources", escaped(" ".join(case.summary.split())), _bullets(steps_done(effect))]
    orders = [f"{row[0]}, {row[1]}: {row[2]}{f', until {row[3]}' if row[3] else ''} ({row[4]})" for row in orders_that_differ(effect)]
    parts += [escaped(orders_caption(effect)), _bullets(orders)] if orders else []
    parts += [escaped(say.METHOD), "" if effect.carried is None else escaped(say.METHOD_CHANNELS)]
    parts += [_bullets([f"{key}: {line}" for key, line in case.sources.items()])]
    parts += ["## How to reproduce", "\n".join(f"    {line}" for line in commands_of(effect)), escaped(how(effect)), escaped(PURPOSE)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _bullets(sentences: Sequence[str]) -> str:
    return "\n".join(f"* {escaped(sentence)}" for sentence in sentences)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *([escaped(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _outcomes(effect: Effect) -> str:
    rows = [
        [row.words, say.level(row.in_a), say.level(row.in_b), say.interval(row.difference), say.pair_words(row)]
        for row in (effect.outcome(name) for name in say.SHOWN)
    ]
    return _table(["outcome", "A", "B", "B less A (95 % interval)", "pairs with less / same / more"], rows)


def _days(effect: Effect) -> str:
    dates = effect.a.series["date"].values.astype("datetime64[D]").tolist()
    names = list(effect.daily)
    rows = [[day(when), *(say.interval(effect.daily[name][column]) for name in names)] for column, when in enumerate(dates)]
    return _table(["day", *names], rows)
