"""A real browser opens the report of a comparison and asks nobody for anything."""

from __future__ import annotations

import pytest

from qantar.comparison.effect import Effect
from qantar.report.comparison.write import write_comparison
from tests.browser.test_report_opens import browser, opened
from tests.unit.report.test_comparison_report import context, made

__all__ = ["browser"]


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A report on disk, as the address that a double click opens."""
    folder = tmp_path_factory.mktemp("comparison")
    effect = Effect(made(folder / "a", context(), 0), made(folder / "b", context(withheld=["blackout"]), 41))
    return write_comparison(effect, folder / "report.html").as_uri()


def test_it_opens_without_a_request_to_anybody(browser, address):
    page, asked, complaints = opened(browser, address)
    assert [url for url in asked if url != address and not url.startswith("data:")] == []
    assert complaints == []
    page.close()


def test_the_answer_is_on_the_first_screen_and_every_figure_is_drawn(browser, address):
    page, _, _ = opened(browser, address, viewport={"width": 1280, "height": 800})
    box = page.locator("section strong").first.bounding_box()
    assert box["y"] + box["height"] < 800
    assert page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.close()
