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
    """How many calls to join reach a place."""
    STRATUM = 2
    """Whom a call to join reaches, by class and stratum, and whether it is kept (index: the call)."""
    DESTINATION = 4
    """Where a person who joins goes to stand (index: the call)."""
    PROGRESS = 5
    """How those who leave a compartment are shared over its exits (index: the exit)."""
    PICK = 7
    """Which entries of a crowd are the ones that move (index: the entry)."""
    LOOT = 8
    """How many opportunists join the violent directly, where and who (cell: which of the three; index: the looter)."""
    DIE = 11
    """Which of two fates somebody meets who was struck while quiet (cell: the stream that struck)."""
    RETURN = 12
    """How many leave a compartment at home or in custody (cell: the compartment)."""
    BYSTANDER = 15
    """How many who are not in a crowd are struck, and who (cell: which of the two)."""
    NOISE_JOIN = 17
    """Gamma noise on joining, per region and day."""
    NOISE_TURN = 18
    """Gamma noise on turning violent, per region and day."""
    ASSAULT = 19
    """Whether a site is assaulted, and whether it falls."""
    ROUT = 20
    """Whether a unit that a crowd overruns routs."""
    SECURITY_HURT = 21
    """How many of the security forces are struck, and who (cell: which of the two)."""
    REMAND = 23
    """How many of the delivered are remanded."""
    PARAMETER = 24
    """A parameter's value in a member, drawn from its prior (place: the parameter's name)."""
    CLASSIC = 25
    """Draws of the published models in `qantar.classics`, each of which numbers its own cells."""
    LEAVE = 26
    """How many leave a compartment of the street in a tick (cell: the compartment)."""
    ORGANISE = 28
    """What a hidden organiser does, where the scenario has one."""
    SITE_LEFT = 29
    """Whether a taken site is left again."""
    POPULATION = 30
    """Which way a fractional table of people is rounded (seed and member 0: one scenario, one population)."""
    CURFEW = 31
    """How many are arrested for breaking a curfew, and who."""
    COME_OUT = 32
    """Where those who came out in a tick are at its end (cell: joined or looting; index: running number in the home place)."""
    LOYALTY = 40
    """Hidden loyalties and health of a palace (place: the actor; cell: which; index: to whom)."""
    BELIEF = 41
    """An actor's private signal of another's loyalty (place: the observer; cell: the client; index: to whom)."""
    PLAY = 42
    """Plays of a conflict: order, assessment, side, end (place: the conflict; cell: which; index: play and actor)."""
    CHOICE = 43
    """Which move an actor makes (place: the actor; index: the choice within a turn)."""
    TURN = 44
    """In which order actors come to move at a palace turn (place: the actor)."""
    HOLDING = 45
    """How an actor misjudges the chance that the regime holds (place: the actor)."""
    UNIT = 46
    """Whether a unit stands aside, goes over or comes back (place: the place; cell: the branch; index: which)."""
    FALL = 47
    """Whether the streets bring the regime down."""
    ALLIANCE = 48
    """Whether the guarantor agrees, and how long it takes (index: which)."""
    AFTERMATH = 49
    """What happens in a month of the aftermath (tick: the month; cell: which)."""
    POLITY = 50
    """An invented polity (place: its number; cell: which quantity)."""
    PARTICLE = 60
    """Which parameter set of a posterior a member runs with."""
    CANDIDATE = 61
    """Generator of a candidate of a calibration (place: the study; cell: the generation; index: the candidate)."""
    DESIGN = 62
    """Points of a table of runs (place: the parameter; index: the row)."""
    MEASUREMENT = 63
    """Error between a count and its figure (place: the target; index: the row)."""
    YARDSTICK = 64
    """Parameters of the simple models that a fit is held against (place: the parameter; index: the row)."""
    CHANNEL_ORDER = 70
    """In which order a comparison switches the channels of a member over (place: the channel; tick: the order)."""
