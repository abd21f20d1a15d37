"""A comparison as one self-contained HTML file; nothing in it leaves the machine."""

from __future__ import annotations

import base64
from importlib import resources
from typing import TYPE_CHECKING

from qantar.report.comparison import carrying
from qantar.report.comparison import sentences as say
from qantar.report.comparison.done import orders_caption, orders_that_differ, steps_done
from qantar.report.comparison.figures import comparison_gallery
from qantar.report.comparison.reproduce import commands_of, how
from qantar.report.digest import PURPOSE
from qantar.report.figures.style import Drawing, written
from qantar.report.html import POLICY
from qantar.report.markup import Markup, element, items, paragraphs, table
from qantar.report.wording import day

if TYPE_CHECKING:
    from qantar.comparison.effect import Effect, Outcome


def comparison_html(effect: Effect) -> str:
    """The whole report as the text of one HTML file.

    Raises StoreError where no pair came to an end.
    """
    case = say.case_of(effect)
    style = resources.files("qantar.report").joinpath("report.css").read_text(encoding="utf-8")
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="generator", content=f"Qantar {effect.a.state.identity.version}"),
        element("title", f"{case.title}, compared – Qantar"),
        element("style", Markup(style)),
    )
    main = element("main", _header(effect, case.title), _answer(effect), _figures(effect), _assumptions(effect), _reproduce(effect))
    return f"<!doctype html>\n{element('html', head, element('body', main), lang='en')}\n"


def _header(effect: Effect, title: str) -> Markup:
    links = (("#answer", "Answer"), ("#figures", "Figures"), ("#assumptions", "Assumptions and sources"), ("#reproduce", "Reproduce"))
    return element(
        "header",
        element("nav", *(element("a", name, href=target) for target, name in links), aria_label="Sections"),
        element("h1", f"What if: {title}"),
        element("p", say.what(effect), class_="what"),
    )


def _answer(effect: Effect) -> Markup:
    parts: list[str] = [
        element("h2", "The effect of B", id="answer"),
        *(element("p", text, class_="departs") for text in say.failures(effect)),
    ]
    first, second = say.sides(effect)
    parts += [
        element("p", element("strong", say.headline(effect))),
        element("p", f"A: {first}. B: {second}."),
        element("dl", *(_card(effect.outcome(name)) for name in ("peak_participants", "deaths", "detained", "injured")), class_="cards"),
        _outcomes(effect),
        element("h3", "How the runs ended"),
        items(f"{say.ending_words(row)}." for row in effect.endings),
    ]
    if not effect.null:
        told = carrying.sentences(effect)
        parts += [
            element("h3", "What carries the difference"),
            items(told) if told else "",
            element("p", say.channel_note(effect), class_="what"),
        ]
    parts += [element("h3", "How sure"), element("p", say.precision(effect)), _days(effect)]
    return element("section", *parts, aria_labelledby="answer")


def _card(row: Outcome) -> Markup:
    lines = [
        f"A {say.level(row.in_a)}, B {say.level(row.in_b)}",
        f"single pairs: 90 % between {say.signed(row.spread[0])} and {say.signed(row.spread[2])}",
    ]
    if row.difference.members == 1:
        lines[1] = "one pair, which says nothing of the spread"
    elif not row.difference.clear:
        lines.append(say.doubt(row.difference))
    name = f"{row.words[0].upper()}{row.words[1:]}"
    return element(
        "div", element("dt", name), element("dd", say.interval(row.difference), class_="big"), *(element("dd", line) for line in lines)
    )


def _outcomes(effect: Effect) -> Markup:
    rows = [
        [
            f"{row.words} ({row.unit})",
            say.level(row.in_a),
            say.level(row.in_b),
            say.interval(row.difference),
            say.pair_words(row),
            say.saved_words(row.saved),
        ]
        for row in (effect.outcome(name) for name in say.SHOWN)
    ]
    caption = "Means over the pairs ± half of their 95 % intervals; difference B less A with its paired 95 % interval."
    return table(caption, ["outcome", "A", "B", "B less A", "pairs with less / same / more", "independent runs would need"], rows)


def _days(effect: Effect) -> Markup:
    dates = effect.a.series["date"].values.astype("datetime64[D]").tolist()
    names = list(effect.daily)
    rows = [[day(when), *(say.interval(effect.daily[name][column]) for name in names)] for column, when in enumerate(dates)]
    return table(
        "Difference by day, B less A, with its paired 95 % interval; deaths and detained to the end of the day.", ["day", *names], rows
    )


def _figures(effect: Effect) -> Markup:
    drawn = (_figure(drawing) for drawing in comparison_gallery(effect))
    return element("section", element("h2", "Figures", id="figures"), *drawn, aria_labelledby="figures")


def _figure(drawing: Drawing) -> Markup:
    source = f"data:image/svg+xml;base64,{base64.b64encode(written(drawing, 'svg')).decode('ascii')}"
    image = element("img", src=source, alt=drawing.alternative)
    return element("figure", image, element("figcaption", drawing.caption), id=f"figure-{drawing.name}")


def _assumptions(effect: Effect) -> Markup:
    case = say.case_of(effect)
    given = [[row.name, row.meaning, f"{row.value:g}", row.unit, row.source, row.note] for row in case.assumptions]
    steps, orders = steps_done(effect), orders_that_differ(effect)
    assumed = sum(row.source == "assumed" for row in case.assumptions)
    parameters = table("Values of B at the centre.", ["parameter", "meaning", "value", "unit", "source", "note"], given)
    sources = element("dl", *(part for key, line in case.sources.items() for part in (element("dt", key), element("dd", line))))
    parts = [
        element("h2", "Assumptions and sources", id="assumptions"),
        paragraphs(case.summary),
        element("h3", "What was done"),
        items(steps) if steps else element("p", "Nothing: the two sides differ in nothing that was done to the country."),
        table(orders_caption(effect), ["side", "hour", "order", "until", "source"], orders) if orders else "",
        element("p", say.METHOD),
        element("p", say.METHOD_CHANNELS) if effect.carried is not None else "",
        element("details", element("summary", f"Parameters ({len(given)}, of them {assumed} assumed)"), parameters),
        element("details", element("summary", f"Sources ({len(case.sources)})"), sources),
    ]
    return element("section", *parts, aria_labelledby="assumptions")


def _reproduce(effect: Effect) -> Markup:
    commands = commands_of(effect)
    facts = [[side, say.side_words(found), found.state.identity.scenario_hash] for side, found in (("A", effect.a), ("B", effect.b))]
    return element(
        "section",
        element("h2", "How to reproduce", id="reproduce"),
        element("pre", element("code", "\n".join(commands))) if commands else "",
        element("p", how(effect)),
        table("What identifies the two sides.", ["side", "what", "hash of the scenario"], facts),
        element("p", PURPOSE, class_="what"),
        aria_labelledby="reproduce",
    )
