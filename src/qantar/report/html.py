"""One self-contained HTML file: answer first, then figures, assumptions, and how to reproduce them.

Nothing in the file leaves the machine: styles and figures are inside, there is no script, and a
content security policy forbids every request. Whatever comes from a scenario is escaped.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from importlib import resources

from qantar.report.case import Observation
from qantar.report.digest import PURPOSE, Digest
from qantar.report.figures.gallery import gallery
from qantar.report.figures.style import Drawing, written
from qantar.report.given import order_groups
from qantar.report.markup import Markup, element, items, joined, paragraphs, table
from qantar.report.quantiles import Quantiles
from qantar.report.reproduce import command, facts, promise
from qantar.report.tables import DAY_KEYS, Cell
from qantar.report.wording import MISSING, day, error, exact, full_day, hour, listed, number, percent

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
NAMES = {
    "participants": "participants",
    "regions": "regions in protest",
    "deaths": "deaths so far",
    "detained": "detained so far",
    "injured": "injured",
}
LEGEND = (
    "Median over the runs [90 % interval], each with ± its Monte-Carlo standard error. Shaded and !: the record lies outside the interval; "
    "~: a weak record, not held against the runs."
)


def html_report(found: Digest) -> str:
    """The whole report as the text of one HTML file."""
    title = found.material.case.title
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="generator", content=f"Qantar {found.material.version}"),
        element("title", f"{title} – Qantar"),
        element("style", Markup(_style())),
    )
    body = element("body", element("main", _header(found), _answer(found), _figures(found), _assumptions(found), _reproduce(found)))
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"


def _style() -> str:
    return resources.files("qantar.report").joinpath("report.css").read_text(encoding="utf-8")


def _header(found: Digest) -> Markup:
    links = (("#answer", "Answer"), ("#figures", "Figures"), ("#assumptions", "Assumptions and sources"), ("#reproduce", "Reproduce"))
    return element(
        "header",
        element("nav", *(element("a", name, href=target) for target, name in links), aria_label="Sections"),
        element("h1", found.material.case.title),
        element("p", found.what, class_="what"),
        element("p", found.departure, class_="departs") if found.departure else "",
    )


def _answer(found: Digest) -> Markup:
    parts: list[str] = [
        element("h2", "What the runs did", id="answer"),
        *(element("p", reason, class_="departs") for reason in found.failure_sentences),
    ]
    parts += [element("p", found.wave_sentence)]
    if found.quiet:
        parts += [_cards(_ending_cards(found)), element("h3", "Small protests"), *(element("p", sentence) for sentence in found.quiet)]
    else:
        parts += [_cards([*_ending_cards(found), *_number_cards(found)])]
    parts += [element("h3", "What does not match the record"), _mismatches(found)]
    parts += [element("h3", "Given, so no credit to the model"), items(found.given)]
    if not found.quiet:
        parts += [_day_table(found), _area_table(found)]
    return element("section", *parts, aria_labelledby="answer")


def _mismatches(found: Digest) -> Markup:
    if not found.compared:
        return element("p", found.comparison_note)
    if not found.mismatches:
        return element("p", "Every recorded figure that is compared here lies inside its interval.")
    return items(found.mismatches)


def _cards(cards: Sequence[Markup]) -> Markup:
    return element("dl", *cards, class_="cards")


def _card(name: str, big: str, *lines: str) -> Markup:
    return element("div", element("dt", name), element("dd", big, class_="big"), *(element("dd", line) for line in lines))


def _ending_cards(found: Digest) -> list[Markup]:
    """One card, or none where no run came to an end."""
    if not found.endings:
        return []
    first, *rest = found.endings
    lines = [first.sentence, *(f"{percent(row.share)} {row.name}: {row.sentence}" for row in rest)]
    return [_card("How the runs ended", f"{percent(first.share)} {first.name}", *lines)]


def _number_cards(found: Digest) -> list[Markup]:
    fullest = max(found.days, key=lambda row: row.cells["participants"].runs.middle)
    cards = [_cell_card(f"Participants on {day(fullest.date)}, the fullest day", fullest.cells["participants"], _largest_recorded(found))]
    cards += [_cell_card(f"{row.key.capitalize()} to the end", row.cell, row.record_words()) for row in found.totals]
    control, start = found.control, found.material.case.start
    against = (
        _against(f"record {hour(start, control.record.value)} ({found.material.case.area(control.record)})")
        if control.record
        else element("small", "no record")
    )
    never = f"{control.never_sentence[0].upper()}{control.never_sentence[1:]}."
    if not control.hours.known:
        return [*cards, _card("Control returned", "never" if control.never.members else MISSING, never, against)]
    hours = control.hours
    interval = (
        f"90 % interval {hour(start, hours.low)} – {hour(start, hours.high)} ({error(hours.low_error)} h, {error(hours.high_error)} h)"
    )
    middle = joined([f"{hour(start, hours.middle)} ", element("small", f"{error(hours.middle_error)} h")])
    return [*cards, _card("Control returned", middle, interval, never, against)]


def _largest_recorded(found: Digest) -> str:
    rows = [row.cells["participants"].record for row in found.days if row.cells["participants"].record]
    largest: Observation | None = max(rows, key=lambda row: row.value if row else 0.0, default=None)
    return "" if largest is None else f"largest record {exact(largest.value)} on {day(largest.date)}"


def _cell_card(name: str, cell: Cell, record: str) -> Markup:
    interval = (
        f"90 % interval {number(cell.runs.low)}–{number(cell.runs.high)} ({error(cell.runs.low_error)}, {error(cell.runs.high_error)})"
    )
    return _card(name, _middle(cell.runs), interval, _against(record) if record else element("small", "no record"))


def _middle(runs: Quantiles) -> Markup:
    return joined([f"{number(runs.middle)} ", element("small", error(runs.middle_error))])


def _against(text: str) -> Markup:
    return element("span", text, class_="against")


def _runs(runs: Quantiles) -> Markup:
    if not runs.known:
        return joined([MISSING])
    interval = (
        f"[{number(runs.low)}",
        element("small", error(runs.low_error)),
        f"–{number(runs.high)}",
        element("small", error(runs.high_error)),
        "]",
    )
    return joined([number(runs.middle), element("small", error(runs.middle_error)), element("span", *interval, class_="interval")])


def _record(cell: Cell) -> Markup:
    if cell.record is None:
        return element("small", MISSING)
    text = f"{exact(cell.record.value)}{'~' if cell.record.use == 'weak' else '!' if cell.outside else ''}"
    return element("span", text, class_="outside") if cell.outside else joined([text])


def _day_table(found: Digest) -> Markup:
    head = ["day", *(part for key in DAY_KEYS for part in (NAMES[key], "record"))]
    rows = [
        [day(row.date), *(part for key in DAY_KEYS for part in (_runs(row.cells[key].runs), _record(row.cells[key])))] for row in found.days
    ]
    return table(f"Day by day. {LEGEND}", head, rows, class_="numbers")


def _area_table(found: Digest) -> Markup:
    keys = ("deaths", "detained", "injured")
    head = ["area", *(part for key in keys for part in (key, "record"))]
    rows = [
        [
            f"{row.name} (place)" if row.is_place else row.name,
            *(part for key in keys for part in (_runs(row.cells[key].runs), _record(row.cells[key]))),
        ]
        for row in found.areas
    ]
    return table(f"By area, to the end of the run. {LEGEND}", head, rows, class_="numbers") if rows else Markup("")


def _figures(found: Digest) -> Markup:
    return element(
        "section", element("h2", "Figures", id="figures"), *(_figure(drawing) for drawing in gallery(found)), aria_labelledby="figures"
    )


def _figure(drawing: Drawing) -> Markup:
    source = f"data:image/svg+xml;base64,{base64.b64encode(written(drawing, 'svg')).decode('ascii')}"
    return element(
        "figure", element("img", src=source, alt=drawing.alternative), element("figcaption", drawing.caption), id=f"figure-{drawing.name}"
    )


def _assumptions(found: Digest) -> Markup:
    case = found.material.case
    parts = [element("h2", "Assumptions and sources", id="assumptions"), paragraphs(case.summary)]
    orders = [
        [
            hour(case.start, order.at),
            order.id,
            order.text or order.id,
            listed([case.region_names.get(region, region) for region in order.regions], limit=17) or "the country",
            MISSING if order.until is None else hour(case.start, order.until),
            listed(order.because, limit=17) or MISSING,
            order.source,
        ]
        for group in order_groups(case)
        for order in group.orders
    ]
    record = [
        [full_day(row.date), row.key, case.area(row), exact(row.value), row.unit, full_day(row.as_of), row.use, row.source, row.note]
        for row in case.record
    ]
    parameters = [[row.name, row.meaning, f"{row.value:g}", row.unit, row.source, row.note] for row in case.assumptions]
    assumed = sum(row.source == "assumed" for row in case.assumptions)
    parts += [
        _folded(
            f"Orders given by the record ({len(orders)})",
            table(
                "Local time of the country. An order is withheld when all that it answers is withheld.",
                ["hour", "name", "order", "where", "until", "answers", "source"],
                orders,
            ),
        ),
        _folded(
            f"The record, conflicts kept ({len(record)})",
            table("As each source gave it.", ["date", "key", "area", "value", "unit", "as of", "use", "source", "note"], record),
        ),
        _folded(
            f"Parameters ({len(parameters)}, of them {assumed} assumed)",
            table(
                "Values at the centre; spreads are in the scenario.",
                ["parameter", "meaning", "value", "unit", "source", "note"],
                parameters,
            ),
        ),
        _folded(
            f"Sources ({len(case.sources)})",
            element("dl", *(joined([element("dt", key), element("dd", line)]) for key, line in case.sources.items())),
        ),
    ]
    return element("section", *parts, aria_labelledby="assumptions")


def _folded(name: str, inner: Markup) -> Markup:
    return element("details", element("summary", name), inner)


def _reproduce(found: Digest) -> Markup:
    rows, typed = [list(pair) for pair in facts(found.material)], command(found.material)
    return element(
        "section",
        element("h2", "How to reproduce", id="reproduce"),
        element("pre", element("code", typed)) if typed else "",
        element("p", promise(found.material)),
        table("What identifies these runs.", ["what", "value"], rows),
        element("p", PURPOSE, class_="what"),
        aria_labelledby="reproduce",
    )
