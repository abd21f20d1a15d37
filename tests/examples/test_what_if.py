"""The example of the page on what-ifs runs as it is printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "what-if.md"


def test_the_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    exec(compile(code, str(PAGE), "exec"), {"__name__": "example"})
    mean, differences = capsys.readouterr().out.splitlines()
    assert mean.startswith("Mean(value=")
    assert len(differences.strip("[]").split()) == 3
