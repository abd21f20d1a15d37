"""Whether every axis of a figure that bears numbers says in what."""

from __future__ import annotations

import re
from typing import Any

UNITS = re.compile(r"%|\((?:people|person-days|regions)\b|\bpeople out in\b|per 100,000 residents|^protests\b|\(share, 0 to 1\)")
"""What counts as a unit in the label of an axis."""

NUMBER = re.compile(r"[−-]?[\d,. ]+")
DATE = re.compile(r"\d{1,2} [A-Z][a-z]{2}")


def without_unit(figure: Any) -> list[str]:
    """Labels of the axes whose ticks are numbers without a unit, or dates that are not said to be local."""
    figure.canvas.draw()
    found = []
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis) if axes.axison else ():
            texts = [tick.get_text() for tick in axis.get_ticklabels() if tick.get_visible() and tick.get_text()]
            label = axis.label.get_text()
            dated = bool(texts) and all(DATE.fullmatch(text) for text in texts)
            numbered = bool(texts) and all(NUMBER.fullmatch(text) for text in texts)
            if (dated and "local" not in label) or (numbered and not UNITS.search(label)):
                found.append(f"{label!r} with {texts[:3]}")
    return found
