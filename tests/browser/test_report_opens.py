"""A real browser opens the HTML report and asks nobody for anything."""

import shutil
from pathlib import Path

import pytest

USUAL = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
"""Names of a Chromium that is installed with the system."""

FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (pip install 'qantar[browser]')")


def chromium():
    """The path of a Chromium: Playwright's own, else one of the system; None where there is neither."""
    with playwright.sync_playwright() as driver:
        own = driver.chromium.executable_path
    return own if Path(own).exists() else next(filter(None, map(shutil.which, USUAL)), None)


CHROMIUM = chromium()
if CHROMIUM is None:
    pytest.skip("no Chromium (playwright install chromium, or apt-get install chromium)", allow_module_level=True)

from qantar.report.write import write_report  # noqa: E402
from tests.unit.report.invented import SHAPES, invented  # noqa: E402


@pytest.fixture(scope="module")
def browser():
    """A Chromium, headless."""
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A report on disk, as the address that a double click opens."""
    ensemble = invented()
    ensemble.map_shapes = SHAPES
    return write_report(ensemble, tmp_path_factory.mktemp("report") / "report.html").as_uri()


def opened(browser, address, **options):
    """The page with everything that it asked for and everything that it complained about."""
    page = browser.new_page(**options)
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address, wait_until="networkidle")
    return page, asked, complaints


def test_it_opens_without_a_request_to_anybody(browser, address):
    page, asked, complaints = opened(browser, address)
    outside = [url for url in asked if url != address and not url.startswith("data:")]
    assert address in asked
    assert outside == []
    assert complaints == []
    page.close()


def test_figures_are_drawn_and_say_what_they_show(browser, address):
    page, _, _ = opened(browser, address)
    widths = page.eval_on_selector_all("figure img", "images => images.map(image => image.naturalWidth)")
    assert len(widths) == 10
    assert min(widths) > 300
    assert page.get_by_role("img").count() == 10
    page.close()


def test_what_a_user_wrote_does_not_run(browser, address):
    page, _, _ = opened(browser, address)
    assert page.locator("h1").inner_text() == "Invented <b>country</b>"
    assert page.locator("script").count() == 0
    page.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_it_is_no_wider_than_the_window(browser, address, width):
    page, _, _ = opened(browser, address, viewport={"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_text_stands_out_in_light_and_dark(browser, address):
    shades = {}
    for scheme in ("light", "dark"):
        page, _, _ = opened(browser, address, color_scheme=scheme)
        shades[scheme] = page.evaluate("(() => { const s = getComputedStyle(document.body); return [s.color, s.backgroundColor] })()")
        assert contrast(*shades[scheme]) > 7
        page.close()
    assert shades["light"] != shades["dark"]


def contrast(first, second):
    """Contrast of two CSS colours (WCAG 2.1)."""
    one, other = sorted((luminance(colour) for colour in (first, second)), reverse=True)
    return (one + 0.05) / (other + 0.05)


def luminance(colour):
    """Relative luminance of `rgb(r, g, b)`."""
    parts = [int(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
