"""The HTML report: safe, self-contained, readable without eyes for colour or for figures."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest

from qantar.report.digest import digest
from qantar.report.html import html_report
from qantar.report.markup import Markup, element, table
from qantar.report.material import gather
from tests.unit.report.invented import invented


@pytest.fixture(scope="module")
def text():
    return html_report(digest(gather(invented())))


class Reader(HTMLParser):
    """Collects elements with their attributes and checks that they nest."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def of(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def test_elements_nest(text):
    assert Reader(text).open == []


def test_what_a_user_wrote_is_escaped(text):
    assert "Invented &lt;b&gt;country&lt;/b&gt;" in text
    assert "<script" not in text
    assert "alert(1)" in text
    assert "<i>on</i>" not in text
    assert "North &lt;Upland&gt;" in text


def test_nothing_in_it_asks_for_anything_outside(text):
    reader = Reader(text)
    policy = next(attributes["content"] for attributes in reader.of("meta") if attributes.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'")
    assert all(attributes["src"].startswith("data:image/svg+xml;base64,") for attributes in reader.of("img"))
    assert all(attributes["href"].startswith("#") for attributes in reader.of("a"))
    assert not re.search(r"https?://|@import|url\(", text)
    assert not reader.of("link") and not reader.of("iframe")


def test_answer_comes_before_figures_and_those_before_assumptions(text):
    order = [text.index(f'id="{name}"') for name in ("answer", "figures", "assumptions", "reproduce")]
    assert order == sorted(order)


def test_it_can_be_read_aloud(text):
    reader = Reader(text)
    assert reader.of("html") == [{"lang": "en"}]
    assert len(reader.of("title")) == 1
    assert all(len(attributes["alt"]) > 40 for attributes in reader.of("img"))
    assert len(reader.of("caption")) == len(reader.of("table"))
    assert all(attributes["scope"] in ("col", "row") for attributes in reader.of("th"))
    assert "prefers-color-scheme: dark" in text


def test_it_says_how_to_get_the_same_numbers(text):
    assert "qantar run invented --members 20 --seed 7" in text
    assert "0123456789ab" in text
    assert "no forecast" in text


def test_the_command_names_departures():
    ensemble = invented()
    ensemble.context.update(withheld=["price shock"], changed=[["streets.base_propensity", -14.0]])
    text = html_report(digest(gather(ensemble)))
    assert "--without &#x27;price shock&#x27; --set streets.base_propensity=-14.0" in text


def test_a_record_outside_the_interval_has_a_mark_and_not_a_tint_alone(text):
    assert '<span class="outside">90,000!</span>' in text
    assert "Shaded and !: the record lies outside the interval" in text
    assert all(cell.endswith("!") for cell in re.findall(r'<span class="outside">([^<]+)</span>', text))


def test_control_that_was_never_lost_did_not_never_return():
    ensemble = invented()
    ensemble.members = ensemble.members.assign(ending="still contested", control_returned_hours=np.nan)
    assert '<dd class="big">never</dd>' in html_report(digest(gather(ensemble)))
    ensemble.series["participants"].values[:] = np.minimum(ensemble.series["participants"].values, 1_999)
    text = html_report(digest(gather(ensemble)))
    assert '<dt>Control returned</dt><dd class="big">–</dd><dd>No run had a wave, so that control was never lost.</dd>' in text


def test_a_report_of_runs_that_all_failed_has_no_shares():
    ensemble = invented()
    ensemble.members = ensemble.members.assign(ending="failed", reason="KeyError: a")
    text = html_report(digest(gather(ensemble)))
    assert "No run came to an end." in text
    assert "How the runs ended" not in text


def test_an_unfinished_ensemble_with_gaps_says_that_no_command_gives_just_these_runs():
    ensemble = invented()
    ensemble.members = ensemble.members.assign(member=[*range(10), *range(50, 60)])
    ensemble.manifest["members"] = 100
    text = html_report(digest(gather(ensemble)))
    assert "qantar run invented --members 100 --seed 7" in text
    assert "These runs are 20 of 100, with gaps between them" in text
    assert "the same command gives the same numbers" not in text
    assert "the same command gives the same numbers" in html_report(digest(gather(invented())))


def test_the_same_ensemble_gives_the_same_bytes(text):
    assert html_report(digest(gather(invented()))) == text


def test_a_quiet_country_has_a_report_without_a_table_of_the_wave():
    text = html_report(digest(gather(invented(quiet=True))))
    assert "Small protests" in text
    assert "figure-small-protests" in text
    assert "Day by day" not in text


def test_markup_escapes_what_is_not_markup():
    assert element("p", "<b>", Markup("<i>x</i>"), class_='"') == '<p class="&quot;">&lt;b&gt;<i>x</i></p>'
    assert "<td>&amp;</td>" in table("c", ["a", "b"], [["x", "&"]])
