"""Words that a scenario may use: branches of the forces, rules of engagement, kinds of sites, powers; and bounds of its numbers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from qantar.scenario.names import Identifier

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
NonNegative = Annotated[float, Field(ge=0)]

BRANCHES = ("police", "national-guard", "security-service", "army", "head-of-state-guard", "guarantor")
Branch = Literal["police", "national-guard", "security-service", "army", "head-of-state-guard", "guarantor"]
POSTURES = ("stand-aside", "guard", "contain", "disperse", "shoot", "withdraw")
Posture = Literal["stand-aside", "guard", "contain", "disperse", "shoot", "withdraw"]
SITE_KINDS = ("administration", "prosecutor", "security-service", "police", "television", "airport", "gun-shop", "commerce")
SiteKind = Literal["administration", "prosecutor", "security-service", "police", "television", "airport", "gun-shop", "commerce"]
POWERS = (
    "emergency", "blackout", "forces", "reinforcements", "concessions", "guarantor", "negotiation", "narrative",
)  # fmt: skip
Power = Literal["emergency", "blackout", "forces", "reinforcements", "concessions", "guarantor", "negotiation", "narrative"]
BLAMED = ("government", "patron", "president", "rioters", "foreign-hand")
BlamedRole = Literal["government", "patron", "president"]
Regions = tuple[Identifier, ...]
"""Region identifiers; the empty tuple means the whole country."""
