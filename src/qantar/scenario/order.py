"""Orders: what the record says that the palace, or a guarantor, had done."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from qantar.scenario.local_time import LocalTime
from qantar.scenario.names import Identifier
from qantar.scenario.value import Frozen, Value
from qantar.scenario.vocabulary import Branch, Posture, Regions


class AbstractOrder(Frozen):
    """What every recorded order has: when, where, by whom, in answer to what, and who says so."""

    id: Identifier
    at: LocalTime = Field(description="local hour at which it takes effect")
    until: LocalTime | None = Field(default=None, description="local hour at which it ends; without it, never")
    regions: Regions = Field(default=(), description="where; empty for the whole country")
    actor: Identifier = Field(description="an actor of palace.yaml, or the bloc of alliance.yaml")
    because: tuple[Identifier, ...] = Field(description="shocks or orders that this one answers; withheld when all of them are")
    source: str = Field(description="who says so")
    note: str = Field(default="", description="shown with the order in stories and reports")


class EmergencyOrder(AbstractOrder):
    """State of emergency."""

    kind: Literal["emergency"] = Field(description="state of emergency")


class CurfewOrder(AbstractOrder):
    """Nobody may be out between two local hours."""

    kind: Literal["curfew"] = Field(description="curfew")
    from_hour: Annotated[float, Field(ge=0, lt=24)] = Field(description="local hour of the day at which it begins")
    to_hour: Annotated[float, Field(ge=0, lt=24)] = Field(description="local hour of the day at which it ends")


class BlackoutOrder(AbstractOrder):
    """The net is cut to a share of its normal reach, until `until`."""

    kind: Literal["blackout"] = Field(description="blackout")
    connectivity: Value = Field(description="share of the normal reach that is left")


class PostureOrder(AbstractOrder):
    """Rules of engagement for the forces in the regions."""

    kind: Literal["posture"] = Field(description="rules of engagement")
    posture: Posture = Field(description="what the forces may do")


class RecallOrder(AbstractOrder):
    """Men and commanders are called back from the holiday."""

    kind: Literal["recall"] = Field(description="recall")


class ReinforcementOrder(AbstractOrder):
    """Men of a branch move from places to a place; arrival follows from distance and speed."""

    kind: Literal["reinforcement"] = Field(description="movement of men")
    branch: Branch = Field(description="whose men")
    origin: Identifier = Field(description="place from which they leave")
    destination: Identifier
    men: Value = Field(description="how many, in people")


class ConcessionOrder(AbstractOrder):
    """A demand is met: a price goes down, or a symbol; raises efficacy."""

    kind: Literal["concession"] = Field(description="concession")
    size: Value = Field(description="efficacy signal, 1 = the main demand met in full")
    price: Value | None = Field(default=None, description="new price of the shock's good, where it changes")
    shock: Identifier | None = Field(default=None, description="the price shock whose price changes")


class DismissalOrder(AbstractOrder):
    """An office loses its holder; relief where that holder was blamed, and a sign of efficacy."""

    kind: Literal["dismissal"] = Field(description="dismissal")
    office: Identifier
    relief: Value = Field(description="share of the blame that goes with the holder")
    size: Value = Field(description="efficacy signal, as for a concession")


class AppointmentOrder(AbstractOrder):
    """An office gets a holder."""

    kind: Literal["appointment"] = Field(description="appointment")
    office: Identifier = Field(description="office of palace.yaml")
    holder: Identifier = Field(description="actor of palace.yaml")


class GuarantorOrder(AbstractOrder):
    """A step of the foreign guarantor: asked, decided, arrived (with men), done."""

    kind: Literal["guarantor"] = Field(description="step of the guarantor")
    step: Literal["asked", "agreed", "refused", "arrival", "departure"] = Field(description="asked, decided, men come, men go")
    place: Identifier | None = Field(default=None, description="where men arrive or leave")
    men: Value | None = Field(default=None, description="how many arrive or leave, in people")


Order = Annotated[
    EmergencyOrder | CurfewOrder | BlackoutOrder | PostureOrder | RecallOrder | ReinforcementOrder
    | ConcessionOrder | DismissalOrder | AppointmentOrder | GuarantorOrder,
    Field(discriminator="kind"),
]
