"""Links between pages lead somewhere; pages of systems say where the code is and what it leaves out."""

from __future__ import annotations

import pkgutil
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(page for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")] if "_build" not in page.parts)
SYSTEMS = sorted((ROOT / "docs" / "systems").glob("*.md"))


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
    targets = [target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text)]
    missing = [target for target in targets if target and "://" not in target and not (page.parent / target).exists()]
    assert missing == []


@pytest.mark.parametrize("page", SYSTEMS, ids=name_of)
def test_pages_of_systems_name_their_code_and_their_limits(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert "## Limits" in text
    names = re.findall(r"`(qantar\.[A-Za-z_.]+)`", text)
    assert names
    for name in names:
        pkgutil.resolve_name(name)


def test_every_page_is_in_the_index() -> None:
    docs = ROOT / "docs"
    index = (docs / "index.md").read_text(encoding="utf-8")
    listed = {line.strip() for line in index.splitlines()}
    left_out = [
        page
        for page in PAGES
        if docs in page.parents and page.parent.name != "decisions" and page.stem != "index"
        and str(page.relative_to(docs).with_suffix("")) not in listed
    ]  # fmt: skip
    assert left_out == []
