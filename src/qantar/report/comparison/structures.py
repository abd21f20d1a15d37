"""What structures change, as a table for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qantar.comparison.effect import OUTCOMES
from qantar.comparison.structures import SHOWN
from qantar.report.comparison import sentences as say
from qantar.report.wording import counted

if TYPE_CHECKING:
    from qantar.comparison.structures import Answer, Structures

HEAD = (
    "What an intervention changes, in people: mean over pairs with the same draws and its 95 % interval, under every structure. Nothing is",
    "fitted again: what a structure does not set keeps its value.",
)
WIDTHS = (34, 26, 26)
"""Letters of the columns of `SHOWN`."""

_SHORT = {"peak_participants": "participants"}


def structures_page(found: Structures) -> str:
    """Return the tables of all interventions, each with a line that says where the sign hangs on the structure."""
    width = 2 + max(len(one.structure) for one in found.answers[0].under)
    lines = [f"{found.title}: {counted(found.members, 'pair')} each, seed {found.seed}", "", *HEAD, ""]
    lines += [f"  {name:<{width}}{title}" for name, title in found.structures.items()]
    for answer in found.answers:
        lines += ["", *_table(answer, width, found.members)]
    return "\n".join(lines)


def _table(answer: Answer, width: int, members: int) -> list[str]:
    palaces = " or ".join(dict.fromkeys(one.palace for one in answer.under))
    columns = "".join(f"{OUTCOMES[name][1]:<{wide}}" for name, wide in zip(SHOWN, WIDTHS, strict=True))
    lines = [f"{answer.id}: {answer.title}; palace {palaces}", f"  {'':<{width}}{columns}".rstrip()]
    for one in answer.under:
        cells = "".join(f"{say.interval(one.differences[name]):<{wide}}" for name, wide in zip(SHOWN, WIDTHS, strict=True))
        fewer = "" if one.pairs == members else f"({counted(one.pairs, 'pair')}, the others failed)"
        lines.append(f"  {one.structure:<{width}}{cells}{fewer}".rstrip())
    return [*lines, f"  {agreement_sentence(answer)}"]


def agreement_sentence(answer: Answer) -> str:
    """Under how many structures each outcome has the sign that it has as it is, and where it surely has the other one."""
    parts, against = [], []
    doubts: list[str] = []
    for name in SHOWN:
        found, first, word = answer.agreement(name), answer.under[0].differences[name], _SHORT.get(name, OUTCOMES[name][1])
        unclear = not first.clear and first.value != 0.0
        mark = "*" if unclear else " (which do not differ as it is)" if first.value == 0.0 else ""
        parts.append(f"{found.agree} of {found.of} for {word}{mark}")
        against += [f"{structure} ({word})" for structure in found.against]
        doubts += [say.doubt(first)] if unclear else []
    note = f" (* as it is {', or '.join(dict.fromkeys(doubts))})" if doubts else ""
    return f"the sign agrees under {', '.join(parts)}; disagrees in sign under: {', '.join(against) or 'none'}{note}"
