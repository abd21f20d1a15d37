"""Reports on disk."""

import re

import pytest

from qantar.errors import StoreError
from qantar.report.case import read_case
from qantar.report.markdown import escaped
from qantar.report.write import write_report


def test_html_is_one_file(wave, tmp_path):
    path = write_report(wave, tmp_path / "new" / "report.html")
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert [entry.name for entry in path.parent.iterdir()] == ["report.html"]


def test_markdown_has_its_figures_beside_it(wave, tmp_path):
    path = write_report(wave, tmp_path / "report.md", "md")
    text = path.read_text(encoding="utf-8")
    assert {path.suffix for path in (tmp_path / "report-figures").iterdir()} == {".png", ".svg"}
    files = re.findall(r"\(<(report-figures/[a-z-]+\.png)>\)", text)
    assert len(files) == 10
    assert all((tmp_path / name).read_bytes().startswith(b"\x89PNG") for name in files)
    assert "Invented \\<b\\>country" in text
    assert "| day | participants | record |" in text
    assert "| 90,000\\! |" in text
    assert "\\! marks a record outside the interval" in text


def test_nothing_a_user_wrote_is_markdown():
    assert escaped("a|b *c* <i> [x](y)") == r"a\|b \*c\* \<i\> \[x\](y)"


def test_a_context_that_lacks_something_is_refused_with_its_name(wave):
    del wave.context["clock"]
    with pytest.raises(StoreError, match="clock"):
        read_case(wave.context, "")
