"""What was found of a published model beside what was published, in words and as plain data."""

from __future__ import annotations

import textwrap
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from qantar.report.figures.style import Drawing

WIDTH = 96


@dataclass(frozen=True)
class Finding:
    """One published result and ours.

    what : the question, published : what was published, with its place, or what follows from the published equation
    found : what came out here, agrees : whether that is the same in substance
    """

    what: str
    published: str
    found: str
    agrees: bool


@dataclass(frozen=True)
class Account:
    """A published model, its findings, what this version departs in or leaves out, and a figure."""

    name: str
    title: str
    source: str
    seed: int
    findings: tuple[Finding, ...]
    remark: str
    drawing: Drawing


def told(account: Account, figure: Path) -> str:
    """Return an account in plain words."""
    lines = [f"{account.name}: {account.title}", *textwrap.wrap(account.source, WIDTH), ""]
    for finding in account.findings:
        lines.append(f"{'agrees ' if finding.agrees else 'DIFFERS'}  {finding.what}")
        for label, text in (("published", finding.published), ("found", finding.found)):
            lines += textwrap.wrap(f"{label:<9}  {text}", WIDTH, initial_indent=" " * 9, subsequent_indent=" " * 20)
    agreeing = sum(finding.agrees for finding in account.findings)
    lines += ["", f"{agreeing} of {len(account.findings)} findings agree; seed {account.seed}.", *textwrap.wrap(account.remark, WIDTH)]
    return "\n".join([*lines, "", f"figure: {figure}"])


def as_data(account: Account, figure: Path) -> dict[str, Any]:
    """Return an account as what `--json` prints."""
    return {
        "name": account.name,
        "title": account.title,
        "source": account.source,
        "seed": account.seed,
        "findings": [asdict(finding) for finding in account.findings],
        "agree": all(finding.agrees for finding in account.findings),
        "remark": account.remark,
        "figure": str(figure),
        "caption": account.drawing.caption,
    }
