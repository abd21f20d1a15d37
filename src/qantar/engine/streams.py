"""Every stream of random numbers, by a number that is never reused.

A draw is a pure function of (seed, member, stream, place, cell, tick, index); the stream keeps
draws of different meaning apart when everything else is equal. To add one, take the next free
number; to drop one, leave its number unused, so that old runs stay what they were.
"""

from __future__ import annotations

from enum import IntEnum, unique


@unique
class Stream(IntEnum):
    """What a draw decides. Eight bits of the counter: numbers lie in 1..255."""

    JOIN = 1
    """How many candidates to join a place and propensity class have."""
    STRATUM = 2
    """Which stratum a candidate to join belongs to (index: the candidate)."""
    THIN = 3
    """Whether a candidate to join is kept, given the stratum (index: the candidate)."""
    DESTINATION = 4
    """Where a person who joins goes to stand (index: the candidate)."""
    PROGRESS = 5
    """How many of a crowd leave a stage of their time out."""
    TURN = 6
    """How many of the peaceful turn violent."""
    PICK = 7
    """Which entries of a crowd are the ones that move (index: the entry)."""
    LOOT = 8
    """How many opportunists join the violent directly."""
    DETAIN = 9
    """How many of a crowd are detained."""
    HURT = 10
    """How many of a crowd are injured."""
    DIE = 11
    """How many of a crowd are killed."""
    RETURN = 12
    """How many of those at home become ready to go out again."""
    RAID = 13
    """How many are detained at home, after the streets."""
    RELEASE = 14
    """How many of the detained are let go."""
    BYSTANDER = 15
    """How many who are not in a crowd are struck."""
    CUSTODY = 16
    """How many of the detained die."""
    NOISE_JOIN = 17
    """Gamma noise on joining, per region and day."""
    NOISE_TURN = 18
    """Gamma noise on turning violent, per region and day."""
    ASSAULT = 19
    """Whether a site is assaulted, and whether it falls."""
    ROUT = 20
    """Whether a unit that a crowd overruns routs."""
    SECURITY_HURT = 21
    """How many of the security forces are injured or killed (cell: which of the two)."""
    RECOVER = 22
    """How many of the injured recover."""
    REMAND = 23
    """How many of the delivered are remanded."""
    PARAMETER = 24
    """A parameter's value in a member, drawn from its prior (place: the parameter's name)."""
    CLASSIC = 25
    """Draws of the published models in `qantar.classics`, each of which numbers its own cells."""
    LEAVE = 26
    """By which exit a person leaves a crowd."""
    THIN_TURN = 27
    """Whether a candidate to turn violent is kept, given the stratum (index: the candidate)."""
    ORGANISE = 28
    """What a hidden organiser does, where the scenario has one."""
    SITE_LEFT = 29
    """Whether a taken site is left again."""
    POPULATION = 30
    """Which way a fractional table of people is rounded (seed and member 0: one scenario, one population)."""
