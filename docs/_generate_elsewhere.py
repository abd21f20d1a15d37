"""Put a table of `qantar elsewhere` into docs/elsewhere.md.

Run it after the parameters or one of the scenarios has changed:
qantar elsewhere --members 24 --format md | python docs/_generate_elsewhere.py
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

PAGE = Path(__file__).with_name("elsewhere.md")
_BLOCK = re.compile(r"(<!-- elsewhere -->\n).*?(<!-- end -->)", re.DOTALL)


def page(text: str, table: str) -> str:
    """Return the page with another table."""
    return _BLOCK.sub(lambda block: f"{block[1]}{table.strip()}\n{block[2]}", text)


if __name__ == "__main__":
    given = sys.stdin.read()
    if not given.startswith("| scenario |"):
        sys.exit("expected the table that `qantar elsewhere --format md` prints")
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), given), encoding="utf-8")
