"""Which figures a report shows, in which order."""

from __future__ import annotations

from qantar.report.digest import Digest
from qantar.report.figures.bars import by_area, endings, regions_by_day
from qantar.report.figures.fan import daily_fan, hourly_fan
from qantar.report.figures.maps import map_by_day
from qantar.report.figures.orders import timeline
from qantar.report.figures.palace import palace_over_time
from qantar.report.figures.protests import small_protests_figure
from qantar.report.figures.style import Drawing


def gallery(found: Digest) -> tuple[Drawing, ...]:
    """Every figure that the ensemble has something for; none where no member came to an end."""
    if found.material.members == 0:
        return ()
    if found.quiet:
        chosen = [
            small_protests_figure(found),
            daily_fan(found, "participants"),
            map_by_day(found),
            endings(found),
            palace_over_time(found),
            timeline(found),
        ]
    else:
        chosen = [
            daily_fan(found, "participants"),
            map_by_day(found),
            regions_by_day(found),
            hourly_fan(found),
            by_area(found, "deaths"),
            daily_fan(found, "deaths"),
            daily_fan(found, "detained"),
            by_area(found, "detained"),
            palace_over_time(found),
            timeline(found),
            endings(found),
        ]
    return tuple(drawing for drawing in chosen if drawing is not None)
