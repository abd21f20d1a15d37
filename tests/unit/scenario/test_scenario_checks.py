"""Checks between the files of a scenario."""

from __future__ import annotations

import pytest

ORGANISER = """organisers:
  - id: o
    start: 2024-03-05T00:00
    places: [nowhere]
    cadres: {value: 5, unit: people, source: assumed}
    hold_factor: {value: 2, unit: "1", source: assumed}
"""

CASES = {
    "a region's people": (
        "places.csv",
        "karst,Karst,capital-region,settlement,46.00,15.00,140000",
        "karst,Karst,capital-region,settlement,46.00,15.00,140001",
        "regions.csv:2:45: the places of capital-region have 210001 people together, expected its 210000",
    ),
    "age shares": (
        "regions.csv",
        "0.22,0.25,0.24,0.20,0.09",
        "0.22,0.25,0.24,0.20,0.0901",
        "age bands of capital-region add up to 1.0001, expected 1",
    ),
    "livelihoods": ("regions.csv", "0.45,0.44,0.11", "0.45,0.45,0.11", "livelihoods of march add up to 1.01, expected 1"),
    "a centre elsewhere": (
        "regions.csv",
        "BL.VA,erzgrund",
        "BL.VA,karst",
        "the centre 'karst' lies in capital-region, expected a place of valley",
    ),
    "an unknown centre": ("regions.csv", "BL.VA,erzgrund", "BL.VA,erzgrnd", "did you mean 'erzgrund'"),
    "an unknown shape": ("regions.csv", "BL.VA,", "BL.VV,", "map.geojson has no shape 'BL.VV'; did you mean"),
    "a second remainder": (
        "places.csv",
        "lindau,Lindau,capital-region,settlement",
        "lindau,Lindau,capital-region,remainder",
        "has a remainder already",
    ),
    "a region twice": ("regions.csv", "valley,Mining Valley", "march,Mining Valley", "'march' stands here twice"),
    "an unknown post": (
        "forces.csv",
        "lindau,police",
        "lindow,police",
        "forces.csv:6:1: the place 'lindow' is not known; did you mean 'lindau'",
    ),
    "a post twice": ("forces.csv", "lindau,police,70", "karst,police,70", "police in 'karst' stands here twice"),
    "an unknown branch": ("forces.csv", "lindau,police,70", "lindau,navy,70", "'navy' is not known here, expected 'police'"),
    "a site nowhere": ("sites.csv", "Market Hall,karst", "Market Hall,krast", "the place 'krast' is not known"),
    "a record nowhere": ("record.csv", "detained,capital-region", "detained,capital", "the region 'capital' is not known"),
    "a record before its day": ("record.csv", "2024-03-07,2024-03-08", "2024-03-07,2024-03-06", "lies before the date 2024-03-07"),
    "a record twice": (
        "record.csv",
        "2024-03-05,2024-03-05,participants,,,1500",
        "2024-03-04,2024-03-04,participants,,,1500",
        "stands here twice",
    ),
    "a source of a row": (
        "record.csv",
        "1500,people,assumed",
        "1500,people,nobody",
        "record.csv:3:50: the source 'nobody' is neither in sources.bib nor 'assumed'",
    ),
    "a source of a value": (
        "scenario.yaml",
        "{value: 20, unit: crown/loaf, source: assumed}",
        "{value: 20, unit: crown/loaf, source: exampel}",
        "did you mean 'example'",
    ),
    "a column without source": (
        "scenario.yaml",
        "    guards: {unit: people, source: assumed}\n",
        "",
        "unit and source are missing for sites: guards",
    ),
    "an unknown column": (
        "scenario.yaml",
        "    guards: {unit",
        "    guard: {unit",
        "sites has no column of numbers 'guard'; did you mean 'guards'",
    ),
    "an unknown table": ("scenario.yaml", "  forces:\n", "  force:\n", "the table 'force' is not known here"),
    "a unit of a column": (
        "scenario.yaml",
        "    men: {unit: people",
        "    men: {unit: thousands",
        "the unit of men is 'thousands', expected 'people'",
    ),
    "the end before the start": ("scenario.yaml", "end: 2024-03-11T00:00", "end: 2024-03-01T00:00", "is not after the start"),
    "no whole ticks": ("scenario.yaml", "tick_hours: 1\n", "tick_hours: 5\n", "no whole number of ticks"),
    "too many ticks": ("scenario.yaml", "end: 2024-03-11T00:00", "end: 2034-03-11T00:00", "expected at most 20000"),
    "an order after the end": ("scenario.yaml", "end: 2024-03-11T00:00", "end: 2024-03-06T21:00", "lies outside the clock"),
    "an end before its beginning": ("scenario.yaml", "until: 2024-03-08T12:00", "until: 2024-03-06T12:00", "is not after the beginning"),
    "an unknown reason": (
        "scenario.yaml",
        "    because: [bread-price]\n    shock",
        "    because: [bread-pric]\n    shock",
        "the shock or order 'bread-pric' is not known; did you mean 'bread-price'",
    ),
    "a reason that comes later": (
        "scenario.yaml",
        "    because: [bread-price]\n    source: assumed\n    note: men",
        "    because: [net-cut]\n    source: assumed\n    note: men",
        "after the order that answers it",
    ),
    "a name of two things": ("scenario.yaml", "- id: recall-leave", "- id: ruler", "'ruler' is also an actor of palace.yaml"),
    "a name that is a kind": ("scenario.yaml", "- id: recall-leave", "- id: curfew", "'curfew' is also a kind of order"),
    "an unknown actor": (
        "scenario.yaml",
        "    actor: interior-minister\n    because: [bread-price]\n    source",
        "    actor: interior\n    because: [bread-price]\n    source",
        "the actor or bloc 'interior' is not known",
    ),
    "an unknown region of an order": (
        "scenario.yaml",
        "regions: [capital-region, valley]",
        "regions: [capital-region, vale]",
        "the region 'vale' is not known",
    ),
    "a currency": ("scenario.yaml", "currency: crown", "currency: ducat", "expected the currency and what it buys: 'ducat/...'"),
    "a price unit": (
        "scenario.yaml",
        "price: {value: 12, unit: crown/loaf",
        "price: {value: 12, unit: crown/kg",
        "expected 'crown/loaf' as the shock's",
    ),
    "another price before": (
        "scenario.yaml",
        ("    regions: []                     # an empty list is the whole country\n"
        "    price_before: {value: 10, unit: crown/loaf, source: assumed}\n"
        "    price_after: {value: 20, unit: crown/loaf, source: assumed}\n"),
        ("    regions: [capital-region]\n"
        "    price_before: {value: 10, unit: crown/loaf, source: assumed}\n"
        "    price_after: {value: 20, unit: crown/loaf, source: assumed}\n"
        "  - {id: again, kind: price, good: bread, at: 2024-03-06T00:00, price_before: {value: 12, unit: crown/loaf, source: assumed}, "
        "price_after: {value: 30, unit: crown/loaf, source: assumed}}\n"),
        "the price is 10 before the crisis, as 'bread-price' has it, and here, where march meets its first step, 12",
    ),
    "a price of something else": (
        "scenario.yaml",
        "    price_after: {value: 20, unit: crown/loaf, source: assumed}\n",
        ("    price_after: {value: 20, unit: crown/loaf, source: assumed}\n"
        "  - {id: again, kind: price, good: fuel, at: 2024-03-06T00:00, price_before: {value: 20, unit: crown/loaf, source: assumed}, "
        "price_after: {value: 30, unit: crown/loaf, source: assumed}}\n"),
        "'fuel' is another good than 'bread', expected steps of one price",
    ),
    "a price of nothing": ("scenario.yaml", "price_after: {value: 20", "price_after: {value: 0", "the price 0 is not positive"),
    "a price without its shock": (
        "scenario.yaml",
        "    shock: bread-price              # the price that goes down ...\n",
        "",
        "both a new price and the shock",
    ),
    "a share beyond 1": ("scenario.yaml", "connectivity: {value: 0.1", "connectivity: {value: 1.1", "a share of 1.1 is out of range"),
    "a unit of a share": (
        "scenario.yaml",
        "connectivity: {value: 0.1, unit: share",
        "connectivity: {value: 0.1, unit: percent",
        "the unit is 'percent', expected 'share'",
    ),
    "points out of order": (
        "scenario.yaml",
        "      - {at: 2024-03-04T00:00, value: 0.9}",
        "      - {at: 2024-03-05T00:00, value: 0.9}\n      - {at: 2024-03-05T00:00, value: 0.9}",
        "expected points in the order of time",
    ),
    "an organiser nowhere": (
        "scenario.yaml",
        "organisers: []",
        ORGANISER,
        "the place 'nowhere' is not known",
    ),
    "a guarantor that is not there": (
        "scenario.yaml",
        "    kind: recall\n",
        "    kind: guarantor\n    step: asked\n",
        "alliance.yaml names no bloc",
    ),
    "an unknown holder": ("palace.yaml", "    holder: interior-minister", "    holder: minister", "the actor 'minister' is not known"),
    "an unknown office": ("palace.yaml", "appoints: [interior-ministry, ", "appoints: [ministry, ", "the office 'ministry' is not known"),
    "two commanders": (
        "palace.yaml",
        "commands: [police, national-guard, security-service]",
        "commands: [police, national-guard, security-service, army]",
        "army is commanded by 'interior-ministry' already",
    ),
    "a branch nobody commands": (
        "palace.yaml",
        "    commands: [army]\n",
        "",
        "nobody commands the branch 'army'",
    ),
    "a second top office": (
        "palace.yaml",
        "    commands: [army]\n",
        "    commands: [army]\n    top: true\n",
        "'head-of-state' is the top office already",
    ),
    "a tie that leads nowhere": (
        "palace.yaml",
        "{to: interior-minister, loyalty",
        "{to: interior-ministr, loyalty",
        "the actor 'interior-ministr' is not known; did you mean 'interior-minister'",
    ),
    "a tie to the patron": (
        "palace.yaml",
        "{to: interior-minister, loyalty",
        "{to: ruler, loyalty",
        "'ruler' is the actor's own name, the patron, or stands here twice",
    ),
    "more loyalty than one person has": (
        "palace.yaml",
        "{to: interior-minister, loyalty: {value: 0.2",
        "{to: interior-minister, loyalty: {value: 0.6",
        "the loyalties of 'premier' add up to 1.20, expected at most 1",
    ),
    "an office held by a body that only signs": (
        "palace.yaml",
        "    name: The minister of defence\n",
        "    name: The minister of defence\n    plays: false\n",
        "'general' only signs recorded orders",
    ),
    "a bloc without members": (
        "alliance.yaml",
        "blocs: []",
        """blocs:
  - id: league
    name: The League
    remit: any
    contingents: []
    decision_hours: {value: 3, unit: hours, source: assumed}
    first_landing_hours: {value: 12, unit: hours, source: assumed}
    full_strength_hours: {value: 48, unit: hours, source: assumed}""",
        "the bloc 'league' has no members who could send men",
    ),
    "patrons in a circle": (
        "palace.yaml",
        "    name: The ruler\n",
        "    name: The ruler\n    patron: interior-minister\n",
        "is a client of itself in a circle",
    ),
    "a parameter's unit": (
        "parameters.yaml",
        '  hardship_slope:\n    value: 2.5\n    unit: "1"',
        '  hardship_slope:\n    value: 2.5\n    unit: "2"',
        "unit is '2', expected '1'",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_mistake_between_files_is_named(name: str, edit, wrong) -> None:
    file, old, new, message = CASES[name]
    edit(file, old, new)
    found = wrong()
    assert any(message in line for line in found), "\n".join(found)


def test_orders_that_answer_each_other_are_found(edit, wrong) -> None:
    edit("scenario.yaml", "    because: [bread-price]\n    posture: disperse", "    because: [net-cut]\n    posture: disperse")
    found = wrong()
    circular = [line for line in found if "answers itself in a circle" in line]
    assert len(circular) == 3  # the two on the circle, and the curfew that answers one of them


def test_a_source_may_be_overridden_cell_by_cell(edit, wrong) -> None:
    edit("sites.csv", "id,name,place,kind,guards,arms\n", "id,name,place,kind,guards,arms,arms_source\n")
    found = wrong()
    assert all("expected 7 as in the header" in line for line in found)
